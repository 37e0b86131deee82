//! What is wrong with one field, as data: the page words it in the reader's language, REST in English.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, SeqAccess, Visitor},
};

use super::number::limit;
use crate::i18n::Locale;

/// Field name → what is wrong with it.
pub type FieldProblems = BTreeMap<String, Problem>;

/// Declares the problems with their names in JSON and how they are read. By hand: what serde derives for thirty tagged variants is forty
/// kilobytes of WASM.
macro_rules! problems {
    ($(#[$meta:meta])* pub enum Problem { $($(#[$value_meta:meta])* $problem:ident = $name:literal $({ $($field:ident: $type:ty),+ })?,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
        #[serde(tag = "problem")]
        pub enum Problem { $($(#[$value_meta])* #[serde(rename = $name)] $problem $({ $($field: $type),+ })?,)+ }

        impl<'de> Deserialize<'de> for Problem {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let parts = BTreeMap::<String, Part>::deserialize(deserializer)?;
                let name: String = part(&parts, "problem")?;
                match name.as_str() {
                    $($name => Ok(Self::$problem $({ $($field: part(&parts, stringify!($field))?),+ })?),)+
                    other => Err(D::Error::unknown_variant(other, &[$($name),+])),
                }
            }
        }
    };
}

problems! {
    /// Why a value is not taken. Numbers are shown as they stand.
    pub enum Problem {
        Required = "required",
        /// At most `max` characters.
        TooLong = "too_long" { max: usize },
        /// Not a number in the chosen notation.
        NotANumber = "not_a_number",
        /// A whole number was wanted.
        NotWhole = "not_whole",
        /// Outside `min` to `max`, both included.
        OutOfRange = "out_of_range" { min: String, max: String },
        /// More than `max` words, tags or the like.
        TooMany = "too_many" { max: usize },
        /// More decimals than the currency or unit has.
        TooPrecise = "too_precise" { decimals: u32 },
        /// No such day in the calendar, or not written as year-month-day.
        NotADate = "not_a_date",
        /// A day that lies ahead, where only the past makes sense.
        InTheFuture = "in_the_future",
        /// Not one of the closed set.
        Unknown = "unknown" { allowed: Vec<String> },
        /// Control characters such as NUL.
        ControlCharacters = "control_characters",
        /// Another living row has it. `vehicle` names that row, `id` leads to it.
        Taken = "taken" { vehicle: String, id: String },
        /// Another entry of the catalogue says so already. `name` names it, `id` leads to it.
        InCatalogue = "in_catalogue" { name: String, id: String },
        /// An earlier row of the same file has it; the line in which that row begins.
        Repeated = "repeated" { line: u64 },
        /// A name that may stand there once stands there twice.
        Duplicate = "duplicate" { name: String },
        /// A form of writing that does not fit, in words: `expected` is an example.
        Malformed = "malformed" { expected: String },
        /// A file without anything in it.
        EmptyFile = "empty_file",
        /// A file whose first line names no column of a vehicle.
        NoHeader = "no_header",
        /// Two columns of a file that mean the same field.
        DuplicateColumn = "duplicate_column" { first: String, second: String },
        /// A row with more cells than the header has `columns`.
        TooManyCells = "too_many_cells" { columns: usize },
        /// A row with more cells than a list may have columns.
        TooManyColumns = "too_many_columns" { max: usize },
        /// More rows than one file may have.
        TooManyRows = "too_many_rows" { max: usize },
        /// A quote that opens in `line` and is never closed.
        UnclosedQuote = "unclosed_quote" { line: u64 },
        /// A line that can't be read as CSV.
        BadCsv = "bad_csv" { line: u64 },
        /// Characters that are neither UTF-8 nor Windows-1252.
        UnknownEncoding = "unknown_encoding",
        /// An upload that is not, or not wholly, multipart/form-data.
        BadUpload = "bad_upload",
        /// A cursor that was changed, or that belongs to another list.
        BadCursor = "bad_cursor",
        /// A character that stands in no VIN; the position counts from 1, `instead` is what was probably meant, if anything.
        NotInAVin = "not_in_a_vin" { position: usize, found: String, instead: String },
        /// Too few or too many characters for a VIN.
        VinLength = "vin_length" { length: usize },
        /// Our fault; the log explains it under `incident`.
        Internal = "internal" { incident: String },
        /// Work that broke off; what was done until then stays, and it can be started again.
        BrokenOff = "broken_off",
        /// Work that broke off and can't be taken up again.
        Interrupted = "interrupted",
        /// A checked import that nobody confirmed within `days`.
        NotConfirmed = "not_confirmed" { days: i64 },
        /// A checked import that nobody had confirmed when newer ones needed its place.
        Superseded = "superseded",
    }
}

/// A value that a problem carries.
#[derive(Clone)]
enum Part {
    Text(String),
    Texts(Vec<String>),
    Number(i64),
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, texts or a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Part, E> {
        Ok(Part::Text(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Part, E> {
        Ok(Part::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Part, E> {
        i64::try_from(number).map(Part::Number).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Part, A::Error> {
        let mut all = Vec::new();
        while let Some(text) = texts.next_element()? {
            all.push(text);
        }
        Ok(Part::Texts(all))
    }
}

/// The part of that name, as the type that the problem wants.
fn part<T: TryFrom<Part>, E: Error>(parts: &BTreeMap<String, Part>, name: &'static str) -> Result<T, E> {
    let part = parts.get(name).ok_or_else(|| E::missing_field(name))?;
    T::try_from(part.clone()).map_err(|_| E::custom(format_args!("{name} is of another type")))
}

impl TryFrom<Part> for String {
    type Error = ();

    fn try_from(part: Part) -> Result<Self, ()> {
        if let Part::Text(text) = part { Ok(text) } else { Err(()) }
    }
}

impl TryFrom<Part> for Vec<String> {
    type Error = ();

    fn try_from(part: Part) -> Result<Self, ()> {
        if let Part::Texts(texts) = part { Ok(texts) } else { Err(()) }
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl TryFrom<Part> for $number {
            type Error = ();

            fn try_from(part: Part) -> Result<Self, ()> {
                let Part::Number(number) = part else { return Err(()) };
                number.try_into().map_err(|_| ())
            }
        })+
    };
}

numbers!(usize, u32, u64, i64);

impl Problem {
    /// The sentence for a person.
    #[must_use]
    pub fn text(&self, t: Locale) -> String {
        match self {
            Self::Required => t.problem_required().into(),
            Self::TooLong { max } => t.problem_too_long(count(*max)),
            Self::NotANumber => t.problem_not_a_number().into(),
            Self::NotWhole => t.problem_not_whole().into(),
            Self::OutOfRange { min, max } => t.problem_out_of_range(limit(min, t), limit(max, t)),
            Self::TooMany { max } => t.problem_too_many(max),
            Self::TooPrecise { decimals } => t.problem_too_precise(i64::from(*decimals)),
            Self::NotADate => t.problem_not_a_date().into(),
            Self::InTheFuture => t.problem_in_the_future().into(),
            Self::Unknown { allowed } => t.problem_unknown(allowed.join(", ")),
            Self::ControlCharacters => t.problem_control_characters().into(),
            Self::Taken { vehicle, .. } => t.problem_taken(vehicle),
            Self::InCatalogue { name, .. } => t.catalogue_entry_exists(name),
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
            Self::NotInAVin { position, found, instead } if instead.is_empty() => t.vin_not_in_alphabet(found, position),
            Self::NotInAVin { position, found, instead } => t.vin_never_used(found, position, instead),
            Self::VinLength { length } => t.vin_length(length),
            Self::Internal { incident } => t.error_internal(incident),
            Self::BrokenOff => t.problem_broken_off().into(),
            Self::Interrupted => t.problem_interrupted().into(),
            Self::NotConfirmed { days } => t.problem_not_confirmed(*days),
            Self::Superseded => t.problem_superseded().into(),
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
    fn a_problem_reads_as_it_was_written() {
        let problems = [
            Problem::Required,
            Problem::TooPrecise { decimals: 2 },
            Problem::OutOfRange {
                min: "0".into(),
                max: "9".into(),
            },
            Problem::Unknown {
                allowed: vec!["car".into(), "motorcycle".into()],
            },
            Problem::BadCsv { line: 7 },
            Problem::NotConfirmed { days: -1 },
        ];
        for problem in problems {
            let json = serde_json::to_string(&problem).unwrap_or_default();
            assert_eq!(serde_json::from_str::<Problem>(&json).ok(), Some(problem), "{json}");
        }
        let wrong = [
            r#"{"problem":"too_long"}"#,
            r#"{"problem":"too_long","max":"9"}"#,
            r#"{"problem":"other"}"#,
            r#"{"max":1}"#,
        ];
        for json in wrong {
            assert!(serde_json::from_str::<Problem>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_limit_is_written_as_the_reader_writes_numbers() {
        let (min, max) = ("0".to_owned(), "3000000".to_owned());
        let far = Problem::OutOfRange { min, max };
        assert_eq!(far.text(Locale::En), "Must be between 0 and 3,000,000.");
        assert_eq!(far.text(Locale::Es), "Debe estar entre 0 y 3.000.000.");
        assert_eq!(Problem::TooLong { max: 10_000 }.text(Locale::En), "At most 10,000 characters.");
    }

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
            Problem::Superseded,
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
