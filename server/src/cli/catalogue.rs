//! `forecourt catalogue`: another VIN catalogue than that of the binary. Building one needs neither database nor configuration of
//! Forecourt; taking one in needs a configuration, and of it only the folder `var_dir`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use server::catalogue;

use super::Failure;

#[derive(Debug, Subcommand)]
pub(super) enum Catalogue {
    /// Build a catalogue from NHTSA's monthly release in PostgreSQL, or from the three packages that carry it.
    #[cfg(feature = "catalogue-build")]
    Build(build::Build),
    /// Take in a catalogue that is not older than that of this binary; the server decodes with it from its next start on.
    Update {
        /// What `catalogue build` wrote.
        file: PathBuf,
    },
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
pub(super) fn update(file: &Path, var_dir: &Path) -> Result<(), Failure> {
    let installed = catalogue::install(file, var_dir)?;
    println!(
        "release {} lies at {} now; the server takes it at its next start. It comes from:\n{}",
        installed.release,
        installed.path.display(),
        installed.sources
    );
    Ok(())
}

#[cfg(feature = "catalogue-build")]
pub(super) mod build {
    use std::{fs, str::FromStr};

    use clap::Args;
    use vin_build::{BuildError, pack};

    use super::{Failure, PathBuf, catalogue};

    #[derive(Debug, Args)]
    pub(crate) struct Build {
        /// postgres://user@host/database with NHTSA's release in the schema vpic (the password: PGPASSWORD), or the folder of the packages.
        #[arg(long, value_name = "postgres://…|FOLDER")]
        from: Source,
        /// What the release is called, as 2026-09 [default: the month of its last change].
        #[arg(long, value_name = "YEAR-MONTH", value_parser = release)]
        release: Option<String>,
        /// The file to write, packed by gzip.
        out: PathBuf,
    }

    #[derive(Clone, Debug)]
    enum Source {
        Postgres(String),
        Packages(PathBuf),
    }

    impl FromStr for Source {
        type Err = std::convert::Infallible;
        fn from_str(text: &str) -> Result<Self, Self::Err> {
            Ok(if text.starts_with("postgres://") || text.starts_with("postgresql://") {
                Self::Postgres(text.to_owned())
            } else {
                Self::Packages(text.into())
            })
        }
    }

    fn release(text: &str) -> Result<String, String> {
        chrono::NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
            .ok()
            .filter(|_| text.len() == "2026-09".len())
            .map(|_| text.to_owned())
            .ok_or_else(|| "a year and a month, as 2026-09".into())
    }

    #[expect(clippy::print_stdout, reason = "the result of the command")]
    pub(crate) async fn run(arguments: Build) -> Result<(), Failure> {
        let (release, asset) = match arguments.from {
            Source::Postgres(url) => catalogue::vpic::build(&url, arguments.release).await?,
            Source::Packages(_) if arguments.release.is_some() => {
                return Err(BuildError::Source("the packages say their release themselves: leave out --release".into()).into());
            }
            Source::Packages(folder) => packages(folder).await?,
        };
        let packed = pack(&asset)?;
        fs::write(&arguments.out, &packed).map_err(BuildError::from)?;
        println!(
            "release {release}: {} bytes, {} packed, in {}",
            asset.len(),
            packed.len(),
            arguments.out.display()
        );
        Ok(())
    }

    async fn packages(folder: PathBuf) -> Result<(String, Vec<u8>), BuildError> {
        let built = tokio::task::spawn_blocking(move || vin_build::build(&folder)).await;
        let asset = built.map_err(|error| BuildError::Source(error.to_string()))??.asset;
        let release = vin::decoder::Decoder::new(&asset).map(|decoder| decoder.data().release().to_owned());
        let release = release.map_err(|bad| BuildError::Source(bad.to_string()))?;
        Ok((release, asset))
    }
}
