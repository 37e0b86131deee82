//! Turns the tables into the asset: what is looked up together lies together, in the order of precedence.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use vin::decoder::data::{NONE, Table, pack};

use crate::{
    BuildError,
    patterns::{self, Parsed},
    tables::{Pattern, Tables},
    writer::{Numbered, Writer},
};

const MODEL: u8 = 28;
const ENGINE_MODEL: u8 = 18;
/// NHTSA names these itself: make, manufacturer, model year, vehicle type.
const NAMED_BY_ENGINE: [u8; 4] = [26, 27, 29, 39];
/// A model whose make nobody names.
const NO_MAKE: u32 = 0xffff;
/// Elements that may stand more than once in a decoding (NHTSA's list in the precedence step).
const REPEATS: [u8; 8] = [114, 121, 129, 150, 154, 155, 169, 186];

/// The asset of these tables. `release` names the newest, as `2026-09`; `sources` are one line each.
///
/// # Errors
/// [`BuildError::TooMany`] if the tables outgrow the layout.
pub fn compile(tables: &Tables, release: &str, sources: &[String]) -> Result<Vec<u8>, BuildError> {
    let mut compiler = Compiler {
        tables,
        writer: Writer::default(),
        values: Numbered::default(),
        bundles: Numbered::default(),
        keys: HashMap::new(),
        classes: Numbered::default(),
        models: tables.models.keys().zip(0..).map(|(id, index)| (*id, index)).collect(),
        makes: tables.makes.keys().zip(0..).map(|(id, index)| (*id, index)).collect(),
    };
    compiler.writer.text(Table::About, release);
    compiler.writer.text(Table::About, &sources.join("\n"));
    compiler.elements();
    compiler.names();
    let schemas = compiler.schemas();
    compiler.wmis(&schemas);
    compiler.engines();
    compiler.specifications();
    compiler.defaults();
    compiler.classes();
    compiler.bundles();
    compiler.values();
    compiler.writer.finish()
}

struct Compiler<'t> {
    tables: &'t Tables,
    writer: Writer,
    /// Element and attribute.
    values: Numbered<(u8, String)>,
    bundles: Numbered<Vec<u32>>,
    /// Where each key starts.
    keys: HashMap<String, usize>,
    classes: Numbered<(u64, String)>,
    models: HashMap<u32, u32>,
    makes: HashMap<u32, u32>,
}

impl Compiler<'_> {
    fn elements(&mut self) {
        for id in 0..=u8::MAX {
            let known = self.tables.elements.get(&id).filter(|element| element.decoded && !element.private);
            let element = known.cloned().unwrap_or_default();
            self.writer.text(Table::Elements, &element.name);
            self.writer.text(Table::Elements, &element.code);
            self.writer.text(Table::Elements, &element.group);
            self.writer.number(Table::Elements, element.weight, 1, "weight of an element");
            let flags = u8::from(!element.lookup.is_empty()) | u8::from(REPEATS.contains(&id)) << 1 | u8::from(known.is_some()) << 2;
            self.writer.number(Table::Elements, flags, 1, "flags");
        }
    }

    fn names(&mut self) {
        for (id, name) in &self.tables.makes {
            self.writer.number(Table::Makes, *id, 3, "make");
            self.writer.text(Table::Makes, &name.trim().to_uppercase());
            self.writer.text(Table::Makes, name.trim());
        }
        for (id, (name, make)) in &self.tables.models {
            self.writer.number(Table::Models, *id, 3, "model");
            let make = self.makes.get(make).copied().unwrap_or(NO_MAKE);
            self.writer.number(Table::Models, make, 2, "makes");
            self.writer.text(Table::Models, name.trim());
        }
        for (id, name) in &self.tables.vehicle_types {
            self.writer.number(Table::VehicleTypes, *id, 1, "vehicle type");
            self.writer.text(Table::VehicleTypes, &name.to_uppercase());
        }
    }

    /// Writes schemas, groups, stamps and masks; returns each schema's index.
    fn schemas(&mut self) -> HashMap<u32, u32> {
        let mut indexes = HashMap::new();
        let mut masks: Numbered<[u64; 9]> = Numbered::default();
        let linked: BTreeSet<u32> = self.tables.years.keys().map(|(_, schema)| *schema).collect();
        for (schema, rows) in self.tables.patterns.iter().filter(|(schema, _)| linked.contains(schema)) {
            indexes.insert(*schema, u32::try_from(indexes.len()).unwrap_or(u32::MAX));
            let parsed: HashMap<&str, Parsed> = rows.iter().map(|row| (row.key.as_str(), patterns::parse(&row.key))).collect();
            let mut mask = [0u64; 9];
            for key in parsed.values() {
                for (to, place) in mask.iter_mut().zip([0, 1, 2, 3, 4, 7, 8, 9, 10]) {
                    *to |= key.places.get(place).map_or(0, |place| place.listed);
                }
            }
            let groups = self.groups(rows, &parsed);
            let stamps: BTreeSet<u32> = groups.iter().map(|group| group.stamp).collect();
            let stamps: Vec<u32> = stamps.into_iter().rev().take(256).collect();
            self.writer.number(Table::Schemas, *schema, 2, "schema");
            self.writer
                .number(Table::Schemas, self.writer.len(Table::Groups) / Table::Groups.size(), 3, "patterns");
            self.writer.number(Table::Schemas, groups.len(), 2, "patterns of a schema");
            self.writer.number(Table::Schemas, masks.number(mask), 2, "sets of characters");
            self.writer.number(
                Table::Schemas,
                self.writer.len(Table::Stamps) / Table::Stamps.size(),
                3,
                "times of change",
            );
            for group in groups {
                let key = self.key(group.key);
                let bundle = self.bundles.number(group.values);
                let stamp = stamps.iter().position(|stamp| *stamp == group.stamp).unwrap_or(stamps.len() - 1);
                self.writer.number(Table::Groups, key, 3, "keys");
                self.writer.number(Table::Groups, bundle, 3, "bundles");
                self.writer.number(Table::Groups, stamp, 1, "times of change of a schema");
            }
            for stamp in stamps {
                self.writer.number(Table::Stamps, stamp, 3, "time");
            }
        }
        for mask in masks.things {
            for place in mask {
                self.writer.number(Table::Masks, place & ((1 << 40) - 1), 5, "mask");
            }
        }
        indexes
    }

    /// A schema's patterns as groups of one key, so ordered that for every element an earlier group takes precedence.
    fn groups(&mut self, rows: &[Pattern], parsed: &HashMap<&str, Parsed>) -> Vec<Group> {
        let shown = |row: &&Pattern| {
            let element = self.tables.elements.get(&row.element);
            element.is_some_and(|element| element.decoded && !element.private) && !NAMED_BY_ENGINE.contains(&row.element)
        };
        let fitting = |row: &&Pattern| parsed.get(row.key.as_str()).is_some_and(Parsed::can_fit);
        let mut rows: Vec<&Pattern> = rows.iter().filter(shown).filter(fitting).collect();
        rows.sort_by_cached_key(|row| {
            (
                -row.changed,
                patterns::precedence(&row.key),
                row.id,
                row.element,
                row.attribute.clone(),
            )
        });
        let mut groups: Vec<Group> = Vec::new();
        let mut last_of_key: HashMap<&str, usize> = HashMap::new();
        let mut last_of_element: HashMap<u8, usize> = HashMap::new();
        for row in rows {
            let value = self.values.number((row.element, row.attribute.clone()));
            let earliest = if REPEATS.contains(&row.element) {
                0
            } else {
                last_of_element.get(&row.element).copied().unwrap_or(0)
            };
            let place = match last_of_key.get(row.key.as_str()) {
                Some(place) if *place >= earliest && groups[*place].stamp == stamp(row.changed) => *place,
                _ => {
                    groups.push(Group {
                        key: row.key.clone(),
                        values: Vec::new(),
                        stamp: stamp(row.changed),
                    });
                    groups.len() - 1
                }
            };
            if !groups[place].values.contains(&value) {
                groups[place].values.push(value);
            }
            last_of_key.insert(&row.key, place);
            let last = last_of_element.entry(row.element).or_default();
            *last = place.max(*last);
        }
        groups
    }

    fn wmis(&mut self, schemas: &HashMap<u32, u32>) {
        let mut links: BTreeMap<&str, Vec<(u16, u16, u32)>> = BTreeMap::new();
        for ((wmi, schema), ranges) in &self.tables.years {
            if let Some(index) = schemas.get(schema) {
                let ranges = ranges.iter().map(|(first, last)| (*first, *last, *index));
                links.entry(wmi).or_default().extend(ranges);
            }
        }
        let mut wmis: Vec<_> = self
            .tables
            .wmis
            .iter()
            .map(|(code, wmi)| (pack(code.as_bytes()), code, wmi))
            .collect();
        wmis.sort_by_key(|(packed, ..)| *packed);
        let bucket = |packed: u32| packed / 38u32.pow(4);
        let mut index = 0;
        for start in 0..=38 * 38 {
            while wmis.get(index).is_some_and(|(packed, ..)| bucket(*packed) < start) {
                index += 1;
            }
            self.writer.number(Table::WmiStarts, index, 2, "WMIs");
        }
        for (packed, code, wmi) in wmis {
            let mut own = links.remove(code.as_str()).unwrap_or_default();
            own.sort_unstable();
            let light = matches!((wmi.vehicle_type, wmi.truck_type), (2 | 7, _) | (3, 1));
            self.writer.number(Table::Wmis, packed, 4, "WMI");
            self.writer.text(Table::Wmis, &wmi.manufacturer.trim().to_uppercase());
            self.writer.number(Table::Wmis, wmi.manufacturer_id, 3, "manufacturer");
            self.writer.number(Table::Wmis, wmi.vehicle_type, 1, "vehicle type");
            self.writer.number(Table::Wmis, u8::from(light), 1, "flags");
            self.writer
                .number(Table::Wmis, self.writer.len(Table::Links) / Table::Links.size(), 3, "links");
            self.writer.number(Table::Wmis, own.len(), 2, "links of a WMI");
            self.writer.number(
                Table::Wmis,
                self.writer.len(Table::WmiMakes) / Table::WmiMakes.size(),
                2,
                "makes of WMIs",
            );
            let makes: Vec<u32> = wmi.makes.iter().filter_map(|make| self.makes.get(make).copied()).collect();
            self.writer.number(Table::Wmis, makes.len(), 1, "makes of a WMI");
            self.writer.text(Table::Wmis, wmi.country.trim());
            for (first, last, schema) in own {
                self.writer.number(Table::Links, schema, 2, "schemas");
                self.writer.number(Table::Links, first, 2, "model year");
                self.writer.number(Table::Links, last, 2, "model year");
            }
            for make in makes {
                self.writer.number(Table::WmiMakes, make, 2, "makes");
            }
        }
    }

    fn engines(&mut self) {
        for pairs in self.tables.engines.values() {
            let bundle = self.bundle(pairs);
            self.writer.number(Table::Engines, bundle, 3, "bundles");
        }
    }

    fn bundle(&mut self, pairs: &[(u8, String)]) -> u32 {
        let shown = |element: u8| {
            self.tables
                .elements
                .get(&element)
                .is_some_and(|element| element.decoded && !element.private)
        };
        let pairs = pairs.iter().filter(|(element, _)| shown(*element));
        let values = pairs.map(|pair| self.values.number(pair.clone())).collect();
        self.bundles.number(values)
    }

    fn specifications(&mut self) {
        let mut scopes: BTreeMap<(u32, u8, u32), Vec<_>> = BTreeMap::new();
        for rule in &self.tables.specifications {
            if let (Some(model), Some(make)) = (self.models.get(&rule.model), self.makes.get(&rule.make)) {
                scopes.entry((*model, rule.vehicle_type, *make)).or_default().push(rule);
            }
        }
        for ((model, vehicle_type, make), rules) in scopes {
            self.writer.number(Table::Specifications, model, 2, "models");
            self.writer.number(Table::Specifications, vehicle_type, 1, "vehicle type");
            self.writer.number(Table::Specifications, make, 2, "makes");
            self.writer.number(
                Table::Specifications,
                self.writer.len(Table::SpecificationRules) / Table::SpecificationRules.size(),
                3,
                "specifications",
            );
            self.writer
                .number(Table::Specifications, rules.len(), 2, "specifications of a model");
            for rule in rules {
                let keys = self.bundle(&rule.keys);
                let values = self.bundle(&rule.values);
                self.writer.number(Table::SpecificationRules, rule.year, 2, "model year");
                self.writer.number(Table::SpecificationRules, keys, 3, "bundles");
                self.writer.number(Table::SpecificationRules, values, 3, "bundles");
                self.writer.number(Table::SpecificationRules, stamp(rule.changed), 3, "time");
            }
        }
    }

    fn defaults(&mut self) {
        for (vehicle_type, element, attribute) in &self.tables.defaults {
            if self
                .tables
                .elements
                .get(element)
                .is_some_and(|element| element.decoded && !element.private)
            {
                let value = self.values.number((*element, attribute.clone()));
                self.writer.number(Table::Defaults, *vehicle_type, 1, "vehicle type");
                self.writer.number(Table::Defaults, value, 3, "values");
            }
        }
    }

    /// Where a key starts; writes it if it is new.
    fn key(&mut self, key: String) -> usize {
        if let Some(start) = self.keys.get(&key) {
            return *start;
        }
        let start = self.writer.len(Table::KeyClasses);
        let parsed = patterns::parse(&key);
        self.writer.number(Table::KeyClasses, parsed.places.len(), 1, "places of a key");
        self.writer.number(Table::KeyClasses, parsed.used(), 1, "places");
        for place in parsed.places {
            let class = self.classes.number((place.mask, place.text));
            self.writer.number(Table::KeyClasses, class, 2, "choices of characters");
        }
        self.keys.insert(key, start);
        start
    }

    fn classes(&mut self) {
        for (mask, text) in std::mem::take(&mut self.classes).things {
            self.writer.number(Table::Classes, mask, 5, "mask");
            self.writer.text(Table::Classes, &text);
        }
    }

    fn bundles(&mut self) {
        for bundle in std::mem::take(&mut self.bundles).things {
            self.writer.number(
                Table::Bundles,
                self.writer.len(Table::BundleValues) / Table::BundleValues.size(),
                3,
                "values of bundles",
            );
            for value in bundle {
                self.writer.number(Table::BundleValues, value, 3, "values");
            }
        }
        self.writer.number(
            Table::Bundles,
            self.writer.len(Table::BundleValues) / Table::BundleValues.size(),
            3,
            "values of bundles",
        );
    }

    fn values(&mut self) {
        let engines: HashMap<&str, u32> = self
            .tables
            .engines
            .keys()
            .zip(0..)
            .map(|(name, index)| (name.as_str(), index))
            .collect();
        let mut displacements: Numbered<[String; 3]> = Numbered::default();
        let mut spellings: Numbered<(u8, String)> = Numbered::default();
        for (element, attribute) in std::mem::take(&mut self.values).things {
            let is_lookup = self.tables.elements.get(&element).is_some_and(|known| !known.lookup.is_empty());
            let detail = match element {
                MODEL => attribute.parse().ok().and_then(|id: u32| self.models.get(&id).copied()),
                ENGINE_MODEL => engines.get(attribute.trim().to_lowercase().as_str()).copied(),
                11..=13 => Some(displacements.number(crate::convert::displacement(element, &attribute))),
                _ if is_lookup => attribute.parse().ok().filter(|id| *id < NONE),
                _ => Some(spellings.number((element, attribute.to_lowercase()))),
            };
            let shown = match attribute.as_str() {
                "0" if is_lookup => "Not Applicable".to_owned(),
                // A pattern may name a model that NHTSA has deleted.
                _ if element == MODEL && detail.is_none() => String::new(),
                _ => self.tables.shown(element, &attribute),
            };
            self.writer.number(Table::Values, element, 1, "element");
            self.writer.text(Table::Values, shown.trim());
            self.writer.number(Table::Values, detail.unwrap_or(NONE), 3, "details");
        }
        for texts in displacements.things {
            for text in texts {
                self.writer.text(Table::Displacements, &text);
            }
        }
    }
}

/// Values under one key.
struct Group {
    key: String,
    values: Vec<u32>,
    stamp: u32,
}

/// Minutes since 2014, before which vPIC has nothing.
fn stamp(changed: i64) -> u32 {
    const START: i64 = 1_388_534_400_000;
    u32::try_from((changed - START).max(0) / 60_000).unwrap_or(u32::MAX)
}
