//! The catalogue behind the counter: what this process decodes VINs with and offers makes, models, lines and engines from, and the
//! entries that each organisation keeps of its own ([`app::catalogue::CatalogueService`]).
//!
//! [`decoder`] is the catalogue in the binary, or one that an operator brought and that is not older: `installed` checks such a file and
//! keeps it under `var_dir`, from where [`open`] takes it when `serve` starts; nothing is fetched. `vpic` (feature `catalogue-build`)
//! reads NHTSA's own monthly release out of a database, for `forecourt catalogue build`. [`selection`] is the index over it.
//!
//! `own` holds in memory what an organisation says itself and how many vehicles of each make it has; `offer`, by way of a `question`, puts
//! that and the index together, without any SQL; `service` authorises and owns the transactions; `store` holds all SQL; `record` writes
//! the audit and reads it back as the change log; `etag` lets browsers and programs keep the answers; `rest` serves it under /api/v1/catalogue.

mod engine;
mod error;
pub mod etag;
mod installed;
mod list;
mod offer;
mod own;
mod question;
mod record;
pub mod rest;
mod row;
mod service;
mod store;
#[cfg(feature = "catalogue-build")]
pub mod vpic;

use std::{path::Path, sync::OnceLock};

use vin::decoder::{BadAsset, Decoder, selection::Selection};

pub use installed::{CatalogueError, Installed, install};
pub use service::Catalogue;

/// Set once: by [`open`], or by the first who decodes.
static CURRENT: OnceLock<Result<Decoder<'static>, BadAsset>> = OnceLock::new();

/// The decoder of this process.
///
/// # Errors
/// [`BadAsset`] if the binary was built with a catalogue of another layout.
pub fn decoder() -> Result<&'static Decoder<'static>, BadAsset> {
    CURRENT.get_or_init(Decoder::embedded).as_ref().map_err(|bad| *bad)
}

/// The index over [`decoder`]; built by the first who asks.
static SELECTION: OnceLock<Result<Selection<'static>, BadAsset>> = OnceLock::new();

/// What this process offers makes, models, lines and engines from. Building it takes 0.4 s, so `serve` asks for it when it starts;
/// who asks before it is built waits for it, and should not do so on a thread that others need.
///
/// # Errors
/// As [`decoder`].
pub fn selection() -> Result<&'static Selection<'static>, BadAsset> {
    SELECTION.get_or_init(|| decoder().map(Selection::new)).as_ref().map_err(|bad| *bad)
}

/// Chooses between the installed catalogue and the one in the binary, and says so in the log. A damaged one is left alone: a server
/// that decodes with last month's catalogue is better than none.
pub fn open(var_dir: &Path) {
    match installed::newest(var_dir) {
        Ok(Some(decoder)) => {
            tracing::info!(release = decoder.data().release(), "VINs are decoded with the installed catalogue");
            let _ = CURRENT.set(Ok(decoder));
        }
        Ok(None) => {}
        Err(error) => tracing::warn!("the installed VIN catalogue is not used, but the one of this binary: {error}"),
    }
}
