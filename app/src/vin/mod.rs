//! VIN: what a vehicle identification number says, attribute by attribute, each with where it comes from.
//!
//! `model` holds the types, `element` which kinds of attributes there are and in which group they stand, `names` how makes are written,
//! `scan` reads a VIN with the camera.
//! The catalogue that decodes is the server's; the browser knows manufacturers' codes (WMI) and years (crate `vin`, feature `wmi`).

mod calls;
mod decode_page;
mod element;
mod lazy;
mod model;
mod names;
mod scan;
#[cfg(feature = "ssr")]
mod service;

pub use calls::*;
pub use element::VinElement;
pub use lazy::VinDecodeRoute;
pub use model::{DecodedVin, MOST_VINS, VinAttribute, VinCode, VinGroup, VinOrigin, VinQuery, VinSource};
pub use names::make_name;
pub use scan::VinScan;
#[cfg(feature = "ssr")]
pub use service::{VinAnswers, VinService};
