//! Key-set paging: a page of rows and the cursors to its neighbours. Never OFFSET, never unbounded.

use serde::{Deserialize, Serialize};

use super::closed_set::closed_set;

/// Rows per page where nobody asks for another number.
pub const PAGE_SIZE: u32 = 25;
/// The most that one page holds.
pub const MAX_PAGE_SIZE: u32 = 100;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Leads to the rows after these; `None` on the last page.
    pub next: Option<Cursor>,
    /// Leads to the rows before these; `None` on the first page.
    pub previous: Option<Cursor>,
}

/// A place in a list, made and signed by the server; opaque to everybody else. A changed one is refused with 422.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Cursor(pub String);

closed_set! {
    /// Which way a list runs.
    #[derive(Default)]
    pub enum Direction {
        #[default]
        Ascending = "ascending",
        Descending = "descending",
    }
}
