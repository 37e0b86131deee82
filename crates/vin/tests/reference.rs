//! The check digit beside NHTSA's own verdict, and texts that nobody expects.
//!
//! Source: `tests/data/check-digits.tsv`, 400 rows of vin-reference.tsv: VINs generated from NHTSA's vPIC (a US government work),
//! decoded by the PyPI package ultravin 3.0.2 (MIT) with byte parity to NHTSA's procedure on release 2026-10 (rows with error 400, characters out of place, left out).

use proptest::prelude::*;
use vin::{Vin, Warning, check, check_digit, normalise};

#[test]
fn the_check_digit_agrees_with_nhtsa() {
    let mut seen = 0;
    for line in include_str!("data/check-digits.tsv").lines().skip(1) {
        let (text, valid) = line.split_once('\t').unwrap_or_default();
        let Ok(vin) = Vin::parse(text) else { continue };
        assert_eq!(check_digit(&vin) == vin.check_character(), valid == "True", "{text}");
        seen += 1;
    }
    assert!(seen > 300, "{seen}");
}

proptest! {
    #[test]
    fn any_text_is_looked_at_without_a_panic(text in any::<String>()) {
        prop_assert!(check(&text).len() <= 18);
        prop_assert_eq!(normalise(&normalise(&text)), normalise(&text));
    }

    #[test]
    fn one_wrong_character_is_noticed(serial in 0u32..999_999, place in 11usize..17, digit in 0u32..10) {
        let text = format!("1HGCM82633A{serial:06}");
        let Ok(vin) = Vin::parse(&text) else { return Err(TestCaseError::fail("a VIN")) };
        let right: String = text.chars().enumerate().map(|(i, c)| if i == 8 { check_digit(&vin) } else { c }).collect();
        prop_assert!(check(&right).is_empty());
        let wrong: String = right.chars().enumerate().map(|(i, c)| if i == place { char::from_digit(digit, 10).unwrap_or(c) } else { c }).collect();
        if wrong != right {
            let noticed = matches!(check(&wrong)[..], [Warning::CheckDigit { .. }]);
            prop_assert!(noticed, "{} beside {}", wrong, right);
        }
    }
}
