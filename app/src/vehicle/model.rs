//! A vehicle as it is stored and shown.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{
    StockStatus,
    measure::{Distance, Power},
};
use crate::{
    catalogue::VehicleCatalogue,
    kernel::{
        closed_set::closed_set,
        id::{BranchId, OrganisationId, VehicleId},
        money::Money,
    },
};

/// The first model year that any vehicle has: that of the first car with an engine.
pub const FIRST_MODEL_YEAR: u16 = 1885;

closed_set! {
    /// What it is. Vans and trucks are to come as kinds of their own.
    pub enum VehicleKind {
        Car = "car",
        Motorcycle = "motorcycle",
    }
}

closed_set! {
    /// Body of a car, after vPIC's element BodyClass.
    pub enum BodyType {
        Sedan = "sedan",
        Hatchback = "hatchback",
        Wagon = "wagon",
        Coupe = "coupe",
        Convertible = "convertible",
        Suv = "suv",
        Crossover = "crossover",
        Minivan = "minivan",
        Van = "van",
        CargoVan = "cargo_van",
        Pickup = "pickup",
        Truck = "truck",
        ChassisCab = "chassis_cab",
        Bus = "bus",
        Other = "other",
    }
}

closed_set! {
    /// Build of a motorcycle, after vPIC's element BodyClass.
    pub enum MotorcycleType {
        Standard = "standard",
        Sport = "sport",
        Touring = "touring",
        Cruiser = "cruiser",
        Street = "street",
        DualSport = "dual_sport",
        OffRoad = "off_road",
        Custom = "custom",
        Scooter = "scooter",
        Moped = "moped",
        ThreeWheeled = "three_wheeled",
        Other = "other",
    }
}

closed_set! {
    /// What it burns or is charged with first.
    pub enum FuelType {
        Gasoline = "gasoline",
        Diesel = "diesel",
        Electric = "electric",
        FlexFuel = "flex_fuel",
        Lpg = "lpg",
        NaturalGas = "natural_gas",
        Hydrogen = "hydrogen",
        Other = "other",
    }
}

closed_set! {
    /// How much of the drive is electric (vPIC: ElectrificationLevel).
    pub enum Electrification {
        None = "none",
        MildHybrid = "mild_hybrid",
        Hybrid = "hybrid",
        PlugInHybrid = "plug_in_hybrid",
        BatteryElectric = "battery_electric",
        FuelCell = "fuel_cell",
    }
}

closed_set! {
    /// Gearbox (vPIC: TransmissionStyle).
    pub enum Transmission {
        Manual = "manual",
        Automatic = "automatic",
        Cvt = "cvt",
        DualClutch = "dual_clutch",
        AutomatedManual = "automated_manual",
        DirectDrive = "direct_drive",
        Other = "other",
    }
}

closed_set! {
    /// Driven wheels (vPIC: DriveType), for motorcycles the final drive.
    pub enum Drivetrain {
        Front = "front",
        Rear = "rear",
        All = "all",
        FourByFour = "four_by_four",
        FourByTwo = "four_by_two",
        SixByFour = "six_by_four",
        Chain = "chain",
        Belt = "belt",
        Shaft = "shaft",
        Other = "other",
    }
}

/// A vehicle, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Vehicle {
    pub id: VehicleId,
    pub organisation: OrganisationId,
    /// Goes up by one with every change; an update names the version it was made from.
    pub version: i64,
    pub kind: VehicleKind,
    pub stock_number: String,
    pub vin: Option<String>,
    pub plate: Option<String>,
    pub make: String,
    pub model: String,
    pub line: Option<String>,
    pub model_year: Option<i16>,
    pub body_type: Option<BodyType>,
    pub motorcycle_type: Option<MotorcycleType>,
    pub doors: Option<i16>,
    pub seats: Option<i16>,
    pub fuel_type: Option<FuelType>,
    pub electrification: Option<Electrification>,
    pub transmission: Option<Transmission>,
    pub drivetrain: Option<Drivetrain>,
    /// Cubic centimetres.
    pub displacement_cc: Option<i32>,
    pub power: Option<Power>,
    pub engine_number: Option<String>,
    pub chassis_number: Option<String>,
    pub colour_outside: Option<String>,
    pub colour_inside: Option<String>,
    /// How many keys came with it.
    pub keys: Option<i16>,
    pub mileage: Option<Distance>,
    pub city_registered: Option<String>,
    pub branch: Option<BranchId>,
    pub branch_name: Option<String>,
    pub lot_place: Option<String>,
    pub status: StockStatus,
    pub acquired_on: NaiveDate,
    pub purchase_price: Option<Money>,
    pub asking_price: Option<Money>,
    pub tags: Vec<String>,
    pub notes: Option<String>,
    pub custom_fields: BTreeMap<String, String>,
    /// What make and model stand for in the catalogue, for those who may read it; nothing where they are free text. Looked up when the
    /// vehicle is read, so its version does not count it.
    #[serde(default)]
    pub catalogue: Option<VehicleCatalogue>,
    /// Days from `acquired_on` to today, or to the day it was sold.
    pub days_in_stock: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Vehicle {
    /// `2019 Mazda 3 Grand Touring`.
    #[must_use]
    pub fn title(&self) -> String {
        title(self.model_year, &self.make, &self.model, self.line.as_deref())
    }

    /// Asking price less purchase price, where both are known in one currency.
    #[must_use]
    pub fn margin(&self) -> Option<Money> {
        margin(self.asking_price, self.purchase_price)
    }
}

/// A vehicle as a row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct VehicleSummary {
    pub id: VehicleId,
    pub kind: VehicleKind,
    pub stock_number: String,
    pub vin: Option<String>,
    pub plate: Option<String>,
    pub make: String,
    pub model: String,
    pub line: Option<String>,
    pub model_year: Option<i16>,
    pub body_type: Option<BodyType>,
    pub motorcycle_type: Option<MotorcycleType>,
    pub transmission: Option<Transmission>,
    pub colour_outside: Option<String>,
    pub mileage: Option<Distance>,
    pub status: StockStatus,
    pub purchase_price: Option<Money>,
    pub asking_price: Option<Money>,
    pub days_in_stock: i32,
}

impl VehicleSummary {
    /// `2019 Mazda 3 Grand Touring`.
    #[must_use]
    pub fn title(&self) -> String {
        title(self.model_year, &self.make, &self.model, self.line.as_deref())
    }

    /// Asking price less purchase price, where both are known in one currency.
    #[must_use]
    pub fn margin(&self) -> Option<Money> {
        margin(self.asking_price, self.purchase_price)
    }
}

fn title(year: Option<i16>, make: &str, model: &str, line: Option<&str>) -> String {
    let year = year.map(|year| year.to_string());
    [year.as_deref(), Some(make), Some(model), line]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn margin(asking: Option<Money>, purchase: Option<Money>) -> Option<Money> {
    let (asking, purchase) = (asking?, purchase?);
    (asking.currency == purchase.currency).then(|| Money::new(asking.amount - purchase.amount, asking.currency))
}

/// What stands above the list: how much of what is filtered there is, and how many vehicles of each status match the other filters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct StockTotals {
    pub count: i64,
    /// Sum of asking prices in the organisation's currency.
    pub asking: Money,
    /// Sum of margins where both prices are known.
    pub margin: Money,
    /// Counts by status under the same filters except the one on status.
    pub by_status: Vec<(StockStatus, i64)>,
    /// Makes in the stock, most frequent first, for the filter; not narrowed by the other filters.
    pub makes: Vec<String>,
}

/// Something that happened to a vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// By the clock of the organisation.
    pub at: DateTime<FixedOffset>,
    /// Name of the person, or "Forecourt".
    pub by: String,
    #[serde(flatten)]
    pub kind: TimelineKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimelineKind {
    Created,
    /// Fields that changed: (field, before, after) as text.
    Edited {
        changes: Vec<(String, Option<String>, Option<String>)>,
    },
    StatusChanged {
        from: Option<StockStatus>,
        to: StockStatus,
        reason: Option<String>,
    },
    PriceChanged {
        from: Option<Money>,
        to: Option<Money>,
    },
    Deleted,
    Restored,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_leaves_out_what_is_not_known() {
        assert_eq!(title(Some(2019), "Mazda", "3", Some("Grand Touring")), "2019 Mazda 3 Grand Touring");
        assert_eq!(title(None, "Vespa", "", None), "Vespa");
    }
}
