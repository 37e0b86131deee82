//! The frame of the app: skip link, rail, top bar, the page, the bar of a phone, messages.

use leptos::prelude::*;

use super::{
    may,
    navigation::{RailNav, TabBar},
    page_state::Appearance,
    person_menu::PersonMenu,
    provide_me,
    search::SearchBox,
    use_me,
};
use crate::{
    i18n::use_locale,
    identity::Permission,
    ui::{ButtonLink, IconName, Logo, ToastRegion, Variant},
};

/// Everything around a page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let t = use_locale();
    let appearance = Appearance::read();
    provide_me();
    // For tests and styles that must know: from now on the page is live.
    Effect::new(|_| super::page_state::set_document_value("live", "true"));
    let create = may(Permission::VehicleCreate).then(|| {
        view! {
            <ButtonLink href="/stock/new" variant=Variant::Primary icon=IconName::Plus attr:class="btn primary desk">
                {t.new_vehicle()}
            </ButtonLink>
        }
    });
    view! {
        <a class="skip" href="#content" rel="external">{t.skip_to_content()}</a>
        <div class="shell">
            <RailNav appearance/>
            <div class="stage">
                <header class="top">
                    <a class="top-brand" href="/stock" aria-label="Forecourt"><Logo/></a>
                    <SearchBox/>
                    <span class="spacer"></span>
                    {use_me().map(|me| {
                        view! {
                            <span class="organisation">{me.organisation_name.clone()}</span>
                            {create}
                            <PersonMenu me appearance/>
                        }
                    })}
                </header>
                <main id="content" tabindex="-1">{children()}</main>
            </div>
        </div>
        <TabBar/>
        <ToastRegion/>
    }
}
