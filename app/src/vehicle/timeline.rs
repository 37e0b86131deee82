//! What happened to a vehicle, in words.

use leptos::prelude::*;

use super::{
    TimelineEntry, TimelineKind, VehicleField,
    words::{field_label, field_text},
};
use crate::{
    i18n::{Locale, use_locale},
    kernel::money::Money,
    ui::{Timeline, TimelineItem, Tone},
};

/// The entries, newest first.
#[component]
pub fn VehicleTimeline(entries: Vec<TimelineEntry>) -> impl IntoView {
    let t = use_locale();
    let items = entries
        .into_iter()
        .map(|entry| {
            let (title, tone) = title(&entry.kind, t);
            view! { <TimelineItem tone title at=entry.at>{sub(&entry, t)}</TimelineItem> }
        })
        .collect_view();
    view! { <Timeline>{items}</Timeline> }
}

fn title(kind: &TimelineKind, t: Locale) -> (String, Tone) {
    match kind {
        TimelineKind::Created => (t.happened_created().into(), Tone::Info),
        TimelineKind::Edited { changes } => (t.happened_edited(i64::try_from(changes.len()).unwrap_or(i64::MAX)), Tone::Quiet),
        TimelineKind::StatusChanged { to, .. } => (to.label(t).into(), to.tone()),
        TimelineKind::PriceChanged { from, to } => (price_title(*from, *to, t), Tone::Info),
        TimelineKind::Deleted => (t.happened_deleted().into(), Tone::Bad),
        TimelineKind::Restored => (t.happened_restored().into(), Tone::Ok),
    }
}

fn price_title(from: Option<Money>, to: Option<Money>, t: Locale) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from.currency == to.currency && to.amount < from.amount => t.price_lowered(from.show(t), to.show(t)),
        (Some(from), Some(to)) => t.price_changed(from.show(t), to.show(t)),
        (None, Some(to)) => t.price_set(to.show(t)),
        (_, None) => t.price_removed().into(),
    }
}

fn sub(entry: &TimelineEntry, t: Locale) -> AnyView {
    let by = entry.by.clone();
    match &entry.kind {
        TimelineKind::Edited { changes } => {
            let changes = changes
                .iter()
                .map(|(name, before, after)| {
                    let label = field_label(t, name);
                    let text = |text: &Option<String>| value(name, text.as_deref(), t);
                    view! { <li>{label}": "<del>{text(before)}</del>" → "<ins>{text(after)}</ins></li> }
                })
                .collect_view();
            view! { {by}<ul class="changes">{changes}</ul> }.into_any()
        }
        TimelineKind::StatusChanged { from, reason, .. } => {
            let from = from.map(|from| t.previously(from.label(t)));
            let parts: Vec<String> = [Some(by), from, reason.clone()]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect();
            parts.join(" · ").into_any()
        }
        _ => by.into_any(),
    }
}

/// A changed value, cut where it would fill the page.
fn value(name: &str, text: Option<&str>, t: Locale) -> String {
    const LONGEST: usize = 80;
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return "—".into();
    };
    let text = VehicleField::named(name).map_or_else(|| text.to_owned(), |field| field_text(field, text, t));
    if text.chars().count() <= LONGEST {
        return text;
    }
    let mut cut: String = text.chars().take(LONGEST).collect();
    cut.push('…');
    cut
}
