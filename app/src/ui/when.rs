//! A moment as people say it (“2 hours ago”), with the exact one on hover.

use chrono::{DateTime, Timelike, Utc};
use leptos::prelude::*;

use crate::i18n::{Locale, use_locale};

/// When something happened. Older than a month it shows the day itself.
#[component]
pub fn When(at: DateTime<Utc>) -> impl IntoView {
    let t = use_locale();
    let exact = format!("{} {:02}:{:02} UTC", at.date_naive(), at.hour(), at.minute());
    view! { <time class="when" datetime=format!("{at:?}") title=exact>{ago(at, now(), t)}</time> }
}

fn ago(at: DateTime<Utc>, now: DateTime<Utc>, t: Locale) -> String {
    let seconds = (now - at).num_seconds();
    match seconds {
        ..60 => t.just_now().into(),
        60..3_600 => t.minutes_ago(seconds / 60),
        3_600..86_400 => t.hours_ago(seconds / 3_600),
        86_400..2_592_000 => t.days_ago(seconds / 86_400),
        _ => at.date_naive().to_string(),
    }
}

/// This moment by the clock of the machine that renders.
#[cfg(feature = "ssr")]
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// This moment by the clock of the machine that renders.
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn now() -> DateTime<Utc> {
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit in 53 bits")]
    let milliseconds = js_sys::Date::now() as i64;
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_in_the_largest_unit_that_fits() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        let said = |seconds: i64, t| ago(now - chrono::TimeDelta::seconds(seconds), now, t);
        assert_eq!(said(-5, Locale::En), "just now");
        assert_eq!(said(61, Locale::En), "1 minute ago");
        assert_eq!(said(7_200, Locale::Es), "hace 2 horas");
        assert_eq!(said(86_400 * 3, Locale::En), "3 days ago");
        assert_eq!(said(86_400 * 40, Locale::En), "2026-12-06");
    }
}
