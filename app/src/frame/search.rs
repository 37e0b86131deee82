//! The search box of the top bar: a form without WASM, a jump with it. Ctrl K, ⌘ K and / lead into it.

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::{use_navigate, use_query_map};
use maud::html as markup;
use wasm_bindgen::JsCast;

use super::page_state::{Shortcuts, shortcuts};
use crate::{
    i18n::use_locale,
    kernel::percent,
    ui::{Icon, IconName, inert},
};

/// Finds vehicles; the list shows what it found, under an address that says so.
#[component]
pub(super) fn SearchBox() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let typed = move || query.read().get("q").unwrap_or_default();
    let input = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let find = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let words = input.get().map(|input| input.value()).unwrap_or_default();
        let address = match words.trim() {
            "" => "/stock".to_owned(),
            words => format!("/stock?q={}", percent::encode(words)),
        };
        navigate(&address, leptos_router::NavigateOptions::default());
    };
    // The box follows the address (back, a filter taken off); its first value is the server's.
    Effect::new(move |before: Option<String>| {
        let now = typed();
        if before.is_some_and(|before| before != now)
            && let Some(input) = input.get()
        {
            input.set_value(&now);
        }
        now
    });
    #[cfg(not(feature = "ssr"))]
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            let shortcut = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k");
            if !shortcut && (event.key() != "/" || !is_shortcut(&event)) {
                return;
            }
            if let Some(input) = input.get_untracked() {
                event.prevent_default();
                let _ = input.focus();
                input.select();
            }
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <form class="find" role="search" aria-label=t.find_a_vehicle() method="get" action="/stock" on:submit=find>
            <Icon name=IconName::Search/>
            <input
                type="search"
                name="q"
                value=query.read_untracked().get("q").unwrap_or_default()
                maxlength="200"
                autocomplete="off"
                placeholder=t.find_placeholder()
                aria-label=t.find_a_vehicle()
                aria-keyshortcuts="Control+K Meta+K /"
                node_ref=input
            />
            {inert(markup! { kbd aria-hidden="true" { "Ctrl K" } })}
        </form>
    }
}

/// Whether a key is one by itself, meant for no field, and such shortcuts are on.
pub(crate) fn is_shortcut(event: &ev::KeyboardEvent) -> bool {
    let alone = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
    alone && !types_text(event) && shortcuts() == Shortcuts::On
}

/// Whether the key goes into a field.
fn types_text(event: &ev::KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
