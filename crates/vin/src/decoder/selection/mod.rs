//! Year, make, model, line, engine: what a form offers to choose from, out of the same patterns that decode VINs.
//!
//! [`Selection`] is an index over a [`Decoder`], built once (`build`): for each make, model and kind of vehicle the model years as bits,
//! how many patterns name it, and the manufacturer's codes that do. Makes and models are answered from it alone; lines and engines
//! (`engines`) walk the patterns of just those codes. Names are compared as people mean them ([`crate::fold`]).

mod build;
mod engines;

use std::collections::HashMap;

use super::{Decoder, data::Table};
use crate::names::{fold, same_name};

/// Kinds of vehicles, by NHTSA's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VehicleType(pub u8);

impl VehicleType {
    pub const MOTORCYCLE: Self = Self(1);
    pub const CAR: Self = Self(2);
    pub const TRUCK: Self = Self(3);
    pub const BUS: Self = Self(5);
    pub const TRAILER: Self = Self(6);
    pub const MULTIPURPOSE: Self = Self(7);
    pub const LOW_SPEED: Self = Self(9);
    pub const INCOMPLETE: Self = Self(10);
    /// What dealers mostly trade.
    pub const ROAD: [Self; 4] = [Self::CAR, Self::MULTIPURPOSE, Self::TRUCK, Self::MOTORCYCLE];
}

/// A make or a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<'d> {
    /// NHTSA's id. From 8,000,000 on: named by the newest release, but not numbered yet.
    pub id: u32,
    pub name: &'d str,
    /// How many patterns of the asked kinds name it, over all years.
    pub patterns: u32,
}

/// An engine of a model, each fact as NHTSA writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Engine<'d> {
    pub litres: Option<&'d str>,
    /// Cubic centimetres.
    pub cc: Option<&'d str>,
    pub cylinders: Option<&'d str>,
    pub configuration: Option<&'d str>,
    pub fuel: Option<&'d str>,
    pub fuel_secondary: Option<&'d str>,
    pub power_hp: Option<&'d str>,
    pub model: Option<&'d str>,
    pub electrification: Option<&'d str>,
}

/// First model year of the bits; the last is 2043.
const FIRST_YEAR: u16 = 1980;

/// The index. Makes whose names differ in case, accents or punctuation only are one, and so are such models of a make: `make` and
/// `model` are the records of the spelling that most patterns name.
#[derive(Debug)]
pub struct Selection<'d> {
    decoder: &'d Decoder<'d>,
    /// Sorted by make and kind.
    makes: Vec<MakeRow>,
    /// Sorted by make, model and kind.
    models: Vec<ModelRow>,
    /// Records of [`Table::Wmis`], a stretch for each row of `models`.
    wmis: Vec<u16>,
    /// Folded name → make.
    make_of: HashMap<Box<str>, u32>,
    /// All records of a model, where it has several.
    spellings: HashMap<u32, Vec<u32>>,
    /// Where a schema's models begin in `schema_models`; one more at the end.
    schemas: Vec<u32>,
    /// Records of [`Table::Models`] that a schema's patterns name.
    schema_models: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct MakeRow {
    make: u32,
    kind: u8,
    years: u64,
    patterns: u32,
}

#[derive(Clone, Copy, Debug)]
struct ModelRow {
    make: u32,
    model: u32,
    kind: u8,
    years: u64,
    patterns: u32,
    first_wmi: u32,
    wmis: u32,
}

/// Years and kinds that are asked for, as bits.
#[derive(Clone, Copy)]
struct Asked {
    years: u64,
    kinds: u32,
}

impl Asked {
    fn new(year: Option<u16>, types: &[VehicleType]) -> Self {
        Self {
            years: year.map_or(u64::MAX, |year| years(year, year)),
            kinds: types.iter().fold(0, |kinds, kind| kinds | 1 << (kind.0 & 31)),
        }
    }

    const fn fits(self, kind: u8, years: u64) -> bool {
        self.kinds & (1 << (kind & 31)) != 0 && self.years & years != 0
    }
}

/// The model years from `first` to `last`, both included, as bits; what lies outside of the bits is left out.
fn years(first: u16, last: u16) -> u64 {
    let (first, last) = (first.max(FIRST_YEAR), last.min(FIRST_YEAR + 63));
    if first > last {
        return 0;
    }
    (u64::MAX >> (63 - (last - first))) << (first - FIRST_YEAR)
}

impl<'d> Selection<'d> {
    /// Makes of a model year (of any, if none is said) among these kinds of vehicles: most patterns first, then by name.
    #[must_use]
    pub fn makes(&self, year: Option<u16>, types: &[VehicleType]) -> Vec<Choice<'d>> {
        let asked = Asked::new(year, types);
        let of_make = self.makes.chunk_by(|one, other| one.make == other.make);
        sorted(of_make.filter_map(|rows| {
            let fitting = rows.iter().filter(|row| asked.fits(row.kind, row.years));
            let patterns = fitting.map(|row| row.patterns).sum();
            let data = self.decoder.data();
            let name = |make| data.text(data.field(Table::Makes, make, 6, 3));
            let choice = |row: &MakeRow| Choice {
                id: data.field(Table::Makes, row.make, 0, 3),
                name: name(row.make),
                patterns,
            };
            (patterns > 0).then(|| rows.first().map(choice)).flatten()
        }))
    }

    /// Models of a make, as [`Self::makes`]. Nothing for a make that there is not.
    #[must_use]
    pub fn models(&self, year: Option<u16>, types: &[VehicleType], make: &str) -> Vec<Choice<'d>> {
        let asked = Asked::new(year, types);
        let of_model = self.rows_of(make).chunk_by(|one, other| one.model == other.model);
        sorted(of_model.filter_map(|rows| {
            let fitting = rows.iter().filter(|row| asked.fits(row.kind, row.years));
            let patterns = fitting.map(|row| row.patterns).sum();
            let data = self.decoder.data();
            let choice = |row: &ModelRow| Choice {
                id: data.field(Table::Models, row.model, 0, 3),
                name: self.model_name(row.model),
                patterns,
            };
            (patterns > 0).then(|| rows.first().map(choice)).flatten()
        }))
    }

    /// The catalogue's own spelling of a make, if it has it in any year among these kinds of vehicles.
    #[must_use]
    pub fn make(&self, types: &[VehicleType], make: &str) -> Option<Choice<'d>> {
        let found = *self.make_of.get(fold(make).as_str())?;
        let asked = Asked::new(None, types);
        let data = self.decoder.data();
        let first = self.makes.partition_point(|row| row.make < found);
        let rows = self.makes[first..].iter().take_while(|row| row.make == found);
        let patterns = rows.filter(|row| asked.fits(row.kind, row.years)).map(|row| row.patterns).sum();
        (patterns > 0).then(|| Choice {
            id: data.field(Table::Makes, found, 0, 3),
            name: data.text(data.field(Table::Makes, found, 6, 3)),
            patterns,
        })
    }

    /// Memory that the index takes beside the catalogue, in bytes; nearly all of it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let spellings: usize = self.spellings.values().map(|all| 48 + all.len() * 4).sum();
        let names: usize = self.make_of.keys().map(|name| 48 + name.len()).sum();
        size_of_val(&*self.makes)
            + size_of_val(&*self.models)
            + size_of_val(&*self.wmis)
            + size_of_val(&*self.schemas)
            + size_of_val(&*self.schema_models)
            + spellings
            + names
    }

    /// The rows of a make, by name.
    fn rows_of(&self, make: &str) -> &[ModelRow] {
        let Some(make) = self.make_of.get(fold(make).as_str()) else {
            return &[];
        };
        let first = self.models.partition_point(|row| row.make < *make);
        let count = self.models[first..].partition_point(|row| row.make == *make);
        &self.models[first..first + count]
    }

    /// The rows of a model, by name.
    fn rows_of_model(&self, make: &str, model: &str) -> &[ModelRow] {
        let mut models = self.rows_of(make).chunk_by(|one, other| one.model == other.model);
        let named = |rows: &&[ModelRow]| rows.first().is_some_and(|row| same_name(self.model_name(row.model), model));
        models.find(named).unwrap_or_default()
    }

    fn model_name(&self, model: u32) -> &'d str {
        let data = self.decoder.data();
        data.text(data.field(Table::Models, model, 5, 3))
    }
}

fn sorted<'d>(choices: impl Iterator<Item = Choice<'d>>) -> Vec<Choice<'d>> {
    let mut choices: Vec<Choice<'d>> = choices.collect();
    choices.sort_unstable_by_key(|choice| (std::cmp::Reverse(choice.patterns), choice.name));
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_bits_from_1980_to_2043() {
        assert_eq!(years(1980, 1980), 1);
        assert_eq!(years(0, 9999), u64::MAX);
        assert_eq!(years(2043, 2043), 1 << 63);
        assert_eq!(years(1981, 1983), 0b1110);
        assert_eq!((years(1900, 1979), years(2044, 3000), years(2000, 1999)), (0, 0, 0));
    }
}
