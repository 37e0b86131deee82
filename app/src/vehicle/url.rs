//! The address of the list: what it shows is what its URL says, and the other way round.
//!
//! Whatever somebody types into an address becomes either a query or a problem at its filter; a filter with a problem is
//! left out of the query, so that the list still stands. Addresses that Forecourt writes hold plain numbers (`30000`); the
//! filter form names the notation of what was typed (`notation=comma`), because `30.000` means two things.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{FIRST_MODEL_YEAR, StockStatus, VehicleKind, VehicleQuery, VehicleSort};
use crate::kernel::{
    money::{MAX_AMOUNT, MAX_DECIMALS},
    number::{Notation, looks_grouped},
    page::{Cursor, Direction},
    percent,
    problem::{FieldProblems, Problem},
};

/// Most characters of a search.
pub const MAX_SEARCH: usize = 200;
/// The model years that a filter takes.
pub const YEARS: (i64, i64) = (FIRST_MODEL_YEAR as i64, 2100);

/// The names of the filters, as the URL, the form and the problems have them.
pub mod name {
    pub const SEARCH: &str = "q";
    pub const STATUS: &str = "status";
    pub const KIND: &str = "kind";
    pub const MAKE: &str = "make";
    pub const MODEL: &str = "model";
    pub const YEAR_FROM: &str = "year_from";
    pub const YEAR_TO: &str = "year_to";
    pub const PRICE_FROM: &str = "price_from";
    pub const PRICE_TO: &str = "price_to";
    pub const SORT: &str = "sort";
    pub const CURSOR: &str = "cursor";
    pub const LIMIT: &str = "limit";
    pub const NOTATION: &str = "notation";
}

/// What an address says: the query, and what of it could not be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAddress {
    pub query: VehicleQuery,
    /// Filter → problem, with what stands in the address under the same name in `typed`.
    pub problems: FieldProblems,
    pub typed: Vec<(&'static str, String)>,
}

impl ListAddress {
    /// What a filter's input shows: the text that was refused, or the value of the query.
    #[must_use]
    pub fn shown(&self, filter: &str, value: Option<String>) -> String {
        self.typed
            .iter()
            .find(|(name, _)| *name == filter)
            .map(|(_, text)| text.clone())
            .or(value)
            .unwrap_or_default()
    }

    /// The address; texts that can't be understood go along, so that the page says why.
    #[must_use]
    pub fn write(&self) -> String {
        percent::address(&write(&self.query), self.typed.iter().map(|(name, text)| (*name, Some(text))))
    }
}

/// Reads an address; `get` gives all values of a name, decoded.
pub fn read(get: &dyn Fn(&str) -> Vec<String>) -> ListAddress {
    let mut reader = Reader {
        get,
        notation: get(name::NOTATION).first().and_then(|text| Notation::named(text)),
        found: ListAddress::default(),
    };
    let (sort, direction) = reader.sort();
    let query = VehicleQuery {
        search: reader.text(name::SEARCH, MAX_SEARCH),
        status: reader.statuses(),
        kind: reader.one_of(name::KIND, VehicleKind::named, || names(VehicleKind::ALL)),
        make: reader.text(name::MAKE, 80),
        model: reader.text(name::MODEL, 80),
        year_from: reader.whole(name::YEAR_FROM, YEARS).and_then(|year| i16::try_from(year).ok()),
        year_to: reader.whole(name::YEAR_TO, YEARS).and_then(|year| i16::try_from(year).ok()),
        price_from: reader.price(name::PRICE_FROM),
        price_to: reader.price(name::PRICE_TO),
        sort,
        direction,
        cursor: reader.text(name::CURSOR, 2000).map(Cursor),
        limit: reader.whole(name::LIMIT, (1, 100)).and_then(|limit| u32::try_from(limit).ok()),
    };
    reader.found.query = query;
    reader.found
}

/// The address of a query, with the path: `/stock?kind=car&year_from=2012`.
#[must_use]
pub fn write(query: &VehicleQuery) -> String {
    write_at("/stock", query)
}

/// The same query under another path, such as REST's.
#[must_use]
pub fn write_at(path: &str, query: &VehicleQuery) -> String {
    let search = [(name::SEARCH, query.search.clone())];
    let statuses = query.status.iter().map(|status| (name::STATUS, Some(status.to_string())));
    let others = [
        (name::KIND, query.kind.map(|kind| kind.to_string())),
        (name::MAKE, query.make.clone()),
        (name::MODEL, query.model.clone()),
        (name::YEAR_FROM, query.year_from.map(|year| year.to_string())),
        (name::YEAR_TO, query.year_to.map(|year| year.to_string())),
        (name::PRICE_FROM, query.price_from.map(|price| price.normalize().to_string())),
        (name::PRICE_TO, query.price_to.map(|price| price.normalize().to_string())),
        (name::SORT, query.sort.map(|sort| sort_text(sort, query.direction))),
        (name::CURSOR, query.cursor.clone().map(|cursor| cursor.0)),
        (name::LIMIT, query.limit.map(|limit| limit.to_string())),
    ];
    percent::address(path, search.into_iter().chain(statuses).chain(others))
}

/// The same query from its first row.
#[must_use]
pub fn from_start(query: &VehicleQuery) -> VehicleQuery {
    VehicleQuery {
        cursor: None,
        ..query.clone()
    }
}

/// `price` or, descending, `-price`.
#[must_use]
pub fn sort_text(sort: VehicleSort, direction: Option<Direction>) -> String {
    match direction {
        Some(Direction::Descending) => format!("-{sort}"),
        _ => sort.to_string(),
    }
}

fn names<T: std::fmt::Display>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

struct Reader<'a> {
    get: &'a dyn Fn(&str) -> Vec<String>,
    /// How a form's numbers are written; an address or a program has points.
    notation: Option<Notation>,
    found: ListAddress,
}

impl Reader<'_> {
    fn refuse(&mut self, name: &'static str, text: &str, problem: Problem) {
        self.found.problems.insert(name.to_owned(), problem);
        self.found.typed.push((name, text.chars().take(MAX_SEARCH).collect()));
    }

    /// The text of a filter; a plain form sends empty ones for what was left blank.
    fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let text = (self.get)(name).into_iter().next()?;
        let text = text.trim();
        if text.chars().any(char::is_control) {
            self.refuse(name, "", Problem::ControlCharacters);
            return None;
        }
        if text.chars().count() > max {
            self.refuse(name, text, Problem::TooLong { max });
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn one_of<T>(&mut self, name: &'static str, named: fn(&str) -> Option<T>, allowed: fn() -> Vec<String>) -> Option<T> {
        let text = self.text(name, 80)?;
        let value = named(&text);
        if value.is_none() {
            self.refuse(name, &text, Problem::Unknown { allowed: allowed() });
        }
        value
    }

    fn statuses(&mut self) -> Vec<StockStatus> {
        let mut statuses = Vec::new();
        for text in (self.get)(name::STATUS) {
            match StockStatus::named(text.trim()) {
                Some(status) if statuses.contains(&status) => {}
                Some(status) => statuses.push(status),
                None if text.trim().is_empty() => {}
                None => self.refuse(
                    name::STATUS,
                    &text,
                    Problem::Unknown {
                        allowed: names(StockStatus::ALL),
                    },
                ),
            }
        }
        statuses.sort();
        statuses
    }

    /// A number from `min` to `max` of which `finish` makes the value; it is given as many decimals as were typed.
    fn number<T>(&mut self, name: &'static str, (min, max): (i64, i64), finish: impl FnOnce(Decimal) -> Result<T, Problem>) -> Option<T> {
        let text = self.text(name, 80)?;
        let notation = self.notation.unwrap_or_default();
        let value = notation.read_as_typed(&text).and_then(|number| {
            if number < Decimal::from(min) || number > Decimal::from(max) {
                let (min, max) = (min.to_string(), max.to_string());
                return Err(Problem::OutOfRange { min, max });
            }
            finish(number)
        });
        value.map_err(|problem| self.refuse(name, &text, problem)).ok()
    }

    fn whole(&mut self, name: &'static str, range: (i64, i64)) -> Option<i64> {
        self.number(name, range, |number| {
            let whole = number.normalize();
            let whole = whole.to_i64().filter(|_| whole.scale() == 0);
            whole.ok_or(Problem::NotWhole)
        })
    }

    /// A price, in any currency. What a person typed says how its numbers are written, and there three decimals are refused: `12.900` is
    /// twelve thousand to many.
    fn price(&mut self, name: &'static str) -> Option<Decimal> {
        let by_hand = self.notation.is_some();
        self.number(name, (0, MAX_AMOUNT), |typed| {
            if by_hand && looks_grouped(&typed) {
                return Err(Problem::TooPrecise { decimals: 2 });
            }
            let price = typed.normalize();
            if price.scale() > MAX_DECIMALS {
                return Err(Problem::TooPrecise { decimals: MAX_DECIMALS });
            }
            Ok(price)
        })
    }

    fn sort(&mut self) -> (Option<VehicleSort>, Option<Direction>) {
        let Some(text) = self.text(name::SORT, 80) else {
            return (None, None);
        };
        let (sort, direction) = match text.strip_prefix('-') {
            Some(sort) => (sort, Direction::Descending),
            None => (text.as_str(), Direction::Ascending),
        };
        match VehicleSort::named(sort) {
            Some(sort) => (Some(sort), Some(direction)),
            None => {
                self.refuse(
                    name::SORT,
                    &text,
                    Problem::Unknown {
                        allowed: names(VehicleSort::ALL),
                    },
                );
                (None, None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_pairs(pairs: &[(&str, &str)]) -> ListAddress {
        read(&|name| {
            pairs
                .iter()
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
                .collect()
        })
    }

    /// Splits and decodes an address as a browser does.
    fn read_address(address: &str) -> ListAddress {
        let pairs: Vec<(String, String)> = address
            .split_once('?')
            .map_or("", |(_, query)| query)
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), decode(value)))
            .collect();
        read(&|name| {
            pairs
                .iter()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value.clone())
                .collect()
        })
    }

    fn decode(text: &str) -> String {
        percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
    }

    #[test]
    fn a_query_comes_back_from_its_own_address() {
        let query = VehicleQuery {
            search: Some("mazda & söhne 50% ñ+".into()),
            status: vec![StockStatus::InRepair, StockStatus::Available],
            kind: Some(VehicleKind::Motorcycle),
            make: Some("Mercedes-Benz".into()),
            model: Some("C-Class".into()),
            year_from: Some(2012),
            year_to: Some(2020),
            price_from: "1000.5".parse().ok(),
            price_to: Some(Decimal::from(30_000)),
            sort: Some(VehicleSort::Price),
            direction: Some(Direction::Descending),
            cursor: Some(Cursor("eyJ.a=b/c+".into())),
            limit: Some(50),
        };
        let back = read_address(&write(&query));
        assert_eq!(back.query, query);
        assert!(back.problems.is_empty());
    }

    #[test]
    fn the_plain_list_has_the_plain_address() {
        assert_eq!(write(&VehicleQuery::default()), "/stock");
        assert_eq!(read_pairs(&[("q", "  "), ("kind", ""), ("year_from", "")]), ListAddress::default());
    }

    #[test]
    fn unknown_values_are_a_problem_at_their_filter_and_not_part_of_the_query() {
        let address = read_pairs(&[
            ("status", "stolen"),
            ("status", "available"),
            ("kind", "boat"),
            ("sort", "-luck"),
            ("make", "a\0b"),
        ]);
        assert_eq!(address.query.status, [StockStatus::Available]);
        assert_eq!(address.query.kind, None);
        assert_eq!(address.query.sort, None);
        assert_eq!(
            address.problems.keys().map(String::as_str).collect::<Vec<_>>(),
            ["kind", "make", "sort", "status"]
        );
        assert_eq!(address.shown("kind", None), "boat");
    }

    #[test]
    fn absurd_numbers_are_problems_and_no_panic() {
        let nines = "9".repeat(1000);
        for (name, text) in [
            ("year_from", "1600"),
            ("year_to", "99999999999999999999"),
            ("year_from", "2012.5"),
            ("price_from", "-1"),
            ("price_to", "1e9"),
            ("price_to", nines.as_str()),
            ("price_from", "0.00001"),
            ("limit", "0"),
            ("limit", "1000000"),
        ] {
            let address = read_pairs(&[(name, text)]);
            assert!(address.problems.contains_key(name), "{name}={text}");
            assert_eq!(address.query, VehicleQuery::default(), "{name}={text}");
        }
    }

    #[test]
    fn the_form_says_how_its_numbers_are_written() {
        let spanish = read_pairs(&[("price_to", "30.000,50"), ("notation", "comma")]);
        assert_eq!(spanish.query.price_to, "30000.5".parse().ok());
        let english = read_pairs(&[("price_to", "30,000"), ("notation", "point")]);
        assert_eq!(english.query.price_to, Some(Decimal::from(30_000)));
        assert_eq!(write(&spanish.query), "/stock?price_to=30000.5");
        for (typed, notation) in [("12.900", "point"), ("12,900", "comma")] {
            let grouped = read_pairs(&[("price_to", typed), ("notation", notation)]);
            assert_eq!(grouped.problems["price_to"], Problem::TooPrecise { decimals: 2 }, "{typed}");
            assert_eq!(grouped.shown("price_to", None), typed, "as it was typed");
        }
        let program = read_pairs(&[("price_to", "12.900")]);
        assert_eq!(program.query.price_to, "12.9".parse().ok());
        let finest = read_pairs(&[("price_to", "0.0001")]);
        assert_eq!(finest.query.price_to, "0.0001".parse().ok());
    }
}
