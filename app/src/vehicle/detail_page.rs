//! One vehicle: its picture, what it costs, what to do next, what is known of it and what happened to it.

use std::collections::BTreeMap;

use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    StockStatus, TimelineEntry, TimelineKind, Vehicle, VehicleChangeStatus, VehicleDelete, VehicleField, VehiclePicture,
    calls::{deleted, page_of},
    facts::VehicleFacts,
    status_form::StatusMoves,
    timeline::VehicleTimeline,
    vehicle_find, vehicle_timeline,
    words::error_text,
};
use crate::{
    frame::{find_by_id, may, path_id, use_me},
    i18n::{Locale, use_locale},
    identity::Permission,
    kernel::{
        error::AppError,
        form::{KeptForm, kept_form},
        id::VehicleId,
        money::Money,
        page_data::{all_there, page_data},
        unit::DistanceUnit,
    },
    ui::{
        Age, Arrivals, Banner, ButtonLink, Card, ErrorPage, Held, IconName, Line, Lines, Menu, MenuItem, NotFoundPage, PageHead, Pill,
        Skeleton, Tab, Tabs, Tone, arrival, focus_is_lost, go_on, use_toasts,
    },
};

/// How much of the history the overview shows.
const RECENT: usize = 5;

/// What happened to the vehicle, or why that could not be read.
type History = Result<Vec<TimelineEntry>, AppError>;

/// `/stock/:id`
#[component]
pub fn VehicleDetailPage() -> impl IntoView {
    let query = use_query_map();
    let id = path_id::<VehicleId>();
    let unit = use_me().map(|me| me.distance_unit).unwrap_or_default();
    let moves = ServerAction::<VehicleChangeStatus>::new();
    let delete = ServerAction::<VehicleDelete>::new();
    go_on(moves, |vehicle| page_of(vehicle.id));
    go_on(delete, move |()| id.get_untracked().map_or_else(|| "/stock".to_owned(), deleted));
    say_moved(moves);
    let changes = changes(moves, delete);
    let asked = last_asked(moves);
    let vehicle = page_data(move || (id.get(), changes.get()), |(id, _)| find_by_id(id, vehicle_find));
    let history = page_data(move || (id.get(), changes.get()), |(id, _)| find_by_id(id, vehicle_timeline));
    let kept = kept_form(move || query.with(|query| query.get("form")));
    // What still stands while the next comes has lost its signals: nobody is to press a button of it.
    let passing = RwSignal::new(false);
    Effect::new(move |_| passing.set(changes.get() > 0));
    view! {
        <Held busy=passing>
        <Arrivals fallback=|| view! { <Skeleton lines=12/> }>
            {move || arrival(async move {
                if id.get_untracked().is_none() {
                    return view! { <NotFoundPage/> }.into_any();
                }
                all_there(&[&vehicle, &history, &kept]).await;
                let (vehicle, history, kept) = (vehicle.await, history.await, kept.await);
                passing.set(false);
                match vehicle {
                    Ok(vehicle) => {
                        let (kept, not_deleted) = match kept {
                            Some(form) if is_delete(&form) => (None, form.error),
                            kept => (kept, None),
                        };
                        // What was asked for comes back beside what somebody else made of the vehicle meanwhile.
                        let kept = match moves.value().get_untracked() {
                            Some(Err(error)) => Some(KeptForm {
                                values: asked.get_value(),
                                error: Some(error),
                            }),
                            Some(Ok(_)) => None,
                            None => kept,
                        };
                        view! { <Detail vehicle unit history kept moves delete not_deleted/> }.into_any()
                    }
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Arrivals>
        </Held>
    }
}

/// Counts what shows the vehicle anew: a move that went through, or that somebody else made impossible. A reason that is missing does
/// not.
fn changes(moves: ServerAction<VehicleChangeStatus>, delete: ServerAction<VehicleDelete>) -> RwSignal<u32> {
    let changes = RwSignal::new(0);
    Effect::new(move |_| {
        let moved = matches!(moves.value().get(), Some(Ok(_) | Err(AppError::Conflict { .. })));
        let outrun = matches!(delete.value().get(), Some(Err(AppError::Conflict { .. })));
        if moved || outrun {
            changes.update(|changes| *changes += 1);
        }
    });
    changes
}

/// Says aloud where the vehicle was moved to: the page is made anew around its new status.
fn say_moved(moves: ServerAction<VehicleChangeStatus>) {
    let (t, toasts) = (use_locale(), use_toasts());
    Effect::new(move |_| {
        if let Some(Ok(vehicle)) = moves.value().get() {
            toasts.say(Tone::Ok, t.status_moved(vehicle.status.label(t)));
        }
    });
}

/// The values of the move that was asked for last.
fn last_asked(moves: ServerAction<VehicleChangeStatus>) -> StoredValue<BTreeMap<String, String>> {
    let asked = StoredValue::new(BTreeMap::new());
    Effect::new(move |_| {
        if let Some(input) = moves.input().get() {
            asked.set_value(BTreeMap::from([
                ("to".to_owned(), input.to.to_string()),
                ("reason".to_owned(), input.reason.unwrap_or_default()),
            ]));
        }
    });
    asked
}

/// Whether a form that came back asked for the delete, not for another status.
fn is_delete(form: &KeptForm) -> bool {
    form.values.get("operation").is_some_and(|operation| operation == "delete")
}

#[component]
fn Detail(
    vehicle: Vehicle,
    unit: DistanceUnit,
    history: History,
    kept: Option<KeptForm>,
    moves: ServerAction<VehicleChangeStatus>,
    delete: ServerAction<VehicleDelete>,
    not_deleted: Option<AppError>,
) -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let side = NodeRef::<html::Aside>::new();
    // The button that had the focus went with the page before the move.
    Effect::new(move |_| {
        let Some(side) = side.get() else { return };
        if moves.value().with_untracked(Option::is_some) && focus_is_lost() {
            let _ = side.focus();
        }
    });
    let said = move |name: &str| query.with(|query| query.get_str(name).is_some());
    let whole = Memo::new(move |_| query.with(|query| query.get_str("tab") == Some("history")));
    let (id, version) = (vehicle.id, vehicle.version);
    let sub = vehicle.sub(unit, t);
    let stored = StoredValue::new((vehicle.clone(), history.clone()));
    let body = move || {
        let (vehicle, history) = stored.get_value();
        if whole.get() {
            view! { <Card title=t.tab_history()>{entries(history, t)}</Card> }.into_any()
        } else {
            overview(vehicle, history, unit, t).into_any()
        }
    };
    let failed = move || {
        let error = match delete.value().get() {
            Some(Err(error)) => Some(error),
            Some(Ok(())) => None,
            None => not_deleted.clone(),
        };
        error.map(|error| view! { <Banner tone=Tone::Bad>{delete_error_text(&error, t)}</Banner> })
    };
    view! {
        <PageHead title=vehicle.title() crumb=("/stock".to_owned(), t.stock().to_owned()) here=vehicle.stock_number.clone() sub=move || sub.clone()>
            {move || actions(id, version, delete, t)}
        </PageHead>
        <div class="notices">
            {move || said("created").then(|| view! { <Banner tone=Tone::Ok>{t.vehicle_created()}</Banner> })}
            {move || said("saved").then(|| view! { <Banner tone=Tone::Ok>{t.vehicle_saved()}</Banner> })}
            {failed}
        </div>
        <div class="vehicle-detail">
            <div class="photo hero vehicle-hero">
                <VehiclePicture kind=vehicle.kind body_type=vehicle.body_type colour=vehicle.colour_outside.clone()/>
            </div>
            <aside class="vehicle-side" tabindex="-1" node_ref=side>
                <StatusCard vehicle=vehicle.clone() moves kept/>
                <MoneyCard vehicle history/>
            </aside>
            <div class="vehicle-body" id="views">
                <Tabs label=t.views() tabs=ArcSignal::derive(move || tabs(id, whole.get(), t))/>
                {body}
            </div>
        </div>
    }
}

/// What may be done with it beside moving it on: edit, delete.
fn actions(id: VehicleId, version: i64, delete: ServerAction<VehicleDelete>, t: Locale) -> impl IntoView {
    let edit = may(Permission::VehicleUpdate)
        .then(|| view! { <ButtonLink href=format!("/stock/{id}/edit") icon=IconName::Edit>{t.edit()}</ButtonLink> });
    let more = may(Permission::VehicleDelete).then(|| {
        view! {
            <Menu label=t.more() end=true>
                <ActionForm action=delete>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <MenuItem icon=IconName::Trash>{t.delete_vehicle()}</MenuItem>
                </ActionForm>
            </Menu>
        }
    });
    (edit, more)
}

fn tabs(id: VehicleId, whole: bool, t: Locale) -> Vec<Tab> {
    let tab = |label: &str, query: &str, current| Tab {
        href: format!("/stock/{id}{query}"),
        label: label.to_owned(),
        count: None,
        current,
    };
    vec![tab(t.tab_overview(), "", !whole), tab(t.tab_history(), "?tab=history", whole)]
}

/// The facts and the latest of the history.
fn overview(vehicle: Vehicle, history: History, unit: DistanceUnit, t: Locale) -> impl IntoView {
    let id = vehicle.id;
    let any_more = history.as_ref().is_ok_and(|entries| entries.len() > RECENT);
    let more = any_more.then(|| view! { <a class="btn ghost" href=format!("/stock/{id}?tab=history#views")>{t.whole_history()}</a> });
    let recent = history.map(|entries| entries.into_iter().take(RECENT).collect());
    view! {
        <VehicleFacts vehicle unit/>
        <Card title=t.tab_history()>{entries(recent, t)}{more}</Card>
    }
}

/// What happened, or why that cannot be said.
fn entries(history: History, t: Locale) -> AnyView {
    match history {
        Ok(entries) => view! { <VehicleTimeline entries/> }.into_any(),
        Err(error) => not_read(&error, t),
    }
}

fn not_read(error: &AppError, t: Locale) -> AnyView {
    let text = error_text(error, t);
    view! { <Banner tone=Tone::Bad>{text}</Banner> }.into_any()
}

/// Why a vehicle was not deleted: above all, that somebody changed it since this page was read.
fn delete_error_text(error: &AppError, t: Locale) -> String {
    if error.is_changed() {
        t.delete_changed().to_owned()
    } else {
        error_text(error, t)
    }
}

/// Its status, days in stock, price, and the one next action.
#[component]
fn StatusCard(vehicle: Vehicle, moves: ServerAction<VehicleChangeStatus>, kept: Option<KeptForm>) -> impl IntoView {
    let t = use_locale();
    let price = vehicle.asking_price.map_or_else(|| t.no_price().to_owned(), |price| price.show(t));
    let priced = vehicle.asking_price.is_some();
    let days = vehicle.days_in_stock;
    let age = if vehicle.status.in_stock() {
        view! { <Age days/> }.into_any()
    } else {
        view! { <span class="sub num">{t.days_in_stock(i64::from(days))}</span> }.into_any()
    };
    view! {
        <Card>
            <div class="standing">
                <Pill tone=vehicle.status.tone()>{vehicle.status.label(t)}</Pill>
                {age}
            </div>
            <p class="standing-price num" class:none=!priced>{price}</p>
            <StatusMoves vehicle moves kept/>
        </Card>
    }
}

/// What it cost, what it is to bring, and how its price went.
#[component]
fn MoneyCard(vehicle: Vehicle, history: History) -> impl IntoView {
    let t = use_locale();
    let shown = move |money: Option<Money>| money.map_or_else(|| "—".to_owned(), |money| money.show(t));
    let margin = vehicle.margin();
    let loss = margin.is_some_and(|margin| margin.amount.is_sign_negative() && !margin.amount.is_zero());
    let sold = vehicle.status == StockStatus::Sold;
    let prices = history.map(|entries| {
        let price = |entry: &TimelineEntry| match &entry.kind {
            TimelineKind::PriceChanged { to, .. } => Some((entry.at, *to)),
            _ => None,
        };
        entries.iter().filter_map(price).collect::<Vec<_>>()
    });
    let course = match prices {
        Ok(prices) if prices.len() > 1 => {
            let prices = prices
                .into_iter()
                .map(|(at, to)| view! { <li><crate::ui::When at/><span class="num">{shown(to)}</span></li> })
                .collect_view();
            view! { <h3>{t.price_history()}</h3><ol class="price-history">{prices}</ol> }.into_any()
        }
        Ok(_) => ().into_any(),
        Err(error) => view! { <h3>{t.price_history()}</h3>{not_read(&error, t)} }.into_any(),
    };
    view! {
        <Card title=t.pricing()>
            <Lines>
                <Line label=t.bought_on(vehicle.acquired_on)>{shown(vehicle.purchase_price)}</Line>
                <Line label=if sold { t.last_asking_price() } else { VehicleField::AskingPrice.label(t) }>{shown(vehicle.asking_price)}</Line>
                <Line label=t.margin_at_asking() sum=true><span class:loss=loss class:gain=margin.is_some() && !loss>{shown(margin)}</span></Line>
            </Lines>
            {course}
        </Card>
    }
}
