//! The VIN in the text of a bar code: alone, behind its data identifier, or somewhere in a longer text.

use crate::{LENGTH, Vin, check_digit};

/// A VIN that was found in a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeVin {
    pub vin: Vin,
    /// Whether the check digit fits. Without it a misread character goes unnoticed: Code 39 has no checksum of its own.
    pub is_checked: bool,
}

/// How far a place in a text may be trusted to be a VIN; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    /// Seventeen characters by themselves, but their check digit does not fit: as usual outside of North America.
    Word,
    /// A part of a longer run of characters, which only its check digit tells from chance.
    CheckedPart,
    /// Seventeen characters by themselves, and the check digit fits.
    CheckedWord,
}

/// The VIN in the texts of the codes that a picture holds; where there are several, the one that can be trusted most, then the first.
/// A label beside the VIN's has numbers of its own, so what only looks like a VIN is none: it has letters and digits, and without a
/// fitting check digit its last four characters are digits (ISO 3779).
#[must_use]
pub fn in_codes<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<CodeVin> {
    let mut best: Option<(Trust, Vin)> = None;
    for (trust, vin) in texts.into_iter().flat_map(candidates) {
        if best.is_none_or(|(before, _)| trust > before) {
            best = Some((trust, vin));
        }
    }
    best.map(|(trust, vin)| CodeVin {
        vin,
        is_checked: trust > Trust::Word,
    })
}

/// Every place of a text that may be a VIN, in the order of the text.
fn candidates(text: &str) -> Vec<(Trust, Vin)> {
    let mut found: Vec<(Trust, Vin)> = word(text).into_iter().collect();
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| run.len() >= LENGTH);
    for run in runs {
        found.extend(word(run));
        if run.len() > LENGTH {
            let parts = (0..=run.len() - LENGTH).filter_map(|from| plausible(&run[from..from + LENGTH]));
            found.extend(parts.filter(fits).map(|vin| (Trust::CheckedPart, vin)));
        }
    }
    found
}

/// Characters that stand by themselves, behind a leading I as well: the data identifier of a VIN (ANSI MH10.8.2), which many makers
/// put in front of it in Code 39.
fn word(text: &str) -> Option<(Trust, Vin)> {
    let text = text.trim();
    let rest = text.strip_prefix(['I', 'i']).filter(|rest| rest.len() >= LENGTH);
    let vin = plausible(rest.unwrap_or(text))?;
    if fits(&vin) {
        return Some((Trust::CheckedWord, vin));
    }
    let ends_in_digits = vin.as_str()[LENGTH - 4..].bytes().all(|byte| byte.is_ascii_digit());
    ends_in_digits.then_some((Trust::Word, vin))
}

/// Numbers of parcels and parts have seventeen digits too, words seventeen letters.
fn plausible(text: &str) -> Option<Vin> {
    let vin = Vin::parse(text).ok()?;
    let bytes = vin.as_str().as_bytes();
    (bytes.iter().any(u8::is_ascii_digit) && bytes.iter().any(u8::is_ascii_alphabetic)).then_some(vin)
}

fn fits(vin: &Vin) -> bool {
    check_digit(vin) == vin.check_character()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use rstest::rstest;

    use super::*;

    const ACCORD: &str = "1HGCM82633A004352";
    /// A European VIN: position 9 is no check digit.
    const GOLF: &str = "WVWZZZ1JZ3W386752";

    #[rstest]
    #[case::alone("1HGCM82633A004352", ACCORD, true)]
    #[case::lower_case(" 1hgcm82633a004352\r\n", ACCORD, true)]
    #[case::in_groups("1HG-CM8263-3A004352", ACCORD, true)]
    #[case::with_data_identifier("I1HGCM82633A004352", ACCORD, true)]
    #[case::european_with_data_identifier("IWVWZZZ1JZ3W386752", GOLF, false)]
    #[case::european("WVWZZZ1JZ3W386752", GOLF, false)]
    #[case::code_39_with_its_stars("*I1HGCM82633A004352*", ACCORD, true)]
    #[case::with_a_word("VIN:WVWZZZ1JZ3W386752;MODEL:1J1", GOLF, false)]
    #[case::in_an_address("https://example.com/v?vin=1HGCM82633A004352&lang=en", ACCORD, true)]
    #[case::between_separators("[)>\u{1e}06\u{1d}I1HGCM82633A004352\u{1d}1P51970\u{1e}\u{4}", ACCORD, true)]
    #[case::grown_together("VIN1HGCM82633A0043522003", ACCORD, true)]
    #[case::registration_paper("MAZDA\t3\tWVWZZZ1JZ3W386752\t2003\tBOGOTÁ", GOLF, false)]
    fn a_vin_is_found(#[case] text: &str, #[case] vin: &str, #[case] is_checked: bool) {
        let found = in_codes([text]).unwrap();
        assert_eq!((found.vin.as_str(), found.is_checked), (vin, is_checked));
    }

    #[rstest]
    #[case::empty("")]
    #[case::short("1HGCM82633A00435")]
    #[case::a_parcel("00340434161094042557")]
    #[case::seventeen_digits("11111111111111111")]
    #[case::a_word("UNCHARACTERISTICS")]
    #[case::a_part("WVWZZZ1JZ3WB867Z2")]
    #[case::with_letters_that_no_vin_has("IOQCM82633A0043521")]
    #[case::a_long_number_without_check_digit("998877WVWZZZ1JZ3W386752")]
    #[case::not_ascii("ñandú ñandú ñandú ñandú")]
    fn what_is_no_vin_is_not_taken_for_one(#[case] text: &str) {
        assert_eq!(in_codes([text]), None, "{text}");
    }

    #[test]
    fn of_several_the_one_with_a_fitting_check_digit_is_taken_then_the_first() {
        let found = |texts: &[&str]| in_codes(texts.iter().copied()).map(|found| found.vin.to_string());
        assert_eq!(found(&[GOLF, ACCORD]).as_deref(), Some(ACCORD));
        assert_eq!(
            found(&["VIN1HGCM82633A0043522003", "1M8GDM9AXKP042788"]).as_deref(),
            Some("1M8GDM9AXKP042788")
        );
        assert_eq!(found(&[GOLF, "WVWZZZ1JZ3W386753"]).as_deref(), Some(GOLF));
        assert_eq!(found(&[]), None);
    }
}
