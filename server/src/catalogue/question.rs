//! One question to the catalogue, for [`super::offer`]: its names with those that corrections put in their place, the own entries that belong
//! to it, what vPIC has for it, and how both become one list.

use std::collections::{BTreeSet, HashMap};

use app::{
    catalogue::{CatalogueChoice, CatalogueLevel, CatalogueQuery, CatalogueSource},
    vehicle::VehicleKind,
    vin::make_name,
};
use vin::{
    decoder::selection::{Selection, VehicleType},
    fold,
};

use super::own::{Counted, Own, OwnEntry};

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

pub(super) const fn types(kind: Option<VehicleKind>) -> &'static [VehicleType] {
    match kind {
        None => &TYPES,
        Some(VehicleKind::Car) => KINDS.0,
        Some(VehicleKind::Motorcycle) => KINDS.1,
    }
}

/// What was asked, with every name that stands for it.
pub(super) struct Question<'a> {
    own: &'a Own,
    selection: &'a Selection<'static>,
    pub(super) year: Option<u16>,
    kind: Option<VehicleKind>,
    pub(super) makes: Vec<String>,
    pub(super) models: Vec<String>,
    pub(super) lines: Vec<String>,
}

/// A name of vPIC.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) nhtsa_id: Option<u32>,
    pub(super) patterns: u32,
}

/// What will be offered, with what it is ordered by.
pub(super) struct Offered {
    pub(super) choice: CatalogueChoice,
    pub(super) patterns: u32,
}

impl<'a> Question<'a> {
    pub(super) fn new(own: &'a Own, selection: &'a Selection<'static>, query: &CatalogueQuery) -> Self {
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
    pub(super) fn rules(&self, own: &OwnEntry) -> bool {
        let entry = &own.entry;
        let kind = entry.kind.is_none() || entry.kind == self.kind;
        let unbound = entry.first_year.is_none() && entry.last_year.is_none();
        kind && self.year.map_or(unbound, |year| fits(own, year))
    }

    /// The entries of a level that may be offered here.
    pub(super) fn entries(&self, level: CatalogueLevel) -> Vec<&'a OwnEntry> {
        let own: &'a Own = self.own;
        own.of_level(level).filter(|own| self.is_under(own) && self.meets(own)).collect()
    }

    /// Of these entries those that take the place of a name, by that name.
    pub(super) fn ruling(&self, entries: &[&'a OwnEntry]) -> HashMap<&'a str, &'a OwnEntry> {
        let ruling = entries.iter().filter(|own| self.rules(own));
        ruling.filter_map(|own| Some((own.corrects.as_deref()?, *own))).collect()
    }

    pub(super) fn makes(&self) -> Vec<Named> {
        let makes = self.selection.makes(self.year, types(self.kind)).into_iter();
        let named = makes.map(|make| Named {
            name: make_name(make.name),
            nhtsa_id: Some(make.id),
            patterns: make.patterns,
        });
        named.collect()
    }

    pub(super) fn models(&self) -> Vec<Named> {
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
    pub(super) fn lines(&self) -> Vec<Named> {
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

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let makes = self.makes.iter();
        makes.flat_map(|make| self.models.iter().map(move |model| (make.as_str(), model.as_str())))
    }

    /// Puts own entries among the names of vPIC.
    pub(super) fn merged(&self, level: CatalogueLevel, vpic: Vec<Named>) -> Vec<Offered> {
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
    pub(super) fn spellings<'m>(&'m self, model: &'m str) -> impl Iterator<Item = (String, String)> + 'm {
        self.makes.iter().flat_map(move |make| {
            let without_make = model.strip_prefix(make.as_str()).filter(|rest| !rest.is_empty());
            let models = [Some(model), without_make].into_iter().flatten();
            models.map(move |model| (make.clone(), model.to_owned()))
        })
    }

    /// What the stock has most of first, then what vPIC has most patterns of, then by name. `counted` gives what the stock holds under any
    /// of these names, each spelling once.
    pub(super) fn ordered(
        &self,
        mut offered: Vec<Offered>,
        counted: impl Fn(&BTreeSet<String>) -> Vec<&'a Counted>,
    ) -> Vec<CatalogueChoice> {
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
