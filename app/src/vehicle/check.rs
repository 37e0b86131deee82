//! The check of a draft: every field by its rule, every problem at its field.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use iso_currency::Currency;
use uuid::Uuid;

use super::{
    BodyType, Distance, Drivetrain, Electrification, FIRST_MODEL_YEAR, FuelType, MotorcycleType, Power, PowerUnit, StockStatus,
    Transmission, VehicleField, VehicleKind,
    draft::{CheckContext, NewVehicle, VehicleDraft},
};
use crate::kernel::{
    check::Check,
    id::BranchId,
    money::Money,
    problem::{FieldProblems, Problem},
    unit::DistanceUnit,
};

/// Most tags of a vehicle, and most characters of one.
const MOST_TAGS: usize = 20;
const LONGEST_TAG: usize = 40;
/// Most custom fields of a vehicle.
const MOST_CUSTOM_FIELDS: usize = 30;

impl VehicleDraft {
    /// Checks everything and names every problem at once.
    ///
    /// # Errors
    /// Field name → problem, for each field that has one.
    pub fn check(&self, context: &CheckContext) -> Result<NewVehicle, FieldProblems> {
        use VehicleField as F;
        let mut check = Check::new(&self.fields, context.notation);
        let kind = check
            .one_of(F::Kind, VehicleKind::ALL, VehicleKind::named)
            .unwrap_or(VehicleKind::Car);
        let currency = check.currency(context.currency);
        let next_year = i64::from(context.today.year()) + 2;
        let new = NewVehicle {
            kind,
            stock_number: check.text(F::StockNumber),
            vin: check.identifier(F::Vin, vin::normalise, "JM1BPBLM9N1500001"),
            plate: check.identifier(F::Plate, normalise_plate, "KEX016"),
            make: check.needed(F::Make).unwrap_or_default(),
            model: check.needed(F::Model).unwrap_or_default(),
            line: check.text(F::Line),
            model_year: check.whole(F::ModelYear, i64::from(FIRST_MODEL_YEAR), next_year),
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
            power: check.power(),
            engine_number: check.identifier(F::EngineNumber, str::to_uppercase, "PE40512345"),
            chassis_number: check.identifier(F::ChassisNumber, str::to_uppercase, "BP000123"),
            colour_outside: check.text(F::ColourOutside),
            colour_inside: check.text(F::ColourInside),
            keys: check.whole(F::Keys, 0, 20),
            mileage: check.mileage(context.distance_unit),
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
        check.done(new)
    }
}

/// Plates are compared without spaces, dashes and dots, in capitals.
fn normalise_plate(plate: &str) -> String {
    plate.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// What stands between the parts of a number.
const fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | '.' | '_' | '/' | '\u{200b}' | '\u{feff}')
}

impl Check<'_, VehicleField> {
    /// A number that names one vehicle, as it is compared. Lists write a dash where there is none.
    fn identifier(&mut self, field: VehicleField, normalise: impl Fn(&str) -> String, example: &str) -> Option<String> {
        let text = self.text(field)?;
        if text.chars().all(is_separator) {
            return None;
        }
        let value = normalise(&text);
        if value.is_empty() {
            self.note(field, Problem::Malformed { expected: example.into() });
            return None;
        }
        Some(value)
    }

    /// The unit is checked even where there is no number.
    fn power(&mut self) -> Option<Power> {
        let unit = self.one_of(VehicleField::PowerUnit, PowerUnit::ALL, PowerUnit::named);
        let value = self.whole(VehicleField::Power, 1, 3_000)?;
        Some(Power {
            value,
            unit: unit.unwrap_or(PowerUnit::Kw),
        })
    }

    /// The unit is checked even where there is no number.
    fn mileage(&mut self, usual: DistanceUnit) -> Option<Distance> {
        let unit = self.one_of(VehicleField::MileageUnit, DistanceUnit::ALL, DistanceUnit::named);
        let value = self.whole(VehicleField::Mileage, 0, 3_000_000)?;
        Some(Distance {
            value,
            unit: unit.unwrap_or(usual),
        })
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
        if tags.len() > MOST_TAGS {
            self.note(VehicleField::Tags, Problem::TooMany { max: MOST_TAGS });
        } else if tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
            self.note(VehicleField::Tags, Problem::TooLong { max: LONGEST_TAG });
        }
        tags.into_iter().collect()
    }

    fn custom_fields(&mut self) -> BTreeMap<String, String> {
        let text = self.text(VehicleField::CustomFields).unwrap_or_default();
        let mut fields = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let problem = match line.split_once(':').map(|(name, value)| (name.trim(), value.trim())) {
                Some((name, _)) if fields.contains_key(name) => Problem::Duplicate { name: name.to_owned() },
                Some((name, value)) if !name.is_empty() => {
                    fields.insert(name.to_owned(), value.to_owned());
                    continue;
                }
                _ => Problem::Malformed {
                    expected: "Inspected by: Ana".into(),
                },
            };
            self.note(VehicleField::CustomFields, problem);
        }
        if fields.len() > MOST_CUSTOM_FIELDS {
            self.note(VehicleField::CustomFields, Problem::TooMany { max: MOST_CUSTOM_FIELDS });
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::number::Notation;

    fn check(fields: &[(VehicleField, &str)]) -> Result<NewVehicle, FieldProblems> {
        let named = [(VehicleField::Make, "Mazda"), (VehicleField::Model, "3")];
        crate::vehicle::draft::draft(&[&named, fields].concat()).check(&CheckContext {
            notation: Notation::Point,
            currency: Currency::USD,
            distance_unit: DistanceUnit::Mi,
            today: NaiveDate::from_ymd_opt(2026, 10, 1).unwrap_or_default(),
            any_status: false,
        })
    }

    fn problem(field: VehicleField, text: &str) -> Option<Problem> {
        check(&[(field, text)]).err()?.remove(field.name())
    }

    #[test]
    fn separators_alone_are_no_number_and_never_an_empty_text() {
        use VehicleField::{ChassisNumber, EngineNumber, Plate, Vin};
        for field in [Vin, Plate, EngineNumber, ChassisNumber] {
            for text in ["-", "---", " – . ", "\u{200b}", "/"] {
                let new = check(&[(field, text)]);
                let found = new.map(|new| [new.vin, new.plate, new.engine_number, new.chassis_number]);
                assert_eq!(found, Ok([None, None, None, None]), "{field} {text:?}");
            }
        }
        assert!(matches!(problem(Plate, "★"), Some(Problem::Malformed { .. })));
    }

    #[test]
    fn too_many_are_told_from_too_long() {
        let tags: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        assert_eq!(problem(VehicleField::Tags, &tags.join(",")), Some(Problem::TooMany { max: 20 }));
        assert_eq!(problem(VehicleField::Tags, &"x".repeat(41)), Some(Problem::TooLong { max: 40 }));
        let fields: Vec<String> = (0..31).map(|n| format!("{n}: x")).collect();
        assert_eq!(
            problem(VehicleField::CustomFields, &fields.join("\n")),
            Some(Problem::TooMany { max: 30 })
        );
    }

    #[test]
    fn a_custom_field_that_is_there_twice_is_named() {
        let name = "Inspected by".to_owned();
        assert_eq!(
            problem(VehicleField::CustomFields, "Inspected by: Ana\nInspected by : Luis"),
            Some(Problem::Duplicate { name })
        );
    }

    #[test]
    fn a_mileage_without_a_unit_is_in_the_organisations() {
        let new = check(&[(VehicleField::Mileage, "50000")]);
        assert_eq!(
            new.map(|new| new.mileage),
            Ok(Some(Distance {
                value: 50_000,
                unit: DistanceUnit::Mi
            }))
        );
    }
}
