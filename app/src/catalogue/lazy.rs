//! The catalogue's pages as pieces of WASM of their own (see `vehicle::lazy`).

use leptos::prelude::*;

use super::{
    browse_page::CatalogueBrowsePage,
    changes_page::CatalogueChangesPage,
    entries_page::CatalogueEntriesPage,
    entry_page::{CatalogueEditPage, CatalogueNewPage},
};
use crate::frame::{has_path_id, lazy_route};

lazy_route! {
    /// `/catalogue`
    CatalogueBrowseRoute => fn catalogue_browse_page() {
        view! { <CatalogueBrowsePage/> }.into_any()
    }
}

lazy_route! {
    /// `/catalogue/entries/new` and `/catalogue/entries/:id`
    CatalogueEntryRoute => fn catalogue_entry_pages() {
        if has_path_id() {
            view! { <CatalogueEditPage/> }.into_any()
        } else {
            view! { <CatalogueNewPage/> }.into_any()
        }
    }
}

lazy_route! {
    /// `/catalogue/entries`
    CatalogueEntriesRoute => fn catalogue_entries_page() {
        view! { <CatalogueEntriesPage/> }.into_any()
    }
}

lazy_route! {
    /// `/catalogue/changes`
    CatalogueChangesRoute => fn catalogue_changes_page() {
        view! { <CatalogueChangesPage/> }.into_any()
    }
}
