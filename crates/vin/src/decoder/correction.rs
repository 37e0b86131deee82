//! Characters that cannot be right, and what they could be (NHTSA's `spVinDecode_ErrorCode` and the end of `spVinDecode_Core`).

use super::{
    codes::{Code, Codes},
    symbols::{characters, symbol},
    vin::Written,
};

/// What NHTSA says about single characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    /// The VIN with the wrong character corrected, or with `!` where several are possible.
    pub suggested: Option<String>,
    /// For each wrong position the characters that are known there, as `(4:ABC)(5:1)`.
    pub possible: String,
}

/// Looks at positions 4 to 8 and 11 to 14: a character that no pattern of the manufacturer's schemas lists is wrong. `masks` are
/// those characters; a position that no pattern looks at is free.
pub fn correct(vin: &Written, masks: &[u64; 9], codes: &mut Codes) -> Correction {
    let last = if vin.wmi().len() == 6 { 11 } else { 14 };
    let wrong = |place: &usize| {
        let mask = masks[*place];
        mask != 0 && vin.at(POSITIONS[*place]).is_some_and(|byte| mask & 1 << symbol(byte) == 0)
    };
    let in_reach = (0..9).filter(|place| POSITIONS[*place] <= last);
    let wrong: Vec<(usize, u64)> = in_reach.filter(wrong).map(|place| (POSITIONS[place], masks[place])).collect();
    let marked = || replaced(vin, wrong.iter().map(|(position, _)| (*position, b'!')));
    let listed = |position: usize, mask: u64| format!("({position}:{})", characters(mask));
    match wrong.as_slice() {
        [] => Correction::default(),
        [(position, mask)] => {
            let candidates = characters(*mask);
            let fitting: Vec<u8> = candidates
                .bytes()
                .filter(|byte| vin.with(*position, *byte).has_check_digit())
                .collect();
            match (candidates.as_bytes(), fitting.as_slice()) {
                ([only], _) => {
                    codes.add(Code::Corrected);
                    Correction {
                        suggested: Some(replaced(vin, [(*position, *only)])),
                        possible: listed(*position, *mask),
                    }
                }
                (_, [only]) => {
                    codes.add(Code::CorrectedByCheckDigit);
                    Correction {
                        suggested: Some(replaced(vin, [(*position, *only)])),
                        possible: format!("({position}:{})", char::from(*only)),
                    }
                }
                _ => {
                    codes.add(Code::SeveralCorrections);
                    Correction {
                        suggested: Some(marked()),
                        possible: listed(*position, *mask),
                    }
                }
            }
        }
        several => {
            codes.add(Code::SeveralErrors);
            Correction {
                suggested: Some(marked()),
                possible: several.iter().map(|(position, mask)| listed(*position, *mask)).collect(),
            }
        }
    }
}

/// Marks characters that no VIN may have there. The check digit is left out where it says nothing (`off_road`).
pub fn invalid(vin: &Written, light: bool, off_road: bool, correction: &mut Correction) -> bool {
    let digits_from = match (vin.at(3), light) {
        (Some(b'9'), _) => 15,
        (_, true) => 13,
        _ => 14,
    };
    let is_wrong = |position: usize, byte: u8| match position {
        9 if off_road => false,
        9 => !matches!(byte, b'0'..=b'9' | b'X' | b'*'),
        10 if !matches!(byte, b'1'..=b'9' | b'A'..=b'H' | b'J'..=b'N' | b'P' | b'R'..=b'T' | b'V'..=b'Y') => true,
        _ if position >= digits_from => !matches!(byte, b'0'..=b'9' | b'*'),
        _ => !matches!(byte, b'0'..=b'9' | b'A'..=b'H' | b'J'..=b'N' | b'P' | b'R'..=b'Z' | b'*'),
    };
    let wrong: Vec<(usize, u8)> = (1..=vin.length())
        .filter_map(|position| vin.at(position).map(|byte| (position, byte)))
        .filter(|(position, byte)| is_wrong(*position, *byte))
        .collect();
    if wrong.is_empty() {
        return false;
    }
    let mut suggested = correction.suggested.take().unwrap_or_else(|| vin.as_str().to_owned()).into_bytes();
    for (position, _) in &wrong {
        if let Some(byte) = suggested.get_mut(position - 1) {
            *byte = b'!';
        }
    }
    correction.suggested = String::from_utf8(suggested).ok();
    true
}

const POSITIONS: [usize; 9] = [4, 5, 6, 7, 8, 11, 12, 13, 14];

fn replaced(vin: &Written, with: impl IntoIterator<Item = (usize, u8)>) -> String {
    with.into_iter()
        .fold(*vin, |vin, (position, byte)| vin.with(position, byte))
        .as_str()
        .to_owned()
}
