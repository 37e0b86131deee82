//! What looks wrong with a VIN, in words. It warns and never blocks: old, imported and odd vehicles have odd VINs.

use vin::Warning;

use crate::i18n::Locale;

/// Sentences about a VIN; none if nothing is typed or nothing looks wrong. A check digit that does not fit is worth a word only
/// where it is binding (49 CFR 565); elsewhere many makers use its place freely.
#[must_use]
pub fn vin_notes(typed: &str, t: Locale) -> Vec<String> {
    vin::check(typed).into_iter().filter_map(|warning| said(warning, t)).collect()
}

fn said(warning: Warning, t: Locale) -> Option<String> {
    match warning {
        Warning::Length { length } => Some(t.vin_length(length)),
        Warning::NeverUsed { position, found, instead } => Some(t.vin_never_used(found, position, instead)),
        Warning::NotInAlphabet { position, found: '*' } => Some(t.vin_not_known(position)),
        Warning::NotInAlphabet { position, found } if found.is_control() => Some(t.vin_not_in_alphabet(found.escape_default(), position)),
        Warning::NotInAlphabet { position, found } => Some(t.vin_not_in_alphabet(found, position)),
        Warning::CheckDigit {
            expected,
            found,
            binding: true,
        } => Some(t.vin_check_digit(found, expected)),
        Warning::CheckDigit { binding: false, .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vin_is_warned_of_where_it_matters() {
        assert!(vin_notes("", Locale::En).is_empty());
        assert!(vin_notes("1M8GDM9AXKP042788", Locale::En).is_empty());
        assert!(vin_notes("WVWZZZ1JZ3W386752", Locale::En).is_empty(), "the digit is free in Europe");
        assert!(vin_notes("1HGCM82603A004352", Locale::En)[0].contains("should be 3"));
        assert_eq!(
            vin_notes("1HGCI82633A004352", Locale::En),
            ["Position 5: I is never used; did you mean 1?"]
        );
        assert_eq!(vin_notes("1HGCM8*633A004352", Locale::En), ["Position 7 is not known."]);
        assert!(vin_notes("1HGCM", Locale::Es)[0].contains("tiene 5"));
    }
}
