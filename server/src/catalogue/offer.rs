//! What is offered: the catalogue's makes, models, lines and engines with what an organisation says of them, popular first.
//!
//! Pure: everything is in memory. An own entry is offered where its kind and years fit; one that corrects or hides a name of vPIC takes its
//! place where the entry holds for all that was asked (without a year, one that is bound to years takes nobody's place). A name that was
//! corrected is found by both: by the new one and, because vehicles still hold it, by the old one.

use std::collections::{BTreeSet, HashMap, HashSet};

use app::{
    catalogue::{CatalogueChoice, CatalogueEngine, CatalogueLevel, CatalogueMatch, CatalogueQuery, VehicleCatalogue},
    vehicle::Vehicle,
    vin::make_name,
};
use vin::{decoder::selection::Selection, fold};

use super::{
    engine,
    own::Own,
    question::{Named, Question, types},
};

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
