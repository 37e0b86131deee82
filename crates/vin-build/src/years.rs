//! The first model year of a schema whose years no source has.
//!
//! Read off the schemas that NHTSA added between August 2025 and February 2026, whose years are known: where a manufacturer's
//! schemas end with a year, the new one begins with the next; otherwise it begins with the year of the release.

use crate::tables::OPEN;

/// Year of the newest source.
const RELEASE: u16 = 2026;

/// Given the ranges of the WMI's other schemas. Right for nine of ten of the schemas it was read off.
#[must_use]
pub fn first_year(known: &[(u16, u16)]) -> u16 {
    let ended = known
        .iter()
        .map(|(_, last)| *last)
        .filter(|last| (RELEASE - 2..OPEN).contains(last))
        .max();
    ended.map_or(RELEASE, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_schema_follows_the_last_one_that_ended() {
        assert_eq!(first_year(&[(2020, 2024), (2025, 2026)]), 2027);
        assert_eq!(first_year(&[(2020, OPEN)]), 2026);
        assert_eq!(first_year(&[]), 2026);
    }
}
