//! What people type of an entry, and the one check of it: every problem at its field, all at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CatalogueEntry, CatalogueLevel};
use crate::{
    kernel::{
        check::{Check, FormField},
        closed_set::closed_set,
        number::Notation,
        problem::{FieldProblems, Problem},
    },
    vehicle::{Electrification, FIRST_MODEL_YEAR, FuelType, Power, PowerUnit, VehicleKind},
};

closed_set! {
    /// Every field of an entry; the name is the form's and the API's.
    pub enum CatalogueField {
        Level = "level",
        Kind = "kind",
        FirstYear = "first_year",
        LastYear = "last_year",
        Make = "make",
        Model = "model",
        Line = "line",
        Name = "name",
        Corrects = "corrects",
        Hidden = "hidden",
        DisplacementCc = "displacement_cc",
        Cylinders = "cylinders",
        FuelType = "fuel_type",
        Electrification = "electrification",
        Power = "power",
        PowerUnit = "power_unit",
    }
}

/// The fields that only an engine has.
pub(super) const ENGINE: [CatalogueField; 6] = [
    CatalogueField::DisplacementCc,
    CatalogueField::Cylinders,
    CatalogueField::FuelType,
    CatalogueField::Electrification,
    CatalogueField::Power,
    CatalogueField::PowerUnit,
];

impl CatalogueField {
    /// Most characters that the field takes.
    #[must_use]
    pub const fn max_length(self) -> usize {
        match self {
            Self::Line | Self::Name | Self::Corrects => 120,
            _ => 80,
        }
    }

    /// Whether it holds a number, and so is written differently in different languages.
    const fn is_number(self) -> bool {
        matches!(
            self,
            Self::FirstYear | Self::LastYear | Self::DisplacementCc | Self::Cylinders | Self::Power
        )
    }
}

impl FormField for CatalogueField {
    const ALL: &'static [Self] = Self::ALL;

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn max_length(self) -> usize {
        Self::max_length(self)
    }
}

/// Text by field name. Unknown names are kept and refused by the check, so that a typo in an API call is not silently lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CatalogueDraft {
    pub fields: BTreeMap<String, String>,
}

/// A checked entry, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCatalogueEntry {
    pub level: CatalogueLevel,
    pub kind: Option<VehicleKind>,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub line: Option<String>,
    pub name: String,
    pub corrects: Option<String>,
    pub hidden: bool,
    pub displacement_cc: Option<i32>,
    pub cylinders: Option<i16>,
    pub fuel_type: Option<FuelType>,
    pub electrification: Option<Electrification>,
    pub power: Option<Power>,
}

impl CatalogueDraft {
    /// The text of a field; empty if nothing was typed.
    #[must_use]
    pub fn get(&self, field: CatalogueField) -> &str {
        self.fields.get(field.name()).map_or("", String::as_str)
    }

    pub fn set(&mut self, field: CatalogueField, text: impl Into<String>) {
        self.fields.insert(field.name().to_owned(), text.into());
    }

    /// The same draft with its numbers written in another notation. What is no number in `from` stays as it was typed.
    #[must_use]
    pub fn in_notation(mut self, from: Notation, to: Notation) -> Self {
        for field in CatalogueField::ALL.iter().filter(|field| field.is_number()) {
            if let Ok(number) = from.read_as_typed(self.get(*field)) {
                self.set(*field, to.write_plain(number));
            }
        }
        self
    }

    /// The draft that would store exactly this entry.
    #[must_use]
    pub fn of(entry: &CatalogueEntry) -> Self {
        use CatalogueField as F;
        let mut draft = Self::default();
        let mut set = |field, text: Option<String>| draft.set(field, text.unwrap_or_default());
        set(F::Level, Some(entry.level.to_string()));
        set(F::Kind, entry.kind.map(|kind| kind.to_string()));
        set(F::FirstYear, entry.first_year.map(|year| year.to_string()));
        set(F::LastYear, entry.last_year.map(|year| year.to_string()));
        set(F::Make, entry.make.clone());
        set(F::Model, entry.model.clone());
        set(F::Line, entry.line.clone());
        set(F::Name, Some(entry.name.clone()));
        set(F::Corrects, entry.corrects.clone());
        set(F::Hidden, entry.hidden.then(|| "true".to_owned()));
        set(F::DisplacementCc, entry.displacement_cc.map(|cc| cc.to_string()));
        set(F::Cylinders, entry.cylinders.map(|count| count.to_string()));
        set(F::FuelType, entry.fuel_type.map(|fuel| fuel.to_string()));
        set(F::Electrification, entry.electrification.map(|level| level.to_string()));
        set(F::Power, entry.power.map(|power| power.value.to_string()));
        set(F::PowerUnit, entry.power.map(|power| power.unit.to_string()));
        draft
    }

    /// Checks everything and names every problem at once. `this_year` is the current year: none more than two ahead of it is taken.
    ///
    /// # Errors
    /// Field name → problem, for each field that has one.
    pub fn check(&self, notation: Notation, this_year: i32) -> Result<NewCatalogueEntry, FieldProblems> {
        use CatalogueField as F;
        let mut check = Check::new(&self.fields, notation);
        let level = check.one_of(F::Level, CatalogueLevel::ALL, CatalogueLevel::named);
        if level.is_none() {
            check.note(F::Level, Problem::Required);
        }
        let level = level.unwrap_or(CatalogueLevel::Make);
        let below = |above: CatalogueLevel| level > above;
        let (oldest, last) = (i64::from(FIRST_MODEL_YEAR), i64::from(this_year) + 2);
        let corrects = check.text(F::Corrects);
        let hidden = check.yes(F::Hidden);
        if hidden && corrects.is_none() {
            check.note(F::Corrects, Problem::Required);
        }
        // What is hidden goes by the name that it hides.
        let name = match (check.text(F::Name), hidden) {
            (None, true) => corrects.clone(),
            (name, _) => name,
        };
        if name.is_none() {
            check.note(F::Name, Problem::Required);
        }
        let is_engine = level == CatalogueLevel::Engine;
        let unit = check
            .one_of(F::PowerUnit, PowerUnit::ALL, PowerUnit::named)
            .unwrap_or(PowerUnit::Kw);
        let power = check.whole(F::Power, 1, 3_000).map(|value| Power { value, unit });
        let new = NewCatalogueEntry {
            level,
            kind: check.one_of(F::Kind, VehicleKind::ALL, VehicleKind::named),
            first_year: check.whole(F::FirstYear, oldest, last),
            last_year: check.whole(F::LastYear, oldest, last),
            make: check.parent(F::Make, below(CatalogueLevel::Make)),
            model: check.parent(F::Model, below(CatalogueLevel::Model)),
            line: check.text(F::Line).filter(|_| is_engine),
            name: name.unwrap_or_default(),
            corrects,
            hidden,
            displacement_cc: check.whole(F::DisplacementCc, 1, 30_000).filter(|_| is_engine),
            cylinders: check.whole(F::Cylinders, 1, 24).filter(|_| is_engine),
            fuel_type: check.one_of(F::FuelType, FuelType::ALL, FuelType::named).filter(|_| is_engine),
            electrification: check
                .one_of(F::Electrification, Electrification::ALL, Electrification::named)
                .filter(|_| is_engine),
            power: power.filter(|_| is_engine),
        };
        if let (Some(first), Some(last_year)) = (new.first_year, new.last_year)
            && last_year < first
        {
            let (min, max) = (first.to_string(), last.to_string());
            check.note(F::LastYear, Problem::OutOfRange { min, max });
        }
        check.done(new)
    }
}

impl Check<'_, CatalogueField> {
    /// A name above this entry's: needed, or of no meaning.
    fn parent(&mut self, field: CatalogueField, needed: bool) -> Option<String> {
        let text = if needed { self.needed(field) } else { self.text(field) };
        text.filter(|_| needed)
    }

    fn yes(&mut self, field: CatalogueField) -> bool {
        match self.text(field).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                let allowed = vec!["true".to_owned(), "false".to_owned()];
                self.note(field, Problem::Unknown { allowed });
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CatalogueField as F;

    fn check(fields: &[(F, &str)]) -> Result<NewCatalogueEntry, FieldProblems> {
        let mut draft = CatalogueDraft::default();
        for (field, text) in fields {
            draft.set(*field, *text);
        }
        draft.check(Notation::Point, 2026)
    }

    fn problems(fields: &[(F, &str)]) -> Vec<String> {
        check(fields).err().unwrap_or_default().into_keys().collect()
    }

    #[test]
    fn a_level_needs_what_is_above_it() {
        assert_eq!(problems(&[(F::Level, "make"), (F::Name, "Chery")]), [""; 0]);
        assert_eq!(problems(&[(F::Level, "model"), (F::Name, "Tiggo")]), ["make"]);
        assert_eq!(problems(&[(F::Level, "engine"), (F::Name, "1.5T")]), ["make", "model"]);
        assert_eq!(problems(&[]), ["level", "name"]);
        assert_eq!(problems(&[(F::Level, "car"), (F::Name, "x")]), ["level"]);
        let make = check(&[(F::Level, "make"), (F::Name, "Chery"), (F::Make, "Other"), (F::Cylinders, "4")]);
        assert_eq!(make.map(|new| (new.make, new.cylinders)), Ok((None, None)));
    }

    #[test]
    fn years_in_the_wrong_order_or_out_of_reason_are_named() {
        let years = |first, last| problems(&[(F::Level, "make"), (F::Name, "x"), (F::FirstYear, first), (F::LastYear, last)]);
        assert_eq!(years("2010", "2009"), ["last_year"]);
        assert_eq!(years("1600", "99999999999999999999"), ["first_year", "last_year"]);
        assert_eq!(years("2012.5", "-3"), ["first_year", "last_year"]);
        assert_eq!(years("2010", "2028"), [""; 0]);
    }

    #[test]
    fn odd_texts_are_named_at_their_field() {
        let long = "x".repeat(20_000);
        assert_eq!(problems(&[(F::Level, "make"), (F::Name, "a\0b")]), ["name"]);
        assert_eq!(
            problems(&[(F::Level, "make"), (F::Name, &long), (F::Corrects, &long)]),
            ["corrects", "name"]
        );
        assert_eq!(problems(&[(F::Level, "make"), (F::Name, "x"), (F::Hidden, "perhaps")]), ["hidden"]);
    }

    #[test]
    fn what_is_hidden_has_the_name_that_it_hides() {
        assert_eq!(problems(&[(F::Level, "make"), (F::Hidden, "true")]), ["corrects", "name"]);
        let hidden = check(&[(F::Level, "make"), (F::Hidden, "true"), (F::Corrects, "Honda")]);
        assert_eq!(hidden.map(|new| new.name), Ok("Honda".into()));
    }

    #[test]
    fn numbers_keep_their_meaning_in_another_language() {
        let mut draft = CatalogueDraft::default();
        draft.set(F::DisplacementCc, "1.998");
        draft.set(F::Power, "many");
        let here = draft.in_notation(Notation::Comma, Notation::Point);
        assert_eq!((here.get(F::DisplacementCc), here.get(F::Power)), ("1998", "many"));
    }
}
