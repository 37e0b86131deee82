//! Addresses, and text in them (RFC 3986 section 2.1).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters (RFC 3986 section 2.3); a slash may stand in a query (section 3.4) and stays readable.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// Encodes text for the value of a query parameter.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An address: the path, and after it the names that have a value. The path may hold a query already.
#[must_use]
pub fn address<'a, V: AsRef<str>>(path: &str, pairs: impl IntoIterator<Item = (&'a str, Option<V>)>) -> String {
    let mut address = path.to_owned();
    for (name, value) in pairs {
        let Some(value) = value else { continue };
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encode(value.as_ref()));
    }
    address
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_holds_what_has_a_value() {
        let address = |path| super::address(path, [("make", Some("Land Rover")), ("model", None), ("line", Some("a&b"))]);
        assert_eq!(address("/stock"), "/stock?make=Land%20Rover&line=a%26b");
        assert_eq!(address("/stock?q=x"), "/stock?q=x&make=Land%20Rover&line=a%26b");
        assert_eq!(super::address("/stock", [("make", None::<&str>)]), "/stock");
    }

    #[test]
    fn a_return_address_keeps_its_query() {
        assert_eq!(super::encode("/stock?q=a b&x=ñ"), "/stock%3Fq%3Da%20b%26x%3D%C3%B1");
    }
}
