//! The stock: how much there is, what of it is shown, and the vehicles themselves. The URL is the state.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use maud::html;

use super::{
    StockTotals, VehicleDecodingStart, VehicleField, VehicleQuery, VehicleRestore, VehicleSort, VehicleSummary,
    list_filters::{VehicleFilters, cleared, close_menus, counted, filter_label, ordered, status_groups},
    list_keys::list_keys,
    list_row::row,
    url::{self, ListAddress, name},
    vehicle_list, vehicle_totals,
    words::error_text,
};
use crate::{
    frame::{may, use_me},
    i18n::{Locale, use_locale},
    identity::Permission,
    kernel::{
        error::AppError,
        form::kept_form,
        id::VehicleId,
        page::{Cursor, Direction, PAGE_SIZE, Page},
        page_data::{PageData, all_there, page_data},
        unit::DistanceUnit,
    },
    ui::{
        Align, Arrivals, Banner, Button, ButtonLink, Column, DataTable, EmptyState, ErrorPage, IconName, PageHead, Pager, SkeletonRows,
        Tab, Tabs, Tone, Variant, arrival, inert, ready,
    },
};

/// `/stock`
#[component]
pub fn VehicleListPage() -> impl IntoView {
    let t = use_locale();
    let params = use_query_map();
    let address = Memo::new(move |_| params.with(|params| url::read(&|name| params.get_all(name).unwrap_or_default())));
    let query = Memo::new(move |_| address.with(|address| address.query.clone()));
    let page = page_data(move || query.get(), |query| vehicle_list(limited(query)));
    let totals = page_data(move || counted_query(&query.get()), |query| vehicle_totals(limited(query)));
    Effect::new(move |before: Option<()>| {
        query.track();
        if before.is_some() {
            close_menus();
        }
    });
    list_keys();
    let unit = use_me().map(|me| me.distance_unit).unwrap_or_default();
    view! {
        <PageHead title=t.stock() sub=move || view! { <span role="status"><Summary totals/></span> }><DecodeStock/></PageHead>
        <div class="notices"><UndoDelete/></div>
        <Arrivals fallback=|| view! { <div class="tabs"></div> }>
            {move || arrival(async move {
                let totals = totals.by_ref().await.as_ref().ok().cloned();
                let tabs = ArcSignal::derive(move || status_tabs(&query.get(), totals.as_ref(), t));
                ready(view! { <Tabs label=t.views() tabs/> })
            })}
        </Arrivals>
        <VehicleFilters address totals/>
        <Arrivals fallback=|| view! { <SkeletonRows/> }>
            {move || arrival(async move {
                all_there(&[&page, &totals]).await;
                let (page, totals) = (page.by_ref().await, totals.by_ref().await);
                // Gone with a reader who did not wait.
                let address = address.try_get_untracked()?;
                Some(match &*page {
                    Ok(page) => ready(rows(page, address, totals.as_ref().ok(), unit, t)).into_any(),
                    Err(error) => failed(error, &address.query, t).into_any(),
                })
            })}
        </Arrivals>
    }
}

/// A page of the usual size where the address names none.
fn limited(query: VehicleQuery) -> VehicleQuery {
    VehicleQuery {
        limit: query.limit.or(Some(PAGE_SIZE)),
        ..query
    }
}

/// The totals do not depend on order and page, so that stepping through the list asks for them once.
fn counted_query(query: &VehicleQuery) -> VehicleQuery {
    VehicleQuery {
        sort: None,
        direction: None,
        limit: None,
        ..url::from_start(query)
    }
}

/// `862 vehicles · $14,207,400 asking · $2,018,300 expected margin`
#[component]
fn Summary(totals: PageData<Result<StockTotals, AppError>>) -> impl IntoView {
    let t = use_locale();
    view! {
        <Arrivals fallback=|| "\u{a0}">
            {move || arrival(async move {
                totals
                    .by_ref()
                    .await
                    .as_ref()
                    .map_or_else(
                        |_| String::from("\u{a0}"),
                        |totals| {
                            t.stock_summary(t.vehicles(totals.count), totals.asking.show_whole(t), totals.margin.show_whole(t))
                        },
                    )
            })}
        </Arrivals>
    }
}

/// The button that decodes every VIN of the stock. A plain form, as is [`UndoDelete`]'s: both lead to another page anyway, and a first visit
/// does not load what reads their answers.
#[component]
fn DecodeStock() -> impl IntoView {
    let t = use_locale();
    may(Permission::VehicleUpdate).then(|| {
        inert(html! {
            form method="post" action=(VehicleDecodingStart::PATH) {
                button.btn type="submit" { (IconName::Vin.with(t.decoding_start())) }
            }
        })
    })
}

/// What fills an empty stock. Where there is one, the frame's own buttons lead there.
#[component]
fn FirstSteps() -> impl IntoView {
    let t = use_locale();
    view! {
        {may(Permission::ImportRun).then(|| view! { <ButtonLink href="/stock/import" icon=IconName::Import>{t.import()}</ButtonLink> })}
        {may(Permission::VehicleCreate)
            .then(|| view! { <ButtonLink href="/stock/new" icon=IconName::Plus variant=Variant::Primary>{t.new_vehicle()}</ButtonLink> })}
    }
}

/// After a delete: what happened, and the way back. A restore that failed comes back here with `?form=`.
#[component]
fn UndoDelete() -> impl IntoView {
    let t = use_locale();
    let params = use_query_map();
    let deleted = Memo::new(move |_| params.with(|params| params.get_str("deleted").and_then(|id| id.parse::<VehicleId>().ok())));
    let form = Memo::new(move |_| params.with(|params| params.get("form")));
    let undo = move |id: VehicleId| {
        view! {
            <form method="post" action=VehicleRestore::PATH>
                <input type="hidden" name="id" value=id.to_string()/>
                <Button submit=true icon=IconName::Undo>{t.undo()}</Button>
            </form>
        }
    };
    view! {
        {move || {
            deleted.get().map(|id| view! { <Banner tone=Tone::Info actions=move || undo(id)>{t.vehicle_deleted()}</Banner> })
        }}
        {move || form.get().map(|key| view! { <NotRestored key/> })}
    }
}

/// Why a restore failed. `key` is that of the form that came back.
#[component]
fn NotRestored(key: String) -> impl IntoView {
    let t = use_locale();
    let kept = kept_form(move || Some(key.clone()));
    view! {
        <Suspense>
            {move || arrival(async move {
                let error = kept.await.and_then(|kept| kept.error);
                error.map(|error| view! { <Banner tone=Tone::Bad>{error_text(&error, t)}</Banner> })
            })}
        </Suspense>
    }
}

fn status_tabs(query: &VehicleQuery, totals: Option<&StockTotals>, t: Locale) -> Vec<Tab> {
    status_groups()
        .into_iter()
        .enumerate()
        .filter_map(|(index, statuses)| {
            let count = totals.map(|totals| counted(totals, &statuses));
            let current = query.status == statuses;
            // The first four always stand; the rest only where there is something in them.
            (index < 4 || current || count.is_some_and(|count| count > 0)).then(|| Tab {
                href: url::write(&VehicleQuery {
                    status: statuses.clone(),
                    ..url::from_start(query)
                }),
                label: match statuses.as_slice() {
                    [] => t.tab_all(),
                    [status] => status.label(t),
                    _ => t.tab_needs_work(),
                }
                .to_owned(),
                count: count.map(|count| crate::kernel::number::group_digits(&count.to_string(), t)),
                current,
            })
        })
        .collect()
}

fn columns(query: &VehicleQuery, t: Locale) -> Vec<Column> {
    let (sort, direction) = query.order();
    let column = |label: &str, class, align| Column {
        label: label.to_owned(),
        class,
        align,
        ..Column::default()
    };
    let sorted = |label: &str, class, align, by: VehicleSort, first: Direction| {
        let other = match direction {
            Direction::Ascending => Direction::Descending,
            Direction::Descending => Direction::Ascending,
        };
        let here = by == sort;
        Column {
            sort: Some(ordered(query, (by, if here { other } else { first }))),
            sorted: here.then_some(direction),
            ..column(label, class, align)
        }
    };
    vec![
        column("", "c-photo", Align::Start),
        sorted(
            t.column_vehicle(),
            "c-title",
            Align::Start,
            VehicleSort::Title,
            Direction::Ascending,
        ),
        column(VehicleField::Plate.label(t), "c-plate", Align::Start),
        column(VehicleField::Status.label(t), "c-status", Align::Start),
        sorted(
            VehicleField::Mileage.label(t),
            "c-mileage",
            Align::End,
            VehicleSort::Mileage,
            Direction::Ascending,
        ),
        sorted(t.column_asking(), "c-price", Align::End, VehicleSort::Price, Direction::Ascending),
        sorted(
            t.column_in_stock(),
            "c-age",
            Align::Start,
            VehicleSort::DaysInStock,
            Direction::Descending,
        ),
    ]
}

fn rows(
    page: &Page<VehicleSummary>,
    address: ListAddress,
    totals: Option<&StockTotals>,
    unit: DistanceUnit,
    t: Locale,
) -> impl IntoView + use<> {
    let query = address.query;
    if page.items.is_empty() {
        return empty(&query, address.problems.is_empty(), t).into_any();
    }
    let step = |cursor: &Cursor| {
        url::write(&VehicleQuery {
            cursor: Some(cursor.clone()),
            ..query.clone()
        })
    };
    let (previous, next) = (page.previous.as_ref().map(step), page.next.as_ref().map(step));
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    let foot = totals.map_or_else(|| t.vehicles(shown), |totals| t.shown_of(shown, t.vehicles(totals.count)));
    let rows = html! {
        @for vehicle in &page.items {
            (row(vehicle, unit, t))
        }
    };
    view! {
        <div class="stock-table">
            <DataTable caption=t.stock() columns=columns(&query, t) rows/>
            <Pager previous next>{foot}</Pager>
        </div>
    }
    .into_any()
}

/// Nothing to show: nothing at all yet, nothing on this page any more, or nothing that fits the filters.
fn empty(query: &VehicleQuery, understood: bool, t: Locale) -> impl IntoView + use<> {
    let unfiltered = understood
        && url::from_start(query)
            == VehicleQuery {
                limit: query.limit,
                ..cleared(query)
            };
    if unfiltered && query.cursor.is_none() {
        return view! {
            <EmptyState icon=IconName::Stock title=t.no_stock() text=t.no_stock_text()><FirstSteps/></EmptyState>
        }
        .into_any();
    }
    let href = url::write(&if query.cursor.is_some() {
        url::from_start(query)
    } else {
        cleared(query)
    });
    let label = if query.cursor.is_some() { t.first_page() } else { t.filter_clear() };
    view! {
        <EmptyState icon=IconName::Search title=t.nothing_found() text=t.nothing_found_text()>
            <ButtonLink href variant=Variant::Primary>{label}</ButtonLink>
        </EmptyState>
    }
    .into_any()
}

/// A cursor that was changed leads to the first page, filters that don't go together are named; anything else is said as it is.
fn failed(error: &AppError, query: &VehicleQuery, t: Locale) -> impl IntoView + use<> {
    if error.fields().contains_key(name::CURSOR) {
        let first = url::write(&url::from_start(query));
        return view! {
            <EmptyState icon=IconName::Search title=t.page_lost() text=t.page_lost_text()>
                <ButtonLink href=first variant=Variant::Primary>{t.first_page()}</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    if let AppError::Invalid { fields } = error {
        let why: Vec<String> = fields
            .iter()
            .map(|(filter, problem)| format!("{}: {}", filter_label(filter, t), problem.text(t)))
            .collect();
        let href = url::write(&cleared(query));
        return view! {
            <EmptyState icon=IconName::Filter title=error.text(t) text=why.join(" ")>
                <ButtonLink href variant=Variant::Primary>{t.filter_clear()}</ButtonLink>
            </EmptyState>
        }
        .into_any();
    }
    view! { <ErrorPage error=error.clone()/> }.into_any()
}
