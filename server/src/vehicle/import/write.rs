//! Writes the good rows of a checked file, batch by batch, in the caller's transaction: vehicles, history, audit.

use app::{
    kernel::{
        actor::Actor,
        id::{ImportId, VehicleId},
        problem::Problem,
    },
    vehicle::{ImportProblem, NewVehicle, Vehicle, VehicleField},
};
use chrono::Utc;
use sqlx::PgConnection;

use super::{
    check::{Rules, Verdict},
    progress::Progress,
    reader::{Sheet, shorten},
};
use crate::{
    platform::db::Scope,
    vehicle::{
        error::{VehicleError, taken_field},
        record,
        row::{Columns, unique_values},
        stock_numbers, store,
    },
};

/// Rows written by one statement.
const BATCH: usize = 500;

/// From so many new vehicles on, PostgreSQL looks at the table at once: until it does, connections keep plans for the table as it was.
const MANY: i64 = 1_000;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// Somebody was faster: a value of the batch that was free when it was checked is in use now.
    #[error("lost a race for a unique value")]
    Lost(Vec<Wanted>),
    #[error(transparent)]
    Other(#[from] VehicleError),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error.into())
    }
}

/// A unique value that a row wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    line: u64,
    field: VehicleField,
    value: String,
}

/// Stock numbers for the good rows that bring none; the counter moves past those that others bring.
pub(super) async fn assign_stock_numbers(
    connection: &mut PgConnection,
    scope: Scope,
    verdict: &Verdict,
) -> Result<Vec<String>, VehicleError> {
    stock_numbers::follow_all(connection, scope, verdict.numbers.clone()).await?;
    let mut free = Vec::with_capacity(verdict.unnumbered);
    while free.len() < verdict.unnumbered {
        let more = stock_numbers::take_many(connection, scope, verdict.unnumbered - free.len()).await?;
        free.extend(more.into_iter().filter(|number| !verdict.has_number(number)));
    }
    Ok(free)
}

/// A row on its way into the stock.
struct Ready {
    line: u64,
    id: VehicleId,
    number: String,
    new: NewVehicle,
}

/// Writes the good rows. `numbers` come from [`assign_stock_numbers`].
pub(super) async fn rows(
    connection: &mut PgConnection,
    actor: &Actor,
    import: ImportId,
    (sheet, rules, verdict): (&Sheet, &Rules, &Verdict),
    numbers: Vec<String>,
    progress: &mut Progress,
) -> Result<(), Refused> {
    let mut numbers = numbers.into_iter();
    let mut done: i64 = 0;
    let mut batch = Vec::with_capacity(BATCH);
    for (row, is_good) in sheet.rows().zip(&verdict.good) {
        done += 1;
        // A good row was read once; the rules are the same.
        if *is_good && let Ok(new) = rules.read(&row.draft) {
            let number = new.stock_number.clone().or_else(|| numbers.next()).unwrap_or_default();
            batch.push(Ready {
                line: row.line,
                id: VehicleId::new(),
                number,
                new,
            });
        }
        if batch.len() == BATCH {
            write(connection, actor, import, rules, std::mem::take(&mut batch)).await?;
            progress.report(verdict.counts.rows, done).await?;
        }
    }
    write(connection, actor, import, rules, batch).await?;
    if verdict.counts.good >= MANY {
        store::imports::refresh_statistics(connection).await?;
    }
    Ok(())
}

async fn write(connection: &mut PgConnection, actor: &Actor, import: ImportId, rules: &Rules, batch: Vec<Ready>) -> Result<(), Refused> {
    if batch.is_empty() {
        return Ok(());
    }
    let vehicles: Vec<Vehicle> = batch.iter().map(|ready| as_stored(actor, rules, ready)).collect();
    let wanted: Vec<Wanted> = batch.iter().flat_map(wanted).collect();
    let columns: Vec<Columns> = batch
        .into_iter()
        .map(|ready| Columns::of(ready.id.0, ready.number, ready.new))
        .collect();
    if let Err(error) = store::insert(connection, Scope::of(actor), &columns, Some(import.0), rules.context.today).await {
        return Err(match taken_field(&error) {
            Some(_) => Refused::Lost(wanted),
            None => error.into(),
        });
    }
    Ok(record::created(connection, actor, &vehicles).await?)
}

fn wanted(ready: &Ready) -> impl Iterator<Item = Wanted> {
    let line = ready.line;
    unique_values(&ready.new, Some(&ready.number))
        .into_iter()
        .map(move |(field, value)| Wanted { line, field, value })
}

/// Who has the values of a lost race, row by row; empty if they are free again.
pub(super) async fn holders(
    connection: &mut PgConnection,
    scope: Scope,
    sheet: &Sheet,
    wanted: &[Wanted],
) -> Result<Vec<ImportProblem>, VehicleError> {
    let values: Vec<_> = wanted.iter().map(|wanted| (wanted.field, wanted.value.clone())).collect();
    let taken = store::taken(connection, scope, &values, None).await?;
    let problem = |wanted: &Wanted| {
        let holder = taken
            .iter()
            .find(|row| row.field == wanted.field.name() && row.value == wanted.value)?;
        Some(ImportProblem {
            line: wanted.line,
            column: sheet.column_of(wanted.field),
            value: shorten(&wanted.value),
            problem: Problem::Taken {
                vehicle: holder.title.clone(),
                id: holder.id.to_string(),
            },
        })
    };
    Ok(wanted.iter().filter_map(problem).collect())
}

/// The vehicle as it will be read back, for audit and history. Not read back: in a transaction of many rows the planner has no statistics
/// of them, and each look would walk all of them.
fn as_stored(actor: &Actor, rules: &Rules, ready: &Ready) -> Vehicle {
    let new = ready.new.clone();
    let now = Utc::now();
    Vehicle {
        id: ready.id,
        organisation: actor.organisation,
        version: 1,
        kind: new.kind,
        stock_number: ready.number.clone(),
        vin: new.vin,
        plate: new.plate,
        make: new.make,
        model: new.model,
        line: new.line,
        model_year: new.model_year,
        body_type: new.body_type,
        motorcycle_type: new.motorcycle_type,
        doors: new.doors,
        seats: new.seats,
        fuel_type: new.fuel_type,
        electrification: new.electrification,
        transmission: new.transmission,
        drivetrain: new.drivetrain,
        displacement_cc: new.displacement_cc,
        power: new.power,
        engine_number: new.engine_number,
        chassis_number: new.chassis_number,
        colour_outside: new.colour_outside,
        colour_inside: new.colour_inside,
        keys: new.keys,
        mileage: new.mileage,
        city_registered: new.city_registered,
        branch: new.branch,
        branch_name: new.branch.and_then(|branch| rules.branch_name(branch)),
        lot_place: new.lot_place,
        status: new.status,
        acquired_on: new.acquired_on,
        purchase_price: new.purchase_price,
        asking_price: new.asking_price,
        tags: new.tags,
        notes: new.notes,
        custom_fields: new.custom_fields,
        catalogue: None,
        days_in_stock: 0,
        created_at: now,
        updated_at: now,
    }
}
