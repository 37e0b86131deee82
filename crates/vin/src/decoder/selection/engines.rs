//! Lines and engines of a model: what the patterns beside those that name it say about the same VINs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Engine, Selection, years};
use crate::{
    decoder::{
        Decoder, Element, WmiRecord,
        data::{Table, mask, number},
        slot::{bundle_values, detail, value_text},
        symbols::{ANY, KEY_LENGTH},
    },
    names::same_name,
};

/// Whether an element tells a line of a model (trims and series).
const fn tells_line(element: Element) -> bool {
    matches!(element, Element::TRIM | Element::SERIES)
}

impl<'d> Selection<'d> {
    /// Lines (trims and series) of a model in a model year, in any if none is said: most patterns first, then by name.
    #[must_use]
    pub fn lines(&self, year: Option<u16>, make: &str, model: &str) -> Vec<&'d str> {
        let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
        self.each_set(year, make, model, |places, groups| {
            let told = self.patterns(groups, tells_line);
            for pattern in told
                .iter()
                .filter(|pattern| places.iter().any(|place| overlap(place, &pattern.places).is_some()))
            {
                for value in pattern.values(self.decoder).filter(|(element, _)| tells_line(*element)) {
                    *lines.entry(value_text(&self.decoder.data, value.1)).or_default() += 1;
                }
            }
        });
        let mut lines: Vec<(&str, u32)> = lines.into_iter().collect();
        lines.sort_by_key(|(name, patterns)| (std::cmp::Reverse(*patterns), *name));
        lines.into_iter().map(|(name, _)| name).collect()
    }

    /// Engines of a model in a model year, of one line if it is named; in any year if none is said.
    #[must_use]
    pub fn engines(&self, year: Option<u16>, make: &str, model: &str, line: Option<&str>) -> Vec<Engine<'d>> {
        let mut engines = BTreeSet::new();
        self.each_set(year, make, model, |places, groups| {
            let told = self.patterns(groups, tells_engine);
            let scopes: Vec<Places> = match line {
                Some(line) => {
                    let lines = self.patterns(groups, tells_line);
                    let of_line = lines.iter().filter(|pattern| pattern.names_line(self.decoder, line));
                    let overlaps = of_line.flat_map(|pattern| places.iter().filter_map(|place| overlap(place, &pattern.places)));
                    overlaps.collect()
                }
                None => places.to_vec(),
            };
            for scope in scopes.iter().collect::<BTreeSet<_>>() {
                let narrow: BTreeSet<Places> = told.iter().filter_map(|pattern| overlap(scope, &pattern.places)).collect();
                engines.extend(narrow.iter().map(|narrow| engine(self.decoder, narrow, &told)));
            }
        });
        engines.remove(&Engine::default());
        // An engine that another one describes in full says nothing more.
        let all: Vec<Engine<'d>> = engines.into_iter().collect();
        let told_by = |engine: &Engine<'_>| all.iter().any(|other| other != engine && engine.is_part_of(other));
        all.iter().filter(|engine| !told_by(engine)).copied().collect()
    }

    /// Calls with the places of the patterns that name the model, and the groups of all patterns that apply beside them: once for each
    /// set of schemas that any of the model's manufacturers has in the year.
    fn each_set(&self, year: Option<u16>, make: &str, model: &str, mut each: impl FnMut(&[Places], &[u32])) {
        if year.is_some_and(|year| years(year, year) == 0) {
            return;
        }
        let rows = self.rows_of_model(make, model);
        let Some(model) = rows.first().map(|row| row.model) else { return };
        let spellings = self.spellings.get(&model).map_or(std::slice::from_ref(&model), Vec::as_slice);
        let wmis: BTreeSet<u16> = rows
            .iter()
            .flat_map(|row| self.wmis.iter().skip(row.first_wmi as usize).take(row.wmis as usize))
            .copied()
            .collect();
        let mut seen = BTreeSet::new();
        for wmi in wmis {
            let wmi = WmiRecord::read(&self.decoder.data, self.decoder.data.record(Table::Wmis, u32::from(wmi)));
            for schemas in self.sets(&wmi, year) {
                if schemas.iter().any(|schema| self.names(*schema, spellings)) && seen.insert(schemas.clone()) {
                    let named =
                        |value: (Element, u32)| value.0 == Element::MODEL && spellings.contains(&detail(&self.decoder.data, value.1));
                    let patterns = self.patterns_with(&schemas, |pattern| pattern.values(self.decoder).any(named));
                    let places: BTreeSet<Places> = patterns.into_iter().map(|pattern| pattern.places).collect();
                    each(&places.into_iter().collect::<Vec<_>>(), &schemas);
                }
            }
        }
    }

    /// Whether a schema names one of these models.
    fn names(&self, schema: u32, models: &[u32]) -> bool {
        let bound = |schema: u32| self.schemas.get(schema as usize).map_or(0, |start| *start as usize);
        let named = self.schema_models.get(bound(schema)..bound(schema + 1)).unwrap_or_default();
        models.iter().any(|model| named.binary_search(model).is_ok())
    }

    /// The schemas of a manufacturer in a year; without one, every set that applies together in any.
    fn sets(&self, wmi: &WmiRecord<'_>, year: Option<u16>) -> BTreeSet<Vec<u32>> {
        let links: Vec<(u32, u32, u32)> = (0..wmi.links)
            .map(|link| self.decoder.data.record(Table::Links, wmi.first_link + link))
            .map(|link| (number(link, 0, 2), number(link, 2, 2), number(link, 4, 2)))
            .collect();
        // Which schemas apply changes only where one begins.
        let years: BTreeSet<u32> = match year {
            Some(year) => BTreeSet::from([u32::from(year)]),
            None => links.iter().flat_map(|(_, first, last)| [*first, last.saturating_add(1)]).collect(),
        };
        years
            .into_iter()
            .map(|year| {
                let valid = links.iter().filter(|(_, first, last)| (*first..=*last).contains(&year));
                valid.map(|(schema, ..)| *schema).collect()
            })
            .filter(|schemas: &Vec<u32>| !schemas.is_empty())
            .collect()
    }

    /// The patterns of these schemas that say something of an element.
    fn patterns(&self, schemas: &[u32], tells: impl Fn(Element) -> bool) -> Vec<Pattern> {
        self.patterns_with(schemas, |pattern| pattern.values(self.decoder).any(|(element, _)| tells(element)))
    }

    fn patterns_with(&self, schemas: &[u32], wanted: impl Fn(&Bundle) -> bool) -> Vec<Pattern> {
        let data = &self.decoder.data;
        let size = Table::Groups.size();
        let of_schema = schemas.iter().flat_map(|schema| {
            let schema = data.record(Table::Schemas, *schema);
            let (start, count) = (number(schema, 2, 3) as usize, number(schema, 5, 2) as usize);
            data.bytes(Table::Groups, start * size, count * size).chunks_exact(size)
        });
        of_schema
            .filter(|group| wanted(&Bundle(number(group, 3, 3))))
            .map(|group| Pattern {
                places: places(self.decoder, number(group, 0, 3)),
                bundle: Bundle(number(group, 3, 3)),
            })
            .collect()
    }
}

fn places(decoder: &Decoder<'_>, key: u32) -> Places {
    let mut places = [ANY; KEY_LENGTH];
    if let [length, _, classes @ ..] = decoder.data.from(Table::KeyClasses, key as usize) {
        for (place, class) in places.iter_mut().zip(classes.chunks_exact(2).take(usize::from(*length))) {
            *place = mask(decoder.data.record(Table::Classes, number(class, 0, 2)), 0);
        }
    }
    places
}

/// What patterns say about the engine of all VINs in `scope`.
fn engine<'d>(decoder: &'d Decoder<'d>, scope: &Places, told: &[Pattern]) -> Engine<'d> {
    let data = &decoder.data;
    let mut engine = Engine::default();
    for pattern in told.iter().filter(|pattern| covers(&pattern.places, scope)) {
        for (element, value) in pattern.values(decoder) {
            let converted = |place| data.text(data.field(Table::Displacements, detail(data, value), place, 3));
            let text = value_text(data, value);
            let field = match element {
                Element::DISPLACEMENT_CC | Element::DISPLACEMENT_CI | Element::DISPLACEMENT_L => {
                    engine.litres.get_or_insert(converted(6));
                    engine.cc.get_or_insert(converted(0));
                    continue;
                }
                Element::CYLINDERS => &mut engine.cylinders,
                Element::ENGINE_CONFIGURATION => &mut engine.configuration,
                Element::FUEL_PRIMARY => &mut engine.fuel,
                Element::FUEL_SECONDARY => &mut engine.fuel_secondary,
                Element::ENGINE_POWER_HP => &mut engine.power_hp,
                Element::ENGINE_MODEL => &mut engine.model,
                Element::ELECTRIFICATION => &mut engine.electrification,
                _ => continue,
            };
            field.get_or_insert(text);
        }
    }
    engine
}

/// Characters allowed at each place of a key.
type Places = [u64; KEY_LENGTH];

/// Everything that VINs with one key have in common.
#[derive(Clone, Copy)]
struct Bundle(u32);

impl Bundle {
    fn values<'a, 'd>(self, decoder: &'a Decoder<'d>) -> impl Iterator<Item = (Element, u32)> + use<'a, 'd> {
        let element = |value| Element(decoder.data.value(value).0);
        bundle_values(&decoder.data, self.0).map(move |value| (element(value), value))
    }
}

struct Pattern {
    places: Places,
    bundle: Bundle,
}

impl Pattern {
    fn values<'a, 'd>(&self, decoder: &'a Decoder<'d>) -> impl Iterator<Item = (Element, u32)> + use<'a, 'd> {
        self.bundle.values(decoder)
    }

    fn names_line(&self, decoder: &Decoder<'_>, line: &str) -> bool {
        let mut values = self.values(decoder);
        values.any(|(element, value)| tells_line(element) && same_name(value_text(&decoder.data, value), line))
    }
}

impl Engine<'_> {
    /// Whether another one says all of this and more about what tells engines apart. One that differs in power, layout or
    /// electrification alone is an engine of its own.
    fn is_part_of(&self, other: &Self) -> bool {
        let telling = |engine: &Self| [engine.litres, engine.cylinders, engine.fuel, engine.model].map(|field| field.is_some());
        let all = |engine: &Self| {
            let drive = [engine.fuel, engine.fuel_secondary, engine.electrification];
            let build = [
                engine.litres,
                engine.cc,
                engine.cylinders,
                engine.configuration,
                engine.power_hp,
                engine.model,
            ];
            drive.into_iter().chain(build)
        };
        let fits = all(self).zip(all(other)).all(|(own, other)| own.is_none() || own == other);
        fits && telling(self) != telling(other)
    }
}

/// Whether an element says something of the engine.
const fn tells_engine(element: Element) -> bool {
    matches!(
        element,
        Element::DISPLACEMENT_CC
            | Element::DISPLACEMENT_CI
            | Element::DISPLACEMENT_L
            | Element::CYLINDERS
            | Element::ENGINE_CONFIGURATION
            | Element::FUEL_PRIMARY
            | Element::FUEL_SECONDARY
            | Element::ENGINE_POWER_HP
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
