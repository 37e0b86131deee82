//! The menu of the person: who this is, language, theme, the way out. Plain forms, so that all of it works without WASM.

use std::sync::Arc;

use leptos::{prelude::*, server_fn::ServerFn};
use maud::{Markup, html};

use super::{
    FrameSetShortcuts, FrameSetTheme, Shortcuts, Theme,
    page_state::{Appearance, set_document_value, shortcuts},
};
use crate::{
    i18n::{Locale, use_locale},
    identity::{IdentitySetLocale, IdentitySwitchOrganisation, Me, Membership},
    ui::{IconName, Menu, MenuItem, inert},
};

/// The menu at the right of the top bar.
#[component]
pub(super) fn PersonMenu(me: Arc<Me>, appearance: Appearance) -> impl IntoView {
    let t = use_locale();
    let set_theme = ServerAction::<FrameSetTheme>::new();
    let theme_url = FrameSetTheme::PATH;
    let themes = [
        (Theme::System, t.theme_system(), IconName::System),
        (Theme::Light, t.theme_light(), IconName::Light),
        (Theme::Dark, t.theme_dark(), IconName::Dark),
    ];
    let themes = themes.map(|(theme, label, icon)| {
        let choose = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            set_document_value("theme", theme.name());
            appearance.theme.set(theme);
            set_theme.dispatch(FrameSetTheme { theme });
        };
        let chosen = Signal::derive(move || appearance.theme.get() == theme);
        view! { <MenuItem icon chosen attr:name="theme" attr:value=theme.name() on:click=choose>{label}</MenuItem> }
    });
    let organisations = (me.organisations.len() > 1).then(|| inert(organisations(&me, t)));
    let trigger = html! { span.avatar aria-hidden="true" { (initials(&me.name)) } };
    let head = html! {
        div.menu-head {
            strong { (me.name) }
            span { (me.role) " · " (me.organisation_name) }
        }
    };
    view! {
        <Menu label=t.person_menu(&me.name) trigger end=true>
            {inert(head)}
            {organisations}
            <form method="post" action=theme_url class="menu-group" role="group" aria-label=t.theme()>
                {inert(html! { span.menu-label { (t.theme()) } })}
                {themes}
            </form>
            {inert(shortcut_keys(t))}
            {inert(languages(t))}
            {inert(html! {
                form.menu-group method="post" action="/auth/logout" {
                    button.menu-item type="submit" { (IconName::SignOut.with(t.sign_out())) }
                }
            })}
        </Menu>
    }
}

/// The switch of the shortcuts of a single key.
fn shortcut_keys(t: Locale) -> Markup {
    let on = shortcuts() == Shortcuts::On;
    let other = if on { Shortcuts::Off } else { Shortcuts::On };
    html! {
        form.menu-group method="post" action=(FrameSetShortcuts::PATH) {
            button.menu-item type="submit" name="shortcuts" value=(other.name()) aria-pressed=(on) {
                (IconName::Keyboard.with(t.shortcuts()))
            }
        }
    }
}

/// The language is a new page: the whole document changes with it.
fn languages(t: Locale) -> Markup {
    html! {
        form.menu-group method="post" action=(IdentitySetLocale::PATH) role="group" aria-label=(t.language()) {
            span.menu-label { (t.language()) }
            @for locale in Locale::ALL {
                button.menu-item type="submit" name="locale" value=(locale.tag()) lang=(locale.tag()) aria-pressed=[(locale == t).then_some("true")] {
                    (IconName::Language.with(locale.own_name()))
                }
            }
        }
    }
}

/// Which of the person's organisations to work in. A new page, like the language: everything on it belongs to the organisation.
fn organisations(me: &Me, t: Locale) -> Markup {
    html! {
        form.menu-group method="post" action=(IdentitySwitchOrganisation::PATH) role="group" aria-label=(t.organisation()) {
            span.menu-label { (t.organisation()) }
            @for Membership { id, name } in &me.organisations {
                button.menu-item type="submit" name="organisation" value=(id) aria-pressed=[(*id == me.organisation).then_some("true")] {
                    (IconName::Stock.with(name))
                }
            }
        }
    }
}

/// Two letters for the round picture: of the first and the last name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        assert_eq!(initials("Ana María Ñúñez"), "AÑ");
        assert_eq!(initials("olga"), "O");
        assert_eq!(initials(""), "");
    }
}
