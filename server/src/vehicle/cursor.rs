//! Places in the list of vehicles, and the list that a cursor belongs to (see [`crate::platform::cursor`]).

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
pub struct Place {
    /// The row's sort key as SQL writes it; None where the column is NULL or the id alone is the key.
    #[serde(rename = "k")]
    pub key: Option<String>,
    #[serde(rename = "i")]
    pub id: Uuid,
    /// The page holds the rows before the place, not those after.
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
    /// The cursor for a place in this list.
    ///
    /// # Errors
    /// `Internal` if the place cannot be written, which does not happen.
    pub fn seal(&self, key: &[u8; 32], place: &Place) -> Result<Cursor, AppError> {
        cursor::seal(key, self, place)
    }

    /// The place of a cursor of this list.
    ///
    /// # Errors
    /// `Invalid` at `cursor` for a changed cursor and for one of another list, organisation or order.
    pub fn open(&self, key: &[u8; 32], cursor: &Cursor) -> Result<Place, AppError> {
        cursor::open(key, self, cursor)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn place() -> Place {
        Place {
            key: Some("14706.960".into()),
            id: Uuid::now_v7(),
            backward: false,
        }
    }

    #[test]
    fn a_cursor_opens_only_in_its_own_list() {
        let (filters, place, key) = (Filters::default(), place(), [7; 32]);
        let list = List {
            organisation: OrganisationId::new(),
            filters: &filters,
            sort: VehicleSort::Price,
            direction: Direction::Ascending,
        };
        let cursor = list.seal(&key, &place).unwrap_or_else(|error| unreachable!("{error}"));
        assert_eq!(list.open(&key, &cursor), Ok(place));
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
        assert!(elsewhere.open(&key, &cursor).is_err());
        assert!(sorted.open(&key, &cursor).is_err());
        assert!(list.open(&[8; 32], &cursor).is_err());
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
        let cursor = list.seal(&key, &place()).unwrap_or_else(|error| unreachable!("{error}"));
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&cursor.0).unwrap_or_default();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                list.open(&key, &Cursor(BASE64_URL_SAFE_NO_PAD.encode(changed))).is_err(),
                "bit {bit}"
            );
        }
        for odd in ["", "=", "\0", "ñ", &"A".repeat(5000)] {
            assert!(list.open(&key, &Cursor(odd.to_owned())).is_err(), "{odd:?}");
        }
    }
}
