//! Between the columns of a table and the types that they stand for.

use serde::Serialize;
use serde_json::Value;

/// What a store function gives.
pub type Stored<T> = Result<T, sqlx::Error>;

/// A value that the schema's CHECKs should have kept out.
#[must_use]
pub fn strange(column: &'static str, value: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("column {column} holds {value:?}").into())
}

/// A value of a closed set.
///
/// # Errors
/// [`strange`] for anything else.
pub fn one<T>(column: &'static str, text: &str, named: fn(&str) -> Option<T>) -> Stored<T> {
    named(text).ok_or_else(|| strange(column, text))
}

/// A value of a closed set, or none.
///
/// # Errors
/// As [`one`].
pub fn maybe<T>(column: &'static str, text: Option<&str>, named: fn(&str) -> Option<T>) -> Stored<Option<T>> {
    text.map(|text| one(column, text, named)).transpose()
}

/// What a statement takes as `jsonb`.
///
/// # Errors
/// `Encode` for what can't be written as JSON.
pub fn json(value: impl Serialize) -> Stored<Value> {
    serde_json::to_value(value).map_err(|error| sqlx::Error::Encode(error.into()))
}
