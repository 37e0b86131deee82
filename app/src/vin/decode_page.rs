//! The decode page: a VIN in, everything that is known about it out. A plain form; the address says what is shown.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;

use super::{DecodedVin, VinAttribute, VinGroup, VinOrigin, VinScan, vin_decode};
use crate::{
    frame::may,
    i18n::{Locale, country_name, use_locale},
    identity::Permission,
    kernel::{error::AppError, page_data::page_data, percent},
    ui::{
        Arrivals, Banner, Button, ButtonLink, Card, EmptyState, ErrorPage, Fact, Facts, Field, IconName, PageHead, Skeleton, Tone, Variant,
        arrival,
    },
    vehicle::vin_notes,
};

/// Honda's Accord of NHTSA's own documentation.
const EXAMPLE: &str = "1HGCM82633A004352";

/// `/vin`
#[component]
pub fn VinDecodePage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let may_add = may(Permission::VehicleCreate);
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let text = |name: &str| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
            (text("vin"), text("model_year"))
        })
    });
    let decoded = page_data(
        move || asked.get(),
        |(vin, year)| async move {
            // A year that is none decides nothing.
            let answer = if vin.is_empty() {
                None
            } else {
                Some(vin_decode(vin.clone(), year.parse().ok()).await)
            };
            (vin, year, answer)
        },
    );
    view! {
        <PageHead title=t.vin_decode() sub=move || t.vin_decode_intro()/>
        <Arrivals fallback=|| view! { <Skeleton lines=8/> }>
            {move || arrival(async move {
                let (vin, year, answer) = decoded.await;
                match answer {
                    None => {
                        view! {
                            <Question vin year problem=None/>
                            <p class="vin-source"><a href=format!("/vin?vin={EXAMPLE}")>{t.vin_example()}</a> " · " {t.vin_decode_source()}</p>
                        }
                            .into_any()
                    }
                    Some(Ok(decoded)) => {
                        view! {
                            <Question vin year problem=None/>
                            <Answer decoded may_add/>
                        }
                            .into_any()
                    }
                    Some(Err(error @ AppError::Invalid { .. })) => {
                        // The field names the first thing that is wrong; where there are more, all of them stand below.
                        let notes = vin_notes(&vin, t);
                        let all = (notes.len() > 1).then(|| {
                            let notes = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
                            view! { <Banner tone=Tone::Warn title=t.vin_worth_a_look()><ul class="vin-warnings">{notes}</ul></Banner> }
                        });
                        view! {
                            <Question vin year problem=Some(error)/>
                            {all}
                        }
                            .into_any()
                    }
                    Some(Err(error)) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Arrivals>
    }
}

/// What is asked. What was typed stays, right or wrong.
#[component]
fn Question(vin: String, year: String, problem: Option<AppError>) -> impl IntoView {
    let t = use_locale();
    let problem = problem.and_then(|error| error.fields().remove("vin"));
    let form = NodeRef::<html::Form>::new();
    let found = Callback::new(move |vin: String| ask(form, &vin));
    let scan = move || view! { <VinScan found/> };
    view! {
        <form class="vin-question" method="get" action="/vin" role="search" aria-label=t.vin_decode() node_ref=form>
            <Field label="VIN" name="vin" value=Signal::stored(vin) problem=Signal::stored(problem) action=scan/>
            <Field
                label=t.vin_year()
                name="model_year"
                value=Signal::stored(year)
                input_mode="numeric"
                max_length=4
                help=t.vin_model_year_help()
            />
            <Button submit=true variant=Variant::Primary>{t.vin_decode_do()}</Button>
        </form>
    }
}

/// Asks for a scanned VIN. A model year that was given for another one goes.
fn ask(form: NodeRef<html::Form>, vin: &str) {
    let Some(form) = form.get_untracked() else { return };
    let input = |name: &str| {
        let input = form.query_selector(&format!("[name=\"{name}\"]")).ok().flatten();
        input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok())
    };
    if let Some(field) = input("vin") {
        let before = vin::normalise(&field.value());
        field.set_value(vin);
        if let Some(year) = input("model_year").filter(|_| !before.is_empty() && before != vin) {
            year.set_value("");
        }
        let _ = form.request_submit();
    }
}

/// Everything that is known.
#[component]
fn Answer(decoded: DecodedVin, may_add: bool) -> impl IntoView {
    let t = use_locale();
    let add = may_add.then(|| {
        let href = format!("/stock/new?vin={}", percent::encode(&decoded.vin));
        view! { <ButtonLink href icon=IconName::Plus variant=Variant::Primary>{t.vin_add_to_stock()}</ButtonLink> }
    });
    let known = decoded.is_decoded();
    let groups = groups(&decoded);
    let nothing = (!known).then(|| {
        view! { <EmptyState icon=IconName::Vin title=t.vin_decode_nothing() text=t.vin_decode_nothing_text()/> }
    });
    view! {
        <div class="vin-page">
        <section class="card vin-answer">
            <div class="vin-title">
                <h2>{decoded.title()}</h2>
                <p class="vin-number num">{sections(&decoded.vin)}</p>
                {decoded.country.clone().map(|country| view! { <p class="vin-country">{t.vin_country(country_name(&country, t))}</p> })}
            </div>
            {add}
        </section>
        <Notes decoded/>
        {nothing}
        {groups.into_iter().map(|(group, attributes)| view! { <Group group attributes/> }).collect_view()}
        <p class="vin-source">{t.vin_decode_source()}</p>
        </div>
    }
}

/// The VIN in its three sections (ISO 3779): maker, description, the vehicle itself.
fn sections(vin: &str) -> impl IntoView + use<> {
    let characters: Vec<char> = vin.chars().collect();
    let part = |from: usize, to: usize| characters.iter().skip(from).take(to - from).collect::<String>();
    [part(0, 3), part(3, 9), part(9, 17)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| view! { <span>{part}</span> })
        .collect_view()
}

/// What looks wrong, and what was probably meant.
#[component]
fn Notes(decoded: DecodedVin) -> impl IntoView {
    let t = use_locale();
    let mut notes = decoded.notes(t);
    if !decoded.is_year_certain && decoded.is_decoded() {
        notes.push(t.vin_year_uncertain().to_owned());
    }
    let meant = decoded.correction().map(|vin| {
        let href = format!("/vin?vin={vin}");
        view! { <p>{t.vin_did_you_mean()} " " <a class="num" href=href>{vin.to_owned()}</a> "?"</p> }
    });
    let possible = decoded.possible.clone().filter(|_| decoded.correction().is_none());
    let possible = possible.map(|possible| view! { <p>{t.vin_possible(possible)}</p> });
    if notes.is_empty() && meant.is_none() {
        return decoded
            .is_fine
            .then(|| view! { <Banner tone=Tone::Ok>{t.vin_is_fine()}</Banner> })
            .into_any();
    }
    let tone = if decoded.is_fine { Tone::Info } else { Tone::Warn };
    view! {
        <Banner tone title=t.vin_worth_a_look()>
            <ul class="vin-warnings">{notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}</ul>
            {meant}
            {possible}
        </Banner>
    }
    .into_any()
}

#[component]
fn Group(group: VinGroup, attributes: Vec<VinAttribute>) -> impl IntoView {
    let t = use_locale();
    let facts = attributes.into_iter().map(|attribute| fact(&attribute, t)).collect_view();
    view! { <Card title=group.label(t)><Facts>{facts}</Facts></Card> }
}

fn fact(attribute: &VinAttribute, t: Locale) -> impl IntoView + use<> {
    let value = attribute.value.clone();
    let typical = attribute.origin == VinOrigin::Default;
    view! {
        <Fact label=attribute.label(t) tag=attribute.origin.label(t)>
            <span class:typical=typical>{value}</span>
        </Fact>
    }
}

/// The attributes in their groups, the most asked for first.
fn groups(decoded: &DecodedVin) -> Vec<(VinGroup, Vec<VinAttribute>)> {
    let of = |group: VinGroup| (group, decoded.shown(group).into_iter().cloned().collect::<Vec<_>>());
    let groups = VinGroup::ALL.iter().map(|group| of(*group));
    groups.filter(|(_, attributes)| !attributes.is_empty()).collect()
}
