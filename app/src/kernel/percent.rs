//! Text in an address (RFC 3986 section 2.1).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters (RFC 3986 section 2.3); a slash may stand in a query (section 3.4) and stays readable.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// Encodes text for the value of a query parameter.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_return_address_keeps_its_query() {
        assert_eq!(super::encode("/stock?q=a b&x=ñ"), "/stock%3Fq%3Da%20b%26x%3D%C3%B1");
    }
}
