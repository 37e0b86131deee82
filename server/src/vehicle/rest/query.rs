//! The query string of the list: the same filters as the page's address, read by the same code, but nothing is let pass.
//!
//! The page leaves out a filter it can't understand; here every one is a problem at its name, and so is a name that there is not.

use app::{
    kernel::{
        error::AppError,
        page::{Direction, Page},
        problem::Problem,
    },
    vehicle::{
        StockStatus, VehicleKind, VehicleQuery, VehicleSort, VehicleSummary,
        url::{self, name},
    },
};
use axum::http::HeaderValue;
use utoipa::IntoParams;

use crate::http::query_string;

const DIRECTION: &str = "direction";
const FILTERS: [&str; 9] = [
    name::SEARCH,
    name::STATUS,
    name::KIND,
    name::MAKE,
    name::MODEL,
    name::YEAR_FROM,
    name::YEAR_TO,
    name::PRICE_FROM,
    name::PRICE_TO,
];
const ORDER: [&str; 4] = [name::SORT, DIRECTION, name::CURSOR, name::LIMIT];

/// What narrows the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string, which app::vehicle::url reads")]
pub(super) struct Filters {
    /// Words that stand in VIN, plate, stock number, make, model, line, colour or notes; all must match.
    #[param(max_length = 200, example = "mazda cx-30")]
    q: Option<String>,
    /// Any of these; repeated or separated by commas.
    status: Option<Vec<StockStatus>>,
    #[param(inline)]
    kind: Option<VehicleKind>,
    #[param(max_length = 80, example = "Mazda")]
    make: Option<String>,
    #[param(max_length = 80, example = "CX-30")]
    model: Option<String>,
    #[param(minimum = 1885, maximum = 2100)]
    year_from: Option<i16>,
    #[param(minimum = 1885, maximum = 2100)]
    year_to: Option<i16>,
    /// Lowest asking price in the organisation's currency.
    #[param(example = "10000.00")]
    price_from: Option<String>,
    /// Highest asking price in the organisation's currency.
    #[param(example = "30000.00")]
    price_to: Option<String>,
}

/// Order and place of a page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string, which app::vehicle::url reads")]
pub(super) struct Order {
    /// `added` (newest first) if not said. A minus before it (`-price`) means descending.
    #[param(pattern = "^-?(added|price|mileage|year|days_in_stock|title)$", example = "-price")]
    sort: Option<String>,
    /// Instead of a minus before `sort`.
    #[param(inline)]
    direction: Option<Direction>,
    /// From `next` or `previous` of a page of the same filters and order.
    cursor: Option<String>,
    /// Rows of one page.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u32>,
}

/// Reads the query string of the list.
///
/// # Errors
/// `Invalid` with every parameter that is unknown, repeated or not understood.
pub(super) fn list(raw: Option<&str>) -> Result<VehicleQuery, AppError> {
    read(raw, &[&FILTERS[..], &ORDER].concat())
}

/// Reads the query string of the totals: filters alone.
///
/// # Errors
/// As [`list`].
pub(super) fn totals(raw: Option<&str>) -> Result<VehicleQuery, AppError> {
    read(raw, &FILTERS)
}

fn read(raw: Option<&str>, known: &[&str]) -> Result<VehicleQuery, AppError> {
    let (pairs, mut problems) = query_string::read(raw, known, &[name::STATUS]);
    let values = |name: &str| {
        let values = pairs.iter().filter(|(found, _)| found == name);
        match name {
            name::STATUS => values.flat_map(|(_, list)| list.split(',').map(str::to_owned)).collect(),
            _ => values.map(|(_, value)| value.clone()).collect::<Vec<_>>(),
        }
    };
    let address = url::read(&values);
    problems.extend(address.problems);
    let mut query = address.query;
    if let Some(direction) = values(DIRECTION).first().filter(|text| !text.is_empty()) {
        let signed = values(name::SORT).first().is_some_and(|sort| sort.starts_with('-'));
        match named(direction) {
            _ if signed => drop(problems.insert(DIRECTION.into(), malformed("sort=-price, or sort=price with direction=descending"))),
            None => drop(problems.insert(
                DIRECTION.into(),
                Problem::Unknown {
                    allowed: vec!["ascending".into(), "descending".into()],
                },
            )),
            direction => {
                query.sort = query.sort.or(Some(VehicleSort::Added));
                query.direction = direction;
            }
        }
    }
    if problems.is_empty() {
        Ok(query)
    } else {
        Err(AppError::Invalid { fields: problems })
    }
}

fn named(direction: &str) -> Option<Direction> {
    match direction {
        "ascending" => Some(Direction::Ascending),
        "descending" => Some(Direction::Descending),
        _ => None,
    }
}

fn malformed(expected: &str) -> Problem {
    Problem::Malformed {
        expected: expected.to_owned(),
    }
}

/// The header Link to the pages beside this one (RFC 8288); `None` if it is the only one.
pub(super) fn link(query: &VehicleQuery, page: &Page<VehicleSummary>) -> Option<HeaderValue> {
    query_string::link(page, |cursor| {
        let query = VehicleQuery {
            cursor: Some(cursor.clone()),
            ..query.clone()
        };
        url::write_at(super::PATH, &query)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::kernel::page::Cursor;

    fn problems(raw: &str) -> Vec<String> {
        match list(Some(raw)) {
            Err(AppError::Invalid { fields }) => fields.into_keys().collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_documentation_names_every_parameter_that_is_read() {
        let documented = |parameters: Vec<utoipa::openapi::path::Parameter>| parameters.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(documented(Filters::into_params(|| None)), FILTERS);
        assert_eq!(documented(Order::into_params(|| None)), ORDER);
        for sort in VehicleSort::ALL {
            assert!(list(Some(&format!("sort=-{sort}"))).is_ok());
        }
    }

    #[test]
    fn statuses_come_repeated_or_separated_by_commas() {
        let both = list(Some("status=available,in_repair&status=sold")).unwrap_or_default();
        assert_eq!(both.status, [StockStatus::InRepair, StockStatus::Available, StockStatus::Sold]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(problems("colour=red&kind=boat&kind=car&limit=0"), ["colour", "kind", "limit"]);
        assert_eq!(problems("q=a%00b&year_from=2012.5&price_to=1e9"), ["price_to", "q", "year_from"]);
        assert_eq!(problems("status=available,stolen&direction=sideways"), ["direction", "status"]);
        assert_eq!(problems("sort=-price&direction=ascending"), ["direction"]);
        assert_eq!(problems("notation=comma"), ["notation"], "programs write plain numbers");
        assert!(totals(Some("limit=5")).is_err(), "totals have no pages");
    }

    #[test]
    fn a_link_leads_to_the_same_list() {
        let query = list(Some("q=mazda%20%26%20co&direction=ascending&limit=2")).unwrap_or_default();
        let page = Page {
            items: Vec::new(),
            next: Some(Cursor("a-b_c".into())),
            previous: None,
        };
        let link = link(&query, &page);
        let link = link.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(
            link,
            "</api/v1/vehicles?q=mazda%20%26%20co&sort=added&cursor=a-b_c&limit=2>; rel=\"next\""
        );
    }
}
