//! What is known of a vehicle, grouped as a dealer reads it. Groups of which nothing is known are left out.

use leptos::prelude::*;

use super::{Vehicle, VehicleField as F, vin_notes};
use crate::{
    i18n::{Locale, use_locale},
    kernel::{number::group_digits, unit::DistanceUnit},
    ui::{Banner, Card, Fact, Facts, Tag, Tone},
};

/// Names and values, in the order in which they are read.
type Known = Vec<(F, Option<String>)>;

/// All facts of a vehicle; `unit` is the organisation's.
#[component]
pub fn VehicleFacts(vehicle: Vehicle, unit: DistanceUnit) -> impl IntoView {
    let t = use_locale();
    let (identification, technical, state) = (identification(&vehicle, t), technical(&vehicle, t), state(&vehicle, unit, t));
    let notes = vin_notes(vehicle.vin.as_deref().unwrap_or_default(), t);
    let own = !vehicle.tags.is_empty() || !vehicle.custom_fields.is_empty();
    view! {
        <Card title=t.group_identification()>
            {grid(identification, t)}
            {(!notes.is_empty()).then(|| view! { <Banner tone=Tone::Warn>{notes.join(" ")}</Banner> })}
        </Card>
        {known(&technical).then(|| view! { <Card title=t.group_technical()>{grid(technical, t)}</Card> })}
        {known(&state).then(|| view! { <Card title=t.group_state()>{grid(state, t)}</Card> })}
        {(vehicle.notes.is_some() || own)
            .then(|| {
                let tags = vehicle.tags.into_iter().map(|tag| view! { <Tag>{tag}</Tag> }).collect_view();
                let own = vehicle.custom_fields.into_iter().map(|(label, value)| view! { <Fact label>{value}</Fact> }).collect_view();
                view! {
                    <Card title=t.group_notes()>
                        {vehicle.notes.map(|notes| view! { <p class="vehicle-notes">{notes}</p> })}
                        <p class="vehicle-tags">{tags}</p>
                        <Facts>{own}</Facts>
                    </Card>
                }
            })}
    }
}

fn identification(vehicle: &Vehicle, t: Locale) -> Known {
    vec![
        (F::Kind, Some(vehicle.kind.label(t).to_owned())),
        (F::StockNumber, Some(vehicle.stock_number.clone())),
        (F::Vin, vehicle.vin.clone()),
        (F::Plate, vehicle.plate.clone()),
        (F::Make, Some(vehicle.make.clone())),
        (F::Model, Some(vehicle.model.clone())),
        (F::Line, vehicle.line.clone()),
        (F::ModelYear, whole(vehicle.model_year)),
        (F::CityRegistered, vehicle.city_registered.clone()),
    ]
}

fn technical(vehicle: &Vehicle, t: Locale) -> Known {
    let label = |label: Option<&'static str>| label.map(str::to_owned);
    let body = match vehicle.motorcycle_type {
        Some(build) => (F::MotorcycleType, Some(build.label(t).to_owned())),
        None => (F::BodyType, label(vehicle.body_type.map(|body| body.label(t)))),
    };
    vec![
        body,
        (F::FuelType, label(vehicle.fuel_type.map(|fuel| fuel.label(t)))),
        (F::Electrification, label(vehicle.electrification.map(|drive| drive.label(t)))),
        (F::Transmission, label(vehicle.transmission.map(|gearbox| gearbox.label(t)))),
        (F::Drivetrain, label(vehicle.drivetrain.map(|drive| drive.label(t)))),
        (
            F::DisplacementCc,
            vehicle.displacement_cc.map(|cc| group_digits(&cc.to_string(), t)),
        ),
        (F::Power, vehicle.power.map(|power| power.show(t))),
        (F::Doors, whole(vehicle.doors)),
        (F::Seats, whole(vehicle.seats)),
        (F::EngineNumber, vehicle.engine_number.clone()),
        (F::ChassisNumber, vehicle.chassis_number.clone()),
    ]
}

fn state(vehicle: &Vehicle, unit: DistanceUnit, t: Locale) -> Known {
    vec![
        (F::Mileage, vehicle.mileage.map(|mileage| mileage.show_both(unit, t))),
        (F::ColourOutside, vehicle.colour_outside.clone()),
        (F::ColourInside, vehicle.colour_inside.clone()),
        (F::Keys, whole(vehicle.keys)),
        (F::Branch, vehicle.branch_name.clone()),
        (F::LotPlace, vehicle.lot_place.clone()),
    ]
}

fn whole(number: Option<i16>) -> Option<String> {
    number.map(|number| number.to_string())
}

fn known(facts: &[(F, Option<String>)]) -> bool {
    facts.iter().any(|(_, value)| value.is_some())
}

fn grid(facts: Known, t: Locale) -> impl IntoView {
    let facts = facts
        .into_iter()
        .map(|(field, value)| match value {
            Some(value) => view! { <Fact label=field.label(t)><span class="num">{value}</span></Fact> }.into_any(),
            None => view! { <Fact label=field.label(t)/> }.into_any(),
        })
        .collect_view();
    view! { <Facts>{facts}</Facts> }
}
