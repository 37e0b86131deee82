//! Vehicle: the stock of a dealership, or what stands in a private garage.
//!
//! `model` holds the types, `field` what a person may set, `draft` what people type, `check` how it is checked, `status` the state machine, `query` the list's
//! filters and their URL, `import` the types of a stock import, `decoding` those of a run over its VINs. The rules here run in the browser and on the server alike.

mod calls;
mod check;
mod decoding;
mod decoding_page;
mod detail_page;
mod draft;
mod edit_page;
mod facts;
mod field;
mod form;
mod form_conflict;
mod form_draft;
mod form_fields;
mod form_offers;
mod form_state;
mod import;
mod import_page;
mod import_report;
mod lazy;
mod list_filters;
mod list_keys;
mod list_page;
mod list_row;
mod measure;
mod merge;
mod model;
mod new_page;
mod picture;
mod query;
#[cfg(feature = "ssr")]
mod service;
mod status;
mod status_form;
mod timeline;
pub mod url;
mod vin_fill;
mod vin_lookup;
mod vin_notes;
mod words;

pub use calls::*;
pub use decoding::{DIFFERENCES_SHOWN, DecodingDifference, DecodingReport, DecodingState};
pub use draft::{CheckContext, NewVehicle, VehicleDraft};
pub use field::{FieldKind, VehicleField};
pub use import::{ImportMode, ImportOptions, ImportProblem, ImportReport, ImportState, PROBLEMS_SHOWN};
pub use lazy::{VehicleDecodingRoute, VehicleDetailRoute, VehicleFormRoute, VehicleImportRoute};
pub use list_page::VehicleListPage;
pub use measure::{Distance, Power, PowerUnit};
pub use model::{
    BodyType, Drivetrain, Electrification, FIRST_MODEL_YEAR, FuelType, MotorcycleType, StockTotals, TimelineEntry, TimelineKind,
    Transmission, Vehicle, VehicleKind, VehicleSummary,
};
pub use picture::{VehiclePicture, picture};
pub use query::{VehicleQuery, VehicleSort};
#[cfg(feature = "ssr")]
pub use service::VehicleService;
pub use status::{LONGEST_REASON, StockStatus};
pub use vin_fill::{VinFill, VinMark, as_typed};
pub use vin_notes::vin_notes;
