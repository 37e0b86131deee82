//! What the catalogue offers to the form: makes, models and lines while one types, and the model's engines, one of which fills the
//! technical fields. Free text stays free: nothing here is ever a problem, and what a person typed is never overwritten.

use std::time::Duration;

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::{
    VehicleDraft, VehicleField as F, VehicleKind,
    form_fields::input_name,
    form_state::State,
    vin_fill::{VinFill, as_typed},
};
use crate::{
    catalogue::{
        CATALOGUE_YEARS, CatalogueChoice, CatalogueEngine, CatalogueQuery, catalogue_engines, catalogue_lines, catalogue_makes,
        catalogue_models,
    },
    i18n::{Locale, use_locale},
    identity::{Me, Permission},
    kernel::error::AppError,
    ui::{Choice, SelectField},
};

/// The catalogue is asked when nothing was typed for so long.
const PAUSE: Duration = Duration::from_millis(250);
/// How many names stand in a list at a time.
const MOST: usize = 40;
/// The fields that names are offered for, in the order of the levels.
const NAMED: [F; 3] = [F::Make, F::Model, F::Line];

/// What the catalogue offers to an open form.
#[derive(Clone, Copy)]
pub struct Offers {
    may: bool,
    /// Names of each level, popular first.
    names: [RwSignal<Vec<String>>; 3],
    engines: RwSignal<Vec<CatalogueEngine>>,
    /// What stands in the fields of the levels.
    typed: RwSignal<[String; 3]>,
    /// The question that each level's names answer, and last the engines.
    asked: StoredValue<[Option<CatalogueQuery>; 4]>,
    /// Goes up with every change.
    turn: StoredValue<u32>,
    /// Whether anybody has come to one of the fields: until then no list is needed.
    entered: StoredValue<bool>,
    /// What an engine filled.
    fill: RwSignal<VinFill>,
}

impl Offers {
    #[must_use]
    pub fn new(me: &Me) -> Self {
        Self {
            may: me.may(Permission::CatalogueRead),
            names: [RwSignal::new(Vec::new()), RwSignal::new(Vec::new()), RwSignal::new(Vec::new())],
            engines: RwSignal::new(Vec::new()),
            typed: RwSignal::new(Default::default()),
            asked: StoredValue::new(Default::default()),
            turn: StoredValue::new(0),
            entered: StoredValue::new(false),
            fill: RwSignal::new(VinFill::default()),
        }
    }

    /// The names that fit what is typed into a field; `None` for a field that has none.
    #[must_use]
    pub fn of(self, field: F) -> Option<Signal<Vec<String>>> {
        let level = NAMED.iter().position(|named| *named == field)?;
        let names = *self.names.get(level)?;
        Some(Signal::derive(move || {
            let typed = self
                .typed
                .with(|typed| typed.get(level).map(|text| vin::fold(text)).unwrap_or_default());
            names.with(|names| {
                let fitting = names.iter().filter(|name| vin::fold(name).contains(&typed));
                fitting.take(MOST).cloned().collect()
            })
        }))
    }

    /// What the mark of a field says that an engine filled.
    pub fn mark(self, field: F, t: Locale) -> Option<String> {
        let filled = self.fill.with(|fill| fill.filled.contains(&field));
        filled.then(|| t.catalogue_filled().to_owned())
    }
}

/// What is asked for the names of each level, and for the engines; `None` where something above is missing.
fn questions(draft: &VehicleDraft) -> [Option<CatalogueQuery>; 4] {
    let text = |field: F| Some(draft.get(field).trim().to_owned()).filter(|text| !text.is_empty());
    let of_year = CatalogueQuery {
        year: draft
            .get(F::ModelYear)
            .trim()
            .parse()
            .ok()
            .filter(|year| CATALOGUE_YEARS.contains(year)),
        kind: VehicleKind::named(draft.get(F::Kind)),
        ..CatalogueQuery::default()
    };
    let of_make = text(F::Make).map(|make| CatalogueQuery {
        make: Some(make),
        ..of_year.clone()
    });
    let of_model = of_make.clone().zip(text(F::Model)).map(|(of_make, model)| CatalogueQuery {
        model: Some(model),
        ..of_make
    });
    let of_line = of_model.clone().map(|of_model| CatalogueQuery {
        line: text(F::Line),
        ..of_model
    });
    [Some(of_year), of_make, of_model, of_line]
}

impl State {
    /// Follows what stands in the form now.
    pub(super) fn offer(self, draft: &VehicleDraft) {
        let offers = self.offers;
        let typed = NAMED.map(|field| draft.get(field).to_owned());
        if offers.typed.with_untracked(|before| *before != typed) {
            offers.typed.set(typed);
        }
        if offers.fill.with_untracked(|fill| !fill.filled.is_empty()) {
            offers.fill.update(|fill| fill.forget_changed(draft, self.t.notation()));
        }
        let questions = questions(draft);
        if !offers.may || offers.asked.with_value(|asked| *asked == questions) {
            return;
        }
        offers.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = offers.turn.get_value();
        let ask = move || {
            // Nothing is left of the form when its page is gone, nor of an older question when there is a newer one.
            if offers.turn.try_get_value() == Some(mine) {
                offers.ask(questions);
            }
        };
        set_timeout(ask, PAUSE);
    }

    /// Notes that somebody came to a field with offers.
    pub(super) fn entered(self, event: &web_sys::Event) {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let named = input.is_some_and(|input| NAMED.iter().any(|field| input.name() == input_name(*field)));
        if named && !self.offers.entered.get_value() {
            self.offers.entered.set_value(true);
            self.offers.ask(questions(&self.draft()));
        }
    }

    /// Fills in what an engine says: empty fields, and those that another engine filled.
    fn take_engine(self, index: usize) {
        let notation = self.t.notation();
        let says = self
            .offers
            .engines
            .with_untracked(|engines| engines.get(index).map(CatalogueEngine::says));
        let Some(says) = says else { return };
        let mut draft = self.draft();
        self.offers
            .fill
            .update(|fill| fill.fill(as_typed(says, notation), &mut draft, &[], notation));
        self.put(draft);
    }
}

impl Offers {
    /// Asks what has not been asked yet.
    fn ask(self, questions: [Option<CatalogueQuery>; 4]) {
        if !self.may {
            return;
        }
        for (level, question) in questions.into_iter().enumerate() {
            // Names are needed where somebody chooses; engines as soon as the model is known.
            let needed = level == 3 || self.entered.get_value();
            let known = self
                .asked
                .with_value(|asked| asked.get(level).is_some_and(|before| *before == question));
            if !needed || known {
                continue;
            }
            self.asked.update_value(|asked| {
                if let Some(place) = asked.get_mut(level) {
                    place.clone_from(&question);
                }
            });
            match question {
                None => self.put(level, Vec::new(), Vec::new()),
                Some(question) => self.fetch(level, question),
            }
        }
    }

    fn fetch(self, level: usize, question: CatalogueQuery) {
        spawn_local(async move {
            let names = |choices: Result<Vec<CatalogueChoice>, AppError>| {
                let choices = choices.unwrap_or_default().into_iter();
                choices.map(|choice| choice.name).collect::<Vec<_>>()
            };
            let (names, engines) = match level {
                0 => (names(catalogue_makes(question.clone()).await), Vec::new()),
                1 => (names(catalogue_models(question.clone()).await), Vec::new()),
                2 => (names(catalogue_lines(question.clone()).await), Vec::new()),
                _ => (Vec::new(), engines_of(question.clone()).await),
            };
            let current = self
                .asked
                .try_with_value(|asked| asked.get(level).is_some_and(|now| now.as_ref() == Some(&question)));
            if current == Some(true) {
                self.put(level, names, engines);
            }
        });
    }

    fn put(self, level: usize, names: Vec<String>, engines: Vec<CatalogueEngine>) {
        match self.names.get(level) {
            Some(signal) => signal.set(names),
            None => self.engines.set(engines),
        }
    }
}

/// The engines of the line, or of the model where the line is free text.
async fn engines_of(question: CatalogueQuery) -> Vec<CatalogueEngine> {
    let engines = catalogue_engines(question.clone()).await.unwrap_or_default();
    if !engines.is_empty() || question.line.is_none() {
        return engines;
    }
    let of_model = CatalogueQuery { line: None, ..question };
    catalogue_engines(of_model).await.unwrap_or_default()
}

/// The engines of the model that stands in the form. Nothing of it is saved but what it fills.
#[component]
pub fn EngineSelect(state: State) -> impl IntoView {
    let t = use_locale();
    let engines = state.offers.engines;
    let choices = Signal::derive(move || {
        let labels = engines.with(|engines| engines.iter().map(|engine| engine.label(t)).collect::<Vec<_>>());
        let numbered = labels.into_iter().enumerate();
        numbered.map(|(index, label)| (index.to_string(), label)).collect::<Vec<Choice>>()
    });
    let any = Memo::new(move |_| engines.with(|engines| !engines.is_empty()));
    let pick = move |event: ev::Event| {
        let select = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
        if let Some(index) = select.and_then(|select| select.value().parse().ok()) {
            state.take_engine(index);
        }
    };
    move || {
        any.get().then(|| {
            view! {
                <div class="field-wide" on:change=pick>
                    <SelectField
                        label=t.catalogue_engine_fill()
                        name="engine"
                        choices
                        help=t.catalogue_engine_fill_help()
                        empty=t.choose()
                    />
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_asked_for_when_everything_above_it_stands_there() {
        let mut draft = VehicleDraft::default();
        let levels = |draft: &VehicleDraft| questions(draft).map(|question| question.is_some());
        assert_eq!(levels(&draft), [true, false, false, false]);
        draft.set(F::Model, "Civic");
        assert_eq!(levels(&draft), [true, false, false, false]);
        draft.set(F::Make, " Honda ");
        draft.set(F::ModelYear, "20199");
        assert_eq!(levels(&draft), [true; 4]);
        let [_, of_make, _, of_line] = questions(&draft);
        assert_eq!(
            of_make.map(|query| (query.make, query.model, query.year)),
            Some((Some("Honda".into()), None, None))
        );
        assert_eq!(of_line.and_then(|query| query.line), None);
    }
}
