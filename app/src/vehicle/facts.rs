//! What is known of a vehicle, grouped as a dealer reads it. Groups of which nothing is known are left out.

use leptos::prelude::*;

use super::{Vehicle, VehicleField as F, VehicleKind, vin_notes};
use crate::{
    catalogue::{CatalogueAddress, FIRST_YEAR_OF_VPIC},
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
    let links = links(&vehicle);
    let notes = vin_notes(vehicle.vin.as_deref().unwrap_or_default(), t);
    let own = !vehicle.tags.is_empty() || !vehicle.custom_fields.is_empty();
    view! {
        <Card title=t.group_identification()>
            {grid(identification, &links, t)}
            {(!notes.is_empty()).then(|| view! { <Banner tone=Tone::Warn>{notes.join(" ")}</Banner> })}
        </Card>
        {known(&technical).then(|| view! { <Card title=t.group_technical()>{grid(technical, &[], t)}</Card> })}
        {known(&state).then(|| view! { <Card title=t.group_state()>{grid(state, &[], t)}</Card> })}
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
    let body = match vehicle.kind {
        VehicleKind::Motorcycle => (F::MotorcycleType, label(vehicle.motorcycle_type.map(|build| build.label(t)))),
        VehicleKind::Car => (F::BodyType, label(vehicle.body_type.map(|body| body.label(t)))),
    };
    let mut known = vec![
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
    ];
    // That a motorcycle's doors are unknown is no news.
    if vehicle.kind == VehicleKind::Motorcycle && vehicle.doors.is_none() {
        known.retain(|(field, _)| *field != F::Doors);
    }
    known
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

/// Where make and model stand in the catalogue, if it knows them.
fn links(vehicle: &Vehicle) -> Vec<(F, String)> {
    let Some(known) = &vehicle.catalogue else {
        return Vec::new();
    };
    let of_make = CatalogueAddress {
        year: vehicle
            .model_year
            .and_then(|year| u16::try_from(year).ok())
            .filter(|year| *year >= FIRST_YEAR_OF_VPIC),
        kind: Some(vehicle.kind),
        make: Some(known.make.name.clone()),
        ..CatalogueAddress::default()
    };
    let model = known.model.as_ref().map(|model| {
        let of_model = CatalogueAddress {
            model: Some(model.name.clone()),
            ..of_make.clone()
        };
        (F::Model, of_model.write())
    });
    std::iter::once((F::Make, of_make.write())).chain(model).collect()
}

/// The facts with their names; `links` leads on from some of them.
fn grid(facts: Known, links: &[(F, String)], t: Locale) -> impl IntoView + use<> {
    let facts = facts
        .into_iter()
        .map(|(field, value)| {
            let Some(value) = value else {
                return view! { <Fact label=field.label(t)/> }.into_any();
            };
            let link = links.iter().find(|(linked, _)| *linked == field).map(|(_, href)| href.clone());
            let value = match link {
                Some(href) => view! { <a class="link" href=href title=t.catalogue()>{value}</a> }.into_any(),
                None => value.into_any(),
            };
            view! { <Fact label=field.label(t)><span class="num">{value}</span></Fact> }.into_any()
        })
        .collect_view();
    view! { <Facts>{facts}</Facts> }
}
