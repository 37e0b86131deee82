//! The parts of a long form.

use leptos::prelude::*;

/// Fields that belong together: one column on a phone, two on a desk.
#[component]
pub fn FormSection(#[prop(into)] title: String, #[prop(optional, into)] help: Option<String>, children: Children) -> impl IntoView {
    view! {
        <fieldset class="form-section">
            <legend>{title}</legend>
            {help.map(|help| view! { <p class="help">{help}</p> })}
            <div class="form-grid">{children()}</div>
        </fieldset>
    }
}

/// The bar that stays at the bottom of a form: what is unsaved, and the buttons.
#[component]
pub fn FormBar(
    /// Says what is unsaved; empty if nothing is.
    #[prop(optional, into)]
    state: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="form-bar">
            <span class="form-state" role="status">{move || state.get()}</span>
            {children()}
        </div>
    }
}
