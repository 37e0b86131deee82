//! Numbers as people write and read them: `12,900.50` in English, `12.900,50` in Spanish.
//!
//! A typed number is read by an explicit notation, never guessed: `1,234` means different things to different people.

use rust_decimal::Decimal;

use super::{closed_set::closed_set, problem::Problem};
use crate::i18n::Locale;

closed_set! {
    /// Which sign separates decimals in typed or imported numbers.
    #[derive(Default)]
    pub enum Notation {
        /// `12,900.50`
        #[default]
        Point = "point",
        /// `12.900,50`
        Comma = "comma",
    }
}

impl Notation {
    const fn signs(self) -> (char, char) {
        match self {
            Self::Point => ('.', ','),
            Self::Comma => (',', '.'),
        }
    }

    /// Reads a number with optional grouping by thousands, spaces and a leading currency sign.
    ///
    /// # Errors
    /// `NotANumber` for anything else, also for groups that are not of three digits (`1,23`).
    pub fn read(self, text: &str) -> Result<Decimal, Problem> {
        self.read_as_typed(text).map(|number| number.normalize())
    }

    /// [`Self::read`] with as many decimals as were typed, so that what [`looks_grouped`] still does when it is written again.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_as_typed(self, text: &str) -> Result<Decimal, Problem> {
        let (point, group) = self.signs();
        let text: String = text
            .trim()
            .trim_start_matches(['$', '€', '£'])
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let (sign, digits) = match text.strip_prefix(['-', '−']) {
            Some(rest) => ("-", rest),
            None => ("", text.as_str()),
        };
        let (whole, fraction) = digits
            .split_once(point)
            .map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
        let groups: Vec<&str> = whole.split(group).collect();
        let grouped_well = groups.len() == 1 || (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|part| part.len() == 3);
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !grouped_well || !groups.iter().all(|part| all_digits(part)) || fraction.is_some_and(|part| !all_digits(part)) {
            return Err(Problem::NotANumber);
        }
        let plain = match fraction {
            Some(fraction) => format!("{sign}{}.{fraction}", groups.concat()),
            None => format!("{sign}{}", groups.concat()),
        };
        Decimal::from_str_exact(&plain).map_err(|_| Problem::OutOfRange {
            min: "0".into(),
            max: super::money::MAX_AMOUNT.to_string(),
        })
    }

    /// Writes a number with its digits grouped by thousands; one decimal becomes two: `12,900.50`.
    #[must_use]
    pub fn write(self, mut number: Decimal) -> String {
        if number.scale() == 1 {
            number.rescale(2);
        }
        let sign = if number.is_sign_negative() { "-" } else { "" };
        format!("{sign}{}", self.group(&number.abs().to_string()))
    }

    /// Writes a number without groups, as years and counts are written.
    #[must_use]
    pub fn write_plain(self, number: Decimal) -> String {
        number.to_string().replace('.', &self.signs().0.to_string())
    }

    /// Groups the digits of a plain number without a sign (`12900.5`) by thousands.
    fn group(self, plain: &str) -> String {
        let (point, group) = self.signs();
        let (whole, fraction) = plain
            .split_once('.')
            .map_or((plain, None), |(whole, fraction)| (whole, Some(fraction)));
        let mut out = String::with_capacity(plain.len() + plain.len() / 3);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                out.push(group);
            }
            out.push(digit);
        }
        if let Some(fraction) = fraction {
            out.push(point);
            out.push_str(fraction);
        }
        out
    }
}

/// Whether a number as typed has three decimals, and so looks like thousands in another notation: `12.900` by one who writes `12,900`. Where
/// nobody needs three decimals that is refused, not read as 12.9.
#[must_use]
pub fn looks_grouped(typed: &Decimal) -> bool {
    typed.scale() == 3
}

impl std::str::FromStr for Notation {
    type Err = super::error::AppError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name.is_empty() {
            return Err(super::error::AppError::invalid("notation", Problem::Required));
        }
        Self::named(name).ok_or_else(|| {
            let allowed = Self::ALL.iter().map(ToString::to_string).collect();
            super::error::AppError::invalid("notation", Problem::Unknown { allowed })
        })
    }
}

/// Groups the digits of a plain number (`12900.5`) by thousands in the reader's notation.
#[must_use]
pub fn group_digits(plain: &str, t: Locale) -> String {
    t.notation().group(plain)
}

/// A limit as a sentence names it: grouped from five digits on, so that a year stays `1900`.
#[must_use]
pub fn limit(plain: &str, t: Locale) -> String {
    if plain.chars().take_while(char::is_ascii_digit).count() < 5 {
        return plain.to_owned();
    }
    group_digits(plain, t)
}

/// Writes a size in bytes as the configuration takes it, never as more than it is: `50 MB`, `500 kB`.
#[must_use]
pub fn size(bytes: u64, t: Locale) -> String {
    let (number, unit) = if bytes >= 10_000_000 || bytes.is_multiple_of(1_000_000) {
        (bytes / 1_000_000, "MB")
    } else {
        (bytes / 1000, "kB")
    };
    format!("{} {unit}", group_digits(&number.to_string(), t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_write_them() {
        let written = |text: &str, notation: Notation| notation.write(text.parse().unwrap_or_default());
        assert_eq!(written("12900", Notation::Point), "12,900");
        assert_eq!(written("12900.5", Notation::Comma), "12.900,50");
        assert_eq!(written("-1234.567", Notation::Point), "-1,234.567");
    }

    #[test]
    fn each_notation_reads_its_own_and_refuses_the_other() {
        let read = |notation: Notation, text: &str| notation.read(text).map(|n| n.to_string());
        assert_eq!(read(Notation::Point, "12,900.50"), Ok("12900.5".into()));
        assert_eq!(read(Notation::Point, " $12 900 "), Ok("12900".into()));
        assert_eq!(read(Notation::Comma, "12.900,50"), Ok("12900.5".into()));
        assert_eq!(read(Notation::Comma, "12900"), Ok("12900".into()));
        assert_eq!(read(Notation::Point, "-5"), Ok("-5".into()));
        for wrong in [
            "",
            "abc",
            "1,23",
            "1,2345",
            ",5",
            "5.",
            "1.2.3",
            "1e5",
            "NaN",
            "12.900,50",
            "--1",
            "１２",
        ] {
            assert_eq!(read(Notation::Point, wrong), Err(Problem::NotANumber), "{wrong}");
        }
    }

    #[test]
    fn a_number_of_a_thousand_digits_is_out_of_range_and_no_panic() {
        assert!(matches!(Notation::Point.read(&"9".repeat(1000)), Err(Problem::OutOfRange { .. })));
    }

    #[test]
    fn digits_are_grouped_by_the_readers_notation() {
        assert_eq!(group_digits("1234567.5", Locale::En), "1,234,567.5");
        assert_eq!(group_digits("1234567.5", Locale::Es), "1.234.567,5");
        assert_eq!(group_digits("999", Locale::En), "999");
        assert_eq!(limit("3000000", Locale::Es), "3.000.000");
        assert_eq!(["2028", "-12345"].map(|plain| limit(plain, Locale::En)), ["2028", "-12345"]);
    }

    #[test]
    fn a_size_is_what_was_configured() {
        for (bytes, text) in [
            (50_000_000, "50 MB"),
            (1_000_000, "1 MB"),
            (1_048_576, "1,048 kB"),
            (500_000, "500 kB"),
            (262_144, "262 kB"),
        ] {
            assert_eq!(size(bytes, Locale::En), text);
        }
        assert_eq!(size(1_500_000, Locale::Es), "1.500 kB");
    }
}
