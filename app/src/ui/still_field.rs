//! The fields of [`super::field`] for a form that is written anew with every answer, such as a filter: nothing in them follows
//! anything, so they are [inert](super::inert()) markup.

use maud::{Markup, html};

use super::{
    Choice,
    field::{described_by, field_id},
};
use crate::{i18n::Locale, kernel::problem::Problem};

/// What such a field is called, holds, and gets wrong.
#[derive(Debug)]
pub struct StillField<'a> {
    pub label: &'a str,
    pub name: &'a str,
    pub value: String,
    pub problem: Option<&'a Problem>,
}

impl StillField<'_> {
    /// A line of text. `input_mode` chooses the keyboard of a phone: `decimal`, `numeric`.
    #[must_use]
    pub fn text(&self, input_mode: &str, t: Locale) -> Markup {
        let id = field_id(self.name);
        self.frame(
            &html! {
                div.input-box {
                    input.input id=(id) name=(self.name) type="text" value=(self.value) inputmode=(input_mode) autocomplete="off"
                        aria-describedby=(described_by(&id, None)) aria-invalid=[self.invalid()];
                }
            },
            t,
        )
    }

    /// A choice from a closed set; `empty` is what the entry for nothing says.
    #[must_use]
    pub fn select(&self, choices: &[Choice], empty: &str, t: Locale) -> Markup {
        let id = field_id(self.name);
        self.frame(
            &html! {
                div.input-box.select {
                    select.input id=(id) name=(self.name) aria-describedby=(described_by(&id, None)) aria-invalid=[self.invalid()] {
                        option value="" { (empty) }
                        @for (value, label) in choices {
                            option value=(value) selected[*value == self.value] { (label) }
                        }
                    }
                }
            },
            t,
        )
    }

    fn invalid(&self) -> Option<&'static str> {
        self.problem.is_some().then_some("true")
    }

    fn frame(&self, control: &Markup, t: Locale) -> Markup {
        let id = field_id(self.name);
        html! {
            div.field.wrong[self.problem.is_some()] {
                label for=(id) { (self.label) }
                (control)
                p.problem id={ (id) "-problem" } { @if let Some(problem) = self.problem { (problem.text(t)) } }
            }
        }
    }
}

/// Yes or no: sends `value` if it is ticked, nothing if not.
#[must_use]
pub fn still_check(label: &str, name: &str, value: &str, checked: bool) -> Markup {
    html! {
        label.check {
            input type="checkbox" name=(name) value=(value) checked[checked];
            span { (label) }
        }
    }
}
