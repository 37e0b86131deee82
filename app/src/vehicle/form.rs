//! The form of a vehicle, for a new one and for a change: checks at once what can be checked here, and loses nothing.
//!
//! It is a plain form that posts to a server function. With WASM it checks before it sends, says what is unsaved, keeps a copy of
//! what is typed, and merges when somebody else was faster; without WASM the server does all of that through `?form=`.

use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use rust_decimal::Decimal;
use wasm_bindgen::JsCast;

use super::{
    CheckContext, Vehicle, VehicleDraft, VehicleField,
    form_conflict::ConflictNotice,
    form_draft::{LeftForm, ask_before_leaving, forget, keep, left, storage_key, typed, unsaved},
    form_fields::{FieldContext, FieldGroups, Fields, input_name},
    merge::{Merge, merge},
    vehicle_find,
    words::{error_text, field_label},
};
use crate::{
    i18n::{Locale, use_locale},
    identity::Me,
    kernel::{
        error::{AppError, Conflict},
        id::VehicleId,
        number::group_digits,
        problem::FieldProblems,
    },
    ui::{Banner, Button, ErrorSummary, FormBar, Tone, Variant},
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
    pub context: FieldContext,
    pub me: Me,
}

/// Where a save goes and what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Saving {
    /// Address of the server function.
    pub url: &'static str,
    /// Sends a draft that was made from a version.
    pub send: Callback<(i64, VehicleDraft)>,
    pub answer: Signal<Option<Result<Vehicle, AppError>>>,
    pub pending: Signal<bool>,
}

/// The form.
#[component]
pub fn VehicleForm(start: FormStart, saving: Saving) -> impl IntoView {
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
        version: RwSignal::new(start.version),
        base: RwSignal::new(start.base.clone()),
        merge: RwSignal::new(start.merge.clone()),
        failure: RwSignal::new(start.error.clone().filter(|error| error.fields().is_empty() && !is_changed(error))),
        unsaved: RwSignal::new(unsaved(&start.base, &start.draft, t.notation())),
        restored: RwSignal::new(false),
        currency: iso_currency::Currency::from_code(&start.me.currency).unwrap_or(iso_currency::Currency::USD),
    };
    // A form that came back with `?form=` is younger than any copy.
    let came_back = start.error.is_some();
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
    Effect::new(move |_| match saving.answer.get() {
        Some(Ok(_)) => state.saved(),
        Some(Err(error)) => state.refused(error),
        None => {}
    });
    on_cleanup(move || {
        // The redirect after a save may take the page away before its answer is seen here.
        let sent = saving.pending.try_get_untracked().unwrap_or(false);
        let saved = matches!(saving.answer.try_get_untracked(), Some(Some(Ok(_))));
        if cfg!(not(feature = "ssr")) && (sent || saved) {
            key.with_value(|key| forget(key));
        }
    });
    ask_before_leaving(
        Signal::derive(move || state.unsaved.get() > 0 && !saving.pending.get()),
        t.leave_unsaved(),
    );
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !saving.pending.get_untracked()
            && let Some(draft) = state.check()
        {
            saving.send.run((state.version.get_untracked(), draft));
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
    let label = if start.id.is_some() { t.save_changes() } else { t.add_to_stock() };
    view! {
        <form
            class="form vehicle-form"
            method="post"
            action=saving.url
            novalidate=true
            node_ref=form
            on:submit=submit
            on:input=move |_| state.typed()
            on:change=move |event| state.tidy(&event)
        >
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
            <FieldGroups fields context=start.context/>
            <FormBar state=said>
                <a class="btn" href=back>{t.cancel()}</a>
                <Button submit=true variant=Variant::Primary busy=saving.pending>{label}</Button>
            </FormBar>
        </form>
    }
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
struct State {
    t: Locale,
    id: Option<VehicleId>,
    form: NodeRef<html::Form>,
    key: StoredValue<String>,
    fields: Fields,
    version: RwSignal<i64>,
    base: RwSignal<VehicleDraft>,
    merge: RwSignal<Option<Merge>>,
    failure: RwSignal<Option<AppError>>,
    unsaved: RwSignal<usize>,
    restored: RwSignal<bool>,
    currency: iso_currency::Currency,
}

impl State {
    fn draft(self) -> VehicleDraft {
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
        self.note(draft);
    }

    fn note(self, draft: VehicleDraft) {
        let base = self.base.get_untracked();
        let count = unsaved(&base, &draft, self.t.notation());
        self.unsaved.set(count);
        self.key.with_value(|key| {
            if count == 0 {
                forget(key);
            } else {
                let version = self.version.get_untracked();
                keep(key, &LeftForm { version, base, draft });
            }
        });
    }

    /// Brings back what was typed before the page went away.
    fn restore(self) {
        let Some(left) = self.key.with_value(|key| left(key)) else {
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
        let theirs = base_of(now, self.t, self.currency);
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
        const AMOUNTS: [VehicleField; 4] = [
            VehicleField::Mileage,
            VehicleField::PurchasePrice,
            VehicleField::AskingPrice,
            VehicleField::DisplacementCc,
        ];
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input
            && AMOUNTS.iter().any(|field| input.name() == input_name(*field))
            && let Ok(number) = self.t.notation().read(&input.value())
        {
            input.set_value(&shown_amount(number, self.t));
        }
        self.typed();
    }
}

fn shown_amount(mut number: Decimal, t: Locale) -> String {
    if number.scale() == 1 {
        number.rescale(2);
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    format!("{sign}{}", group_digits(&number.abs().to_string(), t))
}

/// The draft that stores exactly this vehicle, with the organisation's currency where there is no price yet, and without the
/// status, which moves on the vehicle's own page.
#[must_use]
pub fn base_of(vehicle: &Vehicle, t: Locale, currency: iso_currency::Currency) -> VehicleDraft {
    let mut draft = VehicleDraft::of(vehicle, t);
    if draft.get(VehicleField::Currency).is_empty() {
        draft.set(VehicleField::Currency, currency.code());
    }
    draft.fields.remove(VehicleField::Status.name());
    draft
}

/// The latest day that it can be today anywhere: whether a day lies ahead for the organisation is the server's to say.
fn tomorrow() -> chrono::NaiveDate {
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit in 53 bits")]
    let now = js_sys::Date::now() as i64;
    chrono::DateTime::from_timestamp_millis(now + 86_400_000)
        .map(|moment| moment.date_naive())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_as_people_write_them() {
        let shown = |text: &str, t| shown_amount(text.parse().unwrap_or_default(), t);
        assert_eq!(shown("12900", Locale::En), "12,900");
        assert_eq!(shown("12900.5", Locale::Es), "12.900,50");
        assert_eq!(shown("-1234.567", Locale::En), "-1,234.567");
    }
}
