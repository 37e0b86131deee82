//! Year, make, model, line, engine: what a form offers to choose from, out of the same patterns that decode VINs.
//!
//! Every answer walks the schemas of a model year, a few milliseconds: whoever serves forms keeps the answers. Sorted by how many
//! patterns name a thing, which puts Ford before Ferrari, then by name.

use std::collections::BTreeMap;

use super::{
    Decoder, Element, NO_MAKE, WmiRecord,
    data::{NONE, Table, mask, number},
    slot::{bundle_values, detail, value_text},
    symbols::{ANY, KEY_LENGTH},
};

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
    /// How many patterns name it.
    pub patterns: u32,
}

/// An engine of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Engine<'d> {
    pub litres: Option<&'d str>,
    pub cylinders: Option<&'d str>,
    pub configuration: Option<&'d str>,
    pub fuel: Option<&'d str>,
    pub power_hp: Option<&'d str>,
    pub model: Option<&'d str>,
    pub electrification: Option<&'d str>,
}

impl<'d> Decoder<'d> {
    /// Makes of a model year, of these kinds of vehicles.
    #[must_use]
    pub fn makes(&self, year: u16, types: &[VehicleType]) -> Vec<Choice<'d>> {
        let mut found: BTreeMap<u32, u32> = BTreeMap::new();
        self.each_model(year, types, |make, _| *found.entry(make).or_default() += 1);
        let name = |make| self.data.text(self.data.field(Table::Makes, make, 6, 3));
        let id = |make| self.data.field(Table::Makes, make, 0, 3);
        sorted(found.into_iter().map(|(make, patterns)| Choice {
            id: id(make),
            name: name(make),
            patterns,
        }))
    }

    /// Models of a make in a model year. `make` is NHTSA's id.
    #[must_use]
    pub fn models(&self, year: u16, make: u32, types: &[VehicleType]) -> Vec<Choice<'d>> {
        let mut found: BTreeMap<u32, u32> = BTreeMap::new();
        self.each_model(year, types, |own, model| {
            if self.data.field(Table::Makes, own, 0, 3) == make {
                *found.entry(model).or_default() += 1;
            }
        });
        sorted(found.into_iter().map(|(model, patterns)| Choice {
            id: self.data.field(Table::Models, model, 0, 3),
            name: self.data.text(self.data.field(Table::Models, model, 5, 3)),
            patterns,
        }))
    }

    /// Lines (trims and series) of a model in a model year. `model` is NHTSA's id.
    #[must_use]
    pub fn lines(&self, year: u16, model: u32) -> Vec<&'d str> {
        let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
        self.each_pattern_of(year, model, |place, patterns| {
            for pattern in patterns.iter().filter(|pattern| overlap(place, &pattern.places).is_some()) {
                for value in pattern
                    .values(self)
                    .filter(|(element, _)| matches!(*element, Element::TRIM | Element::SERIES))
                {
                    *lines.entry(value_text(&self.data, value.1)).or_default() += 1;
                }
            }
        });
        let mut lines: Vec<(&str, u32)> = lines.into_iter().collect();
        lines.sort_by_key(|(name, patterns)| (std::cmp::Reverse(*patterns), *name));
        lines.into_iter().map(|(name, _)| name).collect()
    }

    /// Engines of a model in a model year, of one line if it is named.
    #[must_use]
    pub fn engines(&self, year: u16, model: u32, line: Option<&str>) -> Vec<Engine<'d>> {
        let mut engines = Vec::new();
        self.each_pattern_of(year, model, |place, patterns| {
            let of_line = |pattern: &&Pattern| {
                let mut values = pattern.values(self);
                values.any(|(element, value)| {
                    matches!(element, Element::TRIM | Element::SERIES) && Some(value_text(&self.data, value)) == line
                })
            };
            let scopes: Vec<Places> = match line {
                Some(_) => patterns
                    .iter()
                    .filter(of_line)
                    .filter_map(|pattern| overlap(place, &pattern.places))
                    .collect(),
                None => vec![*place],
            };
            for scope in &scopes {
                let told = patterns
                    .iter()
                    .filter(|pattern| pattern.values(self).any(|(element, _)| tells_engine(element)));
                for narrow in told.filter_map(|pattern| overlap(scope, &pattern.places)) {
                    let engine = self.engine(&narrow, patterns);
                    if engine != Engine::default() && !engines.contains(&engine) {
                        engines.push(engine);
                    }
                }
            }
        });
        // An engine that another one describes in full says nothing more.
        let all = engines.clone();
        engines.retain(|engine| !all.iter().any(|other| other != engine && engine.is_part_of(other)));
        engines.sort_unstable();
        engines
    }

    /// What patterns say about the engine of all VINs in `scope`.
    fn engine(&self, scope: &Places, patterns: &[Pattern]) -> Engine<'d> {
        let mut engine = Engine::default();
        for pattern in patterns.iter().filter(|pattern| covers(&pattern.places, scope)) {
            for (element, value) in pattern.values(self) {
                let text = value_text(&self.data, value);
                let litres = || {
                    self.data
                        .text(self.data.field(Table::Displacements, detail(&self.data, value), 6, 3))
                };
                let (field, text) = match element {
                    Element::DISPLACEMENT_CC | Element::DISPLACEMENT_CI | Element::DISPLACEMENT_L => (&mut engine.litres, litres()),
                    Element::CYLINDERS => (&mut engine.cylinders, text),
                    Element::ENGINE_CONFIGURATION => (&mut engine.configuration, text),
                    Element::FUEL_PRIMARY => (&mut engine.fuel, text),
                    Element::ENGINE_POWER_HP => (&mut engine.power_hp, text),
                    Element::ENGINE_MODEL => (&mut engine.model, text),
                    Element::ELECTRIFICATION => (&mut engine.electrification, text),
                    _ => continue,
                };
                field.get_or_insert(text);
            }
        }
        engine
    }

    /// Calls with make and model of every pattern that names one.
    fn each_model(&self, year: u16, types: &[VehicleType], mut each: impl FnMut(u32, u32)) {
        self.each_wmi(year, |wmi, schemas| {
            if types.contains(&VehicleType(wmi.vehicle_type)) {
                for pattern in schemas.iter().flat_map(|schema| self.patterns_of(*schema)) {
                    for (_, value) in pattern.values(self).filter(|(element, _)| *element == Element::MODEL) {
                        let model = detail(&self.data, value);
                        let make = self.data.field(Table::Models, model, 3, 2);
                        if model != NONE && make != NO_MAKE {
                            each(make, model);
                        }
                    }
                }
            }
        });
    }

    /// Calls with the places of each pattern that names the model, and all patterns that apply beside it.
    fn each_pattern_of(&self, year: u16, model: u32, mut each: impl FnMut(&Places, &[Pattern])) {
        self.each_wmi(year, |_, schemas| {
            let names = |pattern: &Pattern| {
                let mut values = pattern.values(self);
                values.any(|(element, value)| {
                    element == Element::MODEL && self.data.field(Table::Models, detail(&self.data, value), 0, 3) == model
                })
            };
            let patterns: Vec<Pattern> = schemas.iter().flat_map(|schema| self.patterns_of(*schema)).collect();
            for pattern in patterns.iter().filter(|pattern| names(pattern)) {
                each(&pattern.places, &patterns);
            }
        });
    }

    /// Calls with each WMI that has schemas in a model year, and these.
    fn each_wmi(&self, year: u16, mut each: impl FnMut(&WmiRecord<'d>, &[u32])) {
        for record in self.data.all(Table::Wmis) {
            let wmi = WmiRecord::read(&self.data, record);
            let links = (0..wmi.links).map(|link| self.data.record(Table::Links, wmi.first_link + link));
            let valid = links.filter(|link| (number(link, 2, 2)..=number(link, 4, 2)).contains(&u32::from(year)));
            let schemas: Vec<u32> = valid.map(|link| number(link, 0, 2)).collect();
            if !schemas.is_empty() {
                each(&wmi, &schemas);
            }
        }
    }

    fn patterns_of(&self, schema: u32) -> impl Iterator<Item = Pattern> + '_ {
        let schema = self.data.record(Table::Schemas, schema);
        let (start, count, size) = (number(schema, 2, 3) as usize, number(schema, 5, 2) as usize, Table::Groups.size());
        let groups = self.data.bytes(Table::Groups, start * size, count * size).chunks_exact(size);
        groups.map(|group| Pattern {
            places: self.places(number(group, 0, 3)),
            bundle: number(group, 3, 3),
        })
    }

    fn places(&self, key: u32) -> Places {
        let mut places = [ANY; KEY_LENGTH];
        if let [length, _, classes @ ..] = self.data.from(Table::KeyClasses, key as usize) {
            for (place, class) in places.iter_mut().zip(classes.chunks_exact(2).take(usize::from(*length))) {
                *place = mask(self.data.record(Table::Classes, number(class, 0, 2)), 0);
            }
        }
        places
    }
}

/// Characters allowed at each place of a key.
type Places = [u64; KEY_LENGTH];

struct Pattern {
    places: Places,
    bundle: u32,
}

impl Pattern {
    fn values<'a>(&self, decoder: &'a Decoder<'_>) -> impl Iterator<Item = (Element, u32)> + use<'a, '_> {
        let element = |value| Element(decoder.data.value(value).0);
        bundle_values(&decoder.data, self.bundle).map(move |value| (element(value), value))
    }
}

impl Engine<'_> {
    fn is_part_of(&self, other: &Self) -> bool {
        let fields = |engine: &Self| {
            [
                engine.litres.map(str::len),
                engine.cylinders.map(str::len),
                engine.fuel.map(str::len),
                engine.model.map(str::len),
            ]
        };
        let same = |own: Option<&str>, other: Option<&str>| own.is_none() || own == other;
        fields(self) != fields(other)
            && same(self.litres, other.litres)
            && same(self.cylinders, other.cylinders)
            && same(self.configuration, other.configuration)
            && same(self.fuel, other.fuel)
            && same(self.power_hp, other.power_hp)
            && same(self.model, other.model)
            && same(self.electrification, other.electrification)
    }
}

const fn tells_engine(element: Element) -> bool {
    matches!(
        element,
        Element::DISPLACEMENT_CC
            | Element::DISPLACEMENT_CI
            | Element::DISPLACEMENT_L
            | Element::CYLINDERS
            | Element::FUEL_PRIMARY
            | Element::ENGINE_MODEL
            | Element::ELECTRIFICATION
    )
}

/// Where both fit; none if no VIN can.
fn overlap(one: &Places, other: &Places) -> Option<Places> {
    let mut both = *one;
    for (place, mask) in both.iter_mut().zip(other) {
        *place &= mask;
        if *place == 0 {
            return None;
        }
    }
    Some(both)
}

/// Whether every VIN that fits `inner` fits `outer`.
fn covers(outer: &Places, inner: &Places) -> bool {
    outer.iter().zip(inner).all(|(outer, inner)| inner & !outer == 0)
}

fn sorted<'d>(choices: impl Iterator<Item = Choice<'d>>) -> Vec<Choice<'d>> {
    let mut choices: Vec<Choice<'d>> = choices.collect();
    choices.sort_by_key(|choice| (std::cmp::Reverse(choice.patterns), choice.name));
    choices
}
