//! What is wrong with one field, as data: the page words it in the reader's language, REST in English.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::i18n::Locale;

/// Field name → what is wrong with it.
pub type FieldProblems = BTreeMap<String, Problem>;

/// Why a value is not taken. Numbers are shown as they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    Required,
    /// At most `max` characters.
    TooLong {
        max: usize,
    },
    /// Not a number in the chosen notation.
    NotANumber,
    /// A whole number was wanted.
    NotWhole,
    /// Outside `min` to `max`, both included.
    OutOfRange {
        min: String,
        max: String,
    },
    /// More than `max` words, tags or the like.
    TooMany {
        max: usize,
    },
    /// More decimals than the currency or unit has.
    TooPrecise {
        decimals: u32,
    },
    /// No such day in the calendar, or not written as year-month-day.
    NotADate,
    /// A day that lies ahead, where only the past makes sense.
    InTheFuture,
    /// Not one of the closed set.
    Unknown {
        allowed: Vec<String>,
    },
    /// Control characters such as NUL.
    ControlCharacters,
    /// Another living row has it. `vehicle` names that row, `id` leads to it.
    Taken {
        vehicle: String,
        id: String,
    },
    /// An earlier row of the same file has it; the line in which that row begins.
    Repeated {
        line: u64,
    },
    /// A name that may stand there once stands there twice.
    Duplicate {
        name: String,
    },
    /// A form of writing that does not fit, in words: `expected` is an example.
    Malformed {
        expected: String,
    },
    /// A file without anything in it.
    EmptyFile,
    /// A file whose first line names no column of a vehicle.
    NoHeader,
    /// Two columns of a file that mean the same field.
    DuplicateColumn {
        first: String,
        second: String,
    },
    /// A row with more cells than the header has `columns`.
    TooManyCells {
        columns: usize,
    },
    /// A row with more cells than a list may have columns.
    TooManyColumns {
        max: usize,
    },
    /// More rows than one file may have.
    TooManyRows {
        max: usize,
    },
    /// A quote that opens in `line` and is never closed.
    UnclosedQuote {
        line: u64,
    },
    /// A line that can't be read as CSV.
    BadCsv {
        line: u64,
    },
    /// Characters that are neither UTF-8 nor Windows-1252.
    UnknownEncoding,
    /// An upload that is not, or not wholly, multipart/form-data.
    BadUpload,
    /// A cursor that was changed, or that belongs to another list.
    BadCursor,
    /// Characters that stand in no VIN, each with its place.
    NotInAVin {
        wrong: Vec<WrongCharacter>,
    },
    /// Too few or too many characters for a VIN.
    VinLength {
        length: usize,
    },
    /// Our fault; the log explains it under `incident`.
    Internal {
        incident: String,
    },
    /// Work that broke off; what was done until then stays, and it can be started again.
    BrokenOff,
    /// Work that broke off and can't be taken up again.
    Interrupted,
    /// A checked import that nobody confirmed within `days`.
    NotConfirmed {
        days: i64,
    },
}

/// A character that cannot stand where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WrongCharacter {
    /// Counted from 1.
    pub position: usize,
    pub found: char,
    /// What was probably meant.
    pub instead: Option<char>,
}

impl WrongCharacter {
    fn text(self, t: Locale) -> String {
        let Self { position, found, instead } = self;
        match instead {
            Some(instead) => t.vin_never_used(found, position, instead),
            // A control character has no picture of its own.
            None if found.is_control() => t.vin_not_in_alphabet(found.escape_default(), position),
            None => t.vin_not_in_alphabet(found, position),
        }
    }
}

impl Problem {
    /// The sentence for a person.
    #[must_use]
    pub fn text(&self, t: Locale) -> String {
        match self {
            Self::Required => t.problem_required().into(),
            Self::TooLong { max } => t.problem_too_long(max),
            Self::NotANumber => t.problem_not_a_number().into(),
            Self::NotWhole => t.problem_not_whole().into(),
            Self::OutOfRange { min, max } => t.problem_out_of_range(min, max),
            Self::TooMany { max } => t.problem_too_many(max),
            Self::TooPrecise { decimals } => t.problem_too_precise(i64::from(*decimals)),
            Self::NotADate => t.problem_not_a_date().into(),
            Self::InTheFuture => t.problem_in_the_future().into(),
            Self::Unknown { allowed } => t.problem_unknown(allowed.join(", ")),
            Self::ControlCharacters => t.problem_control_characters().into(),
            Self::Taken { vehicle, .. } => t.problem_taken(vehicle),
            Self::Repeated { line } => t.problem_repeated_line(line),
            Self::Duplicate { name } => t.problem_duplicate(name),
            Self::Malformed { expected } => t.problem_malformed(expected),
            Self::EmptyFile => t.problem_empty_file().into(),
            Self::NoHeader => t.problem_no_header().into(),
            Self::DuplicateColumn { first, second } => t.problem_duplicate_column(first, second),
            Self::TooManyCells { columns } => t.problem_too_many_cells(count(*columns)),
            Self::TooManyColumns { max } => t.problem_too_many_columns(count(*max)),
            Self::TooManyRows { max } => t.problem_too_many_rows(count(*max)),
            Self::UnclosedQuote { line } => t.problem_unclosed_quote(line),
            Self::BadCsv { line } => t.problem_bad_csv(line),
            Self::UnknownEncoding => t.problem_unknown_encoding().into(),
            Self::BadUpload => t.problem_bad_upload().into(),
            Self::BadCursor => t.problem_bad_cursor().into(),
            Self::NotInAVin { wrong } => wrong.iter().map(|wrong| wrong.text(t)).collect::<Vec<_>>().join(" "),
            Self::VinLength { length } => t.vin_length(length),
            Self::Internal { incident } => t.error_internal(incident),
            Self::BrokenOff => t.problem_broken_off().into(),
            Self::Interrupted => t.problem_interrupted().into(),
            Self::NotConfirmed { days } => t.problem_not_confirmed(*days),
        }
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Locale::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_files_are_said_in_the_readers_language() {
        let problems = [
            Problem::EmptyFile,
            Problem::NoHeader,
            Problem::DuplicateColumn {
                first: "make".into(),
                second: "Marca".into(),
            },
            Problem::TooManyCells { columns: 12 },
            Problem::TooManyColumns { max: 500 },
            Problem::TooManyRows { max: 100_000 },
            Problem::UnclosedQuote { line: 3 },
            Problem::BadCsv { line: 3 },
            Problem::UnknownEncoding,
            Problem::BadUpload,
            Problem::BadCursor,
            Problem::Interrupted,
            Problem::NotConfirmed { days: 7 },
        ];
        for problem in problems {
            let (english, spanish) = (problem.text(Locale::En), problem.text(Locale::Es));
            assert_ne!(english, spanish);
            // The English prefix of `Malformed` was once set before whole sentences.
            assert!(!spanish.contains("the ") && !spanish.contains("No está bien escrito"), "{spanish}");
        }
        assert_eq!(Problem::TooPrecise { decimals: 1 }.text(Locale::En), "At most 1 decimal.");
    }
}
