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
    /// An earlier row of the same file has it.
    Repeated {
        row: u64,
    },
    /// A form of writing that does not fit, in words: `expected` is an example.
    Malformed {
        expected: String,
    },
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
            Self::TooPrecise { decimals } => t.problem_too_precise(i64::from(*decimals)),
            Self::NotADate => t.problem_not_a_date().into(),
            Self::InTheFuture => t.problem_in_the_future().into(),
            Self::Unknown { allowed } => t.problem_unknown(allowed.join(", ")),
            Self::ControlCharacters => t.problem_control_characters().into(),
            Self::Taken { vehicle, .. } => t.problem_taken(vehicle),
            Self::Repeated { row } => t.problem_repeated(row),
            Self::Malformed { expected } => t.problem_malformed(expected),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Locale::En))
    }
}
