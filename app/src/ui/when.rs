//! A moment as people say it (“2 hours ago”), with the exact one on hover.

use chrono::{DateTime, FixedOffset, Timelike, Utc};
use leptos::prelude::*;

use crate::i18n::{Locale, use_locale};

/// When something happened. Older than a month it shows the day itself; day and hour are those of the clock that `at` is on.
#[component]
pub fn When(at: DateTime<FixedOffset>) -> impl IntoView {
    let t = use_locale();
    let exact = format!("{} {:02}:{:02} (UTC{})", at.date_naive(), at.hour(), at.minute(), at.offset());
    view! { <time class="when" datetime=format!("{at:?}") title=exact>{ago(at, now(), t)}</time> }
}

fn ago(at: DateTime<FixedOffset>, now: DateTime<Utc>, t: Locale) -> String {
    let seconds = (now - at.to_utc()).num_seconds();
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
        let said = |seconds: i64, t| ago((now - chrono::TimeDelta::seconds(seconds)).fixed_offset(), now, t);
        assert_eq!(said(-5, Locale::En), "just now");
        assert_eq!(said(61, Locale::En), "1 minute ago");
        assert_eq!(said(7_200, Locale::Es), "hace 2 horas");
        assert_eq!(said(86_400 * 3, Locale::En), "3 days ago");
        assert_eq!(said(86_400 * 40, Locale::En), "2026-12-06");
        let Some(evening_before) = FixedOffset::west_opt(9 * 3_600) else {
            unreachable!("nine hours are an offset")
        };
        let at = (now - chrono::TimeDelta::days(40)).with_timezone(&evening_before);
        assert_eq!(ago(at, now, Locale::En), "2026-12-05", "the day is that of the clock it is on");
    }
}
