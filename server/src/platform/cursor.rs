//! Cursors: a position in a list that the client carries and cannot change; and the pages that they lead to.
//!
//! Base64url of a tag and the position. The tag is HMAC-SHA-256 (RFC 2104, cut to 128 bits) over whatever names the list (organisation,
//! filters, order) and the position, so that a cursor works only in the list it came from.

use app::kernel::{
    error::AppError,
    page::{Cursor, Page},
    problem::Problem,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use super::db::internal;

const TAG_BYTES: usize = 16;
/// No honest cursor is longer: the longest key is a title of 400 characters.
const MAX_LENGTH: usize = 4096;

/// Cuts a page out of rows in the list's order that were read with one more than `limit`, and finds the cursors to its neighbours. `asked`
/// is where the page was asked from: beside which row, and whether backward from it; `None` for the first page. `beside` names a row,
/// `sign` makes the cursor of the page that begins beside it, backward or not.
///
/// # Errors
/// Those of `sign`.
pub fn page<R, B: Clone>(
    mut rows: Vec<R>,
    limit: usize,
    asked: Option<(B, bool)>,
    beside: impl Fn(&R) -> B,
    sign: impl Fn(B, bool) -> Result<Cursor, AppError>,
) -> Result<Page<R>, AppError> {
    let (asked, backward) = asked.unzip();
    let backward = backward.unwrap_or_default();
    let more = rows.len() > limit;
    if more {
        // The row too many only says that there is a page beyond; going backward it is the first.
        if backward { drop(rows.remove(0)) } else { rows.truncate(limit) }
    }
    let has_next = backward || more;
    let has_previous = if backward { more } else { asked.is_some() };
    // A page is empty because its rows are gone: lead back to where it was asked from.
    let row = |row: Option<&R>| row.map(&beside).or_else(|| asked.clone());
    let next = row(rows.last()).filter(|_| has_next).map(|row| sign(row, false)).transpose()?;
    let previous = row(rows.first()).filter(|_| has_previous).map(|row| sign(row, true)).transpose()?;
    Ok(Page {
        items: rows,
        next,
        previous,
    })
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of at most two rows: the rows, and where the pages beside it begin.
    fn cut(rows: &[u8], asked: Option<(u8, bool)>) -> (Vec<u8>, String, String) {
        let sign = |row, backward| Ok(Cursor(format!("{} {row}", if backward { "before" } else { "after" })));
        let page = page(rows.to_vec(), 2, asked, |row| *row, sign).unwrap_or_else(|error| unreachable!("{error}"));
        let text = |cursor: Option<Cursor>| cursor.map(|cursor| cursor.0).unwrap_or_default();
        (page.items, text(page.next), text(page.previous))
    }

    fn page_of(items: &[u8], next: &str, previous: &str) -> (Vec<u8>, String, String) {
        (items.to_vec(), next.to_owned(), previous.to_owned())
    }

    #[test]
    fn the_row_too_many_says_that_there_is_a_page_beyond() {
        assert_eq!(cut(&[1, 2, 3], None), page_of(&[1, 2], "after 2", ""));
        assert_eq!(cut(&[3, 4, 5], Some((2, false))), page_of(&[3, 4], "after 4", "before 3"));
        assert_eq!(cut(&[5], Some((4, false))), page_of(&[5], "", "before 5"));
        assert_eq!(cut(&[2, 3, 4], Some((5, true))), page_of(&[3, 4], "after 4", "before 3"));
        assert_eq!(cut(&[1, 2], Some((3, true))), page_of(&[1, 2], "after 2", ""));
    }

    #[test]
    fn an_empty_page_leads_back_to_where_it_was_asked_from() {
        assert_eq!(cut(&[], None), page_of(&[], "", ""));
        assert_eq!(cut(&[], Some((4, false))), page_of(&[], "", "before 4"));
        assert_eq!(cut(&[], Some((4, true))), page_of(&[], "after 4", ""));
    }
}
