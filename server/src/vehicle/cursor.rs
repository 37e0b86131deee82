//! Cursors: a position in a list that the client carries and cannot change.
//!
//! Base64url of a tag and the position. The tag is HMAC-SHA-256 (RFC 2104, cut to 128 bits) over the organisation, the filters, the order
//! and the position, so that a cursor works only in the list it came from.

use app::{
    kernel::{
        error::AppError,
        id::OrganisationId,
        page::{Cursor, Direction},
        problem::Problem,
    },
    vehicle::VehicleSort,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::vehicle::filters::Filters;

const TAG_BYTES: usize = 16;
/// No honest cursor is longer: the longest key is a title of 400 characters.
const MAX_LENGTH: usize = 4096;

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
    /// `Internal` if the position cannot be written, which does not happen.
    pub fn sign(&self, key: &[u8; 32], position: &Position) -> Result<Cursor, AppError> {
        let position = serde_json::to_vec(position).map_err(|error| crate::platform::db::internal(&error))?;
        let mut bytes = self.tag(key, &position)?[..TAG_BYTES].to_vec();
        bytes.extend_from_slice(&position);
        Ok(Cursor(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The position of a cursor of this list.
    ///
    /// # Errors
    /// `Invalid` at `cursor` for a changed cursor and for one of another list, organisation or order.
    pub fn verify(&self, key: &[u8; 32], cursor: &Cursor) -> Result<Position, AppError> {
        let refused = || AppError::invalid("cursor", Problem::BadCursor);
        if cursor.0.len() > MAX_LENGTH {
            return Err(refused());
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&cursor.0).map_err(|_| refused())?;
        let (tag, position) = bytes.split_at_checked(TAG_BYTES).ok_or_else(refused)?;
        if !bool::from(subtle::ConstantTimeEq::ct_eq(tag, &self.tag(key, position)?[..TAG_BYTES])) {
            return Err(refused());
        }
        serde_json::from_slice(position).map_err(|_| refused())
    }

    fn tag(&self, key: &[u8; 32], position: &[u8]) -> Result<[u8; 32], AppError> {
        let list = serde_json::to_vec(self).map_err(|error| crate::platform::db::internal(&error))?;
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 section 2)")]
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length will do");
        // The length keeps the two parts apart.
        mac.update(&(list.len() as u64).to_be_bytes());
        mac.update(&list);
        mac.update(position);
        Ok(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
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
