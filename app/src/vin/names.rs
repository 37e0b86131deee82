//! How people write a make. The catalogue writes most of them in capitals.

/// `HONDA` as people write it: Honda. Names that have small letters already stay as they are, and so do short ones (BMW, GMC).
#[must_use]
pub fn make_name(name: &str) -> String {
    const EXCEPTIONS: &[(&str, &str)] = &[
        ("ALFA ROMEO", "Alfa Romeo"),
        ("CFMOTO", "CFMOTO"),
        ("KIA", "Kia"),
        ("RAM", "Ram"),
        ("GEO", "Geo"),
        ("MCLAREN", "McLaren"),
        ("MINI", "MINI"),
        ("SEAT", "SEAT"),
        ("SSANGYONG", "SsangYong"),
    ];
    if let Some((_, written)) = EXCEPTIONS.iter().find(|(capitals, _)| name.eq_ignore_ascii_case(capitals)) {
        return (*written).to_owned();
    }
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    name.split_inclusive([' ', '-', '/', '(']).map(word).collect()
}

/// One word with what separates it from the next.
fn word(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let mut characters = word.chars();
    match characters.next() {
        Some(first) if letters > 3 => std::iter::once(first).chain(characters.flat_map(char::to_lowercase)).collect(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::make_name;

    #[test]
    fn makes_are_written_as_people_write_them() {
        for (found, written) in [
            ("HONDA", "Honda"),
            ("MERCEDES-BENZ", "Mercedes-Benz"),
            ("BMW", "BMW"),
            ("KIA", "Kia"),
            ("LAND ROVER", "Land Rover"),
            ("ŠKODA", "Škoda"),
            ("CITROËN", "Citroën"),
            ("HARLEY-DAVIDSON", "Harley-Davidson"),
            ("MINI", "MINI"),
            ("CAN-AM", "CAN-AM"),
            ("Th!nk", "Th!nk"),
            ("", ""),
        ] {
            assert_eq!(make_name(found), written);
        }
    }
}
