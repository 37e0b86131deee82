//! What an organisation says itself, in memory: its entries, and how many vehicles it has of each make and model.
//!
//! Kept under two numbers in Redis that count up with every commit, one for the entries and one for the stock (as `vehicle/totals.rs`),
//! so that every replica reads it anew when it changed. Its fingerprint is of the contents, not of the numbers: it is the same as before
//! if nothing that the catalogue shows has changed, and never the same if something has.

use std::{collections::HashMap, sync::Arc, time::Duration};

use app::{
    catalogue::{CatalogueEntry, CatalogueLevel},
    kernel::error::AppError,
    vehicle::VehicleKind,
};
use fred::{clients::Pool, interfaces::KeysInterface};
use moka::future::Cache;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;
use vin::fold;

use super::store;
use crate::{
    platform::{
        db::{self, Scope},
        kv::with_timeout,
        stored::one,
    },
    vehicle::generation_of,
};

/// Longest that it is kept. Bounds how long a commit goes unseen whose count did not reach Redis.
const KEPT: Duration = Duration::from_secs(60);
/// Most organisations kept at a time; one with a thousand vehicles takes a hundred kilobytes.
const MOST_KEPT: u64 = 200;
/// To be raised when the answers change their shape: browsers ask whether what they keep is still good.
const SHAPE: &str = "1";

/// An entry with its names as they are compared.
#[derive(Debug)]
pub struct OwnEntry {
    pub entry: CatalogueEntry,
    pub make: String,
    pub model: String,
    pub line: String,
    pub name: String,
    pub corrects: Option<String>,
}

/// Vehicles of one make, or of one make and model.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    cars: u32,
    motorcycles: u32,
    /// As most of them are written.
    pub make: String,
    pub model: String,
}

impl Counted {
    pub const fn of(&self, kind: Option<VehicleKind>) -> u32 {
        match kind {
            None => self.cars.saturating_add(self.motorcycles),
            Some(VehicleKind::Car) => self.cars,
            Some(VehicleKind::Motorcycle) => self.motorcycles,
        }
    }
}

/// The entries of an organisation.
#[derive(Debug, Default)]
pub struct Entries {
    pub list: Vec<OwnEntry>,
    fingerprint: String,
}

/// How many vehicles an organisation has of each make, and of each make and model.
#[derive(Debug, Default)]
pub struct Stock {
    pub makes: HashMap<String, Counted>,
    pub models: HashMap<(String, String), Counted>,
    fingerprint: String,
}

/// All that an organisation says.
#[derive(Clone, Debug, Default)]
pub struct Own {
    pub entries: Arc<Entries>,
    pub stock: Arc<Stock>,
}

impl Own {
    /// The entries of a level.
    pub fn of_level(&self, level: CatalogueLevel) -> impl Iterator<Item = &OwnEntry> {
        self.entries.list.iter().filter(move |own| own.entry.level == level)
    }

    /// Of everything that the catalogue's answers are made of; `catalogue` names what lies beneath.
    #[must_use]
    pub fn fingerprint(&self, catalogue: &str) -> String {
        let parts = [
            SHAPE,
            env!("CARGO_PKG_VERSION"),
            catalogue,
            &self.entries.fingerprint,
            &self.stock.fingerprint,
        ];
        hashed(parts.iter().map(|part| part.as_bytes()))
    }
}

fn hashed<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..16])
}

impl Entries {
    /// From what the database holds.
    ///
    /// # Errors
    /// For an entry that can't be written, which does not happen.
    pub fn new(entries: Vec<CatalogueEntry>) -> Result<Self, sqlx::Error> {
        let written = serde_json::to_vec(&entries).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Self {
            list: entries.into_iter().map(OwnEntry::new).collect(),
            fingerprint: hashed(std::iter::once(written.as_slice())),
        })
    }
}

impl Stock {
    /// From what the database counts.
    ///
    /// # Errors
    /// For a row that the schema should have kept out.
    pub fn new(spellings: Vec<store::Spelling>) -> Result<Self, sqlx::Error> {
        let mut stock = Self::default();
        let mut written = String::new();
        for spelling in spellings {
            let store::Spelling { make, model, kind, count } = spelling;
            written.push_str(&format!("{make}\0{model}\0{kind}\0{count}\n"));
            let kind = one("kind", &kind, VehicleKind::named)?;
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            // The most frequent spelling comes first, and is the one that stays.
            let first = || Counted {
                make: make.clone(),
                model: model.clone(),
                ..Counted::default()
            };
            let (make_key, model_key) = (fold(&make), fold(&model));
            stock.makes.entry(make_key.clone()).or_insert_with(first).add(kind, count);
            stock.models.entry((make_key, model_key)).or_insert_with(first).add(kind, count);
        }
        stock.fingerprint = hashed(std::iter::once(written.as_bytes()));
        Ok(stock)
    }
}

impl Counted {
    const fn add(&mut self, kind: VehicleKind, count: u32) {
        let of_kind = match kind {
            VehicleKind::Car => &mut self.cars,
            VehicleKind::Motorcycle => &mut self.motorcycles,
        };
        *of_kind = of_kind.saturating_add(count);
    }
}

impl OwnEntry {
    fn new(entry: CatalogueEntry) -> Self {
        let key = |name: &Option<String>| name.as_deref().map(fold).unwrap_or_default();
        Self {
            make: key(&entry.make),
            model: key(&entry.model),
            line: key(&entry.line),
            name: fold(&entry.name),
            corrects: entry.corrects.as_deref().map(fold),
            entry,
        }
    }
}

/// What names a state: organisation and generation.
type Name = (Uuid, i64);

/// What every organisation says, as far as it was asked lately.
#[derive(Clone, Debug)]
pub struct Owns {
    db: PgPool,
    kv: Pool,
    entries: Cache<Name, Arc<Entries>>,
    stock: Cache<Name, Arc<Stock>>,
}

impl Owns {
    pub fn new(db: PgPool, kv: Pool) -> Self {
        Self {
            db,
            kv,
            entries: Cache::builder().max_capacity(MOST_KEPT).time_to_live(KEPT).build(),
            stock: Cache::builder().max_capacity(MOST_KEPT).time_to_live(KEPT).build(),
        }
    }

    /// What the organisation says now. Readers who come together wait for one reading.
    ///
    /// # Errors
    /// `Unavailable` without Redis or PostgreSQL; `Internal`.
    pub async fn of(&self, scope: Scope) -> Result<Own, AppError> {
        let names = vec![entries_generation(scope), generation_of(scope)];
        let generations: Vec<Option<i64>> = with_timeout(self.kv.mget(names)).await?;
        let generation = |index: usize| generations.get(index).copied().flatten().unwrap_or_default();
        let entries = self.entries_at(scope, generation(0)).await?;
        let read = async {
            let mut connection = self.db.acquire().await?;
            Stock::new(store::stock(&mut connection, scope).await?).map(Arc::new)
        };
        let name = (scope.organisation(), generation(1));
        let stock = self.stock.try_get_with(name, async { read.await.map_err(db::failure) });
        let stock = stock.await.map_err(Arc::unwrap_or_clone)?;
        Ok(Own { entries, stock })
    }

    /// Its entries alone, without any vehicle counted. Errors as [`Self::of`].
    pub async fn entries_of(&self, scope: Scope) -> Result<Own, AppError> {
        let generation: Option<i64> = with_timeout(self.kv.get(entries_generation(scope))).await?;
        let entries = self.entries_at(scope, generation.unwrap_or_default()).await?;
        Ok(Own { entries, ..Own::default() })
    }

    async fn entries_at(&self, scope: Scope, generation: i64) -> Result<Arc<Entries>, AppError> {
        let read = async {
            let mut connection = self.db.acquire().await?;
            Entries::new(store::living(&mut connection, scope).await?).map(Arc::new)
        };
        let name = (scope.organisation(), generation);
        let entries = self.entries.try_get_with(name, async { read.await.map_err(db::failure) });
        entries.await.map_err(Arc::unwrap_or_clone)
    }

    /// To be called after every commit to an organisation's entries. What is not said here is seen after a minute.
    pub async fn changed(&self, scope: Scope) {
        if let Err(error) = with_timeout::<i64>(self.kv.incr(entries_generation(scope))).await {
            tracing::warn!(%error, "the catalogue may be a minute old");
        }
    }
}

fn entries_generation(scope: Scope) -> String {
    format!("catalogue:{}:generation", scope.organisation())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    fn spelling(make: &str, model: &str, kind: &str, count: i64) -> store::Spelling {
        store::Spelling {
            make: make.into(),
            model: model.into(),
            kind: kind.into(),
            count,
        }
    }

    #[test]
    fn spellings_of_one_name_are_counted_together_under_the_most_frequent_one() {
        let rows = vec![
            spelling("Mercedes Benz", "C 200", "car", 5),
            spelling("MERCEDES-BENZ", "C200", "car", 2),
            spelling("Mercedes-Benz", "Unknown", "motorcycle", 1),
        ];
        let stock = Stock::new(rows).unwrap();
        let make = stock.makes.get("mercedesbenz").unwrap();
        assert_eq!(
            (make.of(None), make.of(Some(VehicleKind::Car)), &*make.make),
            (8, 7, "Mercedes Benz")
        );
        let model = stock.models.get(&("mercedesbenz".into(), "c200".into())).unwrap();
        assert_eq!((model.of(Some(VehicleKind::Motorcycle)), &*model.model), (0, "C 200"));
        assert!(Stock::new(vec![spelling("A", "B", "boat", 1)]).is_err());
    }

    #[test]
    fn a_count_beyond_all_bounds_stays_at_the_bound() {
        let rows = vec![spelling("Mazda", "3", "car", i64::MAX), spelling("Mazda", "3", "motorcycle", 1)];
        let stock = Stock::new(rows).unwrap();
        assert_eq!(stock.makes.get("mazda").map(|counted| counted.of(None)), Some(u32::MAX));
    }

    #[test]
    fn a_fingerprint_is_of_the_contents() {
        let own = |stock: Vec<store::Spelling>| Own {
            stock: Arc::new(Stock::new(stock).unwrap()),
            ..Own::default()
        };
        let one = own(vec![spelling("Mazda", "3", "car", 1)]);
        assert_eq!(one.fingerprint("a"), own(vec![spelling("Mazda", "3", "car", 1)]).fingerprint("a"));
        assert_ne!(one.fingerprint("a"), one.fingerprint("b"), "another release");
        assert_ne!(one.fingerprint("a"), own(vec![spelling("Mazda", "3", "car", 2)]).fingerprint("a"));
    }
}
