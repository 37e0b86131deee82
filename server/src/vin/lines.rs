//! Answers one a line (NDJSON): what REST streams and the command line prints.

use app::{i18n::Locale, kernel::problem::Problem, vehicle::vin_notes, vin::DecodedVin};
use serde::Serialize;
use utoipa::ToSchema;

/// Most characters of what was typed that an answer repeats.
const SHOWN: usize = 40;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum VinLine {
    Decoded(DecodedLine),
    Refused(RefusedLine),
}

/// A VIN that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DecodedLine {
    /// Which question it answers, counted from 1.
    pub line: usize,
    #[serde(flatten)]
    pub decoded: DecodedVin,
}

/// What cannot be a VIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RefusedLine {
    /// Which question it answers, counted from 1.
    pub line: usize,
    /// What was typed; the first 40 characters.
    pub vin: String,
    /// The problem, for programs; positions count from 1.
    pub error: Problem,
    /// The problem in sentences, one for each character.
    #[schema(example = "Position 5: I is never used; did you mean 1?")]
    pub detail: String,
}

impl VinLine {
    /// The answer to question `line`, which was `typed`.
    #[must_use]
    pub fn of(line: usize, typed: &str, answer: Result<DecodedVin, Problem>) -> Self {
        match answer {
            Ok(decoded) => Self::Decoded(DecodedLine { line, decoded }),
            Err(error) => Self::Refused(RefusedLine {
                line,
                vin: typed.chars().take(SHOWN).collect(),
                detail: said(&error, typed, Locale::En),
                error,
            }),
        }
    }

    /// The line with its end.
    ///
    /// # Errors
    /// Never, as the types stand.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// A problem in words: where characters are wrong, all of them.
#[must_use]
pub fn said(problem: &Problem, typed: &str, t: Locale) -> String {
    match problem {
        Problem::NotInAVin { .. } => vin_notes(typed, t).join(" "),
        other => other.text(t),
    }
}
