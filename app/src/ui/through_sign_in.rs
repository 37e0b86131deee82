//! A form that meets the end of the session.

use leptos::{ev, html, prelude::*, tachys::html::node_ref::NodeRefContainer};
use wasm_bindgen::JsCast;

/// Posts a form anew, as a browser without WASM does, whenever it was `refused` because nobody is signed in any more: the server keeps
/// what was typed, and leads through the sign-in and back to it ([`crate::kernel::form`]). Gives what is to hear the submits of the forms
/// that `refused` speaks of.
pub fn through_sign_in(refused: Signal<bool>) -> impl Fn(ev::SubmitEvent) + Copy + 'static {
    let sent = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if refused.get()
            && let Some(form) = sent.get_untracked()
        {
            // Raises no event: the browser posts it itself.
            let _ = form.submit();
        }
    });
    move |event: ev::SubmitEvent| {
        if let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
            sent.load(&form);
        }
    }
}
