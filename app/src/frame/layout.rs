//! The frame of the app: skip link, rail, top bar, the page, the bar of a phone, messages.

use leptos::prelude::*;
#[cfg(not(feature = "ssr"))]
use leptos_router::{NavigateOptions, hooks::use_navigate};
use maud::html;

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
    ui::{IconName, ToastRegion, inert, logo},
};

/// Everything around a page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let t = use_locale();
    let appearance = Appearance::read();
    provide_me();
    #[cfg(not(feature = "ssr"))]
    follow_history();
    let create = may(Permission::VehicleCreate)
        .then(|| inert(html! { a.btn.primary.desk href="/stock/new" { (IconName::Plus.with(t.new_vehicle())) } }));
    view! {
        {inert(html! { a.skip href="#content" rel="external" { (t.skip_to_content()) } })}
        <div class="shell">
            <RailNav appearance/>
            <div class="stage">
                <header class="top">
                    {inert(html! { a.top-brand href="/stock" aria-label="Forecourt" { (logo()) } })}
                    <SearchBox/>
                    {inert(html! { span.spacer {} })}
                    {use_me().map(|me| {
                        view! {
                            {inert(html! { span.organisation { (me.organisation_name) } })}
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

/// Tells the router where a step through the history has led. leptos_router 0.8 notes steps back and no steps forward, and then takes a link to
/// the page before for one to the page that stands: it shows it, and the address bar keeps the other.
#[cfg(not(feature = "ssr"))]
fn follow_history() {
    let go = use_navigate();
    Effect::new(move |_| {
        let go = go.clone();
        let listener = window_event_listener(leptos::ev::popstate, move |_| {
            let location = window().location();
            let here = [location.pathname(), location.search(), location.hash()]
                .map(Result::unwrap_or_default)
                .concat();
            let stay = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            go(&here, stay);
        });
        on_cleanup(move || listener.remove());
    });
}
