//! How far something is, in numbers.

use leptos::prelude::*;

use crate::{i18n::use_locale, kernel::number::group_digits};

/// A bar with its numbers: `312 of 1,000`. While `total` is not known the bar runs.
#[component]
pub fn Progress(#[prop(into)] label: String, #[prop(into)] done: Signal<i64>, #[prop(into)] total: Signal<Option<i64>>) -> impl IntoView {
    let t = use_locale();
    let name = label.clone();
    let numbers = move || {
        let done = group_digits(&done.get().to_string(), t);
        match total.get() {
            Some(total) => t.done_of(done, group_digits(&total.to_string(), t)),
            None => done,
        }
    };
    view! {
        <div class="progress">
            <span>{label}</span>
            <span class="num" role="status">{numbers}</span>
            <progress
                aria-label=name
                value=move || total.get().map(|_| done.get().to_string())
                max=move || total.get().map(|total| total.max(1).to_string())
            ></progress>
        </div>
    }
}
