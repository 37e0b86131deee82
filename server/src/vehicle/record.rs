//! What is kept of a change (audit, moves, prices) and how it reads afterwards as a timeline.

use app::{
    i18n::Locale,
    kernel::{
        actor::Actor,
        error::AppError,
        id::{DecodingId, ImportId, VehicleId},
        number::{Notation, group_digits},
    },
    vehicle::{FieldKind, ImportMode, ImportOptions, StockStatus, TimelineEntry, TimelineKind, Vehicle, VehicleDraft, VehicleField},
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    error::VehicleError,
    store::history::{self, PriceChange, StatusChange},
};
use crate::{
    audit::{self, Change, Facts, Recorded},
    platform::{clock, db::Scope},
};

/// What the audit calls a vehicle.
const SUBJECT: &str = "vehicle";
/// What it calls a run of an import, and one over the VINs.
const IMPORT: &str = "vehicle_import";
const DECODING: &str = "vehicle_decoding";
/// What it tells of a timeline; moves of status have their own table.
const ACTIONS: [&str; 4] = ["created", "updated", "deleted", "restored"];
/// Entries of a timeline.
const TIMELINE: i64 = 100;

/// A vehicle as the audit keeps it.
#[must_use]
pub fn facts(vehicle: &Vehicle) -> Facts {
    let mut facts = VehicleDraft::of(vehicle, Locale::En).fields;
    // A branch is known to people by its name.
    facts.insert(VehicleField::Branch.name().into(), vehicle.branch_name.clone().unwrap_or_default());
    if vehicle.mileage.is_none() {
        facts.remove(VehicleField::MileageUnit.name());
    }
    if vehicle.power.is_none() {
        facts.remove(VehicleField::PowerUnit.name());
    }
    facts.retain(|_, text| !text.is_empty());
    facts
}

/// The facts that differ, before and after.
#[must_use]
pub fn difference(before: &Vehicle, after: &Vehicle) -> (Facts, Facts) {
    audit::difference(facts(before), facts(after))
}

/// New vehicles: audit, their first status, their first asking price; three statements however many they are.
pub async fn created(connection: &mut PgConnection, actor: &Actor, vehicles: &[Vehicle]) -> Result<(), VehicleError> {
    let scope = Scope::of(actor);
    let made: Vec<_> = vehicles.iter().map(|vehicle| (vehicle.id.0, json!(facts(vehicle)))).collect();
    audit::record_created(connection, actor, SUBJECT, &made).await?;
    let statuses: Vec<_> = vehicles
        .iter()
        .map(|vehicle| StatusChange {
            id: Uuid::now_v7(),
            vehicle_id: vehicle.id.0,
            from_status: None,
            to_status: vehicle.status,
            reason: None,
        })
        .collect();
    history::add_status_changes(connection, scope, actor, &statuses).await?;
    let prices: Vec<_> = vehicles
        .iter()
        .filter(|vehicle| vehicle.asking_price.is_some())
        .map(|vehicle| PriceChange::new(vehicle.id.0, None, vehicle.asking_price))
        .collect();
    history::add_price_changes(connection, scope, actor, &prices).await?;
    Ok(())
}

/// An edit: audit of the fields that changed, and the asking price if it did.
pub async fn updated(connection: &mut PgConnection, actor: &Actor, before: &Vehicle, after: &Vehicle) -> Result<(), VehicleError> {
    let (old, new) = difference(before, after);
    entry(connection, actor, after.id, "updated", Some(json!(old)), Some(json!(new))).await?;
    if before.asking_price != after.asking_price {
        let price = PriceChange::new(after.id.0, before.asking_price, after.asking_price);
        history::add_price_changes(connection, Scope::of(actor), actor, &[price]).await?;
    }
    Ok(())
}

/// A move to another status.
pub async fn moved(
    connection: &mut PgConnection,
    actor: &Actor,
    id: VehicleId,
    from: StockStatus,
    to: StockStatus,
    reason: Option<String>,
) -> Result<(), VehicleError> {
    let after = json!({ "status": to, "reason": reason });
    entry(
        connection,
        actor,
        id,
        "status_changed",
        Some(json!({ "status": from })),
        Some(after),
    )
    .await?;
    let change = StatusChange {
        id: Uuid::now_v7(),
        vehicle_id: id.0,
        from_status: Some(from),
        to_status: to,
        reason,
    };
    history::add_status_changes(connection, Scope::of(actor), actor, &[change]).await?;
    Ok(())
}

/// Off the stock.
pub async fn deleted(connection: &mut PgConnection, actor: &Actor, vehicle: &Vehicle) -> Result<(), VehicleError> {
    entry(connection, actor, vehicle.id, "deleted", Some(json!(facts(vehicle))), None).await
}

/// Back on the stock.
pub async fn restored(connection: &mut PgConnection, actor: &Actor, vehicle: &Vehicle) -> Result<(), VehicleError> {
    entry(connection, actor, vehicle.id, "restored", None, Some(json!(facts(vehicle)))).await
}

/// A stock list is there; `bytes` is its size.
pub async fn import_uploaded(
    connection: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    (file_name, bytes): (&str, usize),
    options: &ImportOptions,
) -> Result<(), AppError> {
    let file = json!({ "file_name": file_name, "bytes": bytes, "notation": options.notation });
    asked(connection, actor, (IMPORT, id.0), "uploaded", file).await
}

/// Somebody has it written.
pub async fn import_confirmed(connection: &mut PgConnection, actor: &Actor, id: ImportId, mode: ImportMode) -> Result<(), AppError> {
    asked(connection, actor, (IMPORT, id.0), "confirmed", json!({ "mode": mode.name() })).await
}

/// Somebody has the VINs of the stock decoded.
pub async fn decoding_started(connection: &mut PgConnection, actor: &Actor, id: DecodingId) -> Result<(), AppError> {
    asked(connection, actor, (DECODING, id.0), "started", json!({})).await
}

/// A step of a run over many vehicles; what became of each of them has its own entry.
async fn asked(
    connection: &mut PgConnection,
    actor: &Actor,
    (subject, id): (&str, Uuid),
    action: &str,
    after: Value,
) -> Result<(), AppError> {
    let change = Change {
        action,
        subject,
        id,
        before: None,
        after: Some(after),
    };
    audit::record(connection, actor, change).await
}

async fn entry(
    connection: &mut PgConnection,
    actor: &Actor,
    id: VehicleId,
    action: &str,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<(), VehicleError> {
    let change = Change {
        action,
        subject: SUBJECT,
        id: id.0,
        before,
        after,
    };
    Ok(audit::record(connection, actor, change).await?)
}

/// Everything that happened to a vehicle, newest first, numbers as the reader writes them, times by the organisation's clock.
pub async fn timeline(connection: &mut PgConnection, actor: &Actor, id: VehicleId) -> Result<Vec<TimelineEntry>, VehicleError> {
    let scope = Scope::of(actor);
    let mut entries = history::status_changes(connection, scope, id, TIMELINE).await?;
    entries.extend(history::price_changes(connection, scope, id, TIMELINE).await?);
    let audited = audit::history(connection, scope, (SUBJECT, id.0), &ACTIONS, TIMELINE).await?;
    entries.extend(audited.into_iter().filter_map(|row| from_audit(row, actor.locale)));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(usize::try_from(TIMELINE).unwrap_or(usize::MAX));
    for entry in &mut entries {
        entry.at = clock::local(&entry.at, actor);
    }
    Ok(entries)
}

fn from_audit(row: Recorded, t: Locale) -> Option<TimelineEntry> {
    let kind = match row.action.as_str() {
        "created" => TimelineKind::Created,
        "deleted" => TimelineKind::Deleted,
        "restored" => TimelineKind::Restored,
        _ => {
            let changes = changes(row.before, row.after, t);
            if changes.is_empty() {
                return None;
            }
            TimelineKind::Edited { changes }
        }
    };
    Some(TimelineEntry {
        at: row.at.fixed_offset(),
        by: row.actor,
        kind,
    })
}

/// The changed fields; the asking price has an entry of its own.
fn changes(before: Option<Value>, after: Option<Value>, t: Locale) -> Vec<(String, Option<String>, Option<String>)> {
    let (mut before, mut after) = (audit::facts(before), audit::facts(after));
    VehicleField::ALL
        .iter()
        .filter(|field| **field != VehicleField::AskingPrice)
        .filter_map(|field| {
            let (old, new) = (before.remove(field.name()), after.remove(field.name()));
            let shown = |text: Option<String>| text.map(|text| shown(*field, text, t));
            (old.is_some() || new.is_some()).then(|| (field.name().to_owned(), shown(old), shown(new)))
        })
        .collect()
}

fn shown(field: VehicleField, text: String, t: Locale) -> String {
    match (field.kind(), Notation::Point.read(&text)) {
        (FieldKind::Number { grouped: true }, Ok(number)) => group_digits(&number.to_string(), t),
        _ => text,
    }
}
