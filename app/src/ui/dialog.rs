//! A question over the page. The page below waits; Escape and the cross take it away.

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{Icon, IconName};
use crate::i18n::use_locale;

/// A dialog. `open` says whether it shows, normally from the URL (`?dialog=delete`), so that a link opens it without WASM too;
/// `close_href` is the same page without it. With WASM it is modal (HTML section 4.11.4).
#[component]
pub fn Dialog(
    #[prop(into)] title: String,
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] close_href: String,
    children: Children,
) -> impl IntoView {
    let t = use_locale();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        if open.get() {
            // What the server rendered open is not modal yet.
            let _ = element.remove_attribute("open");
            let _ = element.show_modal();
        } else {
            element.close();
        }
    });
    let navigate = use_navigate();
    let back = close_href.clone();
    let name = title.clone();
    let on_cancel = move |event: ev::Event| {
        event.prevent_default();
        navigate(
            &back,
            leptos_router::NavigateOptions {
                scroll: false,
                ..Default::default()
            },
        );
    };
    view! {
        <dialog class="dialog" open=open.get_untracked() aria-label=name node_ref=dialog on:cancel=on_cancel>
            <header class="card-head">
                <h2>{title}</h2>
                <a class="btn ghost bare" href=close_href aria-label=t.close()><Icon name=IconName::Close/></a>
            </header>
            {children()}
        </dialog>
    }
}
