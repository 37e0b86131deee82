//! What stands above the list: counts by status, sums of prices, the makes there are.

use app::vehicle::StockStatus;
use rust_decimal::Decimal;
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::{Stored, list::push_filters};
use crate::{platform::db::Scope, vehicle::filters::Filters};

/// The vehicles of one status that match every filter but the one on status.
#[derive(Debug, sqlx::FromRow)]
pub struct StatusTotal {
    pub status: String,
    pub count: i64,
    /// In the currency asked for; vehicles priced in another are left out.
    pub asking: Option<Decimal>,
    pub margin: Option<Decimal>,
}

impl StatusTotal {
    /// The status of the row.
    pub fn status(&self) -> Stored<StockStatus> {
        StockStatus::named(&self.status).ok_or_else(|| sqlx::Error::Decode(format!("status {:?}", self.status).into()))
    }
}

/// Counts and sums by status, in one pass.
pub async fn by_status(connection: &mut PgConnection, scope: Scope, filters: &Filters, currency: &str) -> Stored<Vec<StatusTotal>> {
    let mut query =
        QueryBuilder::<Postgres>::new("SELECT v.status, count(*) AS count, sum(v.asking_amount) FILTER (WHERE v.asking_currency = ");
    query.push_bind(currency.to_owned());
    query.push(") AS asking, sum(v.asking_amount - v.purchase_amount) FILTER (WHERE v.asking_currency = ");
    query
        .push_bind(currency.to_owned())
        .push(" AND v.purchase_currency = ")
        .push_bind(currency.to_owned());
    query
        .push(") AS margin FROM vehicle v WHERE v.organisation_id = ")
        .push_bind(scope.organisation());
    query.push(" AND v.deleted_at IS NULL");
    push_filters(&mut query, filters, currency);
    query.push(" GROUP BY v.status");
    query.build_query_as().fetch_all(connection).await
}

/// The makes of the living stock, most frequent first, at most 300.
pub async fn makes(connection: &mut PgConnection, scope: Scope) -> Stored<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT make
         FROM vehicle
         WHERE organisation_id = $1
           AND deleted_at IS NULL
         GROUP BY make
         ORDER BY count(*) DESC, make
         LIMIT 300",
        scope.organisation(),
    )
    .fetch_all(connection)
    .await
}
