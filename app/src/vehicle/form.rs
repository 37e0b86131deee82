//! The form of a vehicle, for a new one and for a change: checks at once what can be checked here, and loses nothing.
//!
//! It is a plain form that posts to a server function. With WASM it checks before it sends, says what is unsaved, keeps a copy of
//! what is typed, and merges when somebody else was faster; without WASM the server does all of that through `?form=`.

use std::sync::Arc;

use leptos::{ev, prelude::*, server_fn::ServerFn};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use wasm_bindgen::JsCast;

use super::{
    Vehicle, VehicleCreate, VehicleDraft, VehicleUpdate,
    calls::{created, saved},
    form_conflict::ConflictNotice,
    form_draft::{ask_before_leaving, remove},
    form_fields::{FieldContext, FieldGroups},
    form_state::State,
    merge::Merge,
    vehicle_create, vehicle_find, vehicle_update,
    vin_fill::VinFill,
    vin_lookup::decodes_on_enter,
    words::{error_text, field_label},
};
use crate::{
    i18n::use_locale,
    identity::Me,
    kernel::{error::AppError, id::VehicleId, number::Notation},
    ui::{Banner, Button, Choice, ErrorSummary, FormBar, Held, Tone, Variant},
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
    pub context: FieldContext,
    pub me: Arc<Me>,
}

/// The form.
#[component]
pub fn VehicleForm(start: FormStart) -> impl IntoView {
    let t = use_locale();
    let location = use_location();
    let search = location.search.get_untracked();
    let state = State::new(&start, &[&*location.pathname.get_untracked(), "?", &search].concat(), t);
    let saving = saving(start.id, t.notation(), state.key);
    let pending = saving.pending();
    restore_when_awake(state);
    let (go, to) = (use_navigate(), if start.id.is_some() { saved } else { created });
    Effect::new(move |_| match saving.value().get() {
        Some(Ok(vehicle)) => {
            state.saved();
            go(&to(vehicle.id), NavigateOptions::default());
        }
        Some(Err(why)) => state.not_saved(why),
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
            node_ref=state.form
            on:submit=submit
            on:input=move |event| {
                state.decoding.touched(&event);
                state.typed();
            }
            on:focusin=move |event| state.entered(&event)
            on:change=move |event| state.format_amount(&event)
            on:keydown=move |event| decodes_on_enter(state, &event)
        >
            // Enter in a field presses the first button of a form: it is to be the one that saves.
            <button type="submit" hidden></button>
            <ErrorSummary problems=state.fields.problems label_of=field_label/>
            {hidden_fields(state, &start.base)}
            <Held busy=pending>
                {notices(state, start.context.branches.clone(), start.merge.is_some())}
                <FieldGroups state context=start.context/>
            </Held>
            <FormBar state=said>
                <a class="btn" href=back>{t.cancel()}</a>
                <Button submit=true variant=Variant::Primary busy=pending>{label}</Button>
            </FormBar>
        </form>
    }
}

/// Brings back the copy that was left in the browser, one round later than the fields' own effects, which take the first value they
/// see as the one that is rendered.
fn restore_when_awake(state: State) {
    let awake = RwSignal::new(false);
    Effect::new(move |_| {
        set_timeout(
            move || {
                let _ = awake.try_set(true);
            },
            std::time::Duration::ZERO,
        );
    });
    Effect::new(move |_| {
        if awake.get() {
            state.restore();
            focus_named();
        }
    });
}

/// Goes to the field that the address names (`#field-asking_price`): when the router looked for it, the form was not there yet.
fn focus_named() {
    let named = window().location().hash().ok();
    let field = named.and_then(|hash| document().get_element_by_id(hash.strip_prefix('#')?));
    if let Some(field) = field.as_ref().and_then(|field| field.dyn_ref::<web_sys::HtmlElement>()) {
        let _ = field.focus();
    }
}

/// What stands above the fields: that a copy was restored, why it was not saved, what somebody else changed meanwhile.
fn notices(state: State, branches: Vec<Choice>, compared: bool) -> impl IntoView {
    let t = state.t;
    let restored = move || {
        state.restored.get().then(|| {
            let discard = move || view! { <Button on:click=move |_| state.discard()>{t.draft_discard()}</Button> };
            view! { <Banner tone=Tone::Info actions=discard>{t.draft_restored()}</Banner> }
        })
    };
    let failure = move || {
        state
            .failure
            .get()
            .map(|error| view! { <Banner tone=Tone::Bad>{error_text(&error, t)}</Banner> })
    };
    let conflict = move || {
        state.merge.get().map(|merge| {
            view! { <ConflictNotice merge state branches=branches.clone() compared/> }
        })
    };
    (restored, failure, conflict)
}

/// What goes along with the fields: of which vehicle and version they are and what that version was (`base`: for a form that is posted
/// without WASM and meets somebody else's change), how their numbers are written, what the VIN filled.
fn hidden_fields(state: State, base: &VehicleDraft) -> impl IntoView {
    let edited = state.id.map(|id| {
        let base = serde_json::to_string(base).unwrap_or_default();
        view! {
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=move || state.version.get().to_string()/>
            <input type="hidden" name="base" value=base/>
        }
    });
    view! {
        {edited}
        <input type="hidden" name="notation" value=state.t.notation().name()/>
        <input type="hidden" name="vin_fill" value=move || state.decoding.fill.with(VinFill::write)/>
    }
}

/// Why a save did not go through.
#[derive(Clone, Debug)]
pub(super) enum NotSaved {
    Refused(AppError),
    /// Somebody else was faster: the vehicle as it is now.
    Outrun(Box<Vehicle>),
}

/// Sends a draft that was made from a version. The copy goes with the save that went through and not before, wherever the reader is by
/// then, whose save may still fail.
fn saving(id: Option<VehicleId>, notation: Notation, key: StoredValue<String>) -> Action<(i64, VehicleDraft), Result<Vehicle, NotSaved>> {
    Action::new_local(move |(version, draft): &(i64, VehicleDraft)| {
        let (version, draft, key) = (*version, draft.clone(), key.get_value());
        async move {
            let answer = match id {
                Some(id) => vehicle_update(id, version, draft, Some(notation), None, None).await,
                None => vehicle_create(draft, Some(notation), None).await,
            };
            match (answer, id) {
                (Ok(vehicle), _) => {
                    remove(&key);
                    Ok(vehicle)
                }
                (Err(error), Some(id)) if error.is_changed() => {
                    let now = vehicle_find(id).await;
                    Err(now.map_or_else(NotSaved::Refused, |now| NotSaved::Outrun(Box::new(now))))
                }
                (Err(error), _) => Err(NotSaved::Refused(error)),
            }
        }
    })
}
