//! Lays the three packages over each other, the newest on top.
//!
//! The newest says which links and patterns exist. The older two lend what it lacks: the model years of a link, when a pattern was
//! last changed (it decides between patterns that both fit), the ids behind names. What no source says is inferred, by rules that
//! were read off the older releases, and counted in the [`Report`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    BuildError,
    packages::Newest,
    tables::{OPEN, Pattern, Tables, Wmi},
    years,
};

/// What a merge had to infer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub links: usize,
    pub patterns: usize,
    /// Links whose model years no source has.
    pub inferred_years: usize,
    /// WMIs that only the newest source has: manufacturer unknown, vehicle type from what the patterns say.
    pub inferred_wmis: usize,
    /// Models that no source numbers yet.
    pub new_models: usize,
    /// Patterns whose time of change was taken from their neighbours.
    pub inferred_times: usize,
}

/// First id of models that only have a name yet; NHTSA's own ids are far below.
const NEW_MODEL: u32 = 8_000_000;
/// When what only the newest source has was changed: the month of its release, in milliseconds since 1970 (2026-09-01).
const NEWEST_CHANGE: i64 = 1_788_220_800_000;
/// Names that the packages lack; see the file's first lines.
const NAMES: &str = include_str!("../data/names.tsv");

/// Merges the newest release with two older ones.
///
/// # Errors
/// [`BuildError::Source`] if the newest names an element that nobody knows.
pub fn merge(newest: Newest, middle: &Tables, oldest: &Tables) -> Result<(Tables, Report), BuildError> {
    let mut report = Report {
        links: newest.links.len(),
        ..Report::default()
    };
    let mut merged = Tables {
        elements: oldest.elements.clone(),
        lookups: oldest.lookups.clone(),
        vehicle_types: oldest.vehicle_types.clone(),
        makes: oldest.makes.clone(),
        models: oldest.models.clone(),
        wmis: oldest.wmis.clone(),
        engines: oldest.engines.clone(),
        ..Tables::default()
    };
    for (id, element) in &middle.elements {
        let known = merged.elements.entry(*id).or_default();
        (known.name, known.group) = (element.name.clone(), element.group.clone());
    }
    merged.lookups.extend(middle.lookups.clone());
    merged.makes.extend(middle.makes.clone());
    merged.models.extend(middle.models.clone());
    merged.engines.extend(middle.engines.clone());
    merged.specifications.clone_from(&middle.specifications);
    merged.defaults.clone_from(&middle.defaults);
    add_names(&mut merged);
    for (code, wmi) in &middle.wmis {
        let known = merged.wmis.entry(code.clone()).or_default();
        let makes = if known.makes.is_empty() || wmi.makes.len() == 1 {
            wmi.makes.clone()
        } else {
            known.makes.clone()
        };
        *known = Wmi {
            manufacturer_id: known.manufacturer_id,
            makes,
            ..wmi.clone()
        };
    }
    merge_patterns(&mut merged, newest.patterns, &newest.links, middle, oldest, &mut report)?;
    merge_years(&mut merged, &newest.links, middle, oldest, &mut report);
    infer_wmis(&mut merged, &newest.links, &mut report);
    Ok((merged, report))
}

fn add_names(merged: &mut Tables) {
    for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            ["name", "vehicletype", id, name] => {
                merged.vehicle_types.insert(id.parse().unwrap_or_default(), name.to_owned());
            }
            ["name", table, id, name] => {
                merged.lookups.insert((table.to_owned(), id.to_owned()), name.to_owned());
            }
            ["default", vehicle_type, element, attribute] => {
                let key = (
                    vehicle_type.parse().unwrap_or_default(),
                    element.parse().unwrap_or_default(),
                    attribute.to_owned(),
                );
                merged.defaults.insert(key);
            }
            _ => {}
        }
    }
}

/// Letters and digits only: sources spell the same name with other blanks, dashes and capitals.
fn spelled(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn merge_patterns(
    merged: &mut Tables,
    newest: BTreeMap<u32, Vec<(String, String, String)>>,
    links: &[(String, u32)],
    middle: &Tables,
    oldest: &Tables,
    report: &mut Report,
) -> Result<(), BuildError> {
    let elements: HashMap<String, u8> = merged.elements.iter().map(|(id, element)| (spelled(&element.name), *id)).collect();
    let wmis_of: HashMap<u32, Vec<&str>> = links.iter().fold(HashMap::new(), |mut map, (wmi, schema)| {
        map.entry(*schema).or_insert_with(Vec::new).push(wmi.as_str());
        map
    });
    let mut numbered = Models::of(merged);
    let oldest_elements: BTreeSet<u8> = oldest.patterns.values().flatten().map(|pattern| pattern.element).collect();
    for (schema, rows) in newest {
        let (in_middle, in_oldest) = (middle.patterns.get(&schema), oldest.patterns.get(&schema));
        let older = Older::of(in_middle, in_oldest);
        let makes: BTreeSet<u32> = wmis_of
            .get(&schema)
            .into_iter()
            .flatten()
            .filter_map(|wmi| merged.wmis.get(*wmi))
            .flat_map(|wmi| wmi.makes.iter().copied())
            .collect();
        let is_trailer = rows.iter().any(|(_, element, _)| element == "Trailer Body Type");
        let mut patterns = Vec::with_capacity(rows.len());
        for (key, name, value) in rows {
            let element = *elements
                .get(&spelled(&name))
                .ok_or_else(|| BuildError::source(format!("unknown element {name}")))?;
            let mut attribute = value.trim().to_owned();
            if element == 28 {
                let id = match older.model(&key, &attribute, merged) {
                    Some(id) => id,
                    None => numbered.find(&attribute, &makes, is_trailer, merged, report),
                };
                numbered.seen(id, attribute);
                attribute = id.to_string();
            }
            let (changed, id) = match older.rows.get(&(key.as_str(), element, attribute.as_str())) {
                Some(found) => *found,
                // The oldest source lacks most elements, and the middle one most vehicle types: absence there says nothing.
                None if in_middle.is_some() || (in_oldest.is_some() && oldest_elements.contains(&element)) => (NEWEST_CHANGE, u32::MAX),
                None => {
                    report.inferred_times += 1;
                    let neighbours = older.by_key.get(key.as_str()).copied();
                    (neighbours.unwrap_or(older.last.unwrap_or(NEWEST_CHANGE)), u32::MAX)
                }
            };
            patterns.push(Pattern {
                key,
                element,
                attribute,
                changed,
                id,
            });
        }
        report.patterns += patterns.len();
        merged.patterns.insert(schema, patterns);
    }
    numbered.rename(merged);
    Ok(())
}

/// Times and ids of a schema's patterns in the older sources.
#[derive(Default)]
struct Older<'s> {
    rows: HashMap<(&'s str, u8, &'s str), (i64, u32)>,
    models: HashMap<&'s str, Vec<&'s str>>,
    by_key: HashMap<&'s str, i64>,
    last: Option<i64>,
}

impl<'s> Older<'s> {
    fn of(middle: Option<&'s Vec<Pattern>>, oldest: Option<&'s Vec<Pattern>>) -> Self {
        let mut older = Self::default();
        for pattern in oldest.into_iter().chain(middle).flatten() {
            let attribute = pattern.attribute.trim();
            let row = older
                .rows
                .entry((&pattern.key, pattern.element, attribute))
                .or_insert((pattern.changed, pattern.id));
            // The middle source counts whole seconds: within one, the oldest knows better.
            if row.0 / 1000 != pattern.changed / 1000 {
                *row = (pattern.changed, pattern.id);
            }
            if pattern.element == 28 {
                older.models.entry(&pattern.key).or_default().push(attribute);
            }
            let latest = older.by_key.entry(&pattern.key).or_insert(pattern.changed);
            *latest = pattern.changed.max(*latest);
            older.last = older.last.max(Some(pattern.changed));
        }
        older
    }

    /// The id behind a model's name (or the id itself), if the same pattern gave it before.
    fn model(&self, key: &str, name: &str, merged: &Tables) -> Option<u32> {
        let ids = || {
            self.models
                .get(key)
                .into_iter()
                .flatten()
                .rev()
                .filter_map(|id| id.parse::<u32>().ok())
        };
        let named = |id: &u32| merged.models.get(id).is_some_and(|(known, _)| spelled(known) == spelled(name));
        // The newest source looked names up that are numbers: model 13621 is Ram's "2500", and model 2500 is "Classic".
        let twice = |id: &u32| {
            merged
                .models
                .get(id)
                .and_then(|(known, _)| known.parse().ok())
                .is_some_and(|known| named(&known))
        };
        ids()
            .find(named)
            .or_else(|| ids().find(|id| id.to_string() == name))
            .or_else(|| ids().find(twice))
    }
}

/// Models by name, to number those that the newest source only names.
struct Models {
    by_name: HashMap<String, Vec<u32>>,
    /// How often the newest source spells a model which way.
    spellings: BTreeMap<u32, BTreeMap<String, usize>>,
    next: u32,
}

impl Models {
    fn of(merged: &Tables) -> Self {
        let mut by_name: HashMap<String, Vec<u32>> = HashMap::new();
        for (id, (name, _)) in &merged.models {
            by_name.entry(spelled(name)).or_default().push(*id);
        }
        Self {
            by_name,
            spellings: BTreeMap::new(),
            next: NEW_MODEL,
        }
    }

    fn seen(&mut self, id: u32, name: String) {
        *self.spellings.entry(id).or_default().entry(name).or_default() += 1;
    }

    /// Takes the newest source's spelling of names, not ids that it left unresolved.
    fn rename(self, merged: &mut Tables) {
        for (id, spellings) in self.spellings {
            let most = spellings.into_iter().max_by_key(|(_, count)| *count);
            if let (Some((name, _)), Some(model)) = (most, merged.models.get_mut(&id))
                && spelled(&name) == spelled(&model.0)
            {
                model.0 = name;
            }
        }
    }

    /// The model of that name of one of these makes; a new one if there is none, of the make if there is only one.
    fn find(&mut self, name: &str, makes: &BTreeSet<u32>, is_trailer: bool, merged: &mut Tables, report: &mut Report) -> u32 {
        let known = self.by_name.entry(spelled(name)).or_default();
        let of_makes = |id: &&u32| merged.models.get(id).is_some_and(|(_, make)| makes.contains(make));
        if let Some(id) = known.iter().find(of_makes) {
            return *id;
        }
        let known = known.clone();
        for wrong in known {
            if let Some(id) = self.by_name.get(&wrong.to_string()).and_then(|ids| ids.iter().find(of_makes)) {
                return *id;
            }
        }
        if let Some(id) = name.parse().ok().filter(|id| merged.models.contains_key(id)) {
            return id;
        }
        let known = self.by_name.entry(spelled(name)).or_default();
        let of_all: BTreeSet<u32> = known.iter().filter_map(|id| merged.models.get(id)).map(|(_, make)| *make).collect();
        if makes.is_empty()
            && of_all.len() == 1
            && let Some(id) = known.first()
        {
            return *id;
        }
        report.new_models += 1;
        let id = self.next;
        self.next += 1;
        known.push(id);
        let make = match makes.first() {
            Some(make) if makes.len() == 1 => *make,
            // Two of three new manufacturers of trailers name their only model as themselves.
            None if is_trailer => {
                merged.makes.insert(id, name.to_owned());
                id
            }
            _ => 0,
        };
        merged.models.insert(id, (name.to_owned(), make));
        id
    }
}

fn merge_years(merged: &mut Tables, links: &[(String, u32)], middle: &Tables, oldest: &Tables, report: &mut Report) {
    let mut of_schema: HashMap<u32, (u16, u16)> = HashMap::new();
    for source in [oldest, middle] {
        for ((_, schema), ranges) in &source.years {
            if let Some(range) = ranges.first() {
                of_schema.insert(*schema, *range);
            }
        }
    }
    let mut missing = Vec::new();
    for (wmi, schema) in links {
        let key = (wmi.clone(), *schema);
        let known = middle.years.get(&key).or_else(|| oldest.years.get(&key)).cloned();
        match known.or_else(|| of_schema.get(schema).map(|range| vec![*range])) {
            Some(ranges) => {
                merged.years.insert(key, ranges);
            }
            None => missing.push(key),
        }
    }
    missing.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    for key in missing {
        report.inferred_years += 1;
        let known: Vec<(u16, u16)> = merged
            .years
            .range((key.0.clone(), 0)..=(key.0.clone(), u32::MAX))
            .flat_map(|(_, ranges)| ranges.iter().copied())
            .collect();
        let first = years::first_year(&known);
        merged.years.insert(key, vec![(first, OPEN)]);
    }
}

/// WMIs without an entry: the vehicle type that most others have whose patterns say the same body class or trailer body.
fn infer_wmis(merged: &mut Tables, links: &[(String, u32)], report: &mut Report) {
    let mut telling: BTreeMap<(u8, &str), BTreeMap<u8, usize>> = BTreeMap::new();
    let signs = |schema: &u32| {
        let patterns = merged.patterns.get(schema).into_iter().flatten();
        patterns
            .filter(|pattern| matches!(pattern.element, 5 | 117))
            .map(|pattern| (pattern.element, pattern.attribute.as_str()))
    };
    for (wmi, schema) in links {
        if let Some(known) = merged.wmis.get(wmi) {
            for sign in signs(schema) {
                *telling.entry(sign).or_default().entry(known.vehicle_type).or_default() += 1;
            }
        }
    }
    let mut found: BTreeMap<String, BTreeMap<u8, usize>> = BTreeMap::new();
    let mut makes: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (wmi, schema) in links.iter().filter(|(wmi, _)| !merged.wmis.contains_key(wmi)) {
        let votes = found.entry(wmi.clone()).or_default();
        for sign in signs(schema) {
            if let Some((vehicle_type, _)) = telling.get(&sign).and_then(|types| types.iter().max_by_key(|(_, count)| **count)) {
                *votes.entry(*vehicle_type).or_default() += 1;
            }
        }
        let models = merged
            .patterns
            .get(schema)
            .into_iter()
            .flatten()
            .filter(|pattern| pattern.element == 28);
        let of_models = models
            .filter_map(|pattern| merged.models.get(&pattern.attribute.parse().ok()?))
            .map(|(_, make)| *make);
        makes.entry(wmi.clone()).or_default().extend(of_models.filter(|make| *make > 0));
    }
    for (code, votes) in found {
        report.inferred_wmis += 1;
        let vehicle_type = votes
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .map_or(0, |(vehicle_type, _)| vehicle_type);
        let wmi = Wmi {
            vehicle_type,
            makes: makes.remove(&code).unwrap_or_default(),
            ..Wmi::default()
        };
        merged.wmis.insert(code, wmi);
    }
}
