//! The menu of the person: who this is, language, theme, the way out. Plain forms, so that all of it works without WASM.

use std::sync::Arc;

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    FrameSetTheme, Theme,
    page_state::{Appearance, set_document_value},
};
use crate::{
    i18n::{Locale, use_locale},
    identity::{IdentitySetLocale, IdentitySwitchOrganisation, Me, Membership},
    kernel::id::OrganisationId,
    ui::{Icon, IconName, Menu, MenuItem},
};

/// The menu at the right of the top bar.
#[component]
pub(super) fn PersonMenu(me: Arc<Me>, appearance: Appearance) -> impl IntoView {
    let t = use_locale();
    let face = initials(&me.name);
    let set_theme = ServerAction::<FrameSetTheme>::new();
    let theme_url = FrameSetTheme::PATH;
    let locale_url = IdentitySetLocale::PATH;
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
    // The language is a new page: the whole document changes with it.
    let languages = Locale::ALL.map(|locale| {
        view! {
            <MenuItem icon=IconName::Language chosen=locale == t attr:name="locale" attr:value=locale.tag() attr:lang=locale.tag()>
                {locale.own_name()}
            </MenuItem>
        }
    });
    let label = t.person_menu(&me.name);
    let trigger = move || view! { <span class="avatar" aria-hidden="true">{face}</span> };
    view! {
        <Menu label trigger end=true>
            <div class="menu-head">
                <strong>{me.name.clone()}</strong>
                <span>{format!("{} · {}", me.role, me.organisation_name)}</span>
            </div>
            {(me.organisations.len() > 1).then(|| view! { <Organisations all=me.organisations.clone() here=me.organisation/> })}
            <form method="post" action=theme_url class="menu-group" role="group" aria-label=t.theme()>
                <span class="menu-label">{t.theme()}</span>
                {themes}
            </form>
            <form method="post" action=locale_url class="menu-group" role="group" aria-label=t.language()>
                <span class="menu-label">{t.language()}</span>
                {languages}
            </form>
            <form method="post" action="/auth/logout" class="menu-group">
                <button class="menu-item" type="submit"><Icon name=IconName::SignOut/> <span>{t.sign_out()}</span></button>
            </form>
        </Menu>
    }
}

/// Which of the person's organisations to work in. A new page, like the language: everything on it belongs to the organisation.
#[component]
fn Organisations(all: Vec<Membership>, here: OrganisationId) -> impl IntoView {
    let t = use_locale();
    let choices = all.into_iter().map(|Membership { id, name }| {
        view! {
            <MenuItem icon=IconName::Stock chosen=id == here attr:name="organisation" attr:value=id.to_string()>{name}</MenuItem>
        }
    });
    view! {
        <form method="post" action=IdentitySwitchOrganisation::PATH class="menu-group" role="group" aria-label=t.organisation()>
            <span class="menu-label">{t.organisation()}</span>
            {choices.collect_view()}
        </form>
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
