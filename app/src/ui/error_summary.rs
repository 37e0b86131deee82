//! All problems of a form on top of it, each a link to its field.

use leptos::{html, prelude::*};

use super::{Icon, IconName, field_id};
use crate::{i18n::use_locale, kernel::problem::FieldProblems};

/// The list of what needs another look. It takes the focus when problems arrive, so that a screen reader hears it and the eye
/// finds it. `label_of` turns a field's name into what people call it.
#[component]
pub fn ErrorSummary(#[prop(into)] problems: Signal<FieldProblems>, label_of: fn(crate::i18n::Locale, &str) -> String) -> impl IntoView {
    let t = use_locale();
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if !problems.read().is_empty()
            && let Some(element) = summary.get()
        {
            let _ = element.focus();
        }
    });
    move || {
        let problems = problems.get();
        (!problems.is_empty()).then(|| {
            let entries = problems
                .iter()
                .map(|(name, problem)| {
                    view! { <li><a href=format!("#{}", field_id(name)) rel="external">{label_of(t, name)}</a>": " {problem.text(t)}</li> }
                })
                .collect_view();
            view! {
                <div class="banner bad error-summary" role="alert" tabindex="-1" node_ref=summary>
                    <Icon name=IconName::Bad/>
                    <div class="banner-text">
                        <strong>{t.fields_to_mend(i64::try_from(problems.len()).unwrap_or(i64::MAX))}</strong>
                        <ul>{entries}</ul>
                    </div>
                </div>
            }
        })
    }
}
