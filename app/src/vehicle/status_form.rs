//! Moving a vehicle to another status: the usual next step as one button, every other move with its reason in a small form.

use leptos::prelude::*;

use super::{LONGEST_REASON, StockStatus, Vehicle, VehicleChangeStatus, words::error_text};
use crate::{
    frame::may,
    i18n::{Locale, use_locale},
    identity::Permission,
    kernel::{error::AppError, form::KeptForm},
    ui::{Banner, Button, ButtonLink, Choice, IconName, SelectField, TextareaField, Tone, Variant, through_sign_in},
};

/// What can be done with the vehicle next. `kept` is a move that failed without WASM: its reason comes back.
#[component]
pub fn StatusMoves(vehicle: Vehicle, moves: ServerAction<VehicleChangeStatus>, kept: Option<KeptForm>) -> impl IntoView {
    let vehicle = StoredValue::new(vehicle);
    let kept = StoredValue::new(kept);
    move || may(Permission::VehicleUpdate).then(|| view! { <Moves vehicle=vehicle.get_value() moves kept=kept.get_value()/> })
}

#[component]
fn Moves(vehicle: Vehicle, moves: ServerAction<VehicleChangeStatus>, kept: Option<KeptForm>) -> impl IntoView {
    let t = use_locale();
    let kept_error = kept.as_ref().and_then(|kept| kept.error.clone());
    let error = Signal::derive(move || match moves.value().get() {
        Some(Err(error)) => Some(error),
        Some(Ok(_)) => None,
        None => kept_error.clone(),
    });
    let refused = Signal::derive(move || matches!(moves.value().get(), Some(Err(AppError::NotAuthenticated))));
    let keep = through_sign_in(refused);
    let banner = move || {
        error
            .get()
            .filter(|error| !error.fields().keys().any(|field| matches!(field.as_str(), "to" | "reason")))
            .map(|error| view! { <Banner tone=Tone::Bad>{error_text(&error, t)}</Banner> })
    };
    let step = vehicle.status.next_step(t).map(|(to, label)| {
        let hidden = of_version(&vehicle);
        view! {
            <ActionForm action=moves>
                {hidden}
                <input type="hidden" name="to" value=to.name()/>
                <Button submit=true variant=Variant::Primary wide=true busy=moves.pending()>{label}</Button>
            </ActionForm>
        }
    });
    let none = vehicle.status.next().is_empty();
    let others = (!none).then(|| other_moves(&vehicle, moves, kept.as_ref(), error, t));
    let settled = none.then(|| view! { <p class="help">{t.follows_from_contract()}</p> });
    view! { <div class="standing-actions" on:submit=keep>{banner}{step}{price(&vehicle, t)}{others}{settled}</div> }
}

/// The fields that say which vehicle is meant, as it was when this page was read.
fn of_version(vehicle: &Vehicle) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="id" value=vehicle.id.to_string()/>
        <input type="hidden" name="version" value=vehicle.version.to_string()/>
    }
}

/// What is on sale has a price that can be changed, or has yet to get one.
fn price(vehicle: &Vehicle, t: Locale) -> impl IntoView + use<> {
    (vehicle.status == StockStatus::Available).then(|| {
        let href = format!("/stock/{}/edit#field-asking_price", vehicle.id);
        match vehicle.asking_price {
            Some(_) => view! { <ButtonLink href wide=true icon=IconName::Edit>{t.change_price()}</ButtonLink> },
            None => view! { <ButtonLink href wide=true variant=Variant::Primary>{t.set_price()}</ButtonLink> },
        }
    })
}

/// Every other status that it may move to, with the reason that some of them need.
fn other_moves(
    vehicle: &Vehicle,
    moves: ServerAction<VehicleChangeStatus>,
    kept: Option<&KeptForm>,
    error: Signal<Option<AppError>>,
    t: Locale,
) -> impl IntoView + use<> {
    let label = |to: StockStatus| {
        if to.needs_reason() {
            t.with_reason(to.label(t))
        } else {
            to.label(t).to_owned()
        }
    };
    let next = vehicle.status.next();
    let choices: Vec<Choice> = next.iter().map(|to| (to.name().to_owned(), label(*to))).collect();
    let value = |name: &str| kept.and_then(|kept| kept.values.get(name).cloned()).unwrap_or_default();
    let problem = move |name: &'static str| Signal::derive(move || error.get().and_then(|error| error.fields().get(name).cloned()));
    let (hidden, to, reason) = (of_version(vehicle), value("to"), value("reason"));
    let open = kept.is_some() || error.get_untracked().is_some_and(|error| matches!(error, AppError::Invalid { .. }));
    view! {
        <details class="moves" open=open>
            <summary class="btn wide">{t.change_status()}</summary>
            <ActionForm action=moves>
                {hidden}
                <SelectField label=t.new_status() name="to" choices value=to problem=problem("to")/>
                <TextareaField
                    label=t.reason()
                    name="reason"
                    rows=2
                    max_length=LONGEST_REASON
                    help=t.reason_help()
                    value=reason
                    problem=problem("reason")
                />
                <Button submit=true wide=true busy=moves.pending()>{t.change_status()}</Button>
            </ActionForm>
        </details>
    }
}
