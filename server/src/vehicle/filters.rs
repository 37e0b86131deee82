//! A query of the list, checked: filters that make sense, in one canonical form, and the order they are shown in.

use app::{
    kernel::{
        error::AppError,
        page::{MAX_PAGE_SIZE, PAGE_SIZE},
        problem::{FieldProblems, Problem},
    },
    vehicle::{
        StockStatus, VehicleKind, VehicleQuery,
        url::{MAX_SEARCH, YEARS, name},
    },
};
use rust_decimal::Decimal;
use serde::Serialize;

/// Most words of a search; each costs a lookup.
const MOST_WORDS: usize = 12;

/// What narrows the list. Equal filters have equal JSON: cursors are bound to it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Filters {
    /// As they were typed; SQL compares them without case and accents.
    pub words: Vec<String>,
    pub status: Vec<StockStatus>,
    pub kind: Option<VehicleKind>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub year_from: Option<i16>,
    pub year_to: Option<i16>,
    pub price_from: Option<Decimal>,
    pub price_to: Option<Decimal>,
}

impl Filters {
    /// Checks what a reader asked for.
    ///
    /// # Errors
    /// `Invalid` at `q`, `make`, `model`, `year_to`, `price_from` or `price_to`.
    pub fn of(query: &VehicleQuery) -> Result<Self, AppError> {
        let mut problems = FieldProblems::new();
        let search = words_of(name::SEARCH, query.search.as_deref(), &mut problems).unwrap_or_default();
        let make = words_of("make", query.make.as_deref(), &mut problems);
        let model = words_of("model", query.model.as_deref(), &mut problems);
        for (field, price) in [("price_from", query.price_from), ("price_to", query.price_to)] {
            if let Some(price) = price
                && (price.is_sign_negative() || price > Decimal::from(app::kernel::money::MAX_AMOUNT))
            {
                problems.insert(field.into(), out_of_range(0, app::kernel::money::MAX_AMOUNT));
            }
        }
        if let (Some(from), Some(to)) = (query.price_from, query.price_to)
            && to < from
        {
            problems
                .entry("price_to".into())
                .or_insert_with(|| out_of_range(from, app::kernel::money::MAX_AMOUNT));
        }
        if let (Some(from), Some(to)) = (query.year_from, query.year_to)
            && to < from
        {
            problems.insert("year_to".into(), out_of_range(from, YEARS.1));
        }
        let words: Vec<String> = search.split_whitespace().map(str::to_owned).collect();
        if words.len() > MOST_WORDS {
            problems.insert(name::SEARCH.into(), Problem::TooMany { max: MOST_WORDS });
        }
        if !problems.is_empty() {
            return Err(AppError::Invalid { fields: problems });
        }
        let mut status = query.status.clone();
        status.sort_unstable();
        status.dedup();
        Ok(Self {
            words,
            status,
            kind: query.kind,
            make,
            model,
            year_from: query.year_from,
            year_to: query.year_to,
            price_from: query.price_from.map(|price| price.normalize()),
            price_to: query.price_to.map(|price| price.normalize()),
        })
    }
}

fn out_of_range(min: impl std::fmt::Display, max: impl std::fmt::Display) -> Problem {
    Problem::OutOfRange {
        min: min.to_string(),
        max: max.to_string(),
    }
}

fn words_of(field: &str, text: Option<&str>, problems: &mut FieldProblems) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        problems.insert(field.into(), Problem::ControlCharacters);
        return None;
    }
    if text.chars().count() > MAX_SEARCH {
        problems.insert(field.into(), Problem::TooLong { max: MAX_SEARCH });
        return None;
    }
    Some(text.to_owned())
}

/// Rows of one page.
///
/// # Errors
/// `Invalid` at `limit` outside 1 to 100.
pub fn limit(query: &VehicleQuery) -> Result<usize, AppError> {
    let limit = query.limit.unwrap_or(PAGE_SIZE);
    if !(1..=MAX_PAGE_SIZE).contains(&limit) {
        return Err(AppError::invalid("limit", out_of_range(1, MAX_PAGE_SIZE)));
    }
    Ok(limit as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(search: String) -> Option<Problem> {
        let query = VehicleQuery {
            search: Some(search),
            ..VehicleQuery::default()
        };
        Filters::of(&query).err()?.fields().remove(name::SEARCH)
    }

    #[test]
    fn too_many_words_are_told_from_too_long_a_search() {
        assert_eq!(problem("a ".repeat(13)), Some(Problem::TooMany { max: 12 }));
        assert_eq!(problem("a".repeat(201)), Some(Problem::TooLong { max: 200 }));
        assert_eq!(problem("a ".repeat(12)), None);
    }

    #[test]
    fn years_in_the_wrong_order_are_told_what_the_filter_takes() {
        let query = VehicleQuery {
            year_from: Some(2019),
            year_to: Some(2010),
            ..VehicleQuery::default()
        };
        let problems = Filters::of(&query).err().map(|error| error.fields()).unwrap_or_default();
        assert_eq!(problems.get("year_to"), Some(&out_of_range(2019, 2100)));
    }
}
