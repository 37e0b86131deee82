//! A question over the page. The page below waits; Escape and the cross take it away.

use leptos::{ev, html, portal::Portal, prelude::*};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use super::{Button, Icon, IconName, Variant};
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

/// A dialog that no address opens, because nothing in it works before WASM: it is open as long as it is on the page. `close` is asked to
/// take it away. It stands at the end of the document, so that a form around it hears nothing of what is typed in it, and gives
/// the focus back.
#[component]
pub fn LiveDialog(#[prop(into)] title: String, close: Callback<()>, children: ChildrenFn) -> impl IntoView {
    let t = use_locale();
    let dialog = NodeRef::<html::Dialog>::new();
    let before = document()
        .active_element()
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    Effect::new(move |_| {
        if let Some(element) = dialog.get() {
            let _ = element.show_modal();
        }
    });
    on_cleanup(move || {
        // The page below takes no focus as long as a modal dialog is open.
        if let Some(element) = dialog.get_untracked() {
            element.close();
        }
        before.with_value(|before| before.as_ref().map(|before| before.focus().ok()));
    });
    let title = StoredValue::new(title);
    let children = StoredValue::new(children);
    let on_cancel = move |event: ev::Event| {
        // A file chooser inside that is left without a choice is cancelled too, and bubbles.
        if event.target() == event.current_target() {
            event.prevent_default();
            close.run(());
        }
    };
    view! {
        <Portal>
            <dialog class="dialog" aria-label=title.get_value() node_ref=dialog on:cancel=on_cancel>
                <header class="card-head">
                    <h2>{title.get_value()}</h2>
                    <Button variant=Variant::Ghost icon=IconName::Close attr:aria-label=t.close() on:click=move |_| close.run(())/>
                </header>
                {children.with_value(|children| children())}
            </dialog>
        </Portal>
    }
}
