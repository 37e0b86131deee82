//! What NHTSA reports about a VIN: its error codes, their texts and weights (table `ErrorCode`, release 2026).

use std::fmt;

/// A set of NHTSA's error codes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Codes(u16);

/// One of NHTSA's error codes, named by what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Code {
    Clean,
    CheckDigit,
    Corrected,
    CorrectedByCheckDigit,
    SeveralCorrections,
    SeveralErrors,
    Incomplete,
    ManufacturerUnknown,
    NoDetails,
    Glider,
    OffRoad,
    ModelYearCode,
    ModelYearEntered,
    UnusedPositions,
    InvalidCharacters,
}

impl Code {
    /// All of them, in NHTSA's order.
    pub const ALL: [Self; 15] = [
        Self::Clean,
        Self::CheckDigit,
        Self::Corrected,
        Self::CorrectedByCheckDigit,
        Self::SeveralCorrections,
        Self::SeveralErrors,
        Self::Incomplete,
        Self::ManufacturerUnknown,
        Self::NoDetails,
        Self::Glider,
        Self::OffRoad,
        Self::ModelYearCode,
        Self::ModelYearEntered,
        Self::UnusedPositions,
        Self::InvalidCharacters,
    ];

    /// NHTSA's number.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::UnusedPositions => 14,
            Self::InvalidCharacters => 400,
            other => other as u16,
        }
    }

    /// NHTSA's text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Clean => "VIN decoded clean. Check Digit (9th position) is correct",
            Self::CheckDigit => "Check Digit (9th position) does not calculate properly",
            Self::Corrected => "VIN corrected, error in one position",
            Self::CorrectedByCheckDigit => "VIN corrected, error in one position (assuming Check Digit is correct)",
            Self::SeveralCorrections => {
                "VIN corrected, error in one position only (indicated by ! in Suggested VIN), multiple matches found"
            }
            Self::SeveralErrors => "VIN has errors in few positions",
            Self::Incomplete => "Incomplete VIN",
            Self::ManufacturerUnknown => {
                "Manufacturer is not registered with NHTSA for sale or importation in the U.S. for use on U.S roads; Please contact the manufacturer directly for more information"
            }
            Self::NoDetails => "No detailed data available currently",
            Self::Glider => {
                "Glider Warning - A \"Glider\" is not a \"motor vehicle\", as defined in 49 U.S.C. 30102(a)(6), and cannot be assigned a VIN that meets 49 CFR Part 565 requirements"
            }
            Self::OffRoad => {
                "Off-Road Vehicle Warning \u{2013} This is not a Vehicle Identification Number (VIN) for a motor vehicle. This indicates that the manufacturer did not certify this product as complying with the Federal Motor Vehicle Safety Standards that are applicable to motor vehicles as defined in 49 U.S.C. 30102."
            }
            Self::ModelYearCode => {
                "Incorrect Model Year - Position 10 does not match valid model year codes (I, O, Q, U, Z, 0). Decoded data may not be accurate."
            }
            Self::ModelYearEntered => {
                "Model Year Warning - Model Year entered for decoding with VIN does not match the model year based on the 10th position in VIN."
            }
            Self::UnusedPositions => {
                "Unable to provide information for some of the characters in the VIN, based on the manufacturer submission."
            }
            Self::InvalidCharacters => "Invalid Characters Present",
        }
    }

    /// How much it speaks against a reading, where two model years are possible.
    const fn weight(self) -> i32 {
        match self {
            Self::Clean | Self::Glider | Self::OffRoad => 0,
            Self::CheckDigit => -5,
            Self::Incomplete => -10,
            Self::ModelYearCode | Self::ModelYearEntered => -20,
            Self::UnusedPositions => -30,
            Self::InvalidCharacters => -40,
            Self::Corrected | Self::CorrectedByCheckDigit => -100,
            Self::SeveralCorrections => -200,
            Self::SeveralErrors => -300,
            Self::NoDetails => -1000,
            Self::ManufacturerUnknown => -10_000,
        }
    }
}

impl Codes {
    pub(crate) const fn add(&mut self, code: Code) {
        self.0 |= 1 << code as u16;
    }

    /// Whether the code is among them.
    #[must_use]
    pub const fn contains(self, code: Code) -> bool {
        self.0 & 1 << code as u16 != 0
    }

    /// The codes in NHTSA's order.
    pub fn iter(self) -> impl Iterator<Item = Code> {
        Code::ALL.into_iter().filter(move |code| self.contains(*code))
    }

    /// Sum of the weights: the higher, the better the reading.
    pub(crate) fn value(self) -> i32 {
        self.iter().map(Code::weight).sum()
    }

    /// Adds what the procedure adds at its end: clean if nothing but notes was found, and unused positions if clean without a model.
    pub(crate) fn conclude(&mut self, has_model: bool) {
        let notes = 1 << Code::Glider as u16 | 1 << Code::OffRoad as u16 | 1 << Code::ModelYearEntered as u16;
        let rest = self.0 & !notes;
        if rest == 0 || rest == 1 << Code::UnusedPositions as u16 {
            self.add(Code::Clean);
            if !has_model {
                self.add(Code::UnusedPositions);
            }
        }
    }
}

impl fmt::Display for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, code) in self.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { "," }, code.number())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codes({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_without_errors_is_clean() {
        let mut codes = Codes::default();
        codes.add(Code::OffRoad);
        codes.conclude(true);
        assert_eq!(codes.to_string(), "0,10");
        let mut codes = Codes::default();
        codes.add(Code::CheckDigit);
        codes.conclude(false);
        assert_eq!(codes.to_string(), "1");
        let mut codes = Codes::default();
        codes.conclude(false);
        assert_eq!(codes.to_string(), "0,14");
    }
}
