//! What a VIN fills into a form: empty fields and those that it filled before; what a person typed is kept, and where it says something
//! else, that is shown beside it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{FieldKind, Power, PowerUnit, VehicleDraft, VehicleField, VehicleKind, merge::same};
use crate::{kernel::number::Notation, vin::make_name};

/// The fields that a VIN may say something about.
const DECODED: [VehicleField; 13] = [
    VehicleField::Kind,
    VehicleField::Make,
    VehicleField::Model,
    VehicleField::Line,
    VehicleField::ModelYear,
    VehicleField::BodyType,
    VehicleField::MotorcycleType,
    VehicleField::Doors,
    VehicleField::Seats,
    VehicleField::FuelType,
    VehicleField::Electrification,
    VehicleField::Transmission,
    VehicleField::Drivetrain,
];
/// Numbers that are written in groups, and the unit that goes with one of them.
const NUMBERS: [VehicleField; 2] = [VehicleField::DisplacementCc, VehicleField::Power];

/// Every field that a VIN may fill; the unit of the power goes along with it.
pub fn decodable() -> impl Iterator<Item = VehicleField> {
    DECODED.into_iter().chain(NUMBERS)
}

/// How a field stands to the VIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VinMark {
    /// The VIN filled it.
    Filled,
    /// A person wrote something else than the VIN says: this.
    Differs(String),
}

/// What the VIN of a form says, and what of the form it filled. Travels with the form, so that it outlives a reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VinFill {
    /// As text in the form's notation.
    pub says: VehicleDraft,
    pub filled: BTreeSet<VehicleField>,
}

impl VinFill {
    /// Reads what travelled; anything else is as if nothing had been decoded.
    #[must_use]
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As it travels.
    #[must_use]
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same with its numbers in another notation.
    #[must_use]
    pub fn in_notation(self, from: Notation, to: Notation) -> Self {
        Self {
            says: self.says.in_notation(from, to),
            ..self
        }
    }

    /// Takes what a VIN says and fills `draft`. `untouched` are fields whose value nobody chose, such as the kind that a new form
    /// begins with: they count as empty.
    pub fn fill(&mut self, says: VehicleDraft, draft: &mut VehicleDraft, untouched: &[VehicleField], notation: Notation) {
        self.forget_changed(draft, notation);
        self.says = says;
        for field in decodable() {
            let free = self.filled.contains(&field) || untouched.contains(&field) || draft.get(field).trim().is_empty();
            if !free {
                continue;
            }
            let said = self.says.get(field).to_owned();
            if said.is_empty() {
                if self.filled.remove(&field) {
                    draft.set(field, if field == VehicleField::Kind { VehicleKind::Car.name() } else { "" });
                }
            } else {
                self.set(field, draft);
            }
        }
    }

    /// Takes what the VIN says for one field, whatever stands there.
    pub fn take(&mut self, field: VehicleField, draft: &mut VehicleDraft) {
        if decodable().any(|decodable| decodable == field) && !self.says.get(field).is_empty() {
            self.set(field, draft);
        }
    }

    fn set(&mut self, field: VehicleField, draft: &mut VehicleDraft) {
        draft.set(field, self.says.get(field));
        if field == VehicleField::Power {
            draft.set(VehicleField::PowerUnit, self.says.get(VehicleField::PowerUnit));
        }
        self.filled.insert(field);
    }

    /// What a person changed since is the person's.
    pub fn forget_changed(&mut self, draft: &VehicleDraft, notation: Notation) {
        let says = &self.says;
        self.filled
            .retain(|field| same(*field, says.get(*field), draft.get(*field), notation));
    }

    /// How the fields stand to the VIN; those that it says nothing about, or that agree with it by themselves, have no mark.
    #[must_use]
    pub fn marks(&self, draft: &VehicleDraft, notation: Notation) -> BTreeMap<VehicleField, VinMark> {
        let mark = |field: VehicleField| {
            let (said, typed) = (self.says.get(field), draft.get(field).trim());
            if said.is_empty() || typed.is_empty() {
                return None;
            }
            if self.filled.contains(&field) && same(field, said, typed, notation) {
                return Some((field, VinMark::Filled));
            }
            (!self.agrees(field, draft, notation)).then(|| (field, VinMark::Differs(said.to_owned())))
        };
        decodable().filter_map(mark).collect()
    }

    /// Whether what stands in the form means what the VIN says: capitals, blanks and dashes tell nothing apart, a power may be in
    /// another unit, and a displacement in round hundreds.
    fn agrees(&self, field: VehicleField, draft: &VehicleDraft, notation: Notation) -> bool {
        if field == VehicleField::Power {
            let kw = |draft: &VehicleDraft| power(draft, notation).map(Power::kw);
            return match (kw(&self.says), kw(draft)) {
                (Some(said), Some(typed)) => said.abs_diff(typed) <= 1,
                _ => false,
            };
        }
        if field == VehicleField::DisplacementCc {
            // People write 2,000 where the engine has 1,996.
            let hundreds = |draft: &VehicleDraft| Some((notation.read(draft.get(field)).ok()? / Decimal::ONE_HUNDRED).round());
            return hundreds(&self.says).is_some_and(|said| Some(said) == hundreds(draft));
        }
        let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
        let (said, typed) = (self.says.get(field), draft.get(field));
        same(field, said, typed, notation) || field.kind() == FieldKind::Text && letters(said) == letters(typed)
    }
}

fn power(draft: &VehicleDraft, notation: Notation) -> Option<Power> {
    let value = notation.read(draft.get(VehicleField::Power)).ok()?;
    Some(Power {
        value: value.normalize().to_string().parse().ok()?,
        unit: PowerUnit::named(draft.get(VehicleField::PowerUnit))?,
    })
}

/// What the decoder says, as one would type it: numbers in groups.
#[must_use]
pub fn as_typed(mut says: VehicleDraft, notation: Notation) -> VehicleDraft {
    for field in NUMBERS {
        if let Ok(number) = Notation::Point.read(says.get(field)) {
            says.set(field, notation.write(number));
        }
    }
    says
}

/// A plain form as its VIN fills it: everything that goes back with it.
#[cfg(feature = "ssr")]
pub fn came_filled(
    mut draft: VehicleDraft,
    says: VehicleDraft,
    travelled: &str,
    take: Option<VehicleField>,
    is_new: bool,
    notation: Notation,
) -> BTreeMap<String, String> {
    let mut fill = VinFill::read(travelled);
    // Until a VIN was decoded, the kind of a new form is only where it begins.
    let untouched: &[VehicleField] = if is_new && fill.says.fields.is_empty() {
        &[VehicleField::Kind]
    } else {
        &[]
    };
    fill.fill(as_typed(says, notation), &mut draft, untouched, notation);
    if let Some(field) = take {
        fill.take(field, &mut draft);
    }
    let mut values = draft.fields;
    values.insert("vin_fill".to_owned(), fill.write());
    values
}

/// What the first characters of a VIN say without the catalogue: the make, if the manufacturer's code stands for one only, and the
/// model year, if nothing else is possible. `vin` is normalised, `this_year` the current year.
#[must_use]
pub fn known_at_once(vin: &str, this_year: u16) -> VehicleDraft {
    let mut says = VehicleDraft::default();
    if let Some(make) = vin::wmi::find(vin).and_then(|wmi| wmi.sole_make()) {
        says.set(VehicleField::Make, make_name(make));
        let reading = vin::wmi::model_year(vin, this_year);
        if let (Some(year), None) = (reading.year, reading.other) {
            says.set(VehicleField::ModelYear, year.to_string());
        }
    }
    says
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vehicle::draft::draft;
    use VehicleField as F;

    const POINT: Notation = Notation::Point;

    #[test]
    fn empty_fields_are_filled_and_typed_ones_kept() {
        let mut form = draft(&[(F::Make, "Acura"), (F::Kind, "car")]);
        let mut fill = VinFill::default();
        let says = draft(&[(F::Make, "Honda"), (F::Model, "Accord"), (F::Kind, "motorcycle")]);
        fill.fill(says.clone(), &mut form, &[], POINT);
        assert_eq!(
            (form.get(F::Make), form.get(F::Model), form.get(F::Kind)),
            ("Acura", "Accord", "car")
        );
        let marks = fill.marks(&form, POINT);
        assert_eq!(marks.get(&F::Make), Some(&VinMark::Differs("Honda".into())));
        assert_eq!(marks.get(&F::Model), Some(&VinMark::Filled));
        fill.take(F::Make, &mut form);
        assert_eq!(form.get(F::Make), "Honda");
        fill.fill(says, &mut form, &[F::Kind], POINT);
        assert_eq!(form.get(F::Kind), "motorcycle", "nobody chose the kind");
    }

    #[test]
    fn another_vin_replaces_what_the_first_filled_and_nothing_else() {
        let mut form = VehicleDraft::default();
        let mut fill = VinFill::default();
        fill.fill(
            draft(&[(F::Make, "Honda"), (F::Model, "Accord"), (F::Doors, "2")]),
            &mut form,
            &[],
            POINT,
        );
        form.set(F::Model, "Accord Coupe");
        fill.fill(draft(&[(F::Make, "Mazda"), (F::Model, "3")]), &mut form, &[], POINT);
        assert_eq!(
            (form.get(F::Make), form.get(F::Model), form.get(F::Doors)),
            ("Mazda", "Accord Coupe", "")
        );
        fill.fill(VehicleDraft::default(), &mut form, &[], POINT);
        assert_eq!((form.get(F::Make), form.get(F::Model)), ("", "Accord Coupe"));
        assert!(fill.marks(&form, POINT).is_empty());
    }

    #[test]
    fn what_means_the_same_does_not_differ() {
        let says = draft(&[
            (F::Make, "Mercedes-Benz"),
            (F::DisplacementCc, "1,998"),
            (F::Power, "160"),
            (F::PowerUnit, "hp"),
        ]);
        let fill = VinFill {
            says,
            ..VinFill::default()
        };
        let mut form = draft(&[
            (F::Make, "mercedes benz"),
            (F::DisplacementCc, "2,000"),
            (F::Power, "119"),
            (F::PowerUnit, "kw"),
        ]);
        assert!(fill.marks(&form, POINT).is_empty());
        form.set(F::Power, "130");
        assert_eq!(fill.marks(&form, POINT).get(&F::Power), Some(&VinMark::Differs("160".into())));
    }

    #[test]
    fn the_unit_goes_with_the_power() {
        let mut form = draft(&[(F::PowerUnit, "kw")]);
        let mut fill = VinFill::default();
        fill.fill(draft(&[(F::Power, "240"), (F::PowerUnit, "hp")]), &mut form, &[], POINT);
        assert_eq!((form.get(F::Power), form.get(F::PowerUnit)), ("240", "hp"));
        assert_eq!(VinFill::read(&fill.write()), fill);
        assert_eq!(VinFill::read("{\"says\":1}"), VinFill::default());
    }

    #[test]
    fn three_characters_name_the_make_and_ten_the_year() {
        assert_eq!(known_at_once("1HG", 2026), draft(&[(F::Make, "Honda")]));
        assert_eq!(
            known_at_once("1HGCM82633", 2026),
            draft(&[(F::Make, "Honda"), (F::ModelYear, "2003")])
        );
        assert_eq!(known_at_once("ZZZ", 2026), VehicleDraft::default());
        assert_eq!(
            as_typed(draft(&[(F::DisplacementCc, "1998")]), Notation::Comma).get(F::DisplacementCc),
            "1.998"
        );
    }
}
