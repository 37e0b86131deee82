//! Names of makes, models and lines, compared as people mean them: case, accents, punctuation and spaces tell nothing apart, so that
//! `MERCEDES BENZ` is `Mercedes-Benz` and `Citroen` is `Citroën`. A plus does: `LE+` is another line than `LE`.

/// The characters of a name that count, in small letters without accents.
pub fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    let narrow = |c: char| match c {
        // Full-width forms (Unicode block FF00–FFEF) lie at a fixed distance from ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let characters = name.chars().map(narrow).flat_map(char::to_lowercase).map(base);
    characters.filter(|c| c.is_alphanumeric() || *c == '+')
}

/// What two spellings of one name have in common; the name itself in small letters where nothing of it counts (`???`).
#[must_use]
pub fn fold(name: &str) -> String {
    let key: String = folded(name).collect();
    if key.is_empty() { name.trim().to_lowercase() } else { key }
}

/// Whether two spellings mean the same name.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    let mut left = folded(one).peekable();
    if left.peek().is_none() {
        return fold(one) == fold(other);
    }
    left.eq(folded(other))
}

/// A small Latin letter without its accent (Unicode blocks Latin-1 Supplement and Latin Extended-A); others as they are.
const fn base(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_the_same() {
        for (one, other) in [
            ("Mercedes-Benz", "MERCEDES  BENZ"),
            ("Citroën", "citroen"),
            ("Škoda", "SKODA"),
            ("ID.4", "id 4"),
            ("CX-30", "CX30"),
            ("Ａｕｄｉ", "Audi"),
            ("Citroe\u{308}n", "Citroën"),
            ("???", " ??? "),
        ] {
            assert!(same_name(one, other), "{one} {other}");
            assert_eq!(fold(one), fold(other));
        }
    }

    #[test]
    fn different_names_stay_apart() {
        for (one, other) in [("LE", "LE+"), ("3", "3i"), ("???", "!!!"), ("", "A"), ("A", ""), ("马自达", "本田")] {
            assert!(!same_name(one, other), "{one} {other}");
            assert_ne!(fold(one), fold(other));
        }
        assert_eq!(fold(&fold("Mercedes-Benz")), "mercedesbenz", "folded twice is folded once");
    }
}
