//! NHTSA's monthly release in PostgreSQL, as the command that builds the catalogue reads it.

mod store;

use chrono::DateTime;
use vin_build::{BuildError, Tables};

use self::store::Vpic;

/// The catalogue of NHTSA's release in the database at `url`. `release` (as `2026-09`) is what it is called; by default the month in which
/// it was last changed. Returns the release, and the asset before it is packed.
///
/// # Errors
/// [`BuildError`] if the database can't be reached, lacks tables, or has more than the catalogue's layout can hold.
pub async fn build(url: &str, release: Option<String>) -> Result<(String, Vec<u8>), BuildError> {
    let database = Vpic::open(url).await?;
    // Reading and compiling keep a processor busy for a minute, and wait for rows between them.
    let built = tokio::task::spawn_blocking(move || {
        let tables = Tables::read(&database)?;
        let release = match release {
            Some(release) => release,
            None => last_changed(&tables).ok_or_else(|| BuildError::Source("the tables hold no patterns".into()))?,
        };
        let asset = vin_build::compile(&tables, &release, &[format!("NHTSA vPIC, PostgreSQL, release {release}")])?;
        Ok((release, asset))
    });
    built.await.map_err(|error| BuildError::Source(error.to_string()))?
}

fn last_changed(tables: &Tables) -> Option<String> {
    let changed = DateTime::from_timestamp_millis(tables.changed()?)?;
    Some(changed.format("%Y-%m").to_string())
}
