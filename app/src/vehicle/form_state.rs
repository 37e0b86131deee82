//! What the form of a vehicle knows while it is open, and what happens to it: typed in, kept, checked, refused, merged.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    CheckContext, FieldKind, Vehicle, VehicleDraft, VehicleField,
    form::{FormStart, NotSaved},
    form_draft::{StoredForm, load, read_fields, remove, storage_key, store, unsaved},
    form_fields::{Fields, input_name},
    form_offers::Offers,
    merge::{Merge, merge},
    vin_lookup::Decoding,
};
use crate::{
    i18n::Locale,
    kernel::{error::AppError, id::VehicleId, percent, problem::FieldProblems, unit::DistanceUnit},
    ui::now,
};

/// What the form knows while it is open.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) t: Locale,
    pub(super) id: Option<VehicleId>,
    pub(super) form: NodeRef<html::Form>,
    /// Under which the copy lies in the browser.
    pub(super) key: StoredValue<String>,
    pub(super) fields: Fields,
    pub(super) decoding: Decoding,
    /// What the catalogue offers.
    pub(super) offers: Offers,
    /// The version that `base` is.
    pub(super) version: RwSignal<i64>,
    base: RwSignal<VehicleDraft>,
    pub(super) merge: RwSignal<Option<Merge>>,
    pub(super) failure: RwSignal<Option<AppError>>,
    /// How many fields differ from `base`.
    pub(super) unsaved: RwSignal<usize>,
    /// Whether the fields hold a copy that was left in the browser.
    pub(super) restored: RwSignal<bool>,
    /// What the page brought: version and draft.
    opened: StoredValue<(i64, VehicleDraft)>,
    currency: iso_currency::Currency,
    distance_unit: DistanceUnit,
}

impl State {
    /// The state of a form that has just been opened at `address`.
    pub(super) fn new(start: &FormStart, address: &str, t: Locale) -> Self {
        let vin = start.draft.get(VehicleField::Vin).to_owned();
        // Problems of fields stand at them, and a conflict has a notice of its own.
        let failure = start.error.clone().filter(|error| error.fields().is_empty() && !error.is_changed());
        Self {
            t,
            id: start.id,
            form: NodeRef::new(),
            key: StoredValue::new(storage_key(&start.me, address)),
            fields: Fields {
                values: RwSignal::new(start.draft.clone()),
                problems: RwSignal::new(start.error.as_ref().map(AppError::fields).unwrap_or_default()),
                vin: RwSignal::new(vin),
            },
            decoding: Decoding::new(&start.me, start.fill.clone(), &start.draft, t.notation()),
            offers: Offers::new(&start.me),
            version: RwSignal::new(start.version),
            base: RwSignal::new(start.base.clone()),
            merge: RwSignal::new(start.merge.clone()),
            failure: RwSignal::new(failure),
            unsaved: RwSignal::new(unsaved(&start.base, &start.draft, t.notation())),
            restored: RwSignal::new(false),
            opened: StoredValue::new((start.version, start.draft.clone())),
            currency: start.me.currency,
            distance_unit: start.me.distance_unit,
        }
    }

    pub(super) fn draft(self) -> VehicleDraft {
        let base = self.base.get_untracked();
        match self.form.get_untracked() {
            Some(form) => read_fields(&form, &base),
            None => base,
        }
    }

    /// Counts and keeps what is typed.
    pub(super) fn typed(self) {
        let draft = self.draft();
        self.fields.vin.set(draft.get(VehicleField::Vin).to_owned());
        self.note(draft.clone());
        self.look(&draft);
    }

    pub(super) fn note(self, draft: VehicleDraft) {
        self.decoding.follow(&draft, self.t.notation());
        self.offer(&draft);
        let base = self.base.get_untracked();
        let count = unsaved(&base, &draft, self.t.notation());
        self.unsaved.set(count);
        let (version, notation) = (self.version.get_untracked(), self.t.notation());
        let as_opened = self
            .opened
            .with_value(|(opened, with)| version == *opened && unsaved(with, &draft, notation) == 0);
        self.key.with_value(|key| {
            if count == 0 || as_opened {
                remove(key);
            } else {
                store(
                    key,
                    &StoredForm {
                        version,
                        notation,
                        base,
                        draft,
                        fill: self.decoding.fill.get_untracked(),
                    },
                );
            }
        });
    }

    /// Brings back what was typed before the page went away.
    pub(super) fn restore(self) {
        let Some(stored) = self.key.with_value(|key| load(key, self.t.notation())) else {
            // What was typed before WASM woke up counts too.
            return self.typed();
        };
        if unsaved(&stored.base, &stored.draft, self.t.notation()) == 0 {
            return;
        }
        self.version.set(stored.version);
        self.base.set(stored.base);
        self.fields.vin.set(stored.draft.get(VehicleField::Vin).to_owned());
        self.fields.values.set(stored.draft.clone());
        self.restored.set(true);
        self.decoding.restore(stored.fill, &stored.draft);
        self.note(stored.draft);
    }

    /// Throws the copy away and shows what is stored.
    pub(super) fn discard(self) {
        self.key.with_value(|key| remove(key));
        self.unsaved.set(0);
        // Firefox fills a page that is loaded again with what stood in it.
        if let Some(form) = self.form.get_untracked() {
            form.reset();
        }
        let _ = window().location().reload();
    }

    /// The draft, if nothing is wrong with it that can be seen here; the server checks again.
    pub(super) fn check(self) -> Option<VehicleDraft> {
        let draft = self.draft();
        let context = CheckContext {
            notation: self.t.notation(),
            currency: self.currency,
            distance_unit: self.distance_unit,
            today: tomorrow(),
            any_status: false,
        };
        let problems = draft.check(&context).err().unwrap_or_default();
        let fine = problems.is_empty();
        self.failure.set(None);
        self.fields.problems.set(problems);
        fine.then_some(draft)
    }

    pub(super) fn saved(self) {
        self.unsaved.set(0);
        self.key.with_value(|key| remove(key));
    }

    pub(super) fn not_saved(self, why: NotSaved) {
        let draft = self.draft();
        self.note(draft.clone());
        let error = match why {
            NotSaved::Refused(error) => error,
            NotSaved::Outrun(now) => return self.merge_with(&draft, &now),
        };
        if matches!(error, AppError::NotAuthenticated) {
            // The copy is kept above; signing in leads back here, and the form fills itself.
            self.failure.set(Some(error));
            self.unsaved.set(0);
            let location = window().location();
            let here = [location.pathname(), location.search()].map(Result::unwrap_or_default).concat();
            let _ = location.set_href(&percent::address("/auth/login", [("return_to", Some(here))]));
            return;
        }
        let problems = error.fields();
        self.failure.set(problems.is_empty().then_some(error));
        self.fields.problems.set(problems);
    }

    /// Merges what is typed with what somebody else saved.
    fn merge_with(self, mine: &VehicleDraft, now: &Vehicle) {
        let theirs = base_of(now, self.t, self.currency, self.distance_unit);
        let merged = merge(Some(&self.base.get_untracked()), mine, &theirs, self.t.notation());
        self.version.set(now.version);
        self.base.set(theirs);
        self.fields.problems.set(FieldProblems::new());
        self.failure.set(None);
        self.fields.values.set(merged.draft.clone());
        self.fields.vin.set(merged.draft.get(VehicleField::Vin).to_owned());
        self.note(merged.draft.clone());
        self.merge.set(Some(merged));
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Shows an amount as people read it once it is typed: `12900` becomes `12,900`.
    pub(super) fn format_amount(self, event: &web_sys::Event) {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input
            && amounts().any(|field| input.name() == input_name(field))
            && let Ok(number) = self.t.notation().read_as_typed(&input.value())
        {
            input.set_value(&self.t.notation().write(number));
        }
        self.typed();
    }
}

/// The fields whose numbers are grouped by thousands.
fn amounts() -> impl Iterator<Item = VehicleField> {
    let is_amount = |field: &VehicleField| field.kind() == FieldKind::Number { grouped: true };
    VehicleField::ALL.iter().copied().filter(is_amount)
}

/// The draft that stores exactly this vehicle, with the organisation's currency where there is no price yet and its unit where there is
/// no mileage, and without the status, which moves on the vehicle's own page.
#[must_use]
pub fn base_of(vehicle: &Vehicle, t: Locale, currency: iso_currency::Currency, unit: DistanceUnit) -> VehicleDraft {
    let mut draft = VehicleDraft::of(vehicle, t);
    if vehicle.mileage.is_none() {
        draft.set(VehicleField::MileageUnit, unit.name());
    }
    if draft.get(VehicleField::Currency).is_empty() {
        draft.set(VehicleField::Currency, currency.code());
    }
    draft.fields.remove(VehicleField::Status.name());
    draft
}

/// The latest day that it can be today anywhere: whether a day lies ahead for the organisation is the server's to say.
fn tomorrow() -> chrono::NaiveDate {
    (now() + chrono::Days::new(1)).date_naive()
}
