//! VINs behind the counter: keeps the contract of [`app::vin::VinService`].
//!
//! `decode` reads VINs with the process's one decoder ([`crate::catalogue`]); `facts` turns what NHTSA says into the fields
//! of a vehicle; `lines` writes answers one a line; `rest` serves it under /api/v1/vins. No database: the command line uses it alone.

mod decode;
pub(crate) mod facts;
pub mod lines;
pub mod rest;
mod service;

pub use decode::decode;
pub use service::Vins;
