//! NHTSA's pattern language: one character a place, `*` for any, `[A-F19]` for a choice, `#` for a digit that is itself the value.
//!
//! The procedure compares a pattern without brackets by LIKE, where `_` is any character too, and one with brackets as a regular
//! expression from the start (`sqlwild_to_regex`). A pattern with `#` is compared in a step of its own, in which every digit of
//! the VIN was replaced: there, a digit or a choice in the pattern can never fit.

use vin::decoder::symbols::{ANY, BAR, DIGITS, KEY_LENGTH, OTHER, symbol};

/// One place of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// What fits.
    pub mask: u64,
    /// What `fValidCharsInKey` lists: nothing for `*`, and no I, O, Q out of a range.
    pub listed: u64,
    /// As written.
    pub text: String,
}

/// A pattern, place by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub places: Vec<Place>,
    pub has_digits: bool,
}

impl Parsed {
    /// Whether any VIN can fit.
    #[must_use]
    pub fn can_fit(&self) -> bool {
        self.places.len() <= KEY_LENGTH && self.places.iter().all(|place| place.mask != 0)
    }

    /// Places that a VIN's positions are used by: bits 0 to 4 for positions 4 to 8, bit 5 for position 11, bit 6 for digits to read.
    #[must_use]
    pub fn used(&self) -> u8 {
        let listed = |place: usize| self.places.get(place).is_some_and(|place| place.listed != 0);
        let vds = (0..5).filter(|place| listed(*place)).fold(0, |bits, place| bits | 1 << place);
        vds | u8::from(listed(7)) << 5 | u8::from(self.has_digits) << 6
    }
}

/// Characters of a VIN: `validchars` in NHTSA's `fValidCharsInRegEx`.
fn alphabet() -> u64 {
    b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
        .iter()
        .fold(0, |mask, byte| mask | 1 << symbol(*byte))
}

/// Reads a pattern.
#[must_use]
pub fn parse(key: &str) -> Parsed {
    let has_choice = key.contains('[');
    let has_digits = key.contains('#');
    let mut places = Vec::new();
    let mut rest = key.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let end = if *first == b'[' {
            after.iter().position(|byte| *byte == b']')
        } else {
            None
        };
        let (place, after) = match (*first, end) {
            (b'[', Some(end)) => (choice(&after[..end], has_digits), &after[end + 1..]),
            (byte, _) => (single(byte, has_choice, has_digits), after),
        };
        places.push(place);
        rest = after;
    }
    Parsed { places, has_digits }
}

fn single(byte: u8, has_choice: bool, has_digits: bool) -> Place {
    let own = 1 << symbol(byte);
    let (mask, listed) = match byte {
        b'*' => (ANY, 0),
        b'_' if !has_choice => (ANY, own),
        b'#' => (DIGITS, DIGITS),
        b'|' => (1 << BAR, 0),
        b'0'..=b'9' if has_digits => (0, own),
        _ if own == 1 << OTHER => (0, 0),
        _ => (own, own),
    };
    Place {
        mask,
        listed,
        text: char::from(byte).to_string(),
    }
}

/// The inside of brackets as a regular expression's character class.
fn choice(inside: &[u8], has_digits: bool) -> Place {
    // The procedure mends one misspelt range of its data, `1-A`, before it compiles it.
    let inner = String::from_utf8_lossy(inside).replace("1-A", "1A");
    let bytes = inner.as_bytes();
    let (negated, bytes) = bytes.strip_prefix(b"^").map_or((false, bytes), |rest| (true, rest));
    let mut mask = 0u64;
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at + 1) == Some(&b'-') && at + 2 < bytes.len() {
            mask |= (bytes[at]..=bytes[at + 2]).fold(0, |mask, byte| mask | 1 << symbol(byte));
            at += 3;
        } else {
            mask |= 1 << symbol(bytes[at]);
            at += 1;
        }
    }
    mask &= !(1 << OTHER);
    if negated {
        mask = ANY & !mask;
    }
    let has_range = inside.contains(&b'-') || negated;
    let listed = if has_range { mask & alphabet() } else { mask & !(1 << BAR) };
    Place {
        mask: if has_digits { 0 } else { mask },
        listed,
        text: format!("[{}]", String::from_utf8_lossy(inside)),
    }
}

/// The order NHTSA breaks ties in: characters without `*`, then the key without brackets.
#[must_use]
pub fn precedence(key: &str) -> (usize, String) {
    (key.chars().filter(|c| *c != '*').count(), key.replace(['[', ']'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(key: &str, text: &str) -> bool {
        let parsed = parse(key);
        parsed.can_fit()
            && parsed
                .places
                .iter()
                .zip(text.bytes())
                .all(|(place, byte)| place.mask & 1 << symbol(byte) != 0)
            && parsed.places.len() <= text.len()
    }

    #[test]
    fn patterns_fit_as_like_and_regular_expressions_do() {
        assert!(fits("CM82[67]", "CM826|3A004352"));
        assert!(!fits("CM82[67]", "CM825|3A004352"));
        assert!(fits("*****|*A", "CM826|3A004352"));
        assert!(!fits("*****|*B", "CM826|3A004352"));
        assert!(fits("[A-DX]*8", "CM826|3A004352"));
        assert!(fits("[^A-B]M", "CM826|3A004352"));
        assert!(fits("C_8", "CM826|3A004352"));
        assert!(!fits("AB|*", "CM826|3A004352"));
        assert!(fits("[1-A]", "1M826|3A004352") && fits("[1-A]", "AM826|3A004352") && !fits("[1-A]", "5M826|3A004352"));
    }

    #[test]
    fn digits_to_read_exclude_digits_that_are_given() {
        assert!(fits("*#", "C1826|3A004352"));
        assert!(!fits("C1#", "C1826|3A004352"));
    }

    #[test]
    fn used_places_are_those_with_a_choice() {
        assert_eq!(parse("C*8").used(), 0b101);
        assert_eq!(parse("*****|*A").used(), 1 << 5);
    }
}
