//! The organisation's own entries, newest first: what it adds, corrects and hides. Here a hidden name is found again.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    CatalogueDelete, CatalogueEntry, CatalogueEntryQuery, CatalogueField as F, CatalogueLevel,
    add_entry::AddEntry,
    address::{entries_address, new_entry_address},
    catalogue_entries,
    column::heading,
    notices::CatalogueNotices,
};
use crate::{
    frame::may,
    i18n::{Locale, use_locale},
    identity::Permission,
    kernel::{
        page::{Cursor, Page},
        page_data::page_data,
        percent,
    },
    ui::{Arrivals, EmptyState, ErrorPage, IconName, PageHead, Pager, PlainTable, Skeleton, Tab, Tabs, Tag, arrival},
};

/// `/catalogue/entries?level=make`
#[component]
pub fn CatalogueEntriesPage() -> impl IntoView {
    let t = use_locale();
    let params = use_query_map();
    let may_update = may(Permission::CatalogueUpdate);
    // What was just changed is part of the address: the list is read anew with it.
    let page = page_data(move || params.get(), |params| catalogue_entries(asked(&params)));
    let level = Memo::new(move |_| params.with(|params| asked(params).level));
    let back = Signal::derive(move || params.with(|params| entries_address(asked(params).level, params.get_str("cursor"))));
    let new = Signal::derive(move || back.with(|back| new_entry_address(level.get(), back)));
    let delete = ServerAction::<CatalogueDelete>::new();
    let tabs = Signal::derive(move || {
        let all = [None].into_iter().chain(CatalogueLevel::ALL.iter().copied().map(Some));
        all.map(|other| tab(other, level.get(), t)).collect()
    });
    view! {
        <PageHead title=t.catalogue_entries() crumb=("/catalogue".to_owned(), t.catalogue().to_owned())>
            <AddEntry href=new/>
        </PageHead>
        <CatalogueNotices delete failed=Signal::stored(None) back/>
        <Tabs label=t.views() tabs/>
        <Arrivals fallback=|| view! { <Skeleton lines=8/> }>
            {move || arrival(async move {
                match page.await {
                    Ok(page) if page.items.is_empty() => {
                        view! { <EmptyState icon=IconName::Catalogue title=t.catalogue_no_entries() text=t.catalogue_no_entries_text()/> }
                            .into_any()
                    }
                    Ok(page) => list(page, level.get_untracked(), may_update.then(|| back.get_untracked()), t),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Arrivals>
    }
}

/// What an address of the page asks for. What it does not understand is left out.
fn asked(params: &ParamsMap) -> CatalogueEntryQuery {
    CatalogueEntryQuery {
        level: params.get_str("level").and_then(CatalogueLevel::named),
        cursor: params.get("cursor").map(Cursor),
        limit: None,
    }
}

fn tab(level: Option<CatalogueLevel>, current: Option<CatalogueLevel>, t: Locale) -> Tab {
    Tab {
        href: entries_address(level, None),
        label: level.map_or(t.catalogue_all_levels(), |level| heading(level, t)).to_owned(),
        count: None,
        current: level == current,
    }
}

/// The entries of a page; with `back`, where a form leads when it is done, each leads to its form.
fn list(page: Page<CatalogueEntry>, level: Option<CatalogueLevel>, back: Option<String>, t: Locale) -> AnyView {
    let to = |cursor: Option<Cursor>| cursor.map(|cursor| entries_address(level, Some(&cursor.0)));
    let (previous, next) = (to(page.previous), to(page.next));
    let rows = page.items.into_iter().map(|entry| row(entry, back.as_deref(), t)).collect_view();
    let columns = [
        t.catalogue_group_entry(),
        F::Level.label(t),
        F::Corrects.label(t),
        F::Kind.label(t),
        t.catalogue_years(),
    ];
    view! {
        <PlainTable label=t.catalogue_entries() columns>{rows}</PlainTable>
        <Pager previous next/>
    }
    .into_any()
}

fn row(entry: CatalogueEntry, back: Option<&str>, t: Locale) -> impl IntoView + use<> {
    let title = entry.title();
    let title = match back {
        Some(back) => {
            let href = percent::address(&format!("/catalogue/entries/{}", entry.id), [("back", Some(back))]);
            view! { <a class="link" href=href>{title}</a> }.into_any()
        }
        None => title.into_any(),
    };
    let mark = match (entry.hidden, &entry.corrects) {
        (true, _) => t.catalogue_hidden(),
        (false, Some(_)) => t.catalogue_corrected(),
        (false, None) => t.catalogue_own(),
    };
    let kind = entry.kind.map_or(t.catalogue_any_kind(), |kind| kind.label(t));
    let years = years(entry.first_year, entry.last_year, t);
    view! {
        <tr>
            <td>{title} " " <Tag>{mark}</Tag></td>
            <td>{entry.level.label(t)}</td>
            <td>{entry.corrects}</td>
            <td>{kind}</td>
            <td class="num">{years}</td>
        </tr>
    }
}

/// `2017–2024`, `2017–`, `–2024`.
fn years(first: Option<i16>, last: Option<i16>, t: Locale) -> String {
    let text = |year: Option<i16>| year.map(|year| year.to_string()).unwrap_or_default();
    match (first, last) {
        (None, None) => t.catalogue_any_year().to_owned(),
        (first, last) if first == last => text(first),
        (first, last) => format!("{}–{}", text(first), text(last)),
    }
}
