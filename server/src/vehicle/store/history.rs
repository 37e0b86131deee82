//! What happened to vehicles: moves of status and changes of the asking price; the rest of it is in the audit.

use app::{
    kernel::{actor::Actor, id::VehicleId, money::Money},
    vehicle::{StockStatus, TimelineEntry, TimelineKind},
};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Stored, json};
use crate::{platform::db::Scope, vehicle::row::money};

/// A move of one vehicle.
#[derive(Debug, Serialize)]
pub struct StatusChange {
    pub id: Uuid,
    pub vehicle_id: Uuid,
    pub from_status: Option<StockStatus>,
    pub to_status: StockStatus,
    pub reason: Option<String>,
}

/// A change of one vehicle's asking price.
#[derive(Debug, Serialize)]
pub struct PriceChange {
    pub id: Uuid,
    pub vehicle_id: Uuid,
    from_amount: Option<rust_decimal::Decimal>,
    from_currency: Option<&'static str>,
    to_amount: Option<rust_decimal::Decimal>,
    to_currency: Option<&'static str>,
}

impl PriceChange {
    /// A change from one price to another; either may be missing.
    #[must_use]
    pub fn new(vehicle: Uuid, from: Option<Money>, to: Option<Money>) -> Self {
        Self {
            id: Uuid::now_v7(),
            vehicle_id: vehicle,
            from_amount: from.map(|price| price.amount),
            from_currency: from.map(|price| price.currency.code()),
            to_amount: to.map(|price| price.amount),
            to_currency: to.map(|price| price.currency.code()),
        }
    }
}

/// Records moves.
pub async fn add_status_changes(connection: &mut PgConnection, scope: Scope, actor: &Actor, changes: &[StatusChange]) -> Stored<()> {
    if changes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO vehicle_status_change (organisation_id, id, vehicle_id, from_status, to_status, reason, user_id, actor)
         SELECT $1, r.id, r.vehicle_id, r.from_status, r.to_status, r.reason, $3, $4
         FROM jsonb_to_recordset($2) AS r (id uuid, vehicle_id uuid, from_status text, to_status text, reason text)",
        scope.organisation(),
        json(changes)?,
        actor.user.map(|user| user.0),
        actor.name,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Records changes of price.
pub async fn add_price_changes(connection: &mut PgConnection, scope: Scope, actor: &Actor, changes: &[PriceChange]) -> Stored<()> {
    if changes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO vehicle_price_change
            (organisation_id, id, vehicle_id, from_amount, from_currency, to_amount, to_currency, user_id, actor)
         SELECT $1, r.id, r.vehicle_id, r.from_amount, r.from_currency, r.to_amount, r.to_currency, $3, $4
         FROM jsonb_to_recordset($2) AS r (
             id uuid, vehicle_id uuid, from_amount numeric, from_currency text, to_amount numeric, to_currency text)",
        scope.organisation(),
        json(changes)?,
        actor.user.map(|user| user.0),
        actor.name,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves of a vehicle, newest first.
pub async fn status_changes(connection: &mut PgConnection, scope: Scope, id: VehicleId, count: i64) -> Stored<Vec<TimelineEntry>> {
    let rows = sqlx::query!(
        "SELECT at, actor, from_status, to_status, reason
         FROM vehicle_status_change
         WHERE organisation_id = $1
           AND vehicle_id = $2
         ORDER BY at DESC
         LIMIT $3",
        scope.organisation(),
        id.0,
        count,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let status = |name: &str| StockStatus::named(name).ok_or_else(|| sqlx::Error::Decode(format!("status {name:?}").into()));
            Ok(TimelineEntry {
                at: row.at.fixed_offset(),
                by: row.actor,
                kind: TimelineKind::StatusChanged {
                    from: row.from_status.as_deref().map(status).transpose()?,
                    to: status(&row.to_status)?,
                    reason: row.reason,
                },
            })
        })
        .collect()
}

/// Asking prices of a vehicle, newest first.
pub async fn price_changes(connection: &mut PgConnection, scope: Scope, id: VehicleId, count: i64) -> Stored<Vec<TimelineEntry>> {
    let rows = sqlx::query!(
        "SELECT at, actor, from_amount, from_currency, to_amount, to_currency
         FROM vehicle_price_change
         WHERE organisation_id = $1
           AND vehicle_id = $2
         ORDER BY at DESC
         LIMIT $3",
        scope.organisation(),
        id.0,
        count,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TimelineEntry {
                at: row.at.fixed_offset(),
                by: row.actor,
                kind: TimelineKind::PriceChanged {
                    from: money("from_currency", row.from_amount, row.from_currency.as_deref())?,
                    to: money("to_currency", row.to_amount, row.to_currency.as_deref())?,
                },
            })
        })
        .collect()
}
