//! The change log: who changed what of the catalogue, and when.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    CatalogueAction, CatalogueChange, CatalogueField, catalogue_changes,
    entry_form::{entry_field_label, entry_field_text},
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
    ui::{Arrivals, Card, EmptyState, ErrorPage, IconName, PageHead, Pager, Skeleton, Timeline, TimelineItem, Tone, arrival},
};

/// `/catalogue/changes`
#[component]
pub fn CatalogueChangesPage() -> impl IntoView {
    let t = use_locale();
    let params = use_query_map();
    let cursor = Memo::new(move |_| params.with(|params| params.get("cursor")));
    // The entry's page is its form.
    let may_update = may(Permission::CatalogueUpdate);
    let page = page_data(move || cursor.get(), |cursor| catalogue_changes(cursor.map(Cursor)));
    view! {
        <PageHead title=t.catalogue_changes() crumb=("/catalogue".to_owned(), t.catalogue().to_owned())/>
        <Arrivals fallback=|| view! { <Skeleton lines=8/> }>
            {move || arrival(async move {
                match page.await {
                    Ok(page) if page.items.is_empty() => {
                        view! {
                            <EmptyState
                                icon=IconName::Clock
                                title=t.catalogue_no_changes()
                                text=t.catalogue_no_changes_text()
                            />
                        }
                            .into_any()
                    }
                    Ok(page) => log(page, may_update, t),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Arrivals>
    }
}

fn log(page: Page<CatalogueChange>, may_update: bool, t: Locale) -> AnyView {
    let to = |cursor: Option<Cursor>| cursor.map(|cursor| percent::address("/catalogue/changes", [("cursor", Some(cursor.0))]));
    let (previous, next) = (to(page.previous), to(page.next));
    let moments = page.items.into_iter().map(|change| moment(change, may_update, t)).collect_view();
    view! {
        <Card><Timeline>{moments}</Timeline></Card>
        <Pager previous next/>
    }
    .into_any()
}

fn moment(change: CatalogueChange, may_update: bool, t: Locale) -> impl IntoView {
    let tone = match change.action {
        CatalogueAction::Created | CatalogueAction::Restored => Tone::Ok,
        CatalogueAction::Updated => Tone::Info,
        CatalogueAction::Deleted => Tone::Bad,
    };
    let title = format!("{}: {}", change.action.label(t), change.title);
    let changes = change
        .changes
        .iter()
        .map(|(name, before, after)| {
            let text = |text: &Option<String>| text.as_ref().map_or_else(|| "—".to_owned(), |text| value(name, text, t));
            view! { <li>{entry_field_label(t, name)}": "<del>{text(before)}</del>" → "<ins>{text(after)}</ins></li> }
        })
        .collect_view();
    let leads = may_update && change.action != CatalogueAction::Deleted;
    let href = format!("/catalogue/entries/{}", change.entry);
    view! {
        <TimelineItem tone title at=change.at>
            {change.by} " · " {change.level.label(t)}
            {leads.then(|| view! { " · " <a class="link" href=href>{t.catalogue_show_entry()}</a> })}
            <ul class="changes">{changes}</ul>
        </TimelineItem>
    }
}

fn value(name: &str, text: &str, t: Locale) -> String {
    CatalogueField::named(name).map_or_else(|| text.to_owned(), |field| entry_field_text(field, text, t))
}
