//! What people type into the form, send to the API or import: text by field, and the one place that checks it.
//!
//! A draft holds any text, so that nothing typed is lost; [`VehicleDraft::check`] turns it into a [`NewVehicle`] or names
//! every problem at its field. Form, REST and CSV all come through here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use iso_currency::Currency;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    BodyType, Distance, DistanceUnit, Drivetrain, Electrification, FuelType, MotorcycleType, Power, PowerUnit, StockStatus, Transmission,
    Vehicle, VehicleKind,
};
use crate::{
    i18n::Locale,
    kernel::{
        closed_set::closed_set,
        id::BranchId,
        money::Money,
        number::{Notation, group_digits},
        problem::{FieldProblems, Problem},
    },
};

closed_set! {
    /// Every field of a vehicle that a person may set; the name is the form's, the API's and the CSV column's.
    pub enum VehicleField {
        Kind = "kind",
        StockNumber = "stock_number",
        Vin = "vin",
        Plate = "plate",
        Make = "make",
        Model = "model",
        Line = "line",
        ModelYear = "model_year",
        BodyType = "body_type",
        MotorcycleType = "motorcycle_type",
        Doors = "doors",
        Seats = "seats",
        FuelType = "fuel_type",
        Electrification = "electrification",
        Transmission = "transmission",
        Drivetrain = "drivetrain",
        DisplacementCc = "displacement_cc",
        Power = "power",
        PowerUnit = "power_unit",
        EngineNumber = "engine_number",
        ChassisNumber = "chassis_number",
        ColourOutside = "colour_outside",
        ColourInside = "colour_inside",
        Keys = "keys",
        Mileage = "mileage",
        MileageUnit = "mileage_unit",
        CityRegistered = "city_registered",
        Branch = "branch",
        LotPlace = "lot_place",
        Status = "status",
        AcquiredOn = "acquired_on",
        PurchasePrice = "purchase_price",
        AskingPrice = "asking_price",
        Currency = "currency",
        Tags = "tags",
        Notes = "notes",
        CustomFields = "custom_fields",
    }
}

impl VehicleField {
    /// Most characters that the field takes.
    #[must_use]
    pub const fn max_length(self) -> usize {
        match self {
            Self::Notes => 10_000,
            Self::CustomFields => 4_000,
            Self::Tags => 500,
            Self::Line => 120,
            Self::Vin | Self::Plate | Self::StockNumber | Self::EngineNumber | Self::ChassisNumber | Self::LotPlace => 40,
            _ => 80,
        }
    }
}

/// Text by field name. Unknown names are kept and refused by the check, so that a typo in an API call is not silently lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VehicleDraft {
    pub fields: BTreeMap<String, String>,
}

/// What a check needs to know beside the draft.
#[derive(Clone, Copy, Debug)]
pub struct CheckContext {
    /// How numbers are written.
    pub notation: Notation,
    /// Currency where the draft names none.
    pub currency: Currency,
    /// Today in the organisation's time zone.
    pub today: NaiveDate,
    /// Whether `reserved` and `sold` may be set: only by an import, which brings the past along.
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
        draft.set(
            F::CustomFields,
            vehicle
                .custom_fields
                .iter()
                .map(|(key, value)| format!("{key}: {value}"))
                .collect::<Vec<_>>()
                .join("\n"),
        );
        draft
    }

    /// Checks everything and names every problem at once.
    ///
    /// # Errors
    /// Field name → problem, for each field that has one.
    pub fn check(&self, context: &CheckContext) -> Result<NewVehicle, FieldProblems> {
        use VehicleField as F;
        let mut check = Check {
            draft: self,
            notation: context.notation,
            problems: FieldProblems::new(),
        };
        check.unknown_names();
        let kind = check
            .one_of(F::Kind, VehicleKind::ALL, VehicleKind::named)
            .unwrap_or(VehicleKind::Car);
        let currency = check.currency(context.currency);
        let next_year = i64::from(context.today.year()) + 2;
        let mileage_unit = check
            .one_of(F::MileageUnit, DistanceUnit::ALL, DistanceUnit::named)
            .unwrap_or(DistanceUnit::Km);
        let power_unit = check
            .one_of(F::PowerUnit, PowerUnit::ALL, PowerUnit::named)
            .unwrap_or(PowerUnit::Kw);
        let new = NewVehicle {
            kind,
            stock_number: check.text(F::StockNumber),
            vin: check.text(F::Vin).map(|vin| vin::normalise(&vin)),
            plate: check.text(F::Plate).map(|plate| normalise_plate(&plate)),
            make: check.needed(F::Make),
            model: check.needed(F::Model),
            line: check.text(F::Line),
            model_year: check.whole(F::ModelYear, 1885, next_year),
            body_type: check
                .one_of(F::BodyType, BodyType::ALL, BodyType::named)
                .filter(|_| kind == VehicleKind::Car),
            motorcycle_type: check
                .one_of(F::MotorcycleType, MotorcycleType::ALL, MotorcycleType::named)
                .filter(|_| kind == VehicleKind::Motorcycle),
            doors: check.whole(F::Doors, 0, 9),
            seats: check.whole(F::Seats, 1, 99),
            fuel_type: check.one_of(F::FuelType, FuelType::ALL, FuelType::named),
            electrification: check.one_of(F::Electrification, Electrification::ALL, Electrification::named),
            transmission: check.one_of(F::Transmission, Transmission::ALL, Transmission::named),
            drivetrain: check.one_of(F::Drivetrain, Drivetrain::ALL, Drivetrain::named),
            displacement_cc: check.whole(F::DisplacementCc, 1, 30_000),
            power: check.whole(F::Power, 1, 3_000).map(|value| Power { value, unit: power_unit }),
            engine_number: check.text(F::EngineNumber).map(|number| number.to_uppercase()),
            chassis_number: check.text(F::ChassisNumber).map(|number| number.to_uppercase()),
            colour_outside: check.text(F::ColourOutside),
            colour_inside: check.text(F::ColourInside),
            keys: check.whole(F::Keys, 0, 20),
            mileage: check
                .whole(F::Mileage, 0, 3_000_000)
                .map(|value| Distance { value, unit: mileage_unit }),
            city_registered: check.text(F::CityRegistered),
            branch: check.branch(),
            lot_place: check.text(F::LotPlace),
            status: check.status(context.any_status),
            acquired_on: check.acquired_on(context.today),
            purchase_price: check.money(F::PurchasePrice, currency),
            asking_price: check.money(F::AskingPrice, currency),
            tags: check.tags(),
            notes: check.text(F::Notes),
            custom_fields: check.custom_fields(),
        };
        if check.problems.is_empty() { Ok(new) } else { Err(check.problems) }
    }
}

/// `12900.00` → `12900`, `12900.5` → `12900.50`.
fn plain_amount(money: Money) -> String {
    let amount = money.amount.normalize();
    let mut amount = amount;
    if amount.scale() > 0 {
        amount.rescale(Money::decimals(money.currency).max(amount.scale()));
    }
    amount.to_string()
}

/// Plates are compared without spaces, dashes and dots, in capitals.
fn normalise_plate(plate: &str) -> String {
    plate.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The check under way: reads a field, notes its problem.
struct Check<'a> {
    draft: &'a VehicleDraft,
    notation: Notation,
    problems: FieldProblems,
}

impl Check<'_> {
    fn note(&mut self, field: VehicleField, problem: Problem) {
        self.problems.entry(field.name().to_owned()).or_insert(problem);
    }

    fn unknown_names(&mut self) {
        for name in self.draft.fields.keys().filter(|name| VehicleField::named(name).is_none()) {
            let allowed = VehicleField::ALL.iter().map(|field| field.name().to_owned()).collect();
            self.problems.insert(name.chars().take(80).collect(), Problem::Unknown { allowed });
        }
    }

    fn text(&mut self, field: VehicleField) -> Option<String> {
        let text = self.draft.get(field).trim();
        let multiline = matches!(field, VehicleField::Notes | VehicleField::CustomFields);
        if text
            .chars()
            .any(|c| c.is_control() && !(multiline && matches!(c, '\n' | '\r' | '\t')))
        {
            self.note(field, Problem::ControlCharacters);
            return None;
        }
        if text.chars().count() > field.max_length() {
            self.note(field, Problem::TooLong { max: field.max_length() });
            return None;
        }
        (!text.is_empty()).then(|| text.replace("\r\n", "\n"))
    }

    fn needed(&mut self, field: VehicleField) -> String {
        let text = self.text(field);
        if text.is_none() {
            self.note(field, Problem::Required);
        }
        text.unwrap_or_default()
    }

    fn number(&mut self, field: VehicleField) -> Option<Decimal> {
        let text = self.text(field)?;
        match self.notation.read(&text) {
            Ok(number) => Some(number),
            Err(problem) => {
                self.note(field, problem);
                None
            }
        }
    }

    fn whole<N: TryFrom<i64>>(&mut self, field: VehicleField, min: i64, max: i64) -> Option<N> {
        let number = self.number(field)?;
        if number.normalize().scale() > 0 {
            self.note(field, Problem::NotWhole);
            return None;
        }
        let whole = number
            .to_i64()
            .filter(|whole| (min..=max).contains(whole))
            .and_then(|whole| N::try_from(whole).ok());
        if whole.is_none() {
            self.note(
                field,
                Problem::OutOfRange {
                    min: min.to_string(),
                    max: max.to_string(),
                },
            );
        }
        whole
    }

    fn one_of<T: Copy + std::fmt::Display>(&mut self, field: VehicleField, all: &[T], named: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(field)?;
        let value = named(&text);
        if value.is_none() {
            self.note(
                field,
                Problem::Unknown {
                    allowed: all.iter().map(ToString::to_string).collect(),
                },
            );
        }
        value
    }

    fn money(&mut self, field: VehicleField, currency: Currency) -> Option<Money> {
        let amount = self.number(field)?;
        match Money::checked(amount, currency) {
            Ok(money) => Some(money),
            Err(problem) => {
                self.note(field, problem);
                None
            }
        }
    }

    fn currency(&mut self, fallback: Currency) -> Currency {
        let Some(code) = self.text(VehicleField::Currency) else {
            return fallback;
        };
        Currency::from_code(&code.to_uppercase()).unwrap_or_else(|| {
            self.note(VehicleField::Currency, Problem::Malformed { expected: "USD".into() });
            fallback
        })
    }

    fn branch(&mut self) -> Option<BranchId> {
        let text = self.text(VehicleField::Branch)?;
        let id = text.parse::<Uuid>().ok().map(BranchId);
        if id.is_none() {
            self.note(
                VehicleField::Branch,
                Problem::Malformed {
                    expected: Uuid::nil().to_string(),
                },
            );
        }
        id
    }

    fn status(&mut self, any: bool) -> StockStatus {
        let status = self
            .one_of(VehicleField::Status, StockStatus::ALL, StockStatus::named)
            .unwrap_or(StockStatus::InPreparation);
        if !any && !status.may_start() {
            let allowed = StockStatus::ALL
                .iter()
                .filter(|status| status.may_start())
                .map(ToString::to_string)
                .collect();
            self.note(VehicleField::Status, Problem::Unknown { allowed });
        }
        status
    }

    fn acquired_on(&mut self, today: NaiveDate) -> NaiveDate {
        let Some(text) = self.text(VehicleField::AcquiredOn) else {
            return today;
        };
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d")
            .ok()
            .filter(|date| text.len() == 10 && date.year() >= 1900);
        match date {
            None => self.note(VehicleField::AcquiredOn, Problem::NotADate),
            Some(date) if date > today => self.note(VehicleField::AcquiredOn, Problem::InTheFuture),
            Some(_) => {}
        }
        date.unwrap_or(today)
    }

    fn tags(&mut self) -> Vec<String> {
        let text = self.text(VehicleField::Tags).unwrap_or_default();
        let tags: BTreeSet<String> = text
            .split(',')
            .map(str::trim)
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect();
        if tags.len() > 20 || tags.iter().any(|tag| tag.chars().count() > 40) {
            self.note(VehicleField::Tags, Problem::TooLong { max: 40 });
        }
        tags.into_iter().collect()
    }

    fn custom_fields(&mut self) -> BTreeMap<String, String> {
        let text = self.text(VehicleField::CustomFields).unwrap_or_default();
        let mut fields = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_once(':').map(|(key, value)| (key.trim(), value.trim())) {
                Some((key, value)) if !key.is_empty() && fields.len() < 30 => {
                    fields.insert(key.to_owned(), value.to_owned());
                }
                _ => self.note(
                    VehicleField::CustomFields,
                    Problem::Malformed {
                        expected: "Inspected by: Ana".into(),
                    },
                ),
            }
        }
        fields
    }
}
