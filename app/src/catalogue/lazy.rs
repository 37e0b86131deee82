//! The catalogue's pages as pieces of WASM of their own (see `vehicle::lazy`).

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    browse_page::CatalogueBrowsePage,
    changes_page::CatalogueChangesPage,
    entries_page::CatalogueEntriesPage,
    entry_page::{CatalogueEditPage, CatalogueNewPage},
};
use crate::frame::lazy_route;

lazy_route! {
    /// `/catalogue`
    CatalogueBrowseRoute => catalogue_browse_page
}

lazy_route! {
    /// `/catalogue/entries/new` and `/catalogue/entries/:id`
    CatalogueEntryRoute => catalogue_entry_pages
}

lazy_route! {
    /// `/catalogue/entries`
    CatalogueEntriesRoute => catalogue_entries_page
}

lazy_route! {
    /// `/catalogue/changes`
    CatalogueChangesRoute => catalogue_changes_page
}

#[cfg_attr(feature = "lazy", lazy)]
async fn catalogue_browse_page() -> AnyView {
    view! { <CatalogueBrowsePage/> }.into_any()
}

#[cfg_attr(feature = "lazy", lazy)]
async fn catalogue_entry_pages() -> AnyView {
    if use_params_map().with_untracked(|params| params.get("id").is_some()) {
        view! { <CatalogueEditPage/> }.into_any()
    } else {
        view! { <CatalogueNewPage/> }.into_any()
    }
}

#[cfg_attr(feature = "lazy", lazy)]
async fn catalogue_entries_page() -> AnyView {
    view! { <CatalogueEntriesPage/> }.into_any()
}

#[cfg_attr(feature = "lazy", lazy)]
async fn catalogue_changes_page() -> AnyView {
    view! { <CatalogueChangesPage/> }.into_any()
}
