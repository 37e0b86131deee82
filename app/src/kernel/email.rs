//! E-mail addresses, as they are kept and compared everywhere.

use std::fmt;

/// The longest address that SMTP carries (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const LONGEST: usize = 254;

/// An address in lower case, trimmed, with one `@` and something on both sides of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address that somebody typed or an issuer sent; `None` if it can't be one.
    ///
    /// Only ASCII letters are folded: full Unicode folding makes different addresses equal (the Kelvin sign and k), which would be a way
    /// into somebody else's account. An address that is not in lower case after that is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let email = text.trim().to_ascii_lowercase();
        let (local, domain) = email.split_once('@')?;
        let fits = !local.is_empty() && !domain.is_empty() && !domain.contains('@') && email.len() <= LONGEST;
        let plain = email == email.to_lowercase() && !email.chars().any(|c| c.is_whitespace() || c.is_control());
        (fits && plain).then_some(Self(email))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_typed() {
        let parsed = EmailAddress::parse(" Ana@Example.COM ").map(EmailAddress::into_string);
        assert_eq!(parsed.as_deref(), Some("ana@example.com"));
        assert!(EmailAddress::parse("ñandú@example.com").is_some());
    }

    #[test]
    fn what_is_no_address_or_folds_to_another_is_refused() {
        let long = format!("{}@example.com", "a".repeat(LONGEST));
        for text in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "two@at@signs",
            "a na@example.com",
            "ana@example.com\0",
            "\u{212A}im@example.com",
            "Ñ@example.com",
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text), None, "{text:?}");
        }
    }
}
