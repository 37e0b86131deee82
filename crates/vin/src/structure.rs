//! The parts of a VIN (ISO 3779 section 5): manufacturer, vehicle description, vehicle indicator.

use std::fmt;

use crate::{LENGTH, is_vin_character, normalise};

/// Seventeen characters that can be a VIN. Whether the check digit fits is another question: [`crate::check`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vin([u8; LENGTH]);

/// Not seventeen characters of the VIN alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAVin;

impl fmt::Display for NotAVin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a VIN has 17 characters: digits and capitals without I, O and Q")
    }
}

impl std::error::Error for NotAVin {}

impl Vin {
    /// Reads a VIN as people type it.
    ///
    /// # Errors
    /// [`NotAVin`] if it has not 17 characters of the VIN alphabet.
    pub fn parse(typed: &str) -> Result<Self, NotAVin> {
        let text = normalise(typed);
        if !text.chars().all(is_vin_character) {
            return Err(NotAVin);
        }
        text.as_bytes().try_into().map(Self).map_err(|_| NotAVin)
    }

    /// The seventeen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// World manufacturer identifier, positions 1 to 3 (ISO 3780).
    #[must_use]
    pub fn wmi(&self) -> &str {
        &self.as_str()[..3]
    }

    /// The rest of a small manufacturer's identifier: positions 12 to 14, where position 3 is 9 (fewer than 1,000 vehicles a year).
    #[must_use]
    pub fn small_manufacturer(&self) -> Option<&str> {
        (self.0[2] == b'9').then(|| &self.as_str()[11..14])
    }

    /// Vehicle descriptor section, positions 4 to 9.
    #[must_use]
    pub fn vds(&self) -> &str {
        &self.as_str()[3..9]
    }

    /// Vehicle indicator section, positions 10 to 17.
    #[must_use]
    pub fn vis(&self) -> &str {
        &self.as_str()[9..]
    }

    /// Position 9: the check digit where one is required.
    #[must_use]
    pub fn check_character(&self) -> char {
        char::from(self.0[8])
    }

    /// Position 11: the plant, in the manufacturer's own code.
    #[must_use]
    pub fn plant(&self) -> char {
        char::from(self.0[10])
    }

    /// Built for the North American market: WMI from 1 to 5, where 49 CFR 565 makes the check digit binding.
    #[must_use]
    pub fn is_north_american(&self) -> bool {
        (b'1'..=b'5').contains(&self.0[0])
    }

    /// The model years that position 10 can stand for, older first: its code repeats every 30 years (49 CFR 565.15 table VII).
    /// Empty for U, Z and 0, which stand for no year. In North America, for vehicles up to 10,000 lb, a letter in position 7 means 2010 or later.
    #[must_use]
    pub fn model_years(&self) -> Vec<u16> {
        const CODES: &[u8; 30] = b"ABCDEFGHJKLMNPRSTVWXY123456789";
        let Some(index) = CODES
            .iter()
            .position(|code| *code == self.0[9])
            .and_then(|index| u16::try_from(index).ok())
        else {
            return Vec::new();
        };
        vec![1980 + index, 2010 + index]
    }

    pub(crate) const fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl fmt::Display for Vin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Vin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vin({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vin_has_three_sections() {
        let vin = Vin::parse("1hgcm82633a004352").unwrap_or_else(|_| unreachable!("a well-known VIN"));
        assert_eq!((vin.wmi(), vin.vds(), vin.vis()), ("1HG", "CM8263", "3A004352"));
        assert_eq!(
            (vin.plant(), vin.check_character(), vin.model_years()),
            ('A', '3', vec![2003, 2033])
        );
        assert!(vin.is_north_american() && vin.small_manufacturer().is_none());
    }

    #[test]
    fn what_is_no_vin_is_refused() {
        for wrong in [
            "",
            "1HGCM82633A00435",
            "1HGCM82633A0043521",
            "IHGCM82633A004352",
            "1HGCM82633A00435é",
            "🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗🚗",
        ] {
            assert_eq!(Vin::parse(wrong), Err(NotAVin), "{wrong}");
        }
    }
}
