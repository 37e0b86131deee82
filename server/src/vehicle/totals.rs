//! The totals above the list, counted once for each state of the stock.
//!
//! Counting reads every vehicle that matches, and every page of the list shows the totals. So they are kept in memory under the
//! organisation's generation: a number in Redis that counts up with every commit to its stock, whichever replica makes it.

use std::{sync::Arc, time::Duration};

use app::{
    kernel::{error::AppError, money::Money},
    vehicle::StockTotals,
};
use fred::{clients::Pool, interfaces::KeysInterface};
use iso_currency::Currency;
use moka::future::Cache;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{error::VehicleError, filters::Filters, store};
use crate::platform::{
    db::{self, Scope},
    kv::with_timeout,
};

/// Longest that totals are kept. Bounds how long a commit goes unseen whose count did not reach Redis.
const CACHE_TTL: Duration = Duration::from_secs(60);
/// Most totals kept at a time, of all organisations and filters; each takes some kilobytes.
const CACHE_CAPACITY: u64 = 500;

/// What names totals: organisation, generation, currency (ISO 4217) and filters as JSON.
type CacheKey = (Uuid, i64, String, String);

#[derive(Clone, Debug)]
pub(super) struct Totals {
    kv: Pool,
    cache: Cache<CacheKey, Arc<StockTotals>>,
}

impl Totals {
    pub(super) fn new(kv: Pool) -> Self {
        Self {
            kv,
            cache: Cache::builder().max_capacity(CACHE_CAPACITY).time_to_live(CACHE_TTL).build(),
        }
    }

    /// The totals of the stock as it is; `count` is called if nobody has counted since the last change. Readers who come together wait for one count.
    ///
    /// # Errors
    /// `Unavailable` without Redis; else those of `count`.
    pub(super) async fn of(
        &self,
        scope: Scope,
        currency: &str,
        filters: &Filters,
        count: impl Future<Output = Result<StockTotals, VehicleError>>,
    ) -> Result<StockTotals, AppError> {
        let generation: Option<i64> = with_timeout(self.kv.get(generation_of(scope))).await?;
        let filters = serde_json::to_string(filters).map_err(|error| db::internal(&error))?;
        let key = (scope.organisation(), generation.unwrap_or_default(), currency.to_owned(), filters);
        let count = async { count.await.map(Arc::new).map_err(AppError::from) };
        let totals = self.cache.try_get_with(key, count).await.map_err(Arc::unwrap_or_clone)?;
        Ok((*totals).clone())
    }
}

/// To be called after every commit to an organisation's stock. What is not said here is seen after a minute.
pub async fn stock_changed(kv: &Pool, scope: Scope) {
    if let Err(error) = with_timeout::<i64>(kv.incr(generation_of(scope))).await {
        tracing::warn!(%error, "the stock's totals may be a minute old");
    }
}

/// Counts and sums over the stock, in one pass each.
///
/// # Errors
/// Those of the database.
pub(super) async fn count(
    connection: &mut PgConnection,
    scope: Scope,
    currency: Currency,
    filters: &Filters,
) -> Result<StockTotals, VehicleError> {
    let rows = store::totals::by_status(connection, scope, filters, currency.code()).await?;
    let makes = store::totals::makes(connection, scope).await?;
    let (mut count, mut asking, mut margin) = (0, Decimal::ZERO, Decimal::ZERO);
    let mut by_status = Vec::with_capacity(rows.len());
    for row in rows {
        let status = row.status()?;
        by_status.push((status, row.count));
        let shown = filters.status.is_empty() || filters.status.contains(&status);
        if shown {
            count += row.count;
        }
        // What has left the stock is no part of its value, unless somebody asks for just that.
        if shown && (status.in_stock() || !filters.status.is_empty()) {
            asking += row.asking.unwrap_or_default();
            margin += row.margin.unwrap_or_default();
        }
    }
    by_status.sort_unstable_by_key(|(status, _)| *status);
    Ok(StockTotals {
        count,
        asking: Money::new(asking.normalize(), currency),
        margin: Money::new(margin.normalize(), currency),
        by_status,
        makes,
    })
}

/// Where Redis counts up with every commit to an organisation's stock.
pub(crate) fn generation_of(scope: Scope) -> String {
    format!("stock:{}:generation", scope.organisation())
}
