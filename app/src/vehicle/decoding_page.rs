//! A run over the VINs of the stock: how far it is, what it filled, and where a vehicle differs from its VIN.

use leptos::prelude::*;

use super::{DecodingDifference, DecodingReport, DecodingState, import_report::progress_card, vehicle_decoding_find, words::field_text};
use crate::{
    frame::{find_by_id, path_id},
    i18n::{Locale, use_locale},
    kernel::{id::DecodingId, number::group_digits, page_data::page_data},
    ui::{Banner, ButtonLink, Card, ErrorPage, NotFoundPage, PageHead, Pill, PlainTable, Skeleton, Tone, Variant, arrival, follow},
};

/// `/stock/decoding/:id`
#[component]
pub fn VehicleDecodingPage() -> impl IntoView {
    let id = path_id::<DecodingId>();
    let report = page_data(move || id.get(), |id| find_by_id(id, vehicle_decoding_find));
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=8/> }>
            {move || arrival(async move {
                if id.get_untracked().is_none() {
                    return view! { <NotFoundPage/> }.into_any();
                }
                match report.await {
                    Ok(report) => view! { <DecodingView report/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn DecodingView(report: DecodingReport) -> impl IntoView {
    let t = use_locale();
    let id = report.id;
    let report = RwSignal::new(report);
    let state = Memo::new(move |_| report.with(|report| report.state));
    let under_way = Memo::new(move |_| state.get() == DecodingState::Running);
    let lost = follow(format!("/api/v1/vehicles/decodings/{id}/events"), report, under_way, move || {
        vehicle_decoding_find(id)
    });
    let outcome = move || match state.get() {
        DecodingState::Running => running(report, t).into_any(),
        DecodingState::Done => {
            let any = report.with(|report| report.vehicles.unwrap_or(0) > 0);
            let said = if any { t.decoding_done() } else { t.decoding_nothing() };
            view! { <Banner tone=if any { Tone::Ok } else { Tone::Info }>{said}</Banner> }.into_any()
        }
        DecodingState::Failed => view! { <Banner tone=Tone::Bad>{t.decoding_failed()}</Banner> }.into_any(),
    };
    view! {
        <PageHead title=t.decoding_title() crumb=("/stock".to_owned(), t.stock().to_owned()) sub=move || t.decoding_intro()/>
        <div class="vehicle-import">
            {move || lost.get().map(|error| view! { <Banner tone=Tone::Bad>{error.text(t)}</Banner> })}
            {outcome}
            {move || report.with(|report| counts(report, t))}
            {move || report.with(|report| differences(report, t))}
        </div>
    }
}

fn running(report: RwSignal<DecodingReport>, t: Locale) -> impl IntoView {
    let done = Signal::derive(move || report.with(|report| report.done));
    let total = Signal::derive(move || report.with(|report| report.vehicles));
    let page = report.with_untracked(|report| format!("/stock/decoding/{}", report.id));
    progress_card(t.decoding_running(), done, total, &page, t)
}

fn counts(report: &DecodingReport, t: Locale) -> impl IntoView + use<> {
    let (decoded, filled, changed) = (report.decoded, report.filled, report.changed);
    let unknown = report.done - decoded;
    let over = report.state != DecodingState::Running;
    view! {
        <Card>
            <p class="counts">
                <Pill tone=Tone::Ok>{t.decoding_known(decoded)}</Pill>
                <Pill tone=Tone::Ok>{t.decoding_filled(filled)}</Pill>
                <Pill tone=Tone::Info>{t.decoding_changed(changed)}</Pill>
                {(unknown > 0).then(|| view! { <Pill tone=Tone::Warn>{t.decoding_unknown(unknown)}</Pill> })}
            </p>
            {over
                .then(|| {
                    view! {
                        <div class="actions">
                            <ButtonLink href="/stock" variant=Variant::Primary>{t.import_to_stock()}</ButtonLink>
                        </div>
                    }
                })}
        </Card>
    }
}

fn differences(report: &DecodingReport, t: Locale) -> impl IntoView + use<> {
    let shown = report.differences.len();
    let grouped = |number: i64| group_digits(&number.to_string(), t);
    let first = i64::try_from(shown).unwrap_or(i64::MAX);
    let text = if first < report.differing {
        t.decoding_differences_first(grouped(first), grouped(report.differing))
    } else {
        t.decoding_differences_text().to_owned()
    };
    let rows = report.differences.iter().map(|difference| row(difference, t)).collect_view();
    (shown > 0).then(|| {
        view! {
            <Card title=t.decoding_differences()>
                <p class="help">{text}</p>
                <PlainTable
                    label=t.decoding_differences()
                    columns=[t.column_vehicle(), t.decoding_field(), t.decoding_stored(), t.decoding_said()]
                >
                    {rows}
                </PlainTable>
            </Card>
        }
    })
}

fn row(difference: &DecodingDifference, t: Locale) -> impl IntoView + use<> {
    let DecodingDifference {
        vehicle,
        title,
        field,
        stored,
        decoded,
    } = difference;
    view! {
        <tr>
            <td><a href=format!("/stock/{vehicle}")>{title.clone()}</a></td>
            <td>{field.label(t)}</td>
            <td class="value">{field_text(*field, stored, t)}</td>
            <td class="value">{field_text(*field, decoded, t)}</td>
        </tr>
    }
}
