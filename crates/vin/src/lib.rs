//! Vehicle identification numbers: structure, check digit, model year, and what is wrong with one that was typed.
//!
//! ISO 3779:2009 (17 characters: WMI, VDS, VIS), ISO 3780 (world manufacturer identifier), 49 CFR 565 (United States: check
//! digit in position 9, model year in position 10). Warnings are for people and never block: a VIN from before 1981 or from
//! outside North America may break every one of these rules and still be right. Pure, no allocation but for the texts it returns.
//!
//! `check`, `Vin`, `in_codes` (the VIN in a bar code), `model_year`, `fold` (names as people mean them) and `world` (countries) are
//! always there. Behind features: `decoder` (what NHTSA's vPIC says about make, model and engine; `embedded` brings the catalogue along)
//! and `wmi` (makes by WMI for forms). See README.md.

mod check;
mod code;
#[cfg(feature = "decoder")]
pub mod decoder;
pub mod model_year;
mod names;
mod structure;
#[cfg(feature = "wmi")]
pub mod wmi;
pub mod world;

pub use check::{Warning, check, check_digit};
pub use code::{CodeVin, in_codes};
pub use names::{fold, folded, same_name};
pub use structure::{NotAVin, Vin};

/// Characters in a VIN (ISO 3779 section 4).
pub const LENGTH: usize = 17;

/// A VIN as people mean it: capitals, full-width letters made narrow, without spaces, dashes and dots. Does not check anything.
#[must_use]
pub fn normalise(typed: &str) -> String {
    typed
        .chars()
        .map(|c| match c {
            // Full-width forms (Unicode block FF00–FFEF) lie at a fixed distance from ASCII.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '.' | '_' | '\u{200b}' | '\u{feff}'))
        .flat_map(char::to_uppercase)
        .collect()
}

/// Whether a character can stand in a VIN: digits and capitals without I, O and Q (ISO 3779 section 4).
#[must_use]
pub const fn is_vin_character(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='H' | 'J'..='N' | 'P' | 'R'..='Z')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_vins_are_normalised() {
        assert_eq!(normalise(" 1hg-cm82633a 004352 "), "1HGCM82633A004352");
        assert_eq!(normalise("１ＨＧＣＭ８２６３３Ａ－００４３５２"), "1HGCM82633A004352");
        assert_eq!(normalise("\u{feff}wba.123"), "WBA123");
    }
}
