//! Building the index: one pass over the bundles, the schemas and the manufacturer's codes.

use std::collections::HashMap;

use super::{MakeRow, ModelRow, Selection, years};
use crate::{
    decoder::{
        Decoder, Element, NO_MAKE, WmiRecord,
        data::{NONE, Table, number},
        slot::{bundle_values, detail},
    },
    names::fold,
};

/// Lists behind one another: where each begins, one more at the end, and what is in them.
struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn new() -> Self {
        Self {
            starts: vec![0],
            items: Vec::new(),
        }
    }

    fn close(&mut self) {
        self.starts.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }

    fn get(&self, list: u32) -> &[u32] {
        let bound = |list: usize| self.starts.get(list).map_or(self.items.len(), |start| *start as usize);
        self.items.get(bound(list as usize)..bound(list as usize + 1)).unwrap_or_default()
    }
}

/// What one manufacturer's code says about a model.
#[derive(Clone, Copy)]
struct Named {
    make: u32,
    model: u32,
    kind: u8,
    wmi: u16,
    years: u64,
    patterns: u32,
}

impl<'d> Selection<'d> {
    /// Builds the index; that takes 0.4 s, so it is made once and shared.
    #[must_use]
    pub fn new(decoder: &'d Decoder<'d>) -> Self {
        let (schemas, counts) = schema_models(decoder);
        let one_name = OneName::new(decoder, &schemas, &counts);
        let mut named = Vec::new();
        // WmiStarts counts in two bytes: there are no more.
        for (index, record) in (0..=u16::MAX).zip(decoder.data.all(Table::Wmis)) {
            let wmi = WmiRecord::read(&decoder.data, record);
            of_wmi(decoder, &wmi, index, (&schemas, &counts), &one_name, &mut named);
        }
        named.sort_unstable_by_key(|one| (one.make, one.model, one.kind, one.wmi));
        let (mut makes, mut models, mut wmis): (Vec<MakeRow>, Vec<ModelRow>, Vec<u16>) = Default::default();
        for of_model in named.chunk_by(|one, other| (one.make, one.model, one.kind) == (other.make, other.model, other.kind)) {
            let Some(Named { make, model, kind, .. }) = of_model.first().copied() else {
                continue;
            };
            let years = of_model.iter().fold(0, |years, one| years | one.years);
            let patterns = of_model.iter().map(|one| one.patterns).sum();
            let first_wmi = wmis.len();
            wmis.extend(of_model.iter().map(|one| one.wmi));
            wmis.dedup();
            models.push(ModelRow {
                make,
                model,
                kind,
                years,
                patterns,
                first_wmi: u32::try_from(first_wmi).unwrap_or_default(),
                wmis: u32::try_from(wmis.len() - first_wmi).unwrap_or_default(),
            });
            makes.push(MakeRow {
                make,
                kind,
                years,
                patterns,
            });
        }
        Self {
            decoder,
            makes: merged(makes),
            models: exact(models),
            wmis: exact(wmis),
            make_of: one_name.make_of,
            spellings: one_name.spellings,
            schemas: exact(schemas.starts),
            schema_models: exact(schemas.items),
        }
    }
}

/// Adds up the rows of each make and kind.
fn merged(mut rows: Vec<MakeRow>) -> Vec<MakeRow> {
    rows.sort_unstable_by_key(|row| (row.make, row.kind));
    rows.dedup_by(|row, kept| {
        let same = (row.make, row.kind) == (kept.make, kept.kind);
        if same {
            kept.years |= row.years;
            kept.patterns += row.patterns;
        }
        same
    });
    exact(rows)
}

/// Without the room that it grew into.
fn exact<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// The models that each schema names, and beside each how many patterns do.
fn schema_models(decoder: &Decoder<'_>) -> (Lists, Vec<u32>) {
    let bundles = u32::try_from(decoder.data.count(Table::Bundles)).unwrap_or_default();
    let mut of_bundle = Lists::new();
    for bundle in 0..bundles {
        let models = bundle_values(&decoder.data, bundle)
            .filter(|value| decoder.data.value(*value).0 == Element::MODEL.0)
            .map(|value| detail(&decoder.data, value));
        of_bundle.items.extend(models.filter(|model| *model != NONE));
        of_bundle.close();
    }
    let (mut schemas, mut counts, mut found) = (Lists::new(), Vec::new(), Vec::new());
    for schema in decoder.data.all(Table::Schemas) {
        let (start, count, size) = (number(schema, 2, 3) as usize, number(schema, 5, 2) as usize, Table::Groups.size());
        let groups = decoder.data.bytes(Table::Groups, start * size, count * size).chunks_exact(size);
        found.clear();
        found.extend(groups.flat_map(|group| of_bundle.get(number(group, 3, 3))).copied());
        found.sort_unstable();
        for same in found.chunk_by(|one, other| one == other) {
            schemas.items.extend(same.first());
            counts.push(u32::try_from(same.len()).unwrap_or(u32::MAX));
        }
        schemas.close();
    }
    (schemas, counts)
}

/// Which record stands for all that are spelled alike.
struct OneName {
    make_of: HashMap<Box<str>, u32>,
    makes: HashMap<u32, u32>,
    models: HashMap<u32, u32>,
    spellings: HashMap<u32, Vec<u32>>,
}

impl OneName {
    fn new(decoder: &Decoder<'_>, schemas: &Lists, counts: &[u32]) -> Self {
        let data = &decoder.data;
        let mut patterns: HashMap<u32, u32> = HashMap::new();
        for (model, count) in schemas.items.iter().zip(counts) {
            *patterns.entry(*model).or_default() += count;
        }
        let mut named: Vec<(u32, u32, u32)> = Vec::new();
        let mut of_make: HashMap<u32, u32> = HashMap::new();
        for (model, count) in patterns {
            let make = data.field(Table::Models, model, 3, 2);
            if make != NO_MAKE {
                named.push((count, make, model));
                *of_make.entry(make).or_default() += count;
            }
        }
        // The spelling that most patterns name comes first and stands for the others.
        let mut makes: Vec<(u32, u32)> = of_make.into_iter().map(|(make, count)| (count, make)).collect();
        makes.sort_unstable_by_key(|(count, make)| (std::cmp::Reverse(*count), *make));
        let mut one = Self {
            make_of: HashMap::new(),
            makes: HashMap::new(),
            models: HashMap::new(),
            spellings: HashMap::new(),
        };
        for (_, make) in makes {
            let name = fold(data.text(data.field(Table::Makes, make, 6, 3)));
            let first = *one.make_of.entry(name.into()).or_insert(make);
            one.makes.insert(make, first);
        }
        named.sort_unstable_by_key(|(count, _, model)| (std::cmp::Reverse(*count), *model));
        let mut by_name: HashMap<(u32, String), u32> = HashMap::new();
        for (_, make, model) in named {
            let make = one.makes.get(&make).copied().unwrap_or(make);
            let name = fold(data.text(data.field(Table::Models, model, 5, 3)));
            let first = *by_name.entry((make, name)).or_insert(model);
            one.models.insert(model, first);
            if first != model {
                one.spellings.entry(first).or_insert_with(|| vec![first]).push(model);
            }
        }
        one
    }
}

/// Adds what one manufacturer's code says, a row a model.
fn of_wmi(
    decoder: &Decoder<'_>,
    wmi: &WmiRecord<'_>,
    index: u16,
    (schemas, counts): (&Lists, &[u32]),
    one_name: &OneName,
    named: &mut Vec<Named>,
) {
    let first = named.len();
    for link in 0..wmi.links {
        let link = decoder.data.record(Table::Links, wmi.first_link + link);
        let year = |offset| u16::try_from(number(link, offset, 2)).unwrap_or(u16::MAX);
        let (schema, years) = (number(link, 0, 2), years(year(2), year(4)));
        let start = schemas.starts.get(schema as usize).map_or(0, |start| *start as usize);
        for (model, patterns) in schemas.get(schema).iter().zip(counts.iter().skip(start)) {
            let make = decoder.data.field(Table::Models, *model, 3, 2);
            if let (Some(model), Some(make)) = (one_name.models.get(model), one_name.makes.get(&make))
                && years != 0
            {
                named.push(Named {
                    make: *make,
                    model: *model,
                    kind: wmi.vehicle_type,
                    wmi: index,
                    years,
                    patterns: *patterns,
                });
            }
        }
    }
    let mut own = named.split_off(first);
    own.sort_unstable_by_key(|one| (one.make, one.model));
    own.dedup_by(|one, kept| {
        let same = one.model == kept.model;
        if same {
            kept.years |= one.years;
            kept.patterns += one.patterns;
        }
        same
    });
    named.append(&mut own);
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::decoder::selection::VehicleType;

    /// Folded makes and models that patterns name in a model year, found without the index.
    fn walked(decoder: &Decoder<'_>, year: u32, types: &[VehicleType]) -> BTreeSet<(String, String)> {
        let data = &decoder.data;
        let mut found = BTreeSet::new();
        for record in data.all(Table::Wmis) {
            let wmi = WmiRecord::read(data, record);
            let links = (0..wmi.links).map(|link| data.record(Table::Links, wmi.first_link + link));
            let valid = links.filter(|link| (number(link, 2, 2)..=number(link, 4, 2)).contains(&year));
            for schema in valid.filter(|_| types.contains(&VehicleType(wmi.vehicle_type))) {
                let schema = data.record(Table::Schemas, number(schema, 0, 2));
                let (start, count) = (number(schema, 2, 3) as usize, number(schema, 5, 2) as usize);
                for group in data.bytes(Table::Groups, start * 7, count * 7).chunks_exact(7) {
                    for value in bundle_values(data, number(group, 3, 3)).filter(|value| data.value(*value).0 == Element::MODEL.0) {
                        let model = detail(data, value);
                        let make = data.field(Table::Models, model, 3, 2);
                        if model != NONE && make != NO_MAKE {
                            let text = |table, record, place| fold(data.text(data.field(table, record, place, 3)));
                            found.insert((text(Table::Makes, make, 6), text(Table::Models, model, 5)));
                        }
                    }
                }
            }
        }
        found
    }

    #[test]
    fn the_index_names_what_the_patterns_of_a_year_name() {
        let decoder = Decoder::embedded().unwrap_or_else(|error| unreachable!("{error}"));
        let selection = Selection::new(&decoder);
        for (year, types) in [
            (2019, &VehicleType::ROAD[..]),
            (1996, &[VehicleType::CAR]),
            (2026, &[VehicleType::MOTORCYCLE]),
        ] {
            let makes = selection.makes(Some(year), types);
            let models = makes.iter().flat_map(|make| {
                let models = selection.models(Some(year), types, make.name);
                models.into_iter().map(|model| (fold(make.name), fold(model.name)))
            });
            let found: BTreeSet<(String, String)> = models.collect();
            assert!(found.len() > 50, "{year}: {}", found.len());
            assert_eq!(found, walked(&decoder, u32::from(year), types), "{year}");
        }
    }
}
