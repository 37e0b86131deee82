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
        (rows, limit, position): (Vec<R>, usize, Option<Position>),
        id: impl Fn(&R) -> Uuid,
        shown: impl FnMut(R) -> Result<T, EntryError>,
    ) -> Result<Page<T>, EntryError> {
        let asked = position.map(|position| (position.id, position.backward));
        let sign = |id, backward| cursor::sign(key, self, &Position { id, backward });
        let Page { items, next, previous } = cursor::page(rows, limit, asked, id, sign)?;
        let items = items.into_iter().map(shown).collect::<Result<_, _>>()?;
        Ok(Page { items, next, previous })
    }
}
