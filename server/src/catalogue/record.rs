//! What is kept of a change of an entry, and how it reads afterwards as the change log.

use std::collections::HashMap;

use app::{
    catalogue::{CatalogueAction, CatalogueChange, CatalogueDraft, CatalogueEntry, CatalogueField, CatalogueLevel},
    kernel::{actor::Actor, id::CatalogueEntryId},
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{error::EntryError, store::Called};
use crate::{
    audit::{self, Change, Facts, Recorded},
    platform::{clock, stored::one},
};

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

/// A change as people read it, by the organisation's clock, with the entry as it is called now.
pub fn shown(row: Recorded, called: &HashMap<Uuid, Called>, actor: &Actor) -> Result<CatalogueChange, EntryError> {
    let entry = called.get(&row.subject).ok_or(sqlx::Error::RowNotFound)?;
    Ok(CatalogueChange {
        at: clock::local(&row.at, actor),
        by: row.actor,
        action: one("action", &row.action, CatalogueAction::named)?,
        entry: row.subject.into(),
        level: one("level", &entry.level, CatalogueLevel::named)?,
        title: entry.title.clone(),
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
