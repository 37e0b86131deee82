//! One page of the list, by key set: never an OFFSET, one index for each order, NULLs last both ways.
//!
//! The rows of an order lie in two ranges: those that have a key and, after them, those whose key is NULL. Each range
//! is one range of the index `vehicle_by_…`, read forwards or backwards from the position where the page begins.

use app::{kernel::page::Direction, vehicle::VehicleSort};
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::Stored;
use crate::{
    platform::db::Scope,
    vehicle::{cursor::Position, filters::Filters, row::SummaryRow},
};

/// Which page of which list.
#[derive(Debug)]
pub struct PageRequest<'a> {
    pub filters: &'a Filters,
    pub sort: VehicleSort,
    pub direction: Direction,
    pub position: Option<&'a Position>,
    /// ISO 4217; price filters compare amounts in it.
    pub currency: &'a str,
    /// IANA name; its today ends the days in stock.
    pub time_zone: &'a str,
}

/// The column of a sort, its type, and whether it can be NULL. None: the id alone, the order of adding.
struct Key {
    column: &'static str,
    cast: &'static str,
    nullable: bool,
    /// The column runs against what the reader sorts by: the longer in stock, the earlier acquired.
    reversed: bool,
}

const fn key(sort: VehicleSort) -> Option<Key> {
    let (column, cast, nullable, reversed) = match sort {
        VehicleSort::Added => return None,
        VehicleSort::Price => ("asking_amount", "::numeric", true, false),
        VehicleSort::Mileage => ("mileage_km", "::integer", true, false),
        VehicleSort::Year => ("model_year", "::smallint", true, false),
        VehicleSort::DaysInStock => ("stock_since", "::date", true, true),
        VehicleSort::Title => ("title_key", " COLLATE \"C\"", false, false),
    };
    Some(Key {
        column,
        cast,
        nullable,
        reversed,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyRange {
    NotNull,
    Null,
}

/// At most `count` rows from the position on, in the order of the list also for a page that goes backward.
pub async fn page(connection: &mut PgConnection, scope: Scope, request: &PageRequest<'_>, count: usize) -> Stored<Vec<SummaryRow>> {
    let key = key(request.sort);
    let backward = request.position.is_some_and(|position| position.backward);
    let mut ranges = vec![KeyRange::NotNull];
    if key.as_ref().is_some_and(|key| key.nullable) {
        ranges.push(KeyRange::Null);
        if request.position.is_some_and(|position| position.key.is_none()) {
            ranges.remove(0);
        }
        if backward {
            ranges = match request.position {
                Some(position) if position.key.is_none() => vec![KeyRange::Null, KeyRange::NotNull],
                _ => vec![KeyRange::NotNull],
            };
        }
    }
    let mut rows: Vec<SummaryRow> = Vec::with_capacity(count);
    for (index, range) in ranges.into_iter().enumerate() {
        let left = count - rows.len();
        if left == 0 {
            break;
        }
        // Only the range that holds the position begins there; the next one begins at its own end.
        let position = if index == 0 { request.position } else { None };
        let mut query = range_query(scope, request, key.as_ref(), range, position, backward, left);
        rows.extend(query.build_query_as::<SummaryRow>().fetch_all(&mut *connection).await?);
    }
    if backward {
        rows.reverse();
    }
    Ok(rows)
}

fn range_query(
    scope: Scope,
    request: &PageRequest<'_>,
    key: Option<&Key>,
    range: KeyRange,
    position: Option<&Position>,
    backward: bool,
    count: usize,
) -> QueryBuilder<Postgres> {
    let reversed = key.is_some_and(|key| key.reversed);
    let descending = (request.direction == Direction::Descending) != backward;
    let (order, beyond) = if descending != reversed { ("DESC", "<") } else { ("ASC", ">") };
    let mut query = QueryBuilder::new(
        "SELECT v.id, v.kind, v.stock_number, v.vin, v.plate, v.make, v.model, v.line, v.model_year, v.body_type, v.motorcycle_type,
                v.transmission, v.colour_outside, v.mileage_value, v.mileage_unit, v.status,
                v.purchase_amount, v.purchase_currency, v.asking_amount, v.asking_currency,
                greatest(coalesce(v.left_on, (now() AT TIME ZONE ",
    );
    query
        .push_bind(request.time_zone.to_owned())
        .push(")::date) - v.acquired_on, 0) AS days_in_stock, ");
    match key {
        Some(key) => query.push("v.").push(key.column).push("::text AS sort_key"),
        None => query.push("NULL::text AS sort_key"),
    };
    query
        .push(" FROM vehicle v WHERE v.organisation_id = ")
        .push_bind(scope.organisation());
    query.push(" AND v.deleted_at IS NULL");
    push_filters(&mut query, request.filters, request.currency);
    push_status(&mut query, request.filters);
    match (key, range) {
        (None, _) => {
            if let Some(position) = position {
                query.push(" AND v.id ").push(beyond).push(" ").push_bind(position.id);
            }
            query.push(" ORDER BY v.id ").push(order);
        }
        (Some(key), KeyRange::NotNull) => {
            if let Some(position) = position {
                query.push(" AND (v.").push(key.column).push(", v.id) ").push(beyond).push(" (");
                query.push_bind(position.key.clone()).push("::text").push(key.cast);
                query.push(", ").push_bind(position.id).push(")");
            } else if key.nullable {
                query.push(" AND v.").push(key.column).push(" IS NOT NULL");
            }
            push_order(&mut query, key, order);
        }
        (Some(key), KeyRange::Null) => {
            query.push(" AND v.").push(key.column).push(" IS NULL");
            if let Some(position) = position {
                query.push(" AND v.id ").push(beyond).push(" ").push_bind(position.id);
            }
            push_order(&mut query, key, order);
        }
    }
    query.push(" LIMIT ").push_bind(i64::try_from(count).unwrap_or(i64::MAX));
    query
}

/// The order names the key also where it is NULL throughout: so the planner sees that the index has it.
fn push_order(query: &mut QueryBuilder<Postgres>, key: &Key, order: &str) {
    query.push(" ORDER BY v.").push(key.column).push(" ").push(order);
    query.push(", v.id ").push(order);
}

/// Every filter but the one on status, which the totals count by.
pub fn push_filters(query: &mut QueryBuilder<Postgres>, filters: &Filters, currency: &str) {
    for word in &filters.words {
        query.push(" AND (v.search_text LIKE fold(").push_bind(like(word)).push(")");
        // A plate is stored without its dash: NVT-918 finds NVT918.
        let bare: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        if bare.len() < word.len() && bare.len() > 2 {
            query.push(" OR v.search_text LIKE fold(").push_bind(like(&bare)).push(")");
        }
        query.push(")");
    }
    if let Some(kind) = filters.kind {
        query.push(" AND v.kind = ").push_bind(kind.name());
    }
    if let Some(make) = &filters.make {
        query.push(" AND fold(v.make) = fold(").push_bind(make.clone()).push(")");
    }
    if let Some(model) = &filters.model {
        query.push(" AND fold(v.model) = fold(").push_bind(model.clone()).push(")");
    }
    if let Some(year) = filters.year_from {
        query.push(" AND v.model_year >= ").push_bind(year);
    }
    if let Some(year) = filters.year_to {
        query.push(" AND v.model_year <= ").push_bind(year);
    }
    if filters.price_from.is_some() || filters.price_to.is_some() {
        query.push(" AND v.asking_currency = ").push_bind(currency.to_owned());
    }
    if let Some(price) = filters.price_from {
        query.push(" AND v.asking_amount >= ").push_bind(price);
    }
    if let Some(price) = filters.price_to {
        query.push(" AND v.asking_amount <= ").push_bind(price);
    }
}

fn push_status(query: &mut QueryBuilder<Postgres>, filters: &Filters) {
    match filters.status.as_slice() {
        [] => {}
        // An equality keeps the order of the index `vehicle_status`; PostgreSQL 15 sorts every row of = ANY, even with one element.
        [one] => {
            query.push(" AND v.status = ").push_bind(one.name());
        }
        several => {
            let names: Vec<&'static str> = several.iter().map(|status| status.name()).collect();
            query.push(" AND v.status = ANY(").push_bind(names).push(")");
        }
    }
}

/// A pattern that holds the word as it is: `%` and `_` in it mean themselves.
fn like(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn a_searched_percent_sign_means_itself() {
        assert_eq!(like("50%_\\"), "%50\\%\\_\\\\%");
    }
}
