//! Pages of entries and of their changes, newest first.

use app::{
    catalogue::CatalogueLevel,
    kernel::{
        error::AppError,
        id::OrganisationId,
        page::{Cursor, Page},
    },
};
use serde::Serialize;
use uuid::Uuid;

use super::{error::EntryError, store::Position};
use crate::platform::cursor;

/// The list that a cursor belongs to.
#[derive(Debug, Serialize)]
pub struct List {
    pub organisation: OrganisationId,
    pub list: &'static str,
    pub level: Option<CatalogueLevel>,
}

impl List {
    /// The position that a cursor names.
    ///
    /// # Errors
    /// `Invalid` at `cursor` for one that was changed, or of another list.
    pub fn position(&self, key: &[u8; 32], cursor: Option<&Cursor>) -> Result<Option<Position>, AppError> {
        cursor.map(|cursor| cursor::verify(key, self, cursor)).transpose()
    }

    /// One page of rows that were read with one row too many, and the way to its neighbours.
    ///
    /// # Errors
    /// Those of `shown`.
    pub fn page<R, T>(
        &self,
        key: &[u8; 32],
        (mut rows, limit, position): (Vec<R>, usize, Option<Position>),
        id: impl Fn(&R) -> Uuid,
        shown: impl FnMut(R) -> Result<T, EntryError>,
    ) -> Result<Page<T>, EntryError> {
        let backward = position.is_some_and(|position| position.backward);
        let more = rows.len() > limit;
        if more {
            // The row too many only says that there is a page beyond; going backward it is the first.
            if backward { drop(rows.remove(0)) } else { rows.truncate(limit) }
        }
        let beside = |row: Option<&R>, backward: bool| {
            // The page is empty because its rows are gone: lead back to where it was asked from.
            let id = row.map(&id).or(position.map(|position| position.id));
            id.map(|id| cursor::sign(key, self, &Position { id, backward })).transpose()
        };
        let next = if backward || more { beside(rows.last(), false)? } else { None };
        let previous = if backward && more || !backward && position.is_some() {
            beside(rows.first(), true)?
        } else {
            None
        };
        let items = rows.into_iter().map(shown).collect::<Result<_, _>>()?;
        Ok(Page { items, next, previous })
    }
}
