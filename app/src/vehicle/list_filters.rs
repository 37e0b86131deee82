//! What the list is narrowed to: search box, filters, chips that say what they filter, order.
//!
//! One GET form, so that it works before WASM; with WASM the search is live and every change replaces the address.

use std::time::Duration;

use iso_currency::Currency;
use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use maud::{Markup, html as markup};
use rust_decimal::Decimal;
use wasm_bindgen::JsCast;

use super::{
    StockStatus, StockTotals, VehicleField, VehicleKind, VehicleQuery, VehicleSort,
    url::{self, ListAddress, name},
};
use crate::{
    frame::use_me,
    i18n::{Locale, use_locale},
    kernel::{error::AppError, money::Money, number::group_digits, page::Direction, page_data::PageData},
    ui::{Arrivals, Chip, Choice, Icon, IconName, Menu, StillField, arrival, inert, still_check},
};

/// Search looks for what was typed once nothing more came for so long.
const SETTLES: Duration = Duration::from_millis(250);

/// Search box, filter panel, chips and order. `totals` fill the choice of makes, once they are there.
#[component]
pub fn VehicleFilters(address: Memo<ListAddress>, totals: PageData<Result<StockTotals, AppError>>) -> impl IntoView {
    let t = use_locale();
    let form = NodeRef::<html::Form>::new();
    let search = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let go = StoredValue::new(move |address: &str, replace: bool| {
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(address, options);
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(stop);
    let path = use_location().pathname;
    // What is typed narrows what the address says by now: the panel may still show what it said before.
    let find = move || {
        let Some(typed) = search.try_get_untracked().flatten() else {
            return;
        };
        if path.get_untracked() == "/stock" {
            let found = address.with_untracked(|address| searched(address, &typed.value()));
            go.with_value(|go| go(&found.write(), true));
        }
    };
    let wait = move |_| {
        stop();
        timer.set_value(set_timeout_with_handle(find, SETTLES).ok());
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        stop();
        let Some(form) = form.get_untracked() else { return };
        let asked = typed_into(&form);
        // Another address closes them too, but this may be the one that the list has.
        if asked.problems.is_empty() {
            close_menus();
        }
        go.with_value(|go| go(&asked.write(), false));
    };
    // Steps back and chips change the address from outside; what is being typed is left alone.
    Effect::new(move |_| {
        let text = address.with(|address| address.shown(name::SEARCH, address.query.search.clone()));
        if let Some(input) = search.get() {
            let typing = document().active_element().is_some_and(|active| active.is_same_node(Some(&input)));
            if !typing {
                input.set_value(&text);
            }
        }
    });
    view! {
        <form class="stock-filter" method="get" action="/stock" role="search" node_ref=form on:submit=submit>
            {search_field(address, search, wait, t)}
            <Menu label=t.filter() icon=IconName::Filter>
                <Arrivals fallback=|| ()>
                    {move || {
                        let address = address.get();
                        arrival(async move {
                            let totals = totals.by_ref().await;
                            let makes = totals.as_ref().map(|totals| &*totals.makes).unwrap_or_default();
                            inert(panel(&address, makes, t))
                        })
                    }}
                </Arrivals>
            </Menu>
            {move || address.with(|address| sort_menu(&address.query, t))}
        </form>
        {move || chips(&address.get(), use_me().map(|me| me.currency), t)}
    }
}

fn search_field(address: Memo<ListAddress>, input: NodeRef<html::Input>, typed: impl Fn(ev::Event) + 'static, t: Locale) -> impl IntoView {
    let text = address.with_untracked(|address| address.shown(name::SEARCH, address.query.search.clone()));
    let problem = move || address.with(|address| address.problems.get(name::SEARCH).map(|problem| problem.text(t)));
    view! {
        <div class="stock-search">
            <Icon name=IconName::Search/>
            <input
                class="input"
                id="stock-search"
                type="search"
                name=name::SEARCH
                value=text
                placeholder=t.search_stock()
                aria-label=t.search_stock()
                title=t.list_keys()
                maxlength=url::MAX_SEARCH.to_string()
                autocomplete="off"
                aria-describedby="stock-search-problem"
                node_ref=input
                on:input=typed
            />
            <p class="problem" id="stock-search-problem">{problem}</p>
        </div>
    }
}

/// The address that the form's contents make.
fn typed_into(form: &web_sys::HtmlFormElement) -> ListAddress {
    let Ok(data) = web_sys::FormData::new_with_form(form) else {
        return ListAddress::default();
    };
    url::read(&|name| data.get_all(name).iter().filter_map(|value| value.as_string()).collect())
}

/// The same list from its start, searched for `text`.
fn searched(address: &ListAddress, text: &str) -> ListAddress {
    let of_search = |name: &str| if name == name::SEARCH { vec![text.to_owned()] } else { vec![] };
    let mut found = url::read(&of_search);
    let others = |name: &str| name != name::SEARCH;
    found.query = VehicleQuery {
        search: found.query.search,
        ..url::from_start(&address.query)
    };
    found.typed.extend(address.typed.iter().filter(|(name, _)| others(name)).cloned());
    let problems = address.problems.iter().filter(|(name, _)| others(name));
    found
        .problems
        .extend(problems.map(|(name, problem)| (name.clone(), problem.clone())));
    found
}

fn panel(address: &ListAddress, makes: &[String], t: Locale) -> Markup {
    let query = &address.query;
    let grouped = |price: Option<Decimal>| price.map(|price| group_digits(&price.normalize().to_string(), t));
    let field = |label, name, value| StillField {
        label,
        name,
        value: address.shown(name, value),
        problem: address.problems.get(name),
    };
    let kinds: Vec<Choice> = VehicleKind::ALL
        .iter()
        .map(|kind| (kind.name().to_owned(), kind.label(t).to_owned()))
        .collect();
    // A make that nothing in the stock has stays chosen.
    let kept = query.make.clone().filter(|make| !makes.contains(make));
    let makes: Vec<Choice> = kept.iter().chain(makes).map(|make| (make.clone(), make.clone())).collect();
    let kind = field(
        VehicleField::Kind.label(t),
        name::KIND,
        query.kind.map(|kind| kind.name().to_owned()),
    );
    let make = field(VehicleField::Make.label(t), name::MAKE, query.make.clone());
    let years = [
        field(t.year_from(), name::YEAR_FROM, query.year_from.map(|year| year.to_string())),
        field(t.year_to(), name::YEAR_TO, query.year_to.map(|year| year.to_string())),
    ];
    let prices = [
        field(t.price_from(), name::PRICE_FROM, grouped(query.price_from)),
        field(t.price_to(), name::PRICE_TO, grouped(query.price_to)),
    ];
    markup! {
        div.filter-panel {
            input type="hidden" name=(name::NOTATION) value=(t.notation().name());
            @if let Some(sort) = query.sort { input type="hidden" name=(name::SORT) value=(url::sort_text(sort, query.direction)); }
            @if let Some(model) = &query.model { input type="hidden" name=(name::MODEL) value=(model); }
            (kind.select(&kinds, t.filter_any(), t))
            (make.select(&makes, t.filter_any(), t))
            @for year in &years { (year.text("numeric", t)) }
            @for price in &prices { (price.text("decimal", t)) }
            fieldset.filter-status {
                legend { (VehicleField::Status.label(t)) }
                @for status in StockStatus::ALL {
                    (still_check(status.label(t), name::STATUS, status.name(), query.status.contains(status)))
                }
                p.problem { @if let Some(problem) = address.problems.get(name::STATUS) { (problem.text(t)) } }
            }
            div.filter-actions {
                button.btn.primary type="submit" { span { (t.filter_show()) } }
                a.btn.ghost href=(url::write(&cleared(query))) { (t.filter_clear()) }
            }
        }
    }
}

/// The same order, nothing filtered.
#[must_use]
pub fn cleared(query: &VehicleQuery) -> VehicleQuery {
    VehicleQuery {
        sort: query.sort,
        direction: query.direction,
        ..VehicleQuery::default()
    }
}

/// The orders that the menu offers.
const ORDERS: [(VehicleSort, Direction); 11] = [
    (VehicleSort::Added, Direction::Descending),
    (VehicleSort::Added, Direction::Ascending),
    (VehicleSort::Price, Direction::Ascending),
    (VehicleSort::Price, Direction::Descending),
    (VehicleSort::Mileage, Direction::Ascending),
    (VehicleSort::Mileage, Direction::Descending),
    (VehicleSort::Year, Direction::Descending),
    (VehicleSort::Year, Direction::Ascending),
    (VehicleSort::DaysInStock, Direction::Descending),
    (VehicleSort::DaysInStock, Direction::Ascending),
    (VehicleSort::Title, Direction::Ascending),
];

fn order_label((sort, direction): (VehicleSort, Direction), t: Locale) -> &'static str {
    let up = direction == Direction::Ascending;
    match sort {
        VehicleSort::Added if up => t.order_oldest(),
        VehicleSort::Added => t.order_newest(),
        VehicleSort::Price if up => t.order_price_up(),
        VehicleSort::Price => t.order_price_down(),
        VehicleSort::Mileage if up => t.order_mileage_up(),
        VehicleSort::Mileage => t.order_mileage_down(),
        VehicleSort::Year if up => t.order_year_up(),
        VehicleSort::Year => t.order_year_down(),
        VehicleSort::DaysInStock if up => t.order_days_up(),
        VehicleSort::DaysInStock => t.order_days_down(),
        VehicleSort::Title => t.order_title(),
    }
}

/// The same list in another order, from its start.
#[must_use]
pub fn ordered(query: &VehicleQuery, (sort, direction): (VehicleSort, Direction)) -> String {
    let plain = (sort, direction) == (VehicleSort::Added, Direction::Descending);
    url::write(&VehicleQuery {
        sort: (!plain).then_some(sort),
        direction: (!plain).then_some(direction),
        ..url::from_start(query)
    })
}

fn sort_menu(query: &VehicleQuery, t: Locale) -> impl IntoView + use<> {
    let links = markup! {
        nav aria-label=(t.order()) {
            @for order in ORDERS {
                a.menu-item href=(ordered(query, order)) aria-current=[(order == query.order()).then_some("true")] {
                    span { (order_label(order, t)) }
                }
            }
        }
    };
    view! { <Menu label=order_label(query.order(), t) icon=IconName::Sort end=true>{inert(links)}</Menu> }
}

/// What the list is narrowed to, each with the same list without it; the tabs show a status, so it needs a chip only if no tab does.
fn chips(address: &ListAddress, currency: Option<Currency>, t: Locale) -> impl IntoView + use<> {
    let query = url::from_start(&address.query);
    let mut chips: Vec<(String, VehicleQuery)> = Vec::new();
    let mut add = |label: Option<String>, without: &dyn Fn(&mut VehicleQuery)| {
        if let Some(label) = label {
            let mut rest = query.clone();
            without(&mut rest);
            chips.push((label, rest));
        }
    };
    add(query.search.clone().map(|text| t.chip_search(text)), &|q| q.search = None);
    if !status_groups().contains(&query.status) {
        for status in &query.status {
            add(Some(status.label(t).to_owned()), &|q| q.status.retain(|other| other != status));
        }
    }
    add(query.kind.map(|kind| kind.label(t).to_owned()), &|q| q.kind = None);
    add(query.make.clone(), &|q| q.make = None);
    add(query.model.clone(), &|q| q.model = None);
    add(query.year_from.map(|year| t.chip_year_from(year)), &|q| q.year_from = None);
    add(query.year_to.map(|year| t.chip_year_to(year)), &|q| q.year_to = None);
    let price = |price: Decimal| match currency {
        Some(currency) => Money::new(price, currency).show(t),
        None => group_digits(&price.normalize().to_string(), t),
    };
    add(query.price_from.map(|from| t.chip_price_from(price(from))), &|q| {
        q.price_from = None;
    });
    add(query.price_to.map(|to| t.chip_price_to(price(to))), &|q| q.price_to = None);
    let problems = address
        .problems
        .iter()
        .filter(|(filter, _)| filter.as_str() != name::SEARCH)
        .map(|(filter, problem)| view! { <li>{format!("{}: {}", filter_label(filter, t), problem.text(t))}</li> })
        .collect_view();
    let any_problem = !address.problems.is_empty();
    let clear = (chips.len() > 1).then(|| url::write(&cleared(&query)));
    let any_chip = !chips.is_empty();
    let chips = chips
        .into_iter()
        .map(|(label, rest)| view! { <Chip label remove_href=url::write(&rest)/> })
        .collect_view();
    view! {
        {any_chip
            .then(|| {
                view! {
                    <div class="chips">
                        {chips}
                        {clear.map(|href| view! { <a class="btn ghost" href=href>{t.filter_clear()}</a> })}
                    </div>
                }
            })}
        {any_problem.then(|| view! { <div class="filter-problems" role="alert"><ul>{problems}</ul></div> })}
    }
}

/// What a filter is called.
#[must_use]
pub fn filter_label(filter: &str, t: Locale) -> &'static str {
    match filter {
        name::STATUS => VehicleField::Status.label(t),
        name::KIND => VehicleField::Kind.label(t),
        name::MAKE => VehicleField::Make.label(t),
        name::MODEL => VehicleField::Model.label(t),
        name::YEAR_FROM => t.year_from(),
        name::YEAR_TO => t.year_to(),
        name::PRICE_FROM => t.price_from(),
        name::PRICE_TO => t.price_to(),
        name::SORT => t.order(),
        name::SEARCH => t.search_stock(),
        _ => t.page_of_list(),
    }
}

/// The statuses behind each tab, in their order; the first is everything.
#[must_use]
pub fn status_groups() -> [Vec<StockStatus>; 8] {
    use StockStatus::{Available, InAcquisition, InMaintenance, InPreparation, InRepair, InUse, Inactive, Reserved, Sold};
    [
        vec![],
        vec![Available],
        vec![InPreparation, InMaintenance, InRepair],
        vec![Reserved],
        vec![InAcquisition],
        vec![InUse],
        vec![Sold],
        vec![Inactive],
    ]
}

/// How many vehicles the totals count in these statuses; all if there are none.
#[must_use]
pub fn counted(totals: &StockTotals, statuses: &[StockStatus]) -> i64 {
    totals
        .by_status
        .iter()
        .filter(|(status, _)| statuses.is_empty() || statuses.contains(status))
        .map(|(_, count)| count)
        .sum()
}

/// Closes what is open when the address changes: menus are not part of the URL.
pub fn close_menus() {
    let Ok(open) = document().query_selector_all(".stock-filter details[open]") else {
        return;
    };
    for index in 0..open.length() {
        if let Some(details) = open.item(index).and_then(|node| node.dyn_into::<web_sys::Element>().ok()) {
            let _ = details.remove_attribute("open");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_exactly_one_tab() {
        for status in StockStatus::ALL {
            assert_eq!(status_groups().iter().filter(|group| group.contains(status)).count(), 1, "{status}");
        }
        // The URL gives statuses sorted; a tab is current if its group is what the URL says.
        for mut group in status_groups() {
            let written = group.clone();
            group.sort();
            assert_eq!(group, written);
        }
    }

    #[test]
    fn the_usual_order_needs_no_word_in_the_address() {
        let query = VehicleQuery::default();
        assert_eq!(ordered(&query, query.order()), "/stock");
        assert_eq!(ordered(&query, (VehicleSort::Price, Direction::Descending)), "/stock?sort=-price");
    }
}
