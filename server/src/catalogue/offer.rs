//! What is offered: the catalogue's makes, models, lines and engines with what an organisation says of them, popular first.
//!
//! Pure: everything is in memory. An own entry is offered where its kind and years fit; one that corrects or hides a name of vPIC takes its
//! place where the entry holds for all that was asked (without a year, one that is bound to years takes nobody's place). A name that was
//! corrected is found by both: by the new one and, because vehicles still hold it, by the old one.

use std::collections::{BTreeSet, HashMap, HashSet};

use app::{
    catalogue::{CatalogueChoice, CatalogueEngine, CatalogueLevel, CatalogueMatch, CatalogueQuery, CatalogueSource, VehicleCatalogue},
    vehicle::{Vehicle, VehicleKind},
    vin::make_name,
};
use vin::{
    decoder::selection::{Selection, VehicleType},
    fold,
};

use super::{
    engine,
    own::{Counted, Own, OwnEntry},
};

/// NHTSA's types of what we have a kind for: those of cars, and at the end that of motorcycles.
const TYPES: [VehicleType; 7] = [
    VehicleType::CAR,
    VehicleType::MULTIPURPOSE,
    VehicleType::TRUCK,
    VehicleType::BUS,
    VehicleType::LOW_SPEED,
    VehicleType::INCOMPLETE,
    VehicleType::MOTORCYCLE,
];
/// [`TYPES`] of cars, and of motorcycles.
const KINDS: (&[VehicleType], &[VehicleType]) = TYPES.split_at(TYPES.len() - 1);

const fn types(kind: Option<VehicleKind>) -> &'static [VehicleType] {
    match kind {
        None => &TYPES,
        Some(VehicleKind::Car) => KINDS.0,
        Some(VehicleKind::Motorcycle) => KINDS.1,
    }
}

/// What was asked, with every name that stands for it.
struct Question<'a> {
    own: &'a Own,
    selection: &'a Selection<'static>,
    year: Option<u16>,
    kind: Option<VehicleKind>,
    makes: Vec<String>,
    models: Vec<String>,
    lines: Vec<String>,
}

/// A name of vPIC.
struct Named {
    name: String,
    nhtsa_id: Option<u32>,
    patterns: u32,
}

/// What will be offered, with what it is ordered by.
struct Offered {
    choice: CatalogueChoice,
    patterns: u32,
}

impl<'a> Question<'a> {
    fn new(own: &'a Own, selection: &'a Selection<'static>, query: &CatalogueQuery) -> Self {
        let mut question = Self {
            own,
            selection,
            year: query.year,
            kind: query.kind,
            makes: Vec::new(),
            models: Vec::new(),
            lines: Vec::new(),
        };
        let asked = |name: &Option<String>| name.as_deref().map(fold);
        if let Some(make) = asked(&query.make) {
            question.makes = question.aliases(CatalogueLevel::Make, make);
        }
        if let Some(model) = asked(&query.model) {
            // Mazda's 3 is the Mazda3 of vPIC.
            let with_make: Vec<String> = question.makes.iter().map(|make| format!("{make}{model}")).collect();
            question.models = question.aliases(CatalogueLevel::Model, model);
            question.models.extend(with_make);
        }
        if let Some(line) = asked(&query.line) {
            question.lines = question.aliases(CatalogueLevel::Line, line);
        }
        question
    }

    /// A name with those that corrections put in its place, or it in theirs.
    fn aliases(&self, level: CatalogueLevel, name: String) -> Vec<String> {
        let mut names = vec![name];
        for own in self.own.of_level(level).filter(|own| self.is_under(own) && !own.entry.hidden) {
            let Some(corrects) = &own.corrects else { continue };
            for (known, other) in [(&own.name, corrects), (corrects, &own.name)] {
                if names.contains(known) && !names.contains(other) {
                    names.push(other.clone());
                }
            }
        }
        names
    }

    /// Whether an entry belongs to what is chosen above it.
    fn is_under(&self, own: &OwnEntry) -> bool {
        let of_line = own.line.is_empty() || self.lines.is_empty() || self.lines.contains(&own.line);
        (own.make.is_empty() || self.makes.contains(&own.make)) && (own.model.is_empty() || self.models.contains(&own.model)) && of_line
    }

    /// Whether an entry is offered: its kind and years have something in common with what is asked.
    fn meets(&self, own: &OwnEntry) -> bool {
        let entry = &own.entry;
        let kind = entry.kind.is_none() || self.kind.is_none() || entry.kind == self.kind;
        kind && self.year.is_none_or(|year| fits(own, year))
    }

    /// Whether an entry holds for all that is asked, so that it may take the place of a name.
    fn rules(&self, own: &OwnEntry) -> bool {
        let entry = &own.entry;
        let kind = entry.kind.is_none() || entry.kind == self.kind;
        let unbound = entry.first_year.is_none() && entry.last_year.is_none();
        kind && self.year.map_or(unbound, |year| fits(own, year))
    }

    /// The entries of a level that may be offered here.
    fn entries(&self, level: CatalogueLevel) -> Vec<&'a OwnEntry> {
        let own: &'a Own = self.own;
        own.of_level(level).filter(|own| self.is_under(own) && self.meets(own)).collect()
    }

    /// Of these entries those that take the place of a name, by that name.
    fn ruling(&self, entries: &[&'a OwnEntry]) -> HashMap<&'a str, &'a OwnEntry> {
        let ruling = entries.iter().filter(|own| self.rules(own));
        ruling.filter_map(|own| Some((own.corrects.as_deref()?, *own))).collect()
    }

    fn makes(&self) -> Vec<Named> {
        let makes = self.selection.makes(self.year, types(self.kind)).into_iter();
        let named = makes.map(|make| Named {
            name: make_name(make.name),
            nhtsa_id: Some(make.id),
            patterns: make.patterns,
        });
        named.collect()
    }

    fn models(&self) -> Vec<Named> {
        let models = self
            .makes
            .iter()
            .flat_map(|make| self.selection.models(self.year, types(self.kind), make));
        let named = models.map(|model| Named {
            name: model.name.to_owned(),
            nhtsa_id: Some(model.id),
            patterns: model.patterns,
        });
        named.collect()
    }

    /// Lines come most patterns first, which is all that is known of how popular they are.
    fn lines(&self) -> Vec<Named> {
        let mut found = Vec::new();
        for (make, model) in self.pairs() {
            let lines = self.selection.lines(self.year, make, model);
            let rank = |index: usize| u32::try_from(lines.len() - index).unwrap_or(u32::MAX);
            found.extend(lines.iter().enumerate().map(|(index, line)| Named {
                name: (*line).to_owned(),
                nhtsa_id: None,
                patterns: rank(index),
            }));
        }
        found
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let makes = self.makes.iter();
        makes.flat_map(|make| self.models.iter().map(move |model| (make.as_str(), model.as_str())))
    }

    /// Puts own entries among the names of vPIC.
    fn merged(&self, level: CatalogueLevel, vpic: Vec<Named>) -> Vec<Offered> {
        let entries = self.entries(level);
        let ruling = self.ruling(&entries);
        let mut offered: Vec<Offered> = Vec::with_capacity(vpic.len() + entries.len());
        let mut places: HashMap<String, usize> = HashMap::with_capacity(vpic.len());
        for named in vpic {
            let own = ruling.get(fold(&named.name).as_str());
            if own.is_some_and(|own| own.entry.hidden) {
                continue;
            }
            let choice = match own {
                Some(own) => CatalogueChoice {
                    nhtsa_id: named.nhtsa_id,
                    corrects: Some(named.name),
                    ..of_entry(own)
                },
                None => CatalogueChoice {
                    name: named.name,
                    nhtsa_id: named.nhtsa_id,
                    ..CatalogueChoice::default()
                },
            };
            add(&mut offered, &mut places, choice, named.patterns);
        }
        // A correction of a name that is not here has nothing to say; one that rules only some years stands beside the name.
        for own in entries
            .iter()
            .filter(|own| !own.entry.hidden && (own.corrects.is_none() || !self.rules(own)))
        {
            let corrects = own.entry.corrects.clone();
            add(&mut offered, &mut places, CatalogueChoice { corrects, ..of_entry(own) }, 0);
        }
        offered
    }

    /// Make and model as the stock may write a model: Mazda's Mazda3 is also its 3.
    fn spellings<'m>(&'m self, model: &'m str) -> impl Iterator<Item = (String, String)> + 'm {
        self.makes.iter().flat_map(move |make| {
            let without_make = model.strip_prefix(make.as_str()).filter(|rest| !rest.is_empty());
            let models = [Some(model), without_make].into_iter().flatten();
            models.map(move |model| (make.clone(), model.to_owned()))
        })
    }

    /// What the stock has most of first, then what vPIC has most patterns of, then by name. `counted` gives what the stock holds under any
    /// of these names, each spelling once.
    fn ordered(&self, mut offered: Vec<Offered>, counted: impl Fn(&BTreeSet<String>) -> Vec<&'a Counted>) -> Vec<CatalogueChoice> {
        for one in &mut offered {
            let choice = &mut one.choice;
            let counted = counted(&names(choice));
            choice.in_stock = counted
                .iter()
                .fold(0, |sum: u32, counted| sum.saturating_add(counted.of(self.kind)));
            let most = counted
                .iter()
                .max_by_key(|counted| counted.of(self.kind))
                .filter(|_| choice.in_stock > 0);
            let other = |spelled: &str, name: &str| (spelled != name).then(|| spelled.to_owned());
            if self.makes.is_empty() {
                choice.spelled_make = most.and_then(|most| other(&most.make, &choice.name));
            } else {
                choice.spelled_make = most.map(|most| most.make.clone());
                choice.spelled_model = most.and_then(|most| other(&most.model, &choice.name));
            }
        }
        offered.sort_by(|one, other| {
            let popular = |offered: &Offered| (offered.choice.in_stock, offered.patterns);
            popular(other)
                .cmp(&popular(one))
                .then_with(|| one.choice.name.cmp(&other.choice.name))
        });
        offered.into_iter().map(|offered| offered.choice).collect()
    }
}

/// The names of a choice as they are compared: its own, and the one that it corrects.
fn names(choice: &CatalogueChoice) -> BTreeSet<String> {
    let names = [Some(&choice.name), choice.corrects.as_ref()];
    names.into_iter().flatten().map(|name| fold(name)).collect()
}

fn fits(own: &OwnEntry, year: u16) -> bool {
    let year = i32::from(year);
    let after = own.entry.first_year.is_none_or(|first| i32::from(first) <= year);
    after && own.entry.last_year.is_none_or(|last| year <= i32::from(last))
}

fn of_entry(own: &OwnEntry) -> CatalogueChoice {
    CatalogueChoice {
        name: own.entry.name.clone(),
        source: CatalogueSource::Own,
        entry: Some(own.entry.id),
        ..CatalogueChoice::default()
    }
}

/// Adds a choice; of two with one name the own one counts.
fn add(offered: &mut Vec<Offered>, places: &mut HashMap<String, usize>, choice: CatalogueChoice, patterns: u32) {
    let key = fold(&choice.name);
    let Some(there) = places.get(&key).and_then(|place| offered.get_mut(*place)) else {
        places.insert(key, offered.len());
        offered.push(Offered { choice, patterns });
        return;
    };
    there.patterns = there.patterns.saturating_add(patterns);
    if there.choice.source == CatalogueSource::Vpic && choice.source == CatalogueSource::Own {
        let nhtsa_id = there.choice.nhtsa_id.or(choice.nhtsa_id);
        there.choice = CatalogueChoice { nhtsa_id, ..choice };
    }
}

/// Makes of a year and kind.
pub fn makes(selection: &Selection<'static>, own: &Own, query: &CatalogueQuery) -> Vec<CatalogueChoice> {
    let question = Question::new(own, selection, query);
    let offered = question.merged(CatalogueLevel::Make, question.makes());
    question.ordered(offered, |names| names.iter().filter_map(|make| own.stock.makes.get(make)).collect())
}

/// Models of a make.
pub fn models(selection: &Selection<'static>, own: &Own, query: &CatalogueQuery) -> Vec<CatalogueChoice> {
    let question = Question::new(own, selection, query);
    let offered = question.merged(CatalogueLevel::Model, question.models());
    let called: HashSet<String> = offered.iter().map(|offered| fold(&offered.choice.name)).collect();
    question.ordered(offered, |names| {
        // A name and the one that it corrects may be the same to the stock; what another model is called counts there.
        let spellings: BTreeSet<_> = names.iter().flat_map(|model| question.spellings(model)).collect();
        let here = spellings
            .iter()
            .filter(|(_, model)| names.contains(model) || !called.contains(model));
        here.filter_map(|spelling| own.stock.models.get(spelling)).collect()
    })
}

/// Lines of a model.
pub fn lines(selection: &Selection<'static>, own: &Own, query: &CatalogueQuery) -> Vec<CatalogueChoice> {
    let question = Question::new(own, selection, query);
    let offered = question.merged(CatalogueLevel::Line, question.lines());
    question.ordered(offered, |_| Vec::new())
}

/// Engines of a model, or of one of its lines: own ones first, then as vPIC has them.
pub fn engines(selection: &Selection<'static>, own: &Own, query: &CatalogueQuery) -> Vec<CatalogueEngine> {
    let question = Question::new(own, selection, query);
    let entries = question.entries(CatalogueLevel::Engine);
    let ruling = question.ruling(&entries);
    let lines: Vec<Option<&str>> = match question.lines.as_slice() {
        [] => vec![None],
        lines => lines.iter().map(|line| Some(line.as_str())).collect(),
    };
    let asked = question.pairs().flat_map(|pair| lines.iter().map(move |line| (pair, *line)));
    let mut found: Vec<CatalogueEngine> = Vec::new();
    let mut names = HashSet::new();
    let mut corrected: HashMap<String, CatalogueEngine> = HashMap::new();
    for ((make, model), line) in asked {
        for engine in selection.engines(question.year, make, model, line) {
            let engine = engine::of_vpic(&engine);
            let key = fold(&engine.name);
            if ruling.contains_key(key.as_str()) {
                corrected.insert(key, engine);
            } else if !engine.name.is_empty() && names.insert(key) {
                found.push(engine);
            }
        }
    }
    let own = entries
        .iter()
        .filter(|own| !own.entry.hidden)
        .filter_map(|own| match &own.corrects {
            // A correction of an engine that this model does not have in this year has nothing to say.
            Some(corrects) if question.rules(own) => corrected.get(corrects).map(|engine| engine::of_entry(&own.entry, Some(engine))),
            _ => Some(engine::of_entry(&own.entry, None)),
        });
    let mut all: Vec<CatalogueEngine> = own.collect();
    all.extend(found);
    all
}

/// What a vehicle's make and model stand for; nothing where the make is free text that the catalogue does not know, or does not offer.
pub fn link(selection: &Selection<'static>, own: &Own, vehicle: &Vehicle) -> Option<VehicleCatalogue> {
    let query = CatalogueQuery {
        kind: Some(vehicle.kind),
        make: Some(vehicle.make.clone()),
        model: Some(vehicle.model.clone()),
        ..CatalogueQuery::default()
    };
    let question = Question::new(own, selection, &query);
    let known = |make: &String| {
        let make = selection.make(types(vehicle.kind.into()), make)?;
        Some(Named {
            name: make_name(make.name),
            nhtsa_id: Some(make.id),
            patterns: make.patterns,
        })
    };
    let of_level = |level, vpic: Vec<Named>, names: &[String]| {
        let mut offered = question.merged(level, vpic).into_iter().map(|offered| offered.choice);
        offered
            .find(|choice| names.contains(&fold(&choice.name)))
            .map(|choice| CatalogueMatch {
                name: choice.name,
                nhtsa_id: choice.nhtsa_id,
                source: choice.source,
            })
    };
    let make = of_level(
        CatalogueLevel::Make,
        question.makes.iter().filter_map(known).collect(),
        &question.makes,
    )?;
    let model = of_level(CatalogueLevel::Model, question.models(), &question.models);
    Some(VehicleCatalogue { make, model })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use std::sync::Arc;

    use app::{catalogue::CatalogueEntry, kernel::id::CatalogueEntryId};
    use chrono::Utc;

    use super::*;
    use crate::catalogue::{
        own::{Entries, Stock},
        selection,
        store::Spelling,
    };

    /// An entry that gives a name of vPIC another one; of a make if `make` is empty, else of a model.
    fn renamed(make: &str, corrects: &str, name: &str) -> CatalogueEntry {
        let make = Some(make.to_owned()).filter(|make| !make.is_empty());
        CatalogueEntry {
            id: CatalogueEntryId::new(),
            version: 1,
            level: if make.is_some() {
                CatalogueLevel::Model
            } else {
                CatalogueLevel::Make
            },
            kind: None,
            first_year: None,
            last_year: None,
            make,
            model: None,
            line: None,
            name: name.to_owned(),
            corrects: Some(corrects.to_owned()),
            hidden: false,
            displacement_cc: None,
            cylinders: None,
            fuel_type: None,
            electrification: None,
            power: None,
            created_at: Utc::now(),
            updated_at: Utc::now(),
        }
    }

    fn own(stock: &[(&str, &str, i64)], entries: Vec<CatalogueEntry>) -> Own {
        let spelling = |(make, model, count): &(&str, &str, i64)| Spelling {
            make: (*make).to_owned(),
            model: (*model).to_owned(),
            kind: "car".to_owned(),
            count: *count,
        };
        Own {
            entries: Arc::new(Entries::new(entries).unwrap()),
            stock: Arc::new(Stock::new(stock.iter().map(spelling).collect()).unwrap()),
        }
    }

    /// How many of a model are counted; none if it is not offered.
    fn in_stock(own: &Own, make: &str, model: &str) -> Option<u32> {
        let query = CatalogueQuery {
            make: Some(make.to_owned()),
            ..CatalogueQuery::default()
        };
        let models = models(selection().unwrap(), own, &query);
        let found = models.iter().find(|choice| fold(&choice.name) == fold(model));
        found.map(|choice| choice.in_stock)
    }

    #[test]
    fn every_spelling_of_a_model_counts() {
        let stock = [
            ("Mazda", "Mazda3", 3),
            ("Mazda", "3", 2),
            ("MAZDA", "mazda 3", 1),
            ("Mazda", "6", 9),
        ];
        assert_eq!(in_stock(&own(&stock, Vec::new()), "Mazda", "Mazda3"), Some(6));
        let stock = [("Mazda", "CX-30", 3), ("Matsuda", "CX 30", 2)];
        let both = own(&stock, vec![renamed("", "Mazda", "Matsuda")]);
        for make in ["Mazda", "Matsuda"] {
            assert_eq!(in_stock(&both, make, "CX-30"), Some(5), "{make}");
        }
    }

    #[test]
    fn what_another_model_is_called_counts_there() {
        // vPIC has both.
        let (make, short, long) = ("Harley-Davidson", "Street 500", "Harley-Davidson Street 500");
        let both = own(&[(make, short, 2), (make, long, 1)], Vec::new());
        assert_eq!((in_stock(&both, make, short), in_stock(&both, make, long)), (Some(2), Some(1)));
    }

    #[test]
    fn a_spelling_that_two_names_mean_counts_once() {
        let shortened = |stock| own(stock, vec![renamed("Mazda", "Mazda3", "3")]);
        assert_eq!(in_stock(&shortened(&[("Mazda", "3", 2)]), "Mazda", "3"), Some(2));
        assert_eq!(
            in_stock(&shortened(&[("Mazda", "3", 2), ("Mazda", "Mazda3", 3)]), "Mazda", "3"),
            Some(5)
        );
    }
}
