//! Cursors: a position in a list that the client carries and cannot change.
//!
//! Base64url of a tag and the position. The tag is HMAC-SHA-256 (RFC 2104, cut to 128 bits) over whatever names the list (organisation,
//! filters, order) and the position, so that a cursor works only in the list it came from.

use app::kernel::{error::AppError, page::Cursor, problem::Problem};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use super::db::internal;

const TAG_BYTES: usize = 16;
/// No honest cursor is longer: the longest key is a title of 400 characters.
const MAX_LENGTH: usize = 4096;

/// The cursor for a position in a list.
///
/// # Errors
/// `Internal` if the position cannot be written, which does not happen.
pub fn sign(key: &[u8; 32], list: &impl Serialize, position: &impl Serialize) -> Result<Cursor, AppError> {
    let position = serde_json::to_vec(position).map_err(|error| internal(&error))?;
    let mut bytes = tag(key, list, &position)?[..TAG_BYTES].to_vec();
    bytes.extend_from_slice(&position);
    Ok(Cursor(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// The position of a cursor of that list.
///
/// # Errors
/// `Invalid` at `cursor` for a changed cursor and for one of another list.
pub fn verify<P: DeserializeOwned>(key: &[u8; 32], list: &impl Serialize, cursor: &Cursor) -> Result<P, AppError> {
    let refused = || AppError::invalid("cursor", Problem::BadCursor);
    if cursor.0.len() > MAX_LENGTH {
        return Err(refused());
    }
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&cursor.0).map_err(|_| refused())?;
    let (own, position) = bytes.split_at_checked(TAG_BYTES).ok_or_else(refused)?;
    if !bool::from(subtle::ConstantTimeEq::ct_eq(own, &tag(key, list, position)?[..TAG_BYTES])) {
        return Err(refused());
    }
    serde_json::from_slice(position).map_err(|_| refused())
}

fn tag(key: &[u8; 32], list: &impl Serialize, position: &[u8]) -> Result<[u8; 32], AppError> {
    let list = serde_json::to_vec(list).map_err(|error| internal(&error))?;
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 section 2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length will do");
    // The length keeps the two parts apart.
    mac.update(&(list.len() as u64).to_be_bytes());
    mac.update(&list);
    mac.update(position);
    Ok(mac.finalize().into_bytes().into())
}
