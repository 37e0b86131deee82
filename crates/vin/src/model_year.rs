//! The model year that position 10 stands for (NHTSA's `fVinModelYear2`).

/// A reading of position 10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub year: Option<u16>,
    /// Thirty years before, where nothing decides between the two.
    pub other: Option<u16>,
}

/// The code's year in the cycle from 2010 on; none for I, O, Q, U, Z, 0 and everything else.
#[must_use]
pub const fn code(character: u8) -> Option<u16> {
    let offset = match character {
        b'A'..=b'H' => character - b'A',
        b'J'..=b'N' => character - b'A' - 1,
        b'P' => 13,
        b'R'..=b'T' => character - b'A' - 3,
        b'V'..=b'Y' => character - b'A' - 4,
        b'1'..=b'9' => character - b'1' + 21,
        _ => return None,
    };
    Some(2010 + offset as u16)
}

/// Reads the year. `light` are cars, multipurpose vehicles and light trucks: their position 7 tells the cycles apart, a letter from
/// 2010 on and a digit before. A year more than two ahead of `today` is of the cycle before.
#[must_use]
pub const fn read(tenth: Option<u8>, seventh: Option<u8>, light: bool, today: u16) -> Reading {
    let Some(tenth) = tenth else {
        return Reading { year: None, other: None };
    };
    let Some(mut year) = code(tenth) else {
        return Reading { year: None, other: None };
    };
    let mut certain = false;
    if light {
        match seventh {
            Some(b'0'..=b'9') => {
                year -= 30;
                certain = true;
            }
            Some(b'A'..=b'Z') => certain = true,
            _ => {}
        }
    }
    // Only of the cycle from 2010 on: no code stands for a year before 1980, whatever the clock says.
    if year >= 2010 && year > today.saturating_add(2) {
        year -= 30;
        certain = true;
    }
    Reading {
        year: Some(year),
        other: if certain { None } else { Some(year - 30) },
    }
}

/// A model year from 1980 to 2039 as text; empty for any other.
#[must_use]
pub fn text(year: u16) -> &'static str {
    const YEARS: &str = "198019811982198319841985198619871988198919901991199219931994199519961997199819992000200120022003200420052006200720082009\
                         201020112012201320142015201620172018201920202021202220232024202520262027202820292030203120322033203420352036203720382039";
    let Some(index) = year.checked_sub(1980) else {
        return "";
    };
    let start = usize::from(index) * 4;
    YEARS.get(start..start + 4).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_leaves_out_what_looks_like_a_digit() {
        let codes: Vec<u16> = b"ABCDEFGHJKLMNPRSTVWXY123456789".iter().filter_map(|byte| code(*byte)).collect();
        assert_eq!(codes, (2010..2040).collect::<Vec<u16>>());
        assert!(b"IOQUZ0*".iter().all(|byte| code(*byte).is_none()));
    }

    #[test]
    fn every_year_has_its_text() {
        assert!((1980..2040).all(|year| text(year) == year.to_string()));
        assert_eq!((text(2040), text(1979), text(0)), ("", "", ""));
    }

    #[test]
    fn position_seven_decides_for_light_vehicles() {
        let year = |tenth, seventh, light| read(Some(tenth), Some(seventh), light, 2026);
        assert_eq!(
            year(b'A', b'5', true),
            Reading {
                year: Some(1980),
                other: None
            }
        );
        assert_eq!(
            year(b'A', b'C', true),
            Reading {
                year: Some(2010),
                other: None
            }
        );
        assert_eq!(
            year(b'A', b'5', false),
            Reading {
                year: Some(2010),
                other: Some(1980)
            }
        );
        assert_eq!(
            year(b'3', b'A', false),
            Reading {
                year: Some(2003),
                other: None
            }
        );
        assert_eq!(
            year(b'W', b'A', true),
            Reading {
                year: Some(2028),
                other: None
            }
        );
        assert_eq!(year(b'0', b'A', true), Reading::default());
        assert_eq!(
            read(Some(b'1'), Some(b'0'), true, 0).year,
            Some(2001),
            "a clock that stands at nothing"
        );
    }
}
