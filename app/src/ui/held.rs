//! What stands still for a moment.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::focus_is_lost;

/// Children that nobody can type into or press while `busy`: a form that is sent, for nobody would keep what is typed; a page that another is to
/// take the place of, for it has lost its signals already. Afterwards the focus comes back to where it was, if that still stands.
#[component]
pub fn Held(#[prop(into)] busy: Signal<bool>, children: Children) -> impl IntoView {
    let held = NodeRef::<html::Div>::new();
    // Held by the effect, which there is none of on the server: an element belongs to one thread.
    Effect::new(move |left: Option<Option<web_sys::HtmlElement>>| {
        if busy.get() {
            let active = document().active_element();
            let inside = active.filter(|active| held.get_untracked().is_some_and(|held| held.contains(Some(active))));
            return inside.and_then(|active| active.dyn_into().ok());
        }
        if let Some(left) = left.flatten()
            && focus_is_lost()
        {
            let _ = left.focus();
        }
        None
    });
    view! { <div class="held" inert=move || busy.get() node_ref=held>{children()}</div> }
}
