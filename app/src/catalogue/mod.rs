//! Catalogue: year → make → model → line → engine, from NHTSA's vPIC, with what an organisation adds, corrects and hides.
//!
//! `model` holds the types, `draft` what people type of an entry and how it is checked, `address` the URL of the page. Everything is asked by
//! name, because that is what vehicles hold; names are compared without case, accents, punctuation and spaces.

mod add_entry;
mod address;
mod browse_page;
mod calls;
mod changes_page;
mod column;
mod draft;
mod engine_list;
mod entries_page;
mod entry_form;
mod entry_page;
mod lazy;
mod model;
mod notices;
#[cfg(feature = "ssr")]
mod service;

pub use address::{CatalogueAddress, catalogue_back, catalogue_created};
pub use calls::*;
pub use draft::{CatalogueDraft, CatalogueField, NewCatalogueEntry};
pub use lazy::{CatalogueBrowseRoute, CatalogueChangesRoute, CatalogueEntriesRoute, CatalogueEntryRoute};
pub use model::{
    CATALOGUE_YEARS, CatalogueAction, CatalogueChange, CatalogueChoice, CatalogueEngine, CatalogueEntry, CatalogueEntryQuery,
    CatalogueLevel, CatalogueMatch, CatalogueQuery, CatalogueSource, FIRST_YEAR_OF_VPIC, VehicleCatalogue,
};
#[cfg(feature = "ssr")]
pub use service::CatalogueService;
