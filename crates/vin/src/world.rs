//! Where a VIN comes from, without any catalogue: the country that assigned its WMI, and manufacturers that sell nowhere in North America.
//!
//! Countries: ISO 3780, the first two characters (the ranges as SAE assigns them for ISO; the second character runs A to Z, then 1
//! to 9, then 0). Manufacturers: the codes that they stamp, as their own type approvals state them; only those that NHTSA does not know.

/// The country that assigned the code; in English, as ISO 3166 names it in short. None for ranges that nobody has.
#[must_use]
pub fn country(vin: &str) -> Option<&'static str> {
    let [first, second, ..] = *vin.as_bytes() else {
        return None;
    };
    let place = rank(second.to_ascii_uppercase())?;
    RANGES
        .iter()
        .find(|(zone, from, to, _)| {
            *zone == first.to_ascii_uppercase() && rank(*from).is_some_and(|from| from <= place) && rank(*to).is_some_and(|to| place <= to)
        })
        .map(|(.., country)| *country)
}

/// The make behind a WMI that NHTSA does not know.
#[must_use]
pub fn make(vin: &str) -> Option<&'static str> {
    let wmi = vin.get(..3)?.to_ascii_uppercase();
    MANUFACTURERS
        .binary_search_by_key(&wmi.as_str(), |(code, _)| code)
        .ok()
        .and_then(|index| MANUFACTURERS.get(index))
        .map(|(_, make)| *make)
}

/// A to Z without I, O, Q, then 1 to 9, then 0.
fn rank(byte: u8) -> Option<usize> {
    b"ABCDEFGHJKLMNPRSTUVWXYZ1234567890".iter().position(|other| *other == byte)
}

/// First character, second character from and to, country.
const RANGES: &[(u8, u8, u8, &str)] = &[
    (b'1', b'A', b'0', "United States"),
    (b'2', b'A', b'0', "Canada"),
    (b'3', b'A', b'W', "Mexico"),
    (b'3', b'X', b'7', "Costa Rica"),
    (b'4', b'A', b'0', "United States"),
    (b'5', b'A', b'0', "United States"),
    (b'6', b'A', b'W', "Australia"),
    (b'7', b'A', b'E', "New Zealand"),
    (b'7', b'F', b'0', "United States"),
    (b'8', b'A', b'E', "Argentina"),
    (b'8', b'F', b'K', "Chile"),
    (b'8', b'L', b'R', "Ecuador"),
    (b'8', b'S', b'W', "Peru"),
    (b'8', b'X', b'2', "Venezuela"),
    (b'9', b'A', b'E', "Brazil"),
    (b'9', b'F', b'K', "Colombia"),
    (b'9', b'L', b'R', "Paraguay"),
    (b'9', b'S', b'W', "Uruguay"),
    (b'9', b'3', b'9', "Brazil"),
    (b'A', b'A', b'H', "South Africa"),
    (b'J', b'A', b'0', "Japan"),
    (b'K', b'L', b'R', "South Korea"),
    (b'L', b'A', b'0', "China"),
    (b'M', b'A', b'E', "India"),
    (b'M', b'F', b'K', "Indonesia"),
    (b'M', b'L', b'R', "Thailand"),
    (b'M', b'Z', b'Z', "India"),
    (b'N', b'L', b'T', "Turkey"),
    (b'P', b'A', b'E', "Philippines"),
    (b'P', b'F', b'K', "Singapore"),
    (b'P', b'L', b'R', "Malaysia"),
    (b'R', b'A', b'E', "United Arab Emirates"),
    (b'R', b'F', b'K', "Taiwan"),
    (b'R', b'L', b'R', "Vietnam"),
    (b'S', b'A', b'M', "United Kingdom"),
    (b'S', b'N', b'T', "Germany"),
    (b'S', b'U', b'Z', "Poland"),
    (b'S', b'1', b'4', "Latvia"),
    (b'T', b'A', b'H', "Switzerland"),
    (b'T', b'J', b'P', "Czechia"),
    (b'T', b'R', b'V', "Hungary"),
    (b'T', b'W', b'1', "Portugal"),
    (b'U', b'H', b'M', "Denmark"),
    (b'U', b'N', b'T', "Ireland"),
    (b'U', b'U', b'Z', "Romania"),
    (b'U', b'5', b'7', "Slovakia"),
    (b'V', b'A', b'E', "Austria"),
    (b'V', b'F', b'R', "France"),
    (b'V', b'S', b'W', "Spain"),
    (b'V', b'X', b'2', "Serbia"),
    (b'V', b'3', b'5', "Croatia"),
    (b'V', b'6', b'0', "Estonia"),
    (b'W', b'A', b'0', "Germany"),
    (b'X', b'A', b'E', "Bulgaria"),
    (b'X', b'F', b'K', "Greece"),
    (b'X', b'L', b'R', "Netherlands"),
    (b'X', b'S', b'W', "Russia"),
    (b'X', b'X', b'2', "Luxembourg"),
    (b'X', b'3', b'0', "Russia"),
    (b'Y', b'A', b'E', "Belgium"),
    (b'Y', b'F', b'K', "Finland"),
    (b'Y', b'S', b'W', "Sweden"),
    (b'Y', b'X', b'2', "Norway"),
    (b'Y', b'3', b'5', "Belarus"),
    (b'Y', b'6', b'0', "Ukraine"),
    (b'Z', b'A', b'R', "Italy"),
    (b'Z', b'X', b'2', "Slovenia"),
    (b'Z', b'3', b'5', "Lithuania"),
];

/// Sorted by code.
const MANUFACTURERS: &[(&str, &str)] = &[
    ("NLE", "MERCEDES-BENZ"),
    ("NLT", "TEMSA"),
    ("NM4", "TOFAŞ"),
    ("SAR", "ROVER"),
    ("SB1", "TOYOTA"),
    ("SJN", "NISSAN"),
    ("SUF", "FIAT"),
    ("SUP", "DAEWOO FSO"),
    ("TM9", "ŠKODA"),
    ("TMA", "HYUNDAI"),
    ("TMB", "ŠKODA"),
    ("TMK", "KAROSA"),
    ("TMT", "TATRA"),
    ("TRU", "AUDI"),
    ("TSM", "SUZUKI"),
    ("U5Y", "KIA"),
    ("UU1", "DACIA"),
    ("UU3", "ARO"),
    ("VF1", "RENAULT"),
    ("VF2", "RENAULT TRUCKS"),
    ("VF3", "PEUGEOT"),
    ("VF6", "RENAULT TRUCKS"),
    ("VF7", "CITROËN"),
    ("VF8", "MATRA"),
    ("VNK", "TOYOTA"),
    ("VR1", "DS"),
    ("VR3", "PEUGEOT"),
    ("VR7", "CITROËN"),
    ("VS5", "RENAULT"),
    ("VS6", "FORD"),
    ("VSS", "SEAT"),
    ("VWV", "VOLKSWAGEN"),
    ("VXE", "OPEL"),
    ("VXK", "OPEL"),
    ("W0L", "OPEL"),
    ("W0V", "OPEL"),
    ("WMA", "MAN"),
    ("X4X", "BMW"),
    ("X7L", "RENAULT"),
    ("XLR", "DAF"),
    ("XTA", "LADA"),
    ("Y6D", "ZAZ"),
    ("YK1", "SAAB"),
    ("YS2", "SCANIA"),
    ("YTN", "SAAB"),
    ("ZAR", "ALFA ROMEO"),
    ("ZCF", "IVECO"),
    ("ZLA", "LANCIA"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_follow_the_second_character() {
        assert_eq!(country("WVWZZZ1JZ3W386752"), Some("Germany"));
        assert_eq!(country("vf1"), Some("France"));
        assert_eq!(country("VSS"), Some("Spain"));
        assert_eq!(country("T1"), Some("Portugal"));
        assert_eq!((country("Q1"), country("W"), country("W?"), country("é")), (None, None, None, None));
    }

    #[test]
    fn manufacturers_are_sorted_and_found() {
        assert!(MANUFACTURERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(make("tmbzz"), Some("ŠKODA"));
        assert_eq!((make("TM"), make("ZZZ"), make("T€B")), (None, None, None));
    }
}
