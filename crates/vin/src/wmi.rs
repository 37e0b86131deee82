//! Makes by WMI (world manufacturer identifier, ISO 3780), small enough for the browser: a form names make and year while one types.
//!
//! `data/wmi.tsv` is written by `vin-build` from NHTSA's vPIC: WMIs of three characters of everything but trailers, one a line:
//! code, whether position 7 tells the model year's cycle (`l`, light) or not (`-`), makes.

use crate::{model_year, world};

const TABLE: &str = include_str!("../data/wmi.tsv");

/// What the first characters of a VIN say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WmiMakes {
    /// Makes of the code, separated by `|`: often one, up to a dozen for large groups.
    makes: &'static str,
    light: bool,
}

impl WmiMakes {
    /// The makes that the code stands for.
    pub fn makes(&self) -> impl Iterator<Item = &'static str> {
        self.makes.split('|').filter(|make| !make.is_empty())
    }

    /// The make, if the code stands for one only.
    #[must_use]
    pub fn sole_make(&self) -> Option<&'static str> {
        let mut makes = self.makes();
        makes.next().filter(|_| makes.next().is_none())
    }
}

/// The makes of a VIN of which at least three characters are typed, normalised.
#[must_use]
pub fn find(vin: &str) -> Option<WmiMakes> {
    let code = vin.get(..3)?.to_ascii_uppercase();
    let lines = TABLE.as_bytes();
    let (mut low, mut high) = (0, TABLE.len());
    // A binary search over lines: step from anywhere to the start of its line.
    while low < high {
        let middle = low.midpoint(high);
        let start = lines[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let line = TABLE.get(start..)?.lines().next()?;
        match line.get(..3)?.cmp(&code) {
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
            std::cmp::Ordering::Equal => {
                let (kind, makes) = line.get(4..)?.split_once('\t')?;
                return Some(WmiMakes { makes, light: kind == "l" });
            }
        }
    }
    world::make(&code).map(|makes| WmiMakes { makes, light: true })
}

/// The model year of a VIN of which at least ten characters are typed, and the year thirty years away where nothing decides.
#[must_use]
pub fn model_year(vin: &str, today: u16) -> model_year::Reading {
    let at = |position: usize| vin.as_bytes().get(position - 1).map(u8::to_ascii_uppercase);
    model_year::read(at(10), at(7), find(vin).is_some_and(|wmi| wmi.light), today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found() {
        let mut lines = 0;
        for line in TABLE.lines() {
            let makes = line.get(6..).unwrap_or_default();
            assert_eq!(find(line).map(|wmi| wmi.makes), Some(makes), "{line}");
            lines += 1;
        }
        assert!(lines > 1000 && TABLE.len() < 65_536, "{lines} lines, {} bytes", TABLE.len());
    }

    #[test]
    fn a_few_characters_name_the_make() {
        assert_eq!(find("1hg").and_then(|wmi| wmi.sole_make()), Some("Honda"));
        assert_eq!(find("UU1").and_then(|wmi| wmi.sole_make()), Some("DACIA"));
        assert!(find("1C4").is_some_and(|wmi| wmi.makes().any(|make| make == "Jeep")));
        assert_eq!((find("1H"), find(""), find("ZZZ"), find("€€€")), (None, None, None, None));
        assert_eq!(model_year("1HGCM82633", 2026).year, Some(2003));
    }
}
