//! A VIN as it was written: up to seventeen characters, right or wrong, complete or not.

use super::{
    data::pack,
    symbols::{BAR, KEY_LENGTH, symbol},
};
use crate::{LENGTH, normalise};

/// Up to seventeen characters, capitals. What is not ASCII became a question mark: it stands in no VIN, but keeps its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    bytes: [u8; LENGTH],
    length: usize,
}

impl Written {
    /// Reads what was typed; characters after the seventeenth are left out.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let mut bytes = [0; LENGTH];
        if let Some(plain) = bytes.get_mut(..typed.len()) {
            plain.copy_from_slice(typed.as_bytes());
            // Without leaving early: all bytes at once.
            if plain.iter().fold(true, |all, byte| all & byte.is_ascii_alphanumeric()) {
                plain.make_ascii_uppercase();
                return Self {
                    bytes,
                    length: typed.len(),
                };
            }
            bytes = [0; LENGTH];
        }
        let mut length = 0;
        for (to, character) in bytes.iter_mut().zip(normalise(typed).chars()) {
            *to = u8::try_from(character).ok().filter(u8::is_ascii_graphic).unwrap_or(b'?');
            length += 1;
        }
        Self { bytes, length }
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    /// How many characters there are.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// The character at a position, counted from 1.
    #[inline]
    #[must_use]
    pub fn at(&self, position: usize) -> Option<u8> {
        self.bytes[..self.length].get(position.checked_sub(1)?).copied()
    }

    /// The VIN with another character at a position.
    #[must_use]
    pub fn with(mut self, position: usize, byte: u8) -> Self {
        if let Some(to) = self.bytes[..self.length].get_mut(position.wrapping_sub(1)) {
            *to = byte;
        }
        self
    }

    /// The manufacturer's code (`fVinWMI`): three characters, or six where the third is 9.
    #[must_use]
    pub fn wmi(&self) -> Wmi {
        let mut code = [0; 6];
        let short = self.length.min(3);
        code[..short].copy_from_slice(&self.bytes[..short]);
        if code[2] == b'9' && self.length >= 14 {
            code[3..].copy_from_slice(&self.bytes[11..14]);
            return Wmi { code, length: 6 };
        }
        Wmi { code, length: short }
    }

    /// What patterns are compared with, as symbols: positions 4 to 8, a bar, positions 10 to 17; and how many there are.
    #[must_use]
    pub fn key(&self) -> ([u8; KEY_LENGTH], usize) {
        let mut key = [0; KEY_LENGTH];
        let mut length = self.length.clamp(3, 8) - 3;
        for (to, byte) in key.iter_mut().zip(&self.bytes[3..3 + length]) {
            *to = symbol(*byte);
        }
        if self.length > 9 {
            key[5] = BAR;
            for (to, byte) in key[6..].iter_mut().zip(&self.bytes[9..self.length]) {
                *to = symbol(*byte);
            }
            length = 6 + self.length - 9;
        }
        (key, length)
    }

    /// Whether the check digit fits, by the rule that the procedure uses for corrections (`fVINCheckDigit`): the last five characters are digits, or the last three where position 3 is 9.
    #[must_use]
    pub fn has_check_digit(&self) -> bool {
        let digits_from = if self.at(3) == Some(b'9') { 15 } else { 13 };
        self.check_digit(digits_from).is_some_and(|digit| self.at(9) == Some(digit))
    }

    /// Whether the check digit fits, by the rule for the whole VIN (`fVINCheckDigit2`): position 13 may be a letter but for light vehicles.
    #[must_use]
    pub fn is_checked(&self, light: bool) -> bool {
        let digits_from = match (self.at(3), light) {
            (Some(b'9'), _) => 15,
            (_, true) => 13,
            _ => 14,
        };
        self.check_digit(digits_from).is_some_and(|digit| self.at(9) == Some(digit))
    }

    /// The check digit (49 CFR 565.15(c)); none if a character cannot stand where it stands, or for an incomplete VIN.
    fn check_digit(&self, digits_from: usize) -> Option<u8> {
        const WEIGHTS: [u32; LENGTH] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
        if self.length != LENGTH {
            return None;
        }
        if matches!(self.bytes[9], b'0' | b'U' | b'Z') || !self.bytes[digits_from - 1..].iter().all(u8::is_ascii_digit) {
            return None;
        }
        let values = self.bytes.map(|byte| VALUES[usize::from(byte)]);
        if values.iter().fold(0, |highest, value| highest.max(*value)) == NO_VALUE {
            return None;
        }
        let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| u32::from(*value) * weight).sum();
        match u8::try_from(sum % 11) {
            Ok(10) | Err(_) => Some(b'X'),
            Ok(rest) => Some(b'0' + rest),
        }
    }
}

/// In [`VALUES`]: a character that has no value.
const NO_VALUE: u8 = u8::MAX;
/// The assigned value of each character (49 CFR 565.15(c)(1), table III).
const VALUES: [u8; 256] = {
    let mut values = [NO_VALUE; 256];
    let assigned = b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ";
    let mut index = 0;
    while index < assigned.len() {
        let character = assigned[index];
        values[character as usize] = match character {
            b'0'..=b'9' => character - b'0',
            b'A'..=b'H' => character - b'A' + 1,
            b'J'..=b'R' => character - b'J' + 1,
            _ => character - b'S' + 2,
        };
        index += 1;
    }
    values
};

/// A manufacturer's code of up to six characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wmi {
    code: [u8; 6],
    length: usize,
}

impl Wmi {
    /// Characters: 3 or 6, fewer in a VIN that is cut off.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether the VIN was empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.code[..self.length]).unwrap_or_default()
    }

    pub(crate) fn packed(&self) -> u32 {
        pack(&self.code[..self.length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_has_a_place() {
        assert_eq!(Written::new("1hgcm82633a004352").as_str(), "1HGCM82633A004352");
        assert_eq!(Written::new(" 1HG-CM826").as_str(), "1HGCM826");
        assert_eq!(Written::new("1HG🚗M").as_str(), "1HG?M");
        assert_eq!(Written::new(&"A".repeat(100_000)).length(), 17);
        assert_eq!(Written::new("").wmi().len(), 0);
    }

    #[test]
    fn small_manufacturers_have_six_characters() {
        assert_eq!(Written::new("1P9KF7982SM9701B1").wmi().as_str(), "1P9970");
        assert_eq!(Written::new("1P9KF").wmi().as_str(), "1P9");
    }

    #[test]
    fn the_key_leaves_out_the_check_digit() {
        let (key, length) = Written::new("1HGCM82633A004352").key();
        assert_eq!((length, key[4], key[5], key[6], key[13]), (14, 6, BAR, 3, 2));
        assert_eq!(Written::new("1HGCM8263").key().1, 5);
        assert_eq!(Written::new("1H").key().1, 0);
    }
}
