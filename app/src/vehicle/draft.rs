//! What people type into the form, send to the API or import: text by field, and the one place that checks it.
//!
//! A draft holds any text, so that nothing typed is lost; [`VehicleDraft::check`] turns it into a [`NewVehicle`] or names
//! every problem at its field. Form, REST and CSV all come through here.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use super::{
    BodyType, Distance, Drivetrain, Electrification, FieldKind, FuelType, MotorcycleType, Power, PowerUnit, StockStatus, Transmission,
    Vehicle, VehicleField, VehicleKind,
};
use crate::{
    i18n::Locale,
    kernel::{
        id::BranchId,
        money::Money,
        number::{Notation, group_digits},
        unit::DistanceUnit,
    },
};

/// Text by field name. Unknown names are kept and refused by the check, so that a typo in an API call is not silently lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VehicleDraft {
    pub fields: BTreeMap<String, String>,
}

/// A draft for tests.
#[cfg(test)]
pub(super) fn draft(fields: &[(VehicleField, &str)]) -> VehicleDraft {
    let mut draft = VehicleDraft::default();
    for (field, text) in fields {
        draft.set(*field, *text);
    }
    draft
}

/// What a check needs to know beside the draft.
#[derive(Clone, Copy, Debug)]
pub struct CheckContext {
    /// How numbers are written.
    pub notation: Notation,
    /// Currency where the draft names none.
    pub currency: Currency,
    /// Unit of the mileage where the draft names none.
    pub distance_unit: DistanceUnit,
    /// Today in the organisation's time zone.
    pub today: NaiveDate,
    /// Whether every status may stand there, `reserved` and `sold` too: in an import, which brings the past along, and for a vehicle that is
    /// there already, whose status a draft does not change.
    pub any_status: bool,
}

/// A checked vehicle, ready to be stored. The stock number may be missing: the server proposes the next one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewVehicle {
    pub kind: VehicleKind,
    pub stock_number: Option<String>,
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
    pub displacement_cc: Option<i32>,
    pub power: Option<Power>,
    pub engine_number: Option<String>,
    pub chassis_number: Option<String>,
    pub colour_outside: Option<String>,
    pub colour_inside: Option<String>,
    pub keys: Option<i16>,
    pub mileage: Option<Distance>,
    pub city_registered: Option<String>,
    pub branch: Option<BranchId>,
    pub lot_place: Option<String>,
    pub status: StockStatus,
    pub acquired_on: NaiveDate,
    pub purchase_price: Option<Money>,
    pub asking_price: Option<Money>,
    pub tags: Vec<String>,
    pub notes: Option<String>,
    pub custom_fields: BTreeMap<String, String>,
}

impl VehicleDraft {
    /// The text of a field; empty if nothing was typed.
    #[must_use]
    pub fn get(&self, field: VehicleField) -> &str {
        self.fields.get(field.name()).map_or("", String::as_str)
    }

    pub fn set(&mut self, field: VehicleField, text: impl Into<String>) {
        self.fields.insert(field.name().to_owned(), text.into());
    }

    /// The same draft with its numbers written in another notation. What is no number in `from` stays as it was typed.
    #[must_use]
    pub fn in_notation(mut self, from: Notation, to: Notation) -> Self {
        if from == to {
            return self;
        }
        for field in VehicleField::ALL {
            if let FieldKind::Number { grouped } = field.kind()
                && let Ok(number) = from.read_as_typed(self.get(*field))
            {
                self.set(*field, if grouped { to.write(number) } else { to.write_plain(number) });
            }
        }
        self
    }

    /// The draft that would store exactly this vehicle, with numbers as the reader writes them.
    #[must_use]
    pub fn of(vehicle: &Vehicle, t: Locale) -> Self {
        use VehicleField as F;
        let mut draft = Self::default();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let whole = |value: Option<i64>| value.map(|number| number.to_string()).unwrap_or_default();
        let grouped = |value: Option<i64>| value.map(|number| group_digits(&number.to_string(), t)).unwrap_or_default();
        let price = |money: Option<Money>| money.map(|money| group_digits(&plain_amount(money), t)).unwrap_or_default();
        let name = |name: Option<&'static str>| name.unwrap_or_default().to_owned();
        let currency = vehicle
            .asking_price
            .or(vehicle.purchase_price)
            .map(|money| money.currency.code().to_owned());
        draft.set(F::Kind, vehicle.kind.name());
        draft.set(F::StockNumber, &vehicle.stock_number);
        draft.set(F::Vin, text(&vehicle.vin));
        draft.set(F::Plate, text(&vehicle.plate));
        draft.set(F::Make, &vehicle.make);
        draft.set(F::Model, &vehicle.model);
        draft.set(F::Line, text(&vehicle.line));
        draft.set(F::ModelYear, whole(vehicle.model_year.map(i64::from)));
        draft.set(F::BodyType, name(vehicle.body_type.map(BodyType::name)));
        draft.set(F::MotorcycleType, name(vehicle.motorcycle_type.map(MotorcycleType::name)));
        draft.set(F::Doors, whole(vehicle.doors.map(i64::from)));
        draft.set(F::Seats, whole(vehicle.seats.map(i64::from)));
        draft.set(F::FuelType, name(vehicle.fuel_type.map(FuelType::name)));
        draft.set(F::Electrification, name(vehicle.electrification.map(Electrification::name)));
        draft.set(F::Transmission, name(vehicle.transmission.map(Transmission::name)));
        draft.set(F::Drivetrain, name(vehicle.drivetrain.map(Drivetrain::name)));
        draft.set(F::DisplacementCc, grouped(vehicle.displacement_cc.map(i64::from)));
        draft.set(F::Power, grouped(vehicle.power.map(|power| i64::from(power.value))));
        draft.set(F::PowerUnit, vehicle.power.map_or(PowerUnit::Kw, |power| power.unit).name());
        draft.set(F::EngineNumber, text(&vehicle.engine_number));
        draft.set(F::ChassisNumber, text(&vehicle.chassis_number));
        draft.set(F::ColourOutside, text(&vehicle.colour_outside));
        draft.set(F::ColourInside, text(&vehicle.colour_inside));
        draft.set(F::Keys, whole(vehicle.keys.map(i64::from)));
        draft.set(F::Mileage, grouped(vehicle.mileage.map(|mileage| i64::from(mileage.value))));
        draft.set(
            F::MileageUnit,
            vehicle.mileage.map_or(DistanceUnit::Km, |mileage| mileage.unit).name(),
        );
        draft.set(F::CityRegistered, text(&vehicle.city_registered));
        draft.set(F::Branch, vehicle.branch.map(|branch| branch.to_string()).unwrap_or_default());
        draft.set(F::LotPlace, text(&vehicle.lot_place));
        draft.set(F::Status, vehicle.status.name());
        draft.set(F::AcquiredOn, vehicle.acquired_on.to_string());
        draft.set(F::PurchasePrice, price(vehicle.purchase_price));
        draft.set(F::AskingPrice, price(vehicle.asking_price));
        draft.set(F::Currency, currency.unwrap_or_default());
        draft.set(F::Tags, vehicle.tags.join(", "));
        draft.set(F::Notes, text(&vehicle.notes));
        draft.set(F::CustomFields, custom_field_lines(&vehicle.custom_fields));
        draft
    }
}

/// One line each: `Inspected by: Ana`.
fn custom_field_lines(fields: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.join("\n")
}

/// `12900.00` → `12900`, `12900.5` → `12900.50`.
fn plain_amount(money: Money) -> String {
    let mut amount = money.amount.normalize();
    if amount.scale() > 0 {
        amount.rescale(Money::decimals(money.currency).max(amount.scale()));
    }
    amount.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_keeps_its_amounts_in_another_notation() {
        let mut draft = VehicleDraft::default();
        draft.set(VehicleField::AskingPrice, "12.900");
        draft.set(VehicleField::PurchasePrice, "1.250,50");
        draft.set(VehicleField::ModelYear, "2019");
        draft.set(VehicleField::Mileage, "many");
        let read = draft.clone().in_notation(Notation::Comma, Notation::Point);
        assert_eq!(read.get(VehicleField::AskingPrice), "12,900");
        assert_eq!(read.get(VehicleField::PurchasePrice), "1,250.50");
        assert_eq!(read.get(VehicleField::ModelYear), "2019");
        assert_eq!(read.get(VehicleField::Mileage), "many");
        assert_eq!(read.in_notation(Notation::Point, Notation::Comma), draft);
    }
}
