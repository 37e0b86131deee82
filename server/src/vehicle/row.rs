//! Rows of the table `vehicle` and the types they stand for.

use std::collections::BTreeMap;

use app::{
    kernel::{money::Money, unit::DistanceUnit},
    vehicle::{
        BodyType, Distance, Drivetrain, Electrification, FuelType, MotorcycleType, NewVehicle, Power, PowerUnit, StockStatus, Transmission,
        Vehicle, VehicleField, VehicleKind, VehicleSummary,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::platform::stored::{maybe, one, strange};

/// A vehicle as `store::find` reads it.
#[derive(Debug)]
pub struct VehicleRow {
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub version: i64,
    pub kind: String,
    pub stock_number: String,
    pub vin: Option<String>,
    pub plate: Option<String>,
    pub make: String,
    pub model: String,
    pub line: Option<String>,
    pub model_year: Option<i16>,
    pub body_type: Option<String>,
    pub motorcycle_type: Option<String>,
    pub doors: Option<i16>,
    pub seats: Option<i16>,
    pub fuel_type: Option<String>,
    pub electrification: Option<String>,
    pub transmission: Option<String>,
    pub drivetrain: Option<String>,
    pub displacement_cc: Option<i32>,
    pub power_value: Option<i32>,
    pub power_unit: Option<String>,
    pub engine_number: Option<String>,
    pub chassis_number: Option<String>,
    pub colour_outside: Option<String>,
    pub colour_inside: Option<String>,
    pub keys: Option<i16>,
    pub mileage_value: Option<i32>,
    pub mileage_unit: Option<String>,
    pub city_registered: Option<String>,
    pub branch_id: Option<Uuid>,
    pub branch_name: Option<String>,
    pub lot_place: Option<String>,
    pub status: String,
    pub acquired_on: NaiveDate,
    pub purchase_amount: Option<Decimal>,
    pub purchase_currency: Option<String>,
    pub asking_amount: Option<Decimal>,
    pub asking_currency: Option<String>,
    pub tags: Vec<String>,
    pub notes: Option<String>,
    pub custom_fields: serde_json::Value,
    pub days_in_stock: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An amount and its currency, which the table holds both or neither.
pub fn money(column: &'static str, amount: Option<Decimal>, currency: Option<&str>) -> Result<Option<Money>, sqlx::Error> {
    let (Some(amount), Some(code)) = (amount, currency) else {
        return Ok(None);
    };
    let currency = Currency::from_code(code).ok_or_else(|| strange(column, code))?;
    Ok(Some(Money::new(amount.normalize(), currency)))
}

fn distance(value: Option<i32>, unit: Option<&str>) -> Result<Option<Distance>, sqlx::Error> {
    let unit = maybe("mileage_unit", unit, DistanceUnit::named)?;
    Ok(value
        .and_then(|value| u32::try_from(value).ok())
        .zip(unit)
        .map(|(value, unit)| Distance { value, unit }))
}

fn power(value: Option<i32>, unit: Option<&str>) -> Result<Option<Power>, sqlx::Error> {
    let unit = maybe("power_unit", unit, PowerUnit::named)?;
    Ok(value
        .and_then(|value| u32::try_from(value).ok())
        .zip(unit)
        .map(|(value, unit)| Power { value, unit }))
}

impl TryFrom<VehicleRow> for Vehicle {
    type Error = sqlx::Error;

    fn try_from(row: VehicleRow) -> Result<Self, Self::Error> {
        let custom_fields: BTreeMap<String, String> =
            serde_json::from_value(row.custom_fields).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Self {
            id: row.id.into(),
            organisation: row.organisation_id.into(),
            version: row.version,
            kind: one("kind", &row.kind, VehicleKind::named)?,
            stock_number: row.stock_number,
            vin: row.vin,
            plate: row.plate,
            make: row.make,
            model: row.model,
            line: row.line,
            model_year: row.model_year,
            body_type: maybe("body_type", row.body_type.as_deref(), BodyType::named)?,
            motorcycle_type: maybe("motorcycle_type", row.motorcycle_type.as_deref(), MotorcycleType::named)?,
            doors: row.doors,
            seats: row.seats,
            fuel_type: maybe("fuel_type", row.fuel_type.as_deref(), FuelType::named)?,
            electrification: maybe("electrification", row.electrification.as_deref(), Electrification::named)?,
            transmission: maybe("transmission", row.transmission.as_deref(), Transmission::named)?,
            drivetrain: maybe("drivetrain", row.drivetrain.as_deref(), Drivetrain::named)?,
            displacement_cc: row.displacement_cc,
            power: power(row.power_value, row.power_unit.as_deref())?,
            engine_number: row.engine_number,
            chassis_number: row.chassis_number,
            colour_outside: row.colour_outside,
            colour_inside: row.colour_inside,
            keys: row.keys,
            mileage: distance(row.mileage_value, row.mileage_unit.as_deref())?,
            city_registered: row.city_registered,
            branch: row.branch_id.map(Into::into),
            branch_name: row.branch_name,
            lot_place: row.lot_place,
            status: one("status", &row.status, StockStatus::named)?,
            acquired_on: row.acquired_on,
            purchase_price: money("purchase_currency", row.purchase_amount, row.purchase_currency.as_deref())?,
            asking_price: money("asking_currency", row.asking_amount, row.asking_currency.as_deref())?,
            tags: row.tags,
            notes: row.notes,
            custom_fields,
            catalogue: None,
            days_in_stock: row.days_in_stock,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// A row of the list as `store::list` reads it, with the key it is sorted by.
#[derive(Debug, sqlx::FromRow)]
pub struct SummaryRow {
    pub id: Uuid,
    pub kind: String,
    pub stock_number: String,
    pub vin: Option<String>,
    pub plate: Option<String>,
    pub make: String,
    pub model: String,
    pub line: Option<String>,
    pub model_year: Option<i16>,
    pub body_type: Option<String>,
    pub motorcycle_type: Option<String>,
    pub transmission: Option<String>,
    pub colour_outside: Option<String>,
    pub mileage_value: Option<i32>,
    pub mileage_unit: Option<String>,
    pub status: String,
    pub purchase_amount: Option<Decimal>,
    pub purchase_currency: Option<String>,
    pub asking_amount: Option<Decimal>,
    pub asking_currency: Option<String>,
    pub days_in_stock: i32,
    pub sort_key: Option<String>,
}

impl TryFrom<SummaryRow> for VehicleSummary {
    type Error = sqlx::Error;

    fn try_from(row: SummaryRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: row.id.into(),
            kind: one("kind", &row.kind, VehicleKind::named)?,
            stock_number: row.stock_number,
            vin: row.vin,
            plate: row.plate,
            make: row.make,
            model: row.model,
            line: row.line,
            model_year: row.model_year,
            body_type: maybe("body_type", row.body_type.as_deref(), BodyType::named)?,
            motorcycle_type: maybe("motorcycle_type", row.motorcycle_type.as_deref(), MotorcycleType::named)?,
            transmission: maybe("transmission", row.transmission.as_deref(), Transmission::named)?,
            colour_outside: row.colour_outside,
            mileage: distance(row.mileage_value, row.mileage_unit.as_deref())?,
            status: one("status", &row.status, StockStatus::named)?,
            purchase_price: money("purchase_currency", row.purchase_amount, row.purchase_currency.as_deref())?,
            asking_price: money("asking_currency", row.asking_amount, row.asking_currency.as_deref())?,
            days_in_stock: row.days_in_stock,
        })
    }
}

/// A vehicle on its way into the table: one element of the JSON array that `store::insert` and `store::update` unfold into rows.
/// Its names are the columns'.
#[derive(Debug, Serialize)]
pub struct Columns {
    pub id: Uuid,
    kind: VehicleKind,
    stock_number: String,
    vin: Option<String>,
    plate: Option<String>,
    make: String,
    model: String,
    line: Option<String>,
    model_year: Option<i16>,
    body_type: Option<BodyType>,
    motorcycle_type: Option<MotorcycleType>,
    doors: Option<i16>,
    seats: Option<i16>,
    fuel_type: Option<FuelType>,
    electrification: Option<Electrification>,
    transmission: Option<Transmission>,
    drivetrain: Option<Drivetrain>,
    displacement_cc: Option<i32>,
    power_value: Option<u32>,
    power_unit: Option<PowerUnit>,
    engine_number: Option<String>,
    chassis_number: Option<String>,
    colour_outside: Option<String>,
    colour_inside: Option<String>,
    keys: Option<i16>,
    mileage_value: Option<u32>,
    mileage_unit: Option<DistanceUnit>,
    city_registered: Option<String>,
    branch_id: Option<Uuid>,
    lot_place: Option<String>,
    status: StockStatus,
    acquired_on: NaiveDate,
    purchase_amount: Option<Decimal>,
    purchase_currency: Option<&'static str>,
    asking_amount: Option<Decimal>,
    asking_currency: Option<&'static str>,
    tags: Vec<String>,
    notes: Option<String>,
    custom_fields: BTreeMap<String, String>,
}

impl Columns {
    /// The columns of a checked vehicle; `stock_number` is the one it ends up with.
    #[must_use]
    pub fn of(id: Uuid, stock_number: String, new: NewVehicle) -> Self {
        Self {
            id,
            kind: new.kind,
            stock_number,
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
            power_value: new.power.map(|power| power.value),
            power_unit: new.power.map(|power| power.unit),
            engine_number: new.engine_number,
            chassis_number: new.chassis_number,
            colour_outside: new.colour_outside,
            colour_inside: new.colour_inside,
            keys: new.keys,
            mileage_value: new.mileage.map(|mileage| mileage.value),
            mileage_unit: new.mileage.map(|mileage| mileage.unit),
            city_registered: new.city_registered,
            branch_id: new.branch.map(|branch| branch.0),
            lot_place: new.lot_place,
            status: new.status,
            acquired_on: new.acquired_on,
            purchase_amount: new.purchase_price.map(|price| price.amount),
            purchase_currency: new.purchase_price.map(|price| price.currency.code()),
            asking_amount: new.asking_price.map(|price| price.amount),
            asking_currency: new.asking_price.map(|price| price.currency.code()),
            tags: new.tags,
            notes: new.notes,
            custom_fields: new.custom_fields,
        }
    }
}

/// The values that no other living vehicle of the organisation may have.
#[must_use]
pub fn unique_values(new: &NewVehicle, stock_number: Option<&str>) -> Vec<(VehicleField, String)> {
    [
        (VehicleField::StockNumber, stock_number.map(str::to_owned)),
        (VehicleField::Vin, new.vin.clone()),
        (VehicleField::Plate, new.plate.clone()),
        (VehicleField::EngineNumber, new.engine_number.clone()),
        (VehicleField::ChassisNumber, new.chassis_number.clone()),
    ]
    .into_iter()
    .filter_map(|(field, value)| Some((field, value?)))
    .collect()
}
