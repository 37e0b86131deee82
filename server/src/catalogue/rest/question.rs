//! Query strings of the catalogue. Nothing is let pass: a name that there is not, or one that stands there twice, is a problem at its name.

use std::collections::BTreeMap;

use app::{
    catalogue::{CatalogueEntryQuery, CatalogueLevel, CatalogueQuery},
    kernel::{
        error::AppError,
        page::{Cursor, Page},
        percent,
        problem::{FieldProblems, Problem},
    },
    vehicle::VehicleKind,
};
use axum::http::HeaderValue;
use utoipa::IntoParams;

use crate::http::query_string;

pub(super) const OF_YEAR: &[&str] = &["year", "kind"];
pub(super) const OF_MAKE: &[&str] = &["year", "kind", "make"];
pub(super) const OF_MODEL: &[&str] = &["year", "kind", "make", "model"];
pub(super) const OF_LINE: &[&str] = &["year", "kind", "make", "model", "line"];

/// Declares what a query string documents.
macro_rules! documented {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(IntoParams)]
        #[into_params(parameter_in = Query)]
        #[expect(dead_code, reason = "documents the query string, which `read` reads")]
        pub(in crate::catalogue) struct $name { $($(#[$field_meta])* $field: $type,)+ }
    )+};
}

documented! {
    /// Year and kind.
    OfYear {
        /// Model year; any if not said.
        #[param(minimum = 1885, maximum = 2200, example = 2019)]
        year: Option<u16>,
        #[param(inline)]
        kind: Option<VehicleKind>,
    }
    /// The make.
    OfMake {
        #[param(max_length = 120, example = "Honda")]
        make: String,
    }
    /// The model.
    OfModel {
        #[param(max_length = 120, example = "Civic")]
        model: String,
    }
    /// The line.
    OfLine {
        #[param(max_length = 120, example = "EX-T")]
        line: Option<String>,
    }
    /// Which entries, and which page of them.
    EntriesPage {
        #[param(inline)]
        level: Option<CatalogueLevel>,
        /// From `next` or `previous` of a page of the same level.
        cursor: Option<String>,
        /// Rows of one page.
        #[param(minimum = 1, maximum = 100, default = 25)]
        limit: Option<u32>,
    }
    /// Which page of the changes.
    ChangesPage {
        /// From `next` or `previous` of a page.
        cursor: Option<String>,
    }
}

/// Reads what is asked of a level.
///
/// # Errors
/// `Invalid` with every parameter that is unknown, repeated or not understood.
pub(super) fn read(raw: Option<&str>, known: &[&str]) -> Result<CatalogueQuery, AppError> {
    let mut reader = Reader::new(raw, known);
    let query = CatalogueQuery {
        year: reader.number("year"),
        kind: reader.one_of("kind", VehicleKind::ALL, VehicleKind::named),
        make: reader.text("make"),
        model: reader.text("model"),
        line: reader.text("line"),
    };
    reader.done(query)
}

/// Reads which entries are asked for. As [`read`].
pub(super) fn entries(raw: Option<&str>) -> Result<CatalogueEntryQuery, AppError> {
    let mut reader = Reader::new(raw, &["level", "cursor", "limit"]);
    let query = CatalogueEntryQuery {
        level: reader.one_of("level", CatalogueLevel::ALL, CatalogueLevel::named),
        cursor: reader.text("cursor").map(Cursor),
        limit: reader.number("limit"),
    };
    reader.done(query)
}

/// Reads which changes are asked for. As [`read`].
pub(super) fn changes(raw: Option<&str>) -> Result<Option<Cursor>, AppError> {
    let mut reader = Reader::new(raw, &["cursor"]);
    let cursor = reader.text("cursor").map(Cursor);
    reader.done(cursor)
}

struct Reader {
    values: BTreeMap<String, String>,
    problems: FieldProblems,
}

impl Reader {
    fn new(raw: Option<&str>, known: &[&str]) -> Self {
        let (pairs, problems) = query_string::read(raw, known, &[]);
        Self {
            values: pairs.into_iter().collect(),
            problems,
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).filter(|text| !text.is_empty())
    }

    fn number<N: std::str::FromStr>(&mut self, name: &str) -> Option<N> {
        let text = self.text(name)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.problems.insert(name.to_owned(), Problem::NotWhole);
        }
        number
    }

    fn one_of<T: Copy + std::fmt::Display>(&mut self, name: &str, all: &[T], named: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = named(&text);
        if value.is_none() {
            let allowed = all.iter().map(ToString::to_string).collect();
            self.problems.insert(name.to_owned(), Problem::Unknown { allowed });
        }
        value
    }

    fn done<T>(self, query: T) -> Result<T, AppError> {
        if self.problems.is_empty() {
            return Ok(query);
        }
        Err(AppError::Invalid { fields: self.problems })
    }
}

/// The header Link to the pages beside this one (RFC 8288); `None` if it is the only one. `kept` is what else the address says.
pub(super) fn link<T>(path: &str, kept: &[(&str, Option<String>)], page: &Page<T>) -> Option<HeaderValue> {
    query_string::link(page, |cursor| {
        let kept = kept.iter().map(|(name, value)| (*name, value.as_deref()));
        percent::address(path, kept.chain([("cursor", Some(cursor.0.as_str()))]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(raw: &str) -> Vec<String> {
        match read(Some(raw), OF_MAKE) {
            Err(AppError::Invalid { fields }) => fields.into_keys().collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(problems("year=2019&kind=car&make=Land%20Rover"), [""; 0]);
        assert_eq!(
            problems("year=-1&kind=boat&make=a&make=b&model=x"),
            ["kind", "make", "model", "year"]
        );
        assert_eq!(problems("year=2019.5"), ["year"]);
        assert!(entries(Some("limit=many")).is_err() && changes(Some("limit=1")).is_err());
    }

    #[test]
    fn the_documentation_names_every_parameter_that_is_read() {
        let names = |parameters: Vec<utoipa::openapi::path::Parameter>| parameters.into_iter().map(|one| one.name).collect::<Vec<_>>();
        let all = [
            OfYear::into_params(|| None),
            OfMake::into_params(|| None),
            OfModel::into_params(|| None),
            OfLine::into_params(|| None),
        ];
        assert_eq!(names(all.into_iter().flatten().collect()), OF_LINE);
    }
}
