//! What every capability shares and none owns.

pub mod actor;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod call;
pub(crate) mod check;
pub mod closed_set;
#[cfg(feature = "ssr")]
pub mod cookie;
pub mod email;
pub mod error;
mod error_wire;
pub mod form;
#[macro_use]
pub mod id;
pub mod json;
pub mod money;
pub mod number;
pub mod page;
pub mod page_data;
pub mod percent;
pub mod problem;
pub mod unit;
