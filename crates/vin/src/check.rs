//! What looks wrong with a VIN, named precisely.

use std::fmt;

use crate::{LENGTH, Vin, is_vin_character, normalise};

/// Something that a person should look at. Positions count from 1, as the standard counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A VIN has 17 characters; this has `length`. Older and foreign ones may be shorter.
    Length { length: usize },
    /// I, O or Q at `position`: never used; `instead` is what was probably meant.
    NeverUsed { position: usize, found: char, instead: char },
    /// No character of any VIN at `position`.
    NotInAlphabet { position: usize, found: char },
    /// The check digit in position 9 does not fit the rest. `binding` where 49 CFR 565 requires it (WMI 1 to 5); elsewhere many makers use the place freely.
    CheckDigit { expected: char, found: char, binding: bool },
}

/// For programs and logs, in English; pages have texts of their own.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { length } if *length < LENGTH => {
                write!(f, "{length} of {LENGTH} characters: {} missing", LENGTH - length)
            }
            Self::Length { length } => write!(f, "{length} characters: a VIN has {LENGTH}"),
            Self::NeverUsed { position, found, instead } => {
                write!(f, "position {position}: {found} is never used; did you mean {instead}?")
            }
            Self::NotInAlphabet { position, found: '*' } => write!(f, "position {position}: not known"),
            Self::NotInAlphabet { position, found } => {
                write!(
                    f,
                    "position {position}: {found:?} stands in no VIN, only digits and capitals without I, O and Q"
                )
            }
            Self::CheckDigit {
                expected,
                found,
                binding: true,
            } => write!(
                f,
                "position 9: the check digit is {found}, the other characters give {expected}; one of them is wrong"
            ),
            Self::CheckDigit { expected, found, .. } => write!(
                f,
                "position 9: {found} is no check digit ({expected} would be); many makers outside of North America use it freely"
            ),
        }
    }
}

/// Looks at a VIN as typed; an empty text has nothing wrong. Reports at most 18 things: the length, and one for each of the first 17 characters.
#[must_use]
pub fn check(typed: &str) -> Vec<Warning> {
    let vin = normalise(typed);
    let mut warnings = Vec::new();
    if vin.is_empty() {
        return warnings;
    }
    let length = vin.chars().count();
    if length != LENGTH {
        warnings.push(Warning::Length { length });
    }
    for (index, found) in vin.chars().take(LENGTH).enumerate() {
        let position = index + 1;
        match found {
            'I' => warnings.push(Warning::NeverUsed {
                position,
                found,
                instead: '1',
            }),
            'O' | 'Q' => warnings.push(Warning::NeverUsed {
                position,
                found,
                instead: '0',
            }),
            other if !is_vin_character(other) => warnings.push(Warning::NotInAlphabet { position, found }),
            _ => {}
        }
    }
    if let Ok(vin) = Vin::parse(&vin) {
        let (expected, found) = (check_digit(&vin), vin.check_character());
        if expected != found {
            warnings.push(Warning::CheckDigit {
                expected,
                found,
                binding: vin.is_north_american(),
            });
        }
    }
    warnings
}

/// The character that belongs into position 9: weighted sum modulo 11, with X for 10 (49 CFR 565.15(c), tables III to V).
#[must_use]
pub fn check_digit(vin: &Vin) -> char {
    const WEIGHTS: [u32; LENGTH] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum: u32 = vin.bytes().iter().zip(WEIGHTS).map(|(byte, weight)| value(*byte) * weight).sum();
    match sum % 11 {
        10 => 'X',
        rest => char::from_digit(rest, 10).unwrap_or('X'),
    }
}

/// The assigned value of a character (49 CFR 565.15(c)(1), table III).
const fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (byte - b'0') as u32,
        b'A'..=b'H' => (byte - b'A') as u32 + 1,
        b'J'..=b'N' => (byte - b'J') as u32 + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => (byte - b'S') as u32 + 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::well_known("1M8GDM9AXKP042788", vec![])]
    #[case::all_ones("11111111111111111", vec![])]
    #[case::empty("   ", vec![])]
    #[case::letter_i("1HGCM82633A00435I", vec![Warning::NeverUsed { position: 17, found: 'I', instead: '1' }])]
    #[case::letter_o("1HGCM8263OA004352", vec![Warning::NeverUsed { position: 10, found: 'O', instead: '0' }])]
    #[case::wrong_digit("1HGCM82603A004352", vec![Warning::CheckDigit { expected: '3', found: '0', binding: true }])]
    #[case::short("1HGCM", vec![Warning::Length { length: 5 }])]
    #[case::star("1HGCM8263*A004352", vec![Warning::NotInAlphabet { position: 10, found: '*' }])]
    fn warnings_name_the_place(#[case] typed: &str, #[case] expected: Vec<Warning>) {
        assert_eq!(check(typed), expected);
    }

    #[test]
    fn warnings_say_what_to_do() {
        let said = |typed: &str| check(typed).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(said("1HGCI82633A004352")[0], "position 5: I is never used; did you mean 1?");
        assert_eq!(said("1HGCM"), ["5 of 17 characters: 12 missing"]);
        assert_eq!(
            said("1HGCM8263é3A00435")[0],
            "position 10: 'É' stands in no VIN, only digits and capitals without I, O and Q"
        );
        assert_eq!(
            said("1HGCM82603A004352"),
            ["position 9: the check digit is 0, the other characters give 3; one of them is wrong"]
        );
    }

    #[test]
    fn a_european_vin_may_use_position_nine_freely() {
        let warnings = check("WVWZZZ1JZ3W386752");
        assert!(matches!(warnings[..], [Warning::CheckDigit { binding: false, .. }]), "{warnings:?}");
    }
}
