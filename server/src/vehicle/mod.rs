//! The stock behind the counter: keeps the contract of [`app::vehicle::VehicleService`].
//!
//! `service` authorises, applies the rules and owns the transactions; `store` holds all SQL; `filters` and `cursor` check what a list is
//! asked for; `totals` keeps what stands above the list; `record` writes audit and history and reads them back as a timeline; `import` takes CSV files in, `decoding` runs over the VINs;
//! `rest` serves it under /api/v1/vehicles.

mod cursor;
pub mod decoding;
mod error;
mod filters;
pub mod import;
mod record;
pub mod rest;
mod row;
mod rules;
mod service;
mod stock_numbers;
mod store;
mod totals;

pub use service::Vehicles;
pub(crate) use totals::generation_of;
pub use totals::stock_changed;
