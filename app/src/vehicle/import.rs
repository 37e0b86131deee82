//! A stock import: upload, dry run with a report row by row, then all rows or the good ones.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{closed_set::closed_set, id::ImportId, number::Notation, problem::Problem};

closed_set! {
    /// How far an import has come.
    pub enum ImportState {
        /// Uploaded; the dry run waits for a worker or is under way.
        Checking = "checking",
        /// Checked; the report stands; nothing has been written.
        Checked = "checked",
        /// Being written.
        Running = "running",
        /// Written.
        Done = "done",
        /// The file could not be read at all, or with `All` a row was bad; nothing has been written.
        Failed = "failed",
    }
}

closed_set! {
    /// What to do with bad rows.
    pub enum ImportMode {
        /// All rows or none.
        All = "all",
        /// The good rows; the bad ones stay in the report.
        Good = "good",
    }
}

/// Problems that the report of an upload keeps.
pub const PROBLEMS_SHOWN: usize = 200;

/// Choices that are never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// How numbers are written in the file.
    #[serde(default)]
    pub notation: Notation,
}

/// A thing that keeps a row from being imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ImportProblem {
    /// Line of the file in which the row begins, the first being 1.
    pub line: u64,
    /// Column as the header names it.
    pub column: String,
    /// What stands there, cut to 80 characters.
    pub value: String,
    /// Why it is not taken; its text says how to mend it.
    pub problem: Problem,
}

/// An import and what came of it so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ImportReport {
    pub id: ImportId,
    pub file_name: String,
    pub state: ImportState,
    /// Rows of the file, header not counted; `None` until it is known.
    pub rows: Option<i64>,
    /// Rows looked at or written so far.
    pub rows_done: i64,
    pub rows_good: i64,
    pub rows_bad: i64,
    /// Columns that were not recognised and are left out.
    pub ignored_columns: Vec<String>,
    /// `utf-8` or `windows-1252`: how the file was read.
    pub encoding: String,
    /// The separator found: `,` `;` or a tab.
    pub delimiter: String,
    /// The first [`PROBLEMS_SHOWN`] problems in file order; `rows_bad` counts all bad rows.
    pub problems: Vec<ImportProblem>,
    /// Why the whole file is refused, if it is.
    pub failure: Option<Problem>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}
