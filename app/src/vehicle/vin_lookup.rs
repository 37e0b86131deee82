//! Decoding while one types: make and year at once from the manufacturer's code, the rest from the server as soon as the VIN is whole.
//! The last VIN wins: an older answer never overwrites a newer one.

use std::{collections::BTreeMap, time::Duration};

use leptos::{ev, prelude::*, server_fn::ServerFn, task::spawn_local};
use wasm_bindgen::JsCast;

use super::{
    FieldKind, VehicleDecode, VehicleDraft, VehicleField,
    form_fields::input_name,
    form_state::State,
    vin_fill::{VinFill, VinMark, as_typed, known_at_once},
    vin_notes,
    words::field_text,
};
use crate::{
    i18n::{Locale, use_locale},
    identity::{Me, Permission},
    kernel::{error::AppError, number::Notation, percent},
    ui::now,
    vin::vin_decode,
};

/// A VIN is asked for when nothing was typed for so long.
const PAUSE: Duration = Duration::from_millis(150);

/// How far the decoding is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lookup {
    #[default]
    Idle,
    Reading,
    /// What the vehicle is, and its VIN.
    Read {
        title: String,
        vin: String,
    },
    /// Nobody knows the VIN.
    Nothing,
    Failed,
}

/// What the VIN of an open form says.
#[derive(Clone, Copy)]
pub struct Decoding {
    /// Whether the person may decode.
    pub may: bool,
    pub fill: RwSignal<VinFill>,
    pub marks: RwSignal<BTreeMap<VehicleField, VinMark>>,
    pub lookup: RwSignal<Lookup>,
    /// The VIN that was looked at last.
    seen: StoredValue<String>,
    /// Goes up with every look.
    turn: StoredValue<u32>,
    /// Whether the kind was chosen by hand.
    kind_chosen: StoredValue<bool>,
}

impl Decoding {
    #[must_use]
    pub fn new(me: &Me, fill: VinFill, draft: &VehicleDraft, notation: Notation) -> Self {
        let marks = fill.marks(draft, notation);
        Self {
            may: me.may(Permission::CatalogueRead),
            fill: RwSignal::new(fill),
            marks: RwSignal::new(marks),
            lookup: RwSignal::new(Lookup::Idle),
            seen: StoredValue::new(vin::normalise(draft.get(VehicleField::Vin))),
            turn: StoredValue::new(0),
            kind_chosen: StoredValue::new(false),
        }
    }

    /// What a field's mark says.
    pub fn mark(self, field: VehicleField, t: Locale) -> Signal<Option<String>> {
        let filled = move || self.marks.with(|marks| marks.get(&field) == Some(&VinMark::Filled));
        Signal::derive(move || filled().then(|| t.vin_filled().to_owned()))
    }

    /// Follows what stands in the form now.
    pub fn follow(self, draft: &VehicleDraft, notation: Notation) {
        self.fill.update(|fill| fill.forget_changed(draft, notation));
        let marks = self.fill.with_untracked(|fill| fill.marks(draft, notation));
        if self.marks.with_untracked(|before| *before != marks) {
            self.marks.set(marks);
        }
    }

    /// Takes over what a form that was left had decoded.
    pub fn restore(self, fill: VinFill, draft: &VehicleDraft) {
        self.fill.set(fill);
        self.seen.set_value(vin::normalise(draft.get(VehicleField::Vin)));
    }

    /// Notes what a person changed by hand.
    pub fn touched(self, event: &web_sys::Event) {
        let select = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
        if select.is_some_and(|select| select.name() == input_name(VehicleField::Kind)) {
            self.kind_chosen.set_value(true);
        }
    }
}

impl State {
    /// Looks at the VIN if it is another than before.
    pub(super) fn look(self, draft: &VehicleDraft) {
        let vin = vin::normalise(draft.get(VehicleField::Vin));
        if self.decoding.may && self.decoding.seen.with_value(|seen| *seen != vin) {
            self.decode(vin, PAUSE);
        }
    }

    /// Takes a scanned VIN as if it had been typed.
    pub(super) fn scanned(self, vin: &str) {
        let mut draft = self.draft();
        draft.set(VehicleField::Vin, vin);
        self.put(draft);
        self.typed();
    }

    /// Decodes the VIN as it stands there.
    pub(super) fn decode_now(self) {
        let vin = vin::normalise(self.draft().get(VehicleField::Vin));
        self.decode(vin, Duration::ZERO);
    }

    fn decode(self, vin: String, pause: Duration) {
        let Decoding { lookup, seen, turn, .. } = self.decoding;
        seen.set_value(vin.clone());
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        if vin::Vin::parse(&vin).is_err() {
            lookup.set(Lookup::Idle);
            self.fill_in(known_at_once(&vin, this_year()));
            return;
        }
        lookup.set(Lookup::Reading);
        // Nothing is left of the form when its page is gone, nor of an older question when there is a newer one.
        let is_last = move || turn.try_get_value() == Some(mine);
        let ask = move || {
            if is_last() {
                spawn_local(async move {
                    let answer = vin_decode(vin.clone(), None).await;
                    if is_last() {
                        self.decoded(vin, answer);
                    }
                });
            }
        };
        set_timeout(ask, pause);
    }

    fn decoded(self, vin: String, answer: Result<crate::vin::DecodedVin, AppError>) {
        let found = match answer {
            Ok(decoded) => {
                let found = if decoded.is_decoded() {
                    let title = decoded.title();
                    Lookup::Read { title, vin }
                } else {
                    Lookup::Nothing
                };
                self.fill_in(decoded.vehicle);
                found
            }
            Err(AppError::Forbidden { .. } | AppError::Invalid { .. }) => Lookup::Idle,
            Err(_) => Lookup::Failed,
        };
        self.decoding.lookup.set(found);
    }

    fn fill_in(self, says: VehicleDraft) {
        let notation = self.t.notation();
        let mut draft = self.draft();
        let kind_is_free = self.id.is_none() && !self.decoding.kind_chosen.get_value();
        let untouched: &[VehicleField] = if kind_is_free { &[VehicleField::Kind] } else { &[] };
        let says = as_typed(says, notation);
        self.decoding.fill.update(|fill| fill.fill(says, &mut draft, untouched, notation));
        self.put(draft);
    }

    /// Takes what the VIN says for one field.
    pub(super) fn take(self, field: VehicleField) {
        let mut draft = self.draft();
        self.decoding.fill.update(|fill| fill.take(field, &mut draft));
        self.put(draft);
    }

    /// Shows what the fields hold now. Written into the controls themselves, since they may hold something else than the page last gave
    /// them; what is the same stays untouched, and so does the place where somebody types.
    pub(super) fn put(self, draft: VehicleDraft) {
        let Some(form) = self.form.get_untracked() else { return };
        let before = self.draft();
        for field in VehicleField::ALL {
            if before.get(*field) != draft.get(*field) {
                write(&form, *field, draft.get(*field));
            }
        }
        self.fields.values.set(draft.clone());
        self.note(draft);
    }
}

fn write(form: &web_sys::HtmlFormElement, field: VehicleField, text: &str) {
    let control = form.query_selector(&format!("[name=\"{}\"]", input_name(field))).ok().flatten();
    let Some(control) = control else { return };
    if field.kind() == FieldKind::Choice {
        if let Some(select) = control.dyn_ref::<web_sys::HtmlSelectElement>() {
            select.set_value(text);
        }
    } else if let Some(input) = control.dyn_ref::<web_sys::HtmlInputElement>() {
        input.set_value(text);
    } else if let Some(area) = control.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        area.set_value(text);
    }
}

fn this_year() -> u16 {
    u16::try_from(chrono::Datelike::year(&now())).unwrap_or_default()
}

/// What stands under the VIN: what looks wrong with it, what it says, and the button that decodes it. Enter in the VIN, which a scanner
/// sends, decodes too.
#[component]
pub fn VinUnder(state: State, vin: RwSignal<String>) -> impl IntoView {
    let t = use_locale();
    let Decoding { may, lookup, .. } = state.decoding;
    let notes = move || {
        let notes = vin_notes(&vin.get(), t);
        (!notes.is_empty()).then(|| view! { <p class="vin-notes">{notes.join(" ")}</p> })
    };
    let said = move || match lookup.get() {
        Lookup::Idle => ().into_any(),
        Lookup::Reading => view! { <p class="vin-said">{t.vin_reading()}</p> }.into_any(),
        Lookup::Nothing => view! { <p class="vin-said">{t.vin_read_nothing()}</p> }.into_any(),
        Lookup::Failed => view! { <p class="vin-notes">{t.vin_read_failed()}</p> }.into_any(),
        Lookup::Read { title, vin } => {
            let href = format!("/vin?vin={}", percent::encode(&vin));
            view! {
                <p class="vin-said">
                    {t.vin_read(title)} " " <a href=href target="_blank">{t.vin_all_details()}</a>
                </p>
            }
            .into_any()
        }
    };
    let decode = move |event: ev::MouseEvent| {
        event.prevent_default();
        state.decode_now();
    };
    view! {
        <div class="vin-under">
            <div role="status">{notes} {said}</div>
            {may
                .then(|| {
                    view! {
                        <button type="submit" class="btn" formaction=VehicleDecode::url() on:click=decode>
                            <span>{t.vin_decode()}</span>
                        </button>
                    }
                })}
        </div>
    }
}

/// Under a field: what the VIN says instead of what was typed, and the button that takes it.
#[component]
pub fn VinDiffers(state: State, field: VehicleField) -> impl IntoView {
    let t = use_locale();
    let marks = state.decoding.marks;
    let said = Memo::new(move |_| match marks.with(|marks| marks.get(&field).cloned()) {
        Some(VinMark::Differs(said)) => Some(said),
        _ => None,
    });
    move || {
        said.get().map(|said| {
            let said = field_text(field, &said, t);
            let take = move |event: ev::MouseEvent| {
                event.prevent_default();
                state.take(field);
            };
            let label = t.vin_take(&said);
            view! {
                <p class="vin-differs">
                    <span>{t.vin_differs(said)}</span>
                    <button
                        type="submit"
                        formaction=VehicleDecode::url()
                        name="take"
                        value=field.name()
                        on:click=take
                    >
                        {label}
                    </button>
                </p>
            }
        })
    }
}

/// The field of the VIN decodes when Enter is pressed in it, instead of saving.
pub fn decodes_on_enter(state: State, event: &ev::KeyboardEvent) {
    let is_vin = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        .is_some_and(|input| input.name() == input_name(VehicleField::Vin));
    if is_vin && event.key() == "Enter" && state.decoding.may {
        event.prevent_default();
        state.decode_now();
    }
}
