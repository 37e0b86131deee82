//! The larger specimens of `/ui`: forms, lists, waiting, vehicles, errors. Only in debug builds.

use leptos::prelude::*;
use maud::{Markup, html};

use super::{
    Align, Button, ButtonLink, Card, CheckField, Column, DataTable, EmptyState, ErrorMessage, ErrorSummary, Fact, Facts, Field, FormBar,
    FormSection, Held, IconName, Line, Lines, PlainTable, SelectField, Skeleton, SkeletonRows, TextareaField, Timeline, TimelineItem, Tone,
    Variant, When, age, pill,
};
use crate::{
    i18n::{Locale, use_locale},
    identity::Permission,
    kernel::{
        error::AppError,
        page::Direction,
        problem::{FieldProblems, Problem},
    },
    vehicle::{BodyType, VehicleKind, VehiclePicture, picture},
};

#[component]
pub fn Forms() -> impl IntoView {
    let problems = FieldProblems::from([
        ("asking_price".into(), Problem::NotANumber),
        (
            "plate".into(),
            Problem::Taken {
                vehicle: "2019 Mazda 3 (ST-00042)".into(),
                id: "0".into(),
            },
        ),
        ("branch".into(), Problem::Required),
        ("notes".into(), Problem::ControlCharacters),
    ]);
    let label_of = |_, name: &str| name.replace('_', " ");
    let of = |name: &str| problems.get(name).cloned();
    let (price, plate, branch, notes) = (of("asking_price"), of("plate"), of("branch"), of("notes"));
    let branches: Vec<(String, String)> = vec![("1".into(), "Main lot".into()), ("2".into(), "Airport".into())];
    view! {
        <div class="wide-piece">
            <form class="form">
                <ErrorSummary problems=problems label_of/>
                <FormSection title="Identity" help="Type the VIN first: what it says fills in below.">
                    <Field label="VIN" name="vin" value="JM3TCBAY3L1169620" help="17 characters, from the papers or the windscreen" max_length=17 full=true/>
                    <Field label="Model year" name="model_year" value="2020" mark=Some("from VIN".to_owned()) input_mode="numeric"/>
                    <Field label="Make" name="make" required=true offers=vec!["Mazda".into(), "Toyota".into()]/>
                    <Field label="Plate" name="plate" value="KEX016" problem=plate/>
                    <SelectField label="Branch" name="branch" choices=branches.clone() empty="None" problem=branch/>
                    <SelectField label="Stands at" name="stands_at" choices=branches value="2"/>
                </FormSection>
                <FormSection title="Pricing and dates">
                    <Field label="Asking price" name="asking_price" value="12.9.00" before="$" input_mode="decimal" problem=price/>
                    <Field label="Mileage" name="mileage" value="82,553" after="km" input_mode="decimal"/>
                    <Field label="Acquisition date" name="acquired_on" kind="date" value="2026-01-31"/>
                    <Field label="Locked" name="locked" value="Not for your role" attr:inert=true/>
                    <TextareaField label="Notes" name="notes" value="Small scratch on the left door." full=true problem=notes/>
                    <TextareaField label="Terms" name="terms" help="Printed under the offer" full=true/>
                    <CheckField label="Imported from abroad" name="abroad" checked=true help="Customs papers are required"/>
                    <CheckField label="One of several" name="several" radio=true checked=true/>
                    <Held busy=true>
                        <Field label="Held" name="held" value="While it is sent"/>
                    </Held>
                </FormSection>
                <FormBar state="2 changes are not saved">
                    <ButtonLink href="/ui">"Cancel"</ButtonLink>
                    <Button variant=Variant::Primary>"Save"</Button>
                </FormBar>
            </form>
        </div>
    }
}

#[component]
pub fn Lists() -> impl IntoView {
    let at = chrono::DateTime::from_timestamp(1_760_000_000, 0)
        .unwrap_or_default()
        .fixed_offset();
    view! {
        <div class="wide-piece"><DataTable caption="Stock" columns=stock_columns() rows=stock_rows(use_locale())/></div>
        <Card title="Facts" actions=|| view! { <Button variant=Variant::Ghost icon=IconName::Edit attr:aria-label="Edit"/> }>
            <Facts>
                <Fact label="VIN">"JM3TCBAY3L1169620"</Fact>
                <Fact label="Model year" tag="from VIN">"2020"</Fact>
                <Fact label="Transmission"/>
                <Fact label="Added"><When at/></Fact>
            </Facts>
        </Card>
        <Card title="Pricing">
            <Lines>
                <Line label="Bought">"$17,299"</Line>
                <Line label="Workshop and parts">"$412"</Line>
                <Line label="Margin at asking price" sum=true>"$3,556"</Line>
            </Lines>
        </Card>
        <Card title="A small table">
            <PlainTable label="What differs" columns=["Field", "Stored", "The VIN says"]>
                <tr><td>"Make"</td><td>"Mazda"</td><td>"MAZDA"</td></tr>
                <tr><td>"Model year"</td><td class="num">"2019"</td><td class="num">"2020"</td></tr>
            </PlainTable>
        </Card>
        <Card title="What happened">
            <Timeline>
                <TimelineItem title="Asking price lowered by 4 %" at>"Olga · after 45 days without an enquiry"</TimelineItem>
                <TimelineItem tone=Tone::Ok title="List for sale" at>"Olga"</TimelineItem>
                <TimelineItem tone=Tone::Warn title="In preparation: brakes" at/>
            </Timeline>
        </Card>
    }
}

fn stock_columns() -> Vec<Column> {
    vec![
        Column {
            class: "c-check",
            ..Column::default()
        },
        Column {
            class: "c-photo",
            ..Column::default()
        },
        Column {
            label: "Vehicle".into(),
            class: "c-title",
            sort: Some("/ui".into()),
            ..Column::default()
        },
        Column {
            label: "Plate".into(),
            class: "desk",
            ..Column::default()
        },
        Column {
            label: "Status".into(),
            class: "c-status",
            ..Column::default()
        },
        Column {
            label: "Asking".into(),
            class: "c-price",
            align: Align::End,
            sort: Some("/ui".into()),
            sorted: Some(Direction::Descending),
        },
        Column {
            label: "In stock".into(),
            class: "c-age desk",
            ..Column::default()
        },
    ]
}

fn stock_rows(t: Locale) -> Markup {
    let rows = [
        (
            "2020 Mazda CX-9 SV",
            "Brown",
            BodyType::Suv,
            Tone::Ok,
            "For sale",
            "$21,267",
            9,
            false,
        ),
        (
            "2006 Chrysler Cirrus Special/base/LXI/Touring/Limited Convertible with a very long name indeed",
            "Red",
            BodyType::Sedan,
            Tone::Warn,
            "In preparation",
            "$1,792",
            66,
            true,
        ),
        (
            "2023 RAM 1500 TRX",
            "Silver",
            BodyType::Pickup,
            Tone::Info,
            "Reserved",
            "$123,456,789",
            95,
            false,
        ),
    ];
    html! {
        @for (title, colour, body, tone, status, price, days, selected) in rows {
            tr role="row" aria-selected=[selected.then_some("true")] {
                td.c-check { input type="checkbox" checked[selected] aria-label="Select"; }
                td.c-photo { span.photo { (picture(VehicleKind::Car, Some(body), Some(colour))) } }
                td.c-title { a.row-title.row-link href="/ui" { (title) } span.row-sub { (colour) " · Automatic" } }
                td.num.desk { "KEX016" }
                td.c-status { (pill(tone, status)) }
                td.c-price.end { strong { (price) } span.row-sub { "+$3,343" } }
                td.c-age.desk { (age(days, t)) }
            }
        }
    }
}

#[component]
pub fn Waiting() -> impl IntoView {
    view! {
        <Card title="Waiting"><Skeleton/></Card>
        <Card title="Rows to come" flush=true><SkeletonRows rows=4/></Card>
        <Card>
            <EmptyState title="No vehicles yet" text="Import the list you have, or add the first vehicle by hand.">
                <ButtonLink href="/ui" variant=Variant::Primary icon=IconName::Import>"Import a list"</ButtonLink>
                <ButtonLink href="/ui">"Add a vehicle"</ButtonLink>
            </EmptyState>
        </Card>
    }
}

#[component]
pub fn Vehicles() -> impl IntoView {
    let colours = [
        "White", "Black", "Silver", "Grey", "Blue", "Red", "Green", "Beige", "Brown", "Orange", "Yellow", "Purple", "",
    ];
    let cars = BodyType::ALL
        .iter()
        .zip(colours.iter().cycle())
        .map(|(body, colour)| {
            view! {
                <span class="photo"><VehiclePicture kind=VehicleKind::Car body_type=Some(*body) colour=Some((*colour).to_owned())/></span>
            }
        })
        .collect_view();
    view! {
        <div class="wide-piece">
            <Card title="Vehicles without a photo">
                <div class="pictures">
                    {cars}
                    <span class="photo"><VehiclePicture kind=VehicleKind::Motorcycle body_type=None colour=Some("Yellow".to_owned())/></span>
                </div>
            </Card>
        </div>
    }
}

#[component]
pub fn Errors() -> impl IntoView {
    let errors = [
        AppError::NotFound { what: "vehicle".into() },
        AppError::lacks(Permission::VehicleUpdate),
        AppError::Unavailable {
            dependency: "database".into(),
            retry_after: 5,
        },
        AppError::Internal { incident: "01J9Z4".into() },
    ];
    errors.map(|error| view! { <Card><ErrorMessage error/></Card> }).into_any()
}
