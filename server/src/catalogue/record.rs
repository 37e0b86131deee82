//! What is kept of a change of an entry, and how it reads afterwards as the change log.

use app::{
    catalogue::{CatalogueAction, CatalogueChange, CatalogueDraft, CatalogueEntry, CatalogueField, CatalogueLevel},
    kernel::{actor::Actor, id::CatalogueEntryId},
};
use chrono_tz::Tz;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{error::EntryError, row::one, store::ChangeRow};
use crate::audit::{self, Change, Facts};

/// An entry as the audit keeps it.
fn facts(entry: &CatalogueEntry) -> Facts {
    let mut facts = CatalogueDraft::of(entry).fields;
    facts.retain(|_, text| !text.is_empty());
    facts
}

/// The facts that differ, before and after.
pub fn difference(before: &CatalogueEntry, after: &CatalogueEntry) -> (Facts, Facts) {
    audit::difference(facts(before), facts(after))
}

/// A change from one state to another; either may be missing.
pub async fn changed(
    connection: &mut PgConnection,
    actor: &Actor,
    action: CatalogueAction,
    id: CatalogueEntryId,
    (before, after): (Option<&CatalogueEntry>, Option<&CatalogueEntry>),
) -> Result<(), EntryError> {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => {
            let (old, new) = difference(before, after);
            (Some(json!(old)), Some(json!(new)))
        }
        (before, after) => (before.map(|entry| json!(facts(entry))), after.map(|entry| json!(facts(entry)))),
    };
    let change = Change {
        action: action.name(),
        subject: "catalogue_entry",
        id: id.0,
        before,
        after,
    };
    Ok(audit::record(connection, actor, change).await?)
}

/// A change as people read it, by the organisation's clock.
pub fn shown(row: ChangeRow, actor: &Actor) -> Result<CatalogueChange, EntryError> {
    // A zone that only PostgreSQL knows is shown in UTC.
    let zone: Tz = actor.time_zone.parse().unwrap_or(Tz::UTC);
    Ok(CatalogueChange {
        at: row.at.with_timezone(&zone).fixed_offset(),
        by: row.actor,
        action: one("action", &row.action, CatalogueAction::named)?,
        entry: row.entry.into(),
        level: one("level", &row.level, CatalogueLevel::named)?,
        title: row.title,
        changes: changes(row.before, row.after),
    })
}

fn changes(before: Option<Value>, after: Option<Value>) -> Vec<(String, Option<String>, Option<String>)> {
    let (mut before, mut after) = (audit::facts(before), audit::facts(after));
    CatalogueField::ALL
        .iter()
        .filter_map(|field| {
            let (old, new) = (before.remove(field.name()), after.remove(field.name()));
            (old.is_some() || new.is_some()).then(|| (field.name().to_owned(), old, new))
        })
        .collect()
}
