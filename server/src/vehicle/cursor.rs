//! Positions in the list of vehicles, and the list that a cursor belongs to (see [`crate::platform::cursor`]).

use app::{
    kernel::{
        error::AppError,
        id::OrganisationId,
        page::{Cursor, Direction},
    },
    vehicle::VehicleSort,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{platform::cursor, vehicle::filters::Filters};

/// Where a page begins: beside this row, after or before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The row's sort key as SQL writes it; None where the column is NULL or the id alone is the key.
    #[serde(rename = "k")]
    pub key: Option<String>,
    #[serde(rename = "i")]
    pub id: Uuid,
    /// The page holds the rows before the position, not those after.
    #[serde(rename = "b")]
    pub backward: bool,
}

/// The list that a cursor belongs to.
#[derive(Debug, Serialize)]
pub struct List<'a> {
    pub organisation: OrganisationId,
    pub filters: &'a Filters,
    pub sort: VehicleSort,
    pub direction: Direction,
}

impl List<'_> {
    /// The cursor for a position in this list.
    ///
    /// # Errors
    /// As [`cursor::sign`].
    pub fn sign(&self, key: &[u8; 32], position: &Position) -> Result<Cursor, AppError> {
        cursor::sign(key, self, position)
    }

    /// The position of a cursor of this list.
    ///
    /// # Errors
    /// `Invalid` at `cursor` for a changed cursor and for one of another list, organisation or order.
    pub fn verify(&self, key: &[u8; 32], cursor: &Cursor) -> Result<Position, AppError> {
        cursor::verify(key, self, cursor)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn position() -> Position {
        Position {
            key: Some("14706.960".into()),
            id: Uuid::now_v7(),
            backward: false,
        }
    }

    #[test]
    fn a_cursor_is_good_only_in_its_own_list() {
        let (filters, position, key) = (Filters::default(), position(), [7; 32]);
        let list = List {
            organisation: OrganisationId::new(),
            filters: &filters,
            sort: VehicleSort::Price,
            direction: Direction::Ascending,
        };
        let cursor = list.sign(&key, &position).unwrap_or_else(|error| unreachable!("{error}"));
        assert_eq!(list.verify(&key, &cursor), Ok(position));
        let elsewhere = List {
            organisation: OrganisationId::new(),
            filters: &filters,
            ..list
        };
        let sorted = List {
            sort: VehicleSort::Year,
            filters: &filters,
            ..list
        };
        assert!(elsewhere.verify(&key, &cursor).is_err());
        assert!(sorted.verify(&key, &cursor).is_err());
        assert!(list.verify(&[8; 32], &cursor).is_err());
    }

    #[test]
    fn a_cursor_with_any_bit_changed_is_refused() {
        let (filters, key) = (Filters::default(), [7; 32]);
        let list = List {
            organisation: OrganisationId::new(),
            filters: &filters,
            sort: VehicleSort::Added,
            direction: Direction::Descending,
        };
        let cursor = list.sign(&key, &position()).unwrap_or_else(|error| unreachable!("{error}"));
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&cursor.0).unwrap_or_default();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                list.verify(&key, &Cursor(BASE64_URL_SAFE_NO_PAD.encode(changed))).is_err(),
                "bit {bit}"
            );
        }
        for odd in ["", "=", "\0", "ñ", &"A".repeat(5000)] {
            assert!(list.verify(&key, &Cursor(odd.to_owned())).is_err(), "{odd:?}");
        }
    }
}
