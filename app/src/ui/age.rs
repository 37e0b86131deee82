//! Days in stock: the number, and a line that grows and changes colour, amber from 60 days, red from 90.

use leptos::prelude::*;
use maud::{Markup, html};

use super::inert;
use crate::i18n::{Locale, use_locale};

/// The line is full at so many days.
const FULL: i32 = 120;

/// How long a vehicle stands, in days.
#[component]
pub fn Age(days: i32) -> impl IntoView {
    inert(age(days, use_locale()))
}

/// The same in inert markup.
#[must_use]
pub fn age(days: i32, t: Locale) -> Markup {
    let tone = match days {
        ..60 => "age",
        60..90 => "age warn",
        _ => "age bad",
    };
    let length = (days.clamp(0, FULL) * 100 / FULL).max(2);
    html! {
        span class=(tone) {
            b.num { (t.days_in_stock(i64::from(days))) }
            svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
                rect width="100" height="4" {}
                rect.length width=(length) height="4" {}
            }
        }
    }
}
