//! All SQL of the stock. Functions take a [`Scope`] first, so that no query leaves its organisation.
//!
//! Here: one vehicle and many at once. `list` pages, `totals` counts, `history` keeps what happened, `imports` the import runs, `decodings` those over the VINs.

pub mod decodings;
pub mod history;
pub mod imports;
pub mod list;
pub mod totals;

use std::collections::HashMap;

use app::{
    kernel::id::{BranchId, VehicleId},
    vehicle::{StockStatus, Vehicle, VehicleField},
};
use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{Columns, VehicleRow};
use crate::platform::{
    db::Scope,
    stored::{Stored, json},
    version::Locked,
};

/// The day it is in a time zone (IANA name).
pub async fn today(connection: &mut PgConnection, time_zone: &str) -> Stored<NaiveDate> {
    sqlx::query_scalar!(r#"SELECT (now() AT TIME ZONE $1)::date AS "today!""#, time_zone)
        .fetch_one(connection)
        .await
}

/// Reads living vehicles as they are shown: `living_vehicles!(scope, id, time_zone, "v.id = $2")`.
macro_rules! living_vehicles {
    ($scope:expr, $id:expr, $time_zone:expr, $which:literal) => {
        sqlx::query_as!(
            VehicleRow,
            r#"SELECT
                    v.id, v.organisation_id, v.version, v.kind, v.stock_number, v.vin, v.plate, v.make, v.model, v.line, v.model_year,
                    v.body_type, v.motorcycle_type, v.doors, v.seats, v.fuel_type, v.electrification, v.transmission, v.drivetrain,
                    v.displacement_cc, v.power_value, v.power_unit, v.engine_number, v.chassis_number, v.colour_outside, v.colour_inside,
                    v.keys, v.mileage_value, v.mileage_unit, v.city_registered, v.branch_id, v.lot_place, v.status, v.acquired_on,
                    v.purchase_amount, v.purchase_currency, v.asking_amount, v.asking_currency, v.tags, v.notes, v.custom_fields,
                    b.name AS "branch_name?",
                    greatest(coalesce(v.left_on, (now() AT TIME ZONE $3)::date) - v.acquired_on, 0) AS "days_in_stock!",
                    v.created_at, v.updated_at
               FROM vehicle v
               LEFT JOIN branch b ON b.organisation_id = v.organisation_id AND b.id = v.branch_id
               WHERE v.organisation_id = $1
                 AND v.deleted_at IS NULL
                 AND "#
                + $which,
            $scope.organisation(),
            $id,
            $time_zone,
        )
    };
}

/// A living vehicle.
pub async fn find(connection: &mut PgConnection, scope: Scope, id: VehicleId, time_zone: &str) -> Stored<Option<Vehicle>> {
    living_vehicles!(scope, id.0, time_zone, "v.id = $2")
        .fetch_optional(connection)
        .await?
        .map(Vehicle::try_from)
        .transpose()
}

/// Of these vehicles the living ones, by id.
pub async fn find_all(connection: &mut PgConnection, scope: Scope, ids: &[Uuid], time_zone: &str) -> Stored<Vec<Vehicle>> {
    let rows = living_vehicles!(scope, ids, time_zone, "v.id = ANY($2) ORDER BY v.id")
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Vehicle::try_from).collect()
}

/// Locks a vehicle, living or deleted, against every other change, until the transaction ends.
pub async fn lock(connection: &mut PgConnection, scope: Scope, id: VehicleId) -> Stored<Option<Locked>> {
    sqlx::query_as!(
        Locked,
        r#"SELECT version, deleted_at IS NOT NULL AS "deleted!"
           FROM vehicle
           WHERE organisation_id = $1
             AND id = $2
           FOR UPDATE"#,
        scope.organisation(),
        id.0,
    )
    .fetch_optional(connection)
    .await
}

/// Adds vehicles, in one statement. Whoever has left already (sold, inactive) left `today`.
pub async fn insert(
    connection: &mut PgConnection,
    scope: Scope,
    vehicles: &[Columns],
    import: Option<Uuid>,
    today: NaiveDate,
) -> Stored<()> {
    sqlx::query!(
        "INSERT INTO vehicle (
            organisation_id, import_id, left_on,
            id, kind, stock_number, vin, plate, make, model, line, model_year, body_type, motorcycle_type, doors, seats, fuel_type,
            electrification, transmission, drivetrain, displacement_cc, power_value, power_unit, engine_number, chassis_number,
            colour_outside, colour_inside, keys, mileage_value, mileage_unit, city_registered, branch_id, lot_place, status,
            acquired_on, purchase_amount, purchase_currency, asking_amount, asking_currency, tags, notes, custom_fields)
         SELECT $1, $3, CASE WHEN r.status IN ('sold', 'inactive') THEN $4::date END,
                r.id, r.kind, r.stock_number, r.vin, r.plate, r.make, r.model, r.line, r.model_year, r.body_type, r.motorcycle_type,
                r.doors, r.seats, r.fuel_type, r.electrification, r.transmission, r.drivetrain, r.displacement_cc, r.power_value,
                r.power_unit, r.engine_number, r.chassis_number, r.colour_outside, r.colour_inside, r.keys, r.mileage_value,
                r.mileage_unit, r.city_registered, r.branch_id, r.lot_place, r.status, r.acquired_on, r.purchase_amount,
                r.purchase_currency, r.asking_amount, r.asking_currency, r.tags, r.notes, r.custom_fields
         FROM jsonb_to_recordset($2) AS r (
                id uuid, kind text, stock_number text, vin text, plate text, make text, model text, line text, model_year smallint,
                body_type text, motorcycle_type text, doors smallint, seats smallint, fuel_type text, electrification text,
                transmission text, drivetrain text, displacement_cc integer, power_value integer, power_unit text, engine_number text,
                chassis_number text, colour_outside text, colour_inside text, keys smallint, mileage_value integer, mileage_unit text,
                city_registered text, branch_id uuid, lot_place text, status text, acquired_on date, purchase_amount numeric,
                purchase_currency text, asking_amount numeric, asking_currency text, tags text[], notes text, custom_fields jsonb)",
        scope.organisation(),
        json(vehicles)?,
        import,
        today,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces every field but the status. The caller holds the lock and has compared the version.
pub async fn update(connection: &mut PgConnection, scope: Scope, id: VehicleId, vehicle: &Columns) -> Stored<()> {
    sqlx::query!(
        "UPDATE vehicle v
         SET    version = v.version + 1, updated_at = now(),
                kind = r.kind, stock_number = r.stock_number, vin = r.vin, plate = r.plate, make = r.make, model = r.model,
                line = r.line, model_year = r.model_year, body_type = r.body_type, motorcycle_type = r.motorcycle_type, doors = r.doors,
                seats = r.seats, fuel_type = r.fuel_type, electrification = r.electrification, transmission = r.transmission,
                drivetrain = r.drivetrain, displacement_cc = r.displacement_cc, power_value = r.power_value, power_unit = r.power_unit,
                engine_number = r.engine_number, chassis_number = r.chassis_number, colour_outside = r.colour_outside,
                colour_inside = r.colour_inside, keys = r.keys, mileage_value = r.mileage_value, mileage_unit = r.mileage_unit,
                city_registered = r.city_registered, branch_id = r.branch_id, lot_place = r.lot_place, acquired_on = r.acquired_on,
                purchase_amount = r.purchase_amount, purchase_currency = r.purchase_currency, asking_amount = r.asking_amount,
                asking_currency = r.asking_currency, tags = r.tags, notes = r.notes, custom_fields = r.custom_fields
         FROM jsonb_to_record($3) AS r (
                kind text, stock_number text, vin text, plate text, make text, model text, line text, model_year smallint,
                body_type text, motorcycle_type text, doors smallint, seats smallint, fuel_type text, electrification text,
                transmission text, drivetrain text, displacement_cc integer, power_value integer, power_unit text, engine_number text,
                chassis_number text, colour_outside text, colour_inside text, keys smallint, mileage_value integer, mileage_unit text,
                city_registered text, branch_id uuid, lot_place text, status text, acquired_on date, purchase_amount numeric,
                purchase_currency text, asking_amount numeric, asking_currency text, tags text[], notes text, custom_fields jsonb)
         WHERE v.organisation_id = $1
           AND v.id = $2",
        scope.organisation(),
        id.0,
        json(vehicle)?,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves a vehicle to a status; the day it left the stock is kept from the first move out until it comes back.
pub async fn set_status(connection: &mut PgConnection, scope: Scope, id: VehicleId, status: StockStatus, today: NaiveDate) -> Stored<()> {
    sqlx::query!(
        "UPDATE vehicle
         SET version = version + 1,
             updated_at = now(),
             status = $3,
             left_on = CASE WHEN $4 THEN NULL ELSE coalesce(left_on, $5) END
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
        status.name(),
        status.in_stock(),
        today,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a vehicle off the stock, or puts it back.
pub async fn set_deleted(connection: &mut PgConnection, scope: Scope, id: VehicleId, deleted: bool) -> Stored<()> {
    sqlx::query!(
        "UPDATE vehicle
         SET version = version + 1,
             updated_at = now(),
             deleted_at = CASE WHEN $3 THEN now() END
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
        deleted,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A value that a living vehicle has, and which vehicle.
#[derive(Debug)]
pub struct TakenRow {
    pub field: String,
    pub value: String,
    pub id: Uuid,
    pub title: String,
}

/// Which of these (field, value) pairs living vehicles have. `except` is not asked.
pub async fn taken(
    connection: &mut PgConnection,
    scope: Scope,
    wanted: &[(VehicleField, String)],
    except: Option<VehicleId>,
) -> Stored<Vec<TakenRow>> {
    let values = |field: VehicleField| -> Vec<String> {
        let of_field = wanted.iter().filter(|(wanted, _)| *wanted == field);
        of_field.flat_map(|(_, value)| spellings(field, value)).collect()
    };
    // A list to compare with, not a table to join: whatever the planner thinks of a table it has no statistics of (while it was empty, or
    // after many rows of this transaction), the worst that it can do is to read the organisation's rows once for each field.
    let rows = sqlx::query!(
        r#"WITH found AS (
               SELECT 'stock_number' AS field, lower(v.stock_number) AS value, v.*
               FROM vehicle v WHERE v.organisation_id = $1 AND v.deleted_at IS NULL AND lower(v.stock_number) = ANY($2)
               UNION ALL
               SELECT 'vin', v.vin, v.*
               FROM vehicle v WHERE v.organisation_id = $1 AND v.deleted_at IS NULL AND v.vin = ANY($3)
               UNION ALL
               SELECT 'plate', v.plate, v.*
               FROM vehicle v WHERE v.organisation_id = $1 AND v.deleted_at IS NULL AND v.plate = ANY($4)
               UNION ALL
               SELECT 'engine_number', v.engine_number, v.*
               FROM vehicle v WHERE v.organisation_id = $1 AND v.deleted_at IS NULL AND v.engine_number = ANY($5)
               UNION ALL
               SELECT 'chassis_number', v.chassis_number, v.*
               FROM vehicle v WHERE v.organisation_id = $1 AND v.deleted_at IS NULL AND v.chassis_number = ANY($6))
           SELECT f.field AS "field!", f.value AS "value!", f.id AS "id!",
                  concat_ws(' ', f.model_year, f.make, f.model, f.line) || ' (' || f.stock_number || ')' AS "title!"
           FROM found f
           WHERE f.id IS DISTINCT FROM $7"#,
        scope.organisation(),
        &values(VehicleField::StockNumber),
        &values(VehicleField::Vin),
        &values(VehicleField::Plate),
        &values(VehicleField::EngineNumber),
        &values(VehicleField::ChassisNumber),
        except.map(|id| id.0),
    )
    .fetch_all(connection)
    .await?;
    let holders: HashMap<(String, String), (Uuid, String)> =
        rows.into_iter().map(|row| ((row.field, row.value), (row.id, row.title))).collect();
    let holder = |(field, value): &(VehicleField, String)| {
        let mut spellings = spellings(*field, value).into_iter();
        let (id, title) = spellings.find_map(|spelling| holders.get(&(field.name().to_owned(), spelling)))?;
        Some(TakenRow {
            field: field.name().to_owned(),
            value: value.clone(),
            id: *id,
            title: title.clone(),
        })
    };
    Ok(wanted.iter().filter_map(holder).collect())
}

/// How a unique value may be spelled in its index: stock numbers in lower case, which is ASCII's alone in a database of locale C.
fn spellings(field: VehicleField, value: &str) -> Vec<String> {
    match field {
        VehicleField::StockNumber => vec![value.to_lowercase(), value.to_ascii_lowercase()],
        _ => vec![value.to_owned()],
    }
}

/// The organisation's living branches, by name.
pub async fn branches(connection: &mut PgConnection, scope: Scope) -> Stored<Vec<(BranchId, String)>> {
    let rows = sqlx::query!(
        "SELECT id, name
         FROM branch
         WHERE organisation_id = $1
           AND deleted_at IS NULL
         ORDER BY lower(name), id
         LIMIT 500",
        scope.organisation(),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

/// Takes the next `count` stock numbers; the first of them. Others wait until the transaction ends, so that no two get the same.
pub async fn take_numbers(connection: &mut PgConnection, scope: Scope, count: i64) -> Stored<i64> {
    sqlx::query_scalar!(
        r#"INSERT INTO vehicle_stock_counter AS c (organisation_id, next_number)
           VALUES ($1, 1 + $2::bigint)
           ON CONFLICT (organisation_id) DO UPDATE SET next_number = c.next_number + $2::bigint
           RETURNING next_number - $2::bigint AS "first!""#,
        scope.organisation(),
        count,
    )
    .fetch_one(connection)
    .await
}

/// Lets the counter go on after a number that somebody typed or imported.
pub async fn numbers_used_up_to(connection: &mut PgConnection, scope: Scope, number: i64) -> Stored<()> {
    sqlx::query!(
        "INSERT INTO vehicle_stock_counter AS c (organisation_id, next_number)
         VALUES ($1, $2::bigint + 1)
         ON CONFLICT (organisation_id) DO UPDATE SET next_number = excluded.next_number
         WHERE c.next_number < excluded.next_number",
        scope.organisation(),
        number,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The number that comes next, without taking it.
pub async fn next_number(connection: &mut PgConnection, scope: Scope) -> Stored<i64> {
    let next = sqlx::query_scalar!(
        "SELECT next_number FROM vehicle_stock_counter WHERE organisation_id = $1",
        scope.organisation(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(next.unwrap_or(1))
}

/// The unique values of a vehicle, also of a deleted one.
pub async fn unique_values(connection: &mut PgConnection, scope: Scope, id: VehicleId) -> Stored<Vec<(VehicleField, String)>> {
    let row = sqlx::query!(
        "SELECT stock_number, vin, plate, engine_number, chassis_number
         FROM vehicle
         WHERE organisation_id = $1
           AND id = $2",
        scope.organisation(),
        id.0,
    )
    .fetch_one(connection)
    .await?;
    let values = [
        (VehicleField::StockNumber, Some(row.stock_number)),
        (VehicleField::Vin, row.vin),
        (VehicleField::Plate, row.plate),
        (VehicleField::EngineNumber, row.engine_number),
        (VehicleField::ChassisNumber, row.chassis_number),
    ];
    Ok(values.into_iter().filter_map(|(field, value)| Some((field, value?))).collect())
}
