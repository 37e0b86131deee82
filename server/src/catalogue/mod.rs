//! The VIN catalogue that this process decodes with: the one in the binary, or one that an operator brought and that is not older.
//!
//! `installed` checks such a file and keeps it under `var_dir`, from where [`open`] takes it when `serve` starts; nothing is fetched.
//! `postgres` (feature `catalogue-build`) reads NHTSA's own monthly release out of a database, for `forecourt catalogue build`.

mod installed;
#[cfg(feature = "catalogue-build")]
pub mod postgres;

use std::{path::Path, sync::OnceLock};

use vin::decoder::{BadAsset, Decoder};

pub use installed::{CatalogueError, Installed, install};

/// Set once: by [`open`], or by the first who decodes.
static CURRENT: OnceLock<Result<Decoder<'static>, BadAsset>> = OnceLock::new();

/// The decoder of this process.
///
/// # Errors
/// [`BadAsset`] if the binary was built with a catalogue of another layout.
pub fn decoder() -> Result<&'static Decoder<'static>, BadAsset> {
    CURRENT.get_or_init(Decoder::embedded).as_ref().map_err(|bad| *bad)
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
