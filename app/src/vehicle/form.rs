//! The form of a vehicle, for a new one and for a change: checks at once what can be checked here, and loses nothing.
//!
//! It is a plain form that posts to a server function. With WASM it checks before it sends, says what is unsaved, keeps a copy of
//! what is typed, and merges when somebody else was faster; without WASM the server does all of that through `?form=`.

use leptos::{ev, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use super::{
    CheckContext, FieldKind, Vehicle, VehicleCreate, VehicleDraft, VehicleField, VehicleUpdate,
    form_conflict::ConflictNotice,
    form_draft::{LeftForm, ask_before_leaving, forget, keep, left, storage_key, typed, unsaved},
    form_fields::{FieldContext, FieldGroups, Fields, input_name},
    form_offers::Offers,
    merge::{Merge, merge},
    vehicle_create, vehicle_find, vehicle_update,
    vin_fill::VinFill,
    vin_lookup::{Decoding, decodes_on_enter},
    words::{error_text, field_label},
};
use crate::{
    i18n::{Locale, use_locale},
    identity::Me,
    kernel::{
        error::{AppError, Conflict},
        id::VehicleId,
        number::Notation,
        problem::FieldProblems,
        unit::DistanceUnit,
    },
    ui::{Banner, Button, ErrorSummary, FormBar, Tone, Variant, now},
};

/// What a form starts with.
#[derive(Clone, Debug)]
pub struct FormStart {
    /// The vehicle that is edited, or none for a new one.
    pub id: Option<VehicleId>,
    /// The version that the form was made from.
    pub version: i64,
    /// What is stored, or the usual values of a new vehicle.
    pub base: VehicleDraft,
    /// What the fields show first: `base`, or what a form that came back held.
    pub draft: VehicleDraft,
    /// Why a form came back.
    pub error: Option<AppError>,
    /// The differences, if it came back because somebody else was faster.
    pub merge: Option<Merge>,
    /// What the VIN filled of it.
    pub fill: VinFill,
    /// Whether the draft came with the page: then it is younger than any copy in the browser.
    pub came_back: bool,
    pub context: FieldContext,
    pub me: Me,
}

/// The form.
#[component]
pub fn VehicleForm(start: FormStart) -> impl IntoView {
    let t = use_locale();
    let form = NodeRef::<html::Form>::new();
    let path = use_location().pathname.get_untracked();
    let key = StoredValue::new(storage_key(&start.me, &path));
    let fields = Fields {
        values: RwSignal::new(start.draft.clone()),
        problems: RwSignal::new(start.error.as_ref().map(AppError::fields).unwrap_or_default()),
        vin: RwSignal::new(start.draft.get(VehicleField::Vin).to_owned()),
    };
    let state = State {
        t,
        id: start.id,
        form,
        key,
        fields,
        decoding: Decoding::new(&start.me, start.fill.clone(), &start.draft, t.notation()),
        offers: Offers::new(&start.me),
        version: RwSignal::new(start.version),
        base: RwSignal::new(start.base.clone()),
        merge: RwSignal::new(start.merge.clone()),
        failure: RwSignal::new(start.error.clone().filter(|error| error.fields().is_empty() && !is_changed(error))),
        unsaved: RwSignal::new(unsaved(&start.base, &start.draft, t.notation())),
        restored: RwSignal::new(false),
        currency: start.me.currency,
        distance_unit: start.me.distance_unit,
    };
    let saving = saving(start.id, t.notation(), key);
    let (answer, pending) = (saving.value(), saving.pending());
    let came_back = start.came_back;
    // One round later than the fields' own effects, which take the first value they see as the one that is rendered.
    let woken = RwSignal::new(false);
    Effect::new(move |_| {
        set_timeout(
            move || {
                let _ = woken.try_set(true);
            },
            std::time::Duration::ZERO,
        );
    });
    Effect::new(move |_| {
        if woken.get() && !came_back {
            state.restore();
        }
    });
    Effect::new(move |_| match answer.get() {
        Some(Ok(_)) => state.saved(),
        Some(Err(error)) => state.refused(error),
        None => {}
    });
    ask_before_leaving(Signal::derive(move || state.unsaved.get() > 0 && !pending.get()), t.leave_unsaved());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked()
            && let Some(draft) = state.check()
        {
            saving.dispatch((state.version.get_untracked(), draft));
        }
    };
    let branches = start.context.branches.clone();
    let compared = start.merge.is_some();
    let conflict = move || {
        state.merge.get().map(|merge| {
            view! { <ConflictNotice merge values=fields.values branches=branches.clone() compared/> }
        })
    };
    let failure = move || {
        state
            .failure
            .get()
            .map(|error| view! { <Banner tone=Tone::Bad>{error_text(&error, t)}</Banner> })
    };
    let restored = move || {
        state.restored.get().then(|| {
            let discard = move || view! { <Button on:click=move |_| state.discard()>{t.draft_discard()}</Button> };
            view! { <Banner tone=Tone::Info actions=discard>{t.draft_restored()}</Banner> }
        })
    };
    let said = Signal::derive(move || match state.unsaved.get() {
        0 => t.nothing_unsaved().to_owned(),
        count => t.unsaved(i64::try_from(count).unwrap_or(i64::MAX)),
    });
    let back = start.id.map_or_else(|| "/stock".to_owned(), |id| format!("/stock/{id}"));
    let (url, label) = match start.id {
        Some(_) => (VehicleUpdate::url(), t.save_changes()),
        None => (VehicleCreate::url(), t.add_to_stock()),
    };
    view! {
        <form
            class="form vehicle-form"
            method="post"
            action=url
            novalidate=true
            node_ref=form
            on:submit=submit
            on:input=move |event| {
                state.decoding.touched(&event);
                state.typed();
            }
            on:focusin=move |event| state.entered(&event)
            on:change=move |event| state.tidy(&event)
            on:keydown=move |event| decodes_on_enter(state, &event)
        >
            // Enter in a field presses the first button of a form: it is to be the one that saves.
            <button type="submit" hidden></button>
            {restored}
            {failure}
            {conflict}
            <ErrorSummary problems=fields.problems label_of=field_label/>
            {start
                .id
                .map(|id| {
                    view! {
                        <input type="hidden" name="id" value=id.to_string()/>
                        <input type="hidden" name="version" value=move || state.version.get().to_string()/>
                    }
                })}
            <input type="hidden" name="notation" value=t.notation().name()/>
            <input type="hidden" name="vin_fill" value=move || state.decoding.fill.with(VinFill::write)/>
            <FieldGroups state context=start.context/>
            <FormBar state=said>
                <a class="btn" href=back>{t.cancel()}</a>
                <Button submit=true variant=Variant::Primary busy=pending>{label}</Button>
            </FormBar>
        </form>
    }
}

/// Sends a draft that was made from a version. The copy goes with the save that went through and not before: the redirect after it may
/// take the page away before the answer is seen there, and so may the reader, whose save may then still fail.
fn saving(id: Option<VehicleId>, notation: Notation, key: StoredValue<String>) -> Action<(i64, VehicleDraft), Result<Vehicle, AppError>> {
    Action::new_local(move |(version, draft): &(i64, VehicleDraft)| {
        let (version, draft, key) = (*version, draft.clone(), key.get_value());
        async move {
            let answer = match id {
                Some(id) => vehicle_update(id, version, draft, Some(notation), None).await,
                None => vehicle_create(draft, Some(notation), None).await,
            };
            if answer.is_ok() {
                forget(&key);
            }
            answer
        }
    })
}

const fn is_changed(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Conflict {
            reason: Conflict::Changed { .. },
            ..
        }
    )
}

/// What the form knows while it is open.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) t: Locale,
    pub(super) id: Option<VehicleId>,
    pub(super) form: NodeRef<html::Form>,
    key: StoredValue<String>,
    pub(super) fields: Fields,
    pub(super) decoding: Decoding,
    /// What the catalogue offers.
    pub(super) offers: Offers,
    version: RwSignal<i64>,
    base: RwSignal<VehicleDraft>,
    merge: RwSignal<Option<Merge>>,
    failure: RwSignal<Option<AppError>>,
    unsaved: RwSignal<usize>,
    restored: RwSignal<bool>,
    currency: iso_currency::Currency,
    distance_unit: DistanceUnit,
}

impl State {
    pub(super) fn draft(self) -> VehicleDraft {
        let base = self.base.get_untracked();
        match self.form.get_untracked() {
            Some(form) => typed(&form, &base),
            None => base,
        }
    }

    /// Counts and keeps what is typed.
    fn typed(self) {
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
        self.key.with_value(|key| {
            if count == 0 {
                forget(key);
            } else {
                let version = self.version.get_untracked();
                let notation = self.t.notation();
                keep(
                    key,
                    &LeftForm {
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
    fn restore(self) {
        let Some(left) = self.key.with_value(|key| left(key, self.t.notation())) else {
            // What was typed before WASM woke up counts too.
            return self.typed();
        };
        if unsaved(&left.base, &left.draft, self.t.notation()) == 0 {
            return;
        }
        self.version.set(left.version);
        self.base.set(left.base);
        self.fields.vin.set(left.draft.get(VehicleField::Vin).to_owned());
        self.fields.values.set(left.draft.clone());
        self.restored.set(true);
        self.decoding.restore(left.fill, &left.draft);
        self.note(left.draft);
    }

    /// Throws the copy away and shows what is stored.
    fn discard(self) {
        self.key.with_value(|key| forget(key));
        self.unsaved.set(0);
        let _ = window().location().reload();
    }

    /// The draft, if nothing is wrong with it that can be seen here; the server checks again.
    fn check(self) -> Option<VehicleDraft> {
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

    fn saved(self) {
        self.unsaved.set(0);
        self.key.with_value(|key| forget(key));
    }

    fn refused(self, error: AppError) {
        let draft = self.draft();
        self.note(draft.clone());
        if matches!(error, AppError::NotAuthenticated) {
            // The copy is kept above; signing in leads back here, and the form fills itself.
            self.failure.set(Some(error));
            self.unsaved.set(0);
            let location = window().location();
            let here = crate::kernel::percent::encode(&location.pathname().unwrap_or_default());
            let _ = location.set_href(&format!("/auth/login?return_to={here}"));
            return;
        }
        if let (true, Some(id)) = (is_changed(&error), self.id) {
            spawn_local(async move {
                match vehicle_find(id).await {
                    Ok(now) => self.meet(&draft, &now),
                    Err(error) => self.failure.set(Some(error)),
                }
            });
            return;
        }
        let problems = error.fields();
        self.failure.set(problems.is_empty().then_some(error));
        self.fields.problems.set(problems);
    }

    /// Merges what is typed with what somebody else saved.
    fn meet(self, mine: &VehicleDraft, now: &Vehicle) {
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
    fn tidy(self, event: &web_sys::Event) {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input
            && amounts().any(|field| input.name() == input_name(field))
            && let Ok(number) = self.t.notation().read(&input.value())
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
