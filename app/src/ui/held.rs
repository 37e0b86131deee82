//! What stands still for a moment.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::focus_is_lost;

/// Children that nobody can type into or press while `busy`: a form that is sent, for nobody would keep what is typed; a page that another is to
/// take the place of, for it has lost its signals already. Afterwards the focus comes back to where it was, if that still stands.
#[component]
pub fn Held(#[prop(into)] busy: Signal<bool>, children: Children) -> impl IntoView {
    let held = NodeRef::<html::Div>::new();
    let left = StoredValue::new_local(None::<web_sys::HtmlElement>);
    Effect::new(move |_| {
        if busy.get() {
            let active = document().active_element();
            let inside = active.filter(|active| held.get_untracked().is_some_and(|held| held.contains(Some(active))));
            left.set_value(inside.and_then(|active| active.dyn_into().ok()));
        } else if let Some(left) = left.try_update_value(Option::take).flatten()
            && focus_is_lost()
        {
            let _ = left.focus();
        }
    });
    view! { <div class="held" inert=move || busy.get() node_ref=held>{children()}</div> }
}
