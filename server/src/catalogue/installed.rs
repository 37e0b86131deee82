//! A catalogue under `var_dir`: checked when it comes, put there in one step, checked again when it is opened.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use vin::decoder::{BadAsset, Decoder};

/// Where it lies under `var_dir`: unpacked, so that no start has to do it.
const FILE: &str = "catalogue/vpic.bin";
/// Ten times of what all of vPIC takes: whatever is larger is none.
const LARGEST: u64 = 192 * 1_048_576;

/// Why a catalogue was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("could not {doing} {}: {source}", .path.display())]
    File {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{}: {bad}", .path.display())]
    Bad { path: PathBuf, bad: BadAsset },
    #[error("{} has more than {} MB: this is no VIN catalogue", .path.display(), LARGEST / 1_048_576)]
    TooLarge { path: PathBuf },
    #[error("{} is of release {found}, this binary brings {own}: nothing was changed", .path.display())]
    Older { path: PathBuf, found: String, own: String },
    #[error("the catalogue of this binary can't be read: {0}")]
    Own(#[from] BadAsset),
}

/// What was installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub release: String,
    /// One line each.
    pub sources: String,
    pub path: PathBuf,
}

/// Checks a catalogue, packed or not, and puts it where [`super::open`] finds it: all of it or, if anything fails, nothing.
///
/// # Errors
/// [`CatalogueError`] if it can't be read or written, is none, damaged, of another layout, or older than that of the binary.
pub fn install(file: &Path, var_dir: &Path) -> Result<Installed, CatalogueError> {
    let asset = read(file)?;
    let bad = |bad| CatalogueError::Bad {
        path: file.to_owned(),
        bad,
    };
    let decoder = Decoder::new(&asset).map_err(bad)?;
    let own = Decoder::embedded()?;
    let (found, own) = (decoder.data().release(), own.data().release());
    if found < own {
        return Err(CatalogueError::Older {
            path: file.to_owned(),
            found: found.to_owned(),
            own: own.to_owned(),
        });
    }
    let path = var_dir.join(FILE);
    put(&path, &asset).map_err(|source| CatalogueError::File {
        doing: "write",
        path: path.clone(),
        source,
    })?;
    Ok(Installed {
        release: found.to_owned(),
        sources: decoder.data().sources().to_owned(),
        path,
    })
}

/// The installed catalogue, if there is one and the binary's own is not newer. It stays in memory for as long as the process runs.
///
/// # Errors
/// [`CatalogueError`] if it can't be read or is damaged.
pub(super) fn newest(var_dir: &Path) -> Result<Option<Decoder<'static>>, CatalogueError> {
    let path = var_dir.join(FILE);
    let asset = match read(&path) {
        Err(CatalogueError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?.leak(),
    };
    let decoder = Decoder::new(asset).map_err(|bad| CatalogueError::Bad { path, bad })?;
    let own = Decoder::embedded()?;
    let (found, own) = (decoder.data().release(), own.data().release());
    if found < own {
        tracing::info!(
            installed = found,
            own,
            "the installed VIN catalogue is older than that of this binary"
        );
        return Ok(None);
    }
    Ok(Some(decoder))
}

/// The bytes of a catalogue, unpacked if it is packed.
fn read(path: &Path) -> Result<Vec<u8>, CatalogueError> {
    let failed = |source| CatalogueError::File {
        doing: "read",
        path: path.to_owned(),
        source,
    };
    let limited = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        let length = from.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
        if length as u64 > LARGEST {
            return Err(CatalogueError::TooLarge { path: path.to_owned() });
        }
        Ok(bytes)
    };
    let bytes = limited(&mut File::open(path).map_err(failed)?)?;
    // The first two bytes of gzip (RFC 1952).
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return limited(&mut GzDecoder::new(bytes.as_slice()));
    }
    Ok(bytes)
}

/// Writes a file beside its place and moves it there: whoever reads sees the old one or the new one.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    let written = File::create(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| fs::rename(&unfinished, path));
    if placed.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    placed?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use vin::decoder::data::checksum;

    use super::*;

    const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/vin/data/vpic.bin.gz");

    /// The binary's own catalogue with another release written on it.
    fn of_release(release: &str) -> Vec<u8> {
        let mut asset = read(Path::new(OURS)).unwrap();
        let own = Decoder::new(&asset).unwrap().data().release().to_owned();
        let place = asset.windows(own.len()).position(|window| window == own.as_bytes()).unwrap();
        asset[place..place + release.len()].copy_from_slice(release.as_bytes());
        let sum = checksum(&asset[16..]);
        asset[8..16].copy_from_slice(&sum.to_le_bytes());
        asset
    }

    fn written(folder: &Path, asset: &[u8]) -> PathBuf {
        let path = folder.join("vpic.bin");
        fs::write(&path, asset).unwrap();
        path
    }

    #[test]
    fn a_newer_catalogue_is_preferred_and_an_older_one_refused() {
        let var = tempfile::tempdir().unwrap();
        assert!(newest(var.path()).unwrap().is_none());
        let newer = written(var.path(), &of_release("2031-12"));
        assert_eq!(install(&newer, var.path()).unwrap().release, "2031-12");
        assert_eq!(newest(var.path()).unwrap().unwrap().data().release(), "2031-12");
        // The binary's own release again, packed: the operator's word counts.
        install(Path::new(OURS), var.path()).unwrap();
        assert!(newest(var.path()).unwrap().is_some());
        let older = written(var.path(), &of_release("2019-01"));
        assert!(matches!(install(&older, var.path()), Err(CatalogueError::Older { .. })));
        put(&var.path().join(FILE), &of_release("2019-01")).unwrap();
        assert!(newest(var.path()).unwrap().is_none(), "a newer binary brings a newer catalogue");
    }

    #[test]
    fn what_is_damaged_replaces_nothing() {
        let var = tempfile::tempdir().unwrap();
        let mut damaged = of_release("2031-12");
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        for bytes in [&damaged[..], &damaged[..middle], b"", b"PK\x03\x04"] {
            let refused = install(&written(var.path(), bytes), var.path());
            assert!(matches!(refused, Err(CatalogueError::Bad { .. })), "{refused:?}");
        }
        let cut = fs::read(OURS).unwrap();
        let refused = install(&written(var.path(), &cut[..cut.len() / 2]), var.path());
        assert!(matches!(refused, Err(CatalogueError::File { .. })), "{refused:?}");
        assert!(!var.path().join(FILE).exists());
        put(&var.path().join(FILE), &damaged).unwrap();
        assert!(newest(var.path()).is_err());
        assert_eq!(
            fs::read_dir(var.path().join("catalogue")).unwrap().count(),
            1,
            "nothing unfinished is left"
        );
    }
}
