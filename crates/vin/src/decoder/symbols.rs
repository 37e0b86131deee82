//! The characters that VINs and patterns are made of, as bits of a mask.
//!
//! A pattern is compared with the VIN's positions 4 to 8, a bar, and positions 10 to 17 (NHTSA's `spVinDecode_Core`, variable `keys`);
//! so the bar is a symbol like any other. What stands in no pattern is [`OTHER`].

/// Number of characters that a pattern is compared with: five, the bar, eight.
pub const KEY_LENGTH: usize = 14;
/// The bar between position 8 and position 10.
pub const BAR: u8 = 36;
/// An underscore: some patterns hold it as a stray character.
pub const UNDERSCORE: u8 = 37;
/// A number sign: stands for a digit that is itself the value.
pub const NUMBER: u8 = 38;
/// Whatever no pattern knows.
pub const OTHER: u8 = 39;
/// Every symbol.
pub const ANY: u64 = (1 << 40) - 1;
/// The ten digits.
pub const DIGITS: u64 = (1 << 10) - 1;

/// The symbol of a character.
#[must_use]
pub const fn symbol(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'Z' => character - b'A' + 10,
        b'|' => BAR,
        b'_' => UNDERSCORE,
        b'#' => NUMBER,
        _ => OTHER,
    }
}

/// The character of a symbol; a question mark for [`OTHER`].
#[must_use]
pub const fn character(symbol: u8) -> u8 {
    match symbol {
        0..=9 => symbol + b'0',
        10..=35 => symbol - 10 + b'A',
        BAR => b'|',
        UNDERSCORE => b'_',
        NUMBER => b'#',
        _ => b'?',
    }
}

/// The characters of a mask as NHTSA prints them: the underscore, digits, letters.
#[must_use]
pub fn characters(mask: u64) -> String {
    std::iter::once(UNDERSCORE)
        .chain(0..=35)
        .filter(|symbol| mask & (1 << symbol) != 0)
        .map(|symbol| char::from(character(symbol)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_its_character() {
        for byte in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ|_#" {
            assert_eq!(character(symbol(*byte)), *byte);
        }
        assert_eq!(symbol(b'*'), OTHER);
        assert_eq!(characters(DIGITS | 1 << UNDERSCORE | 1 << 10), "_0123456789A");
    }
}
