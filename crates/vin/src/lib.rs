//! VIN structure and check digit.

/// Capitals, without spaces and dashes.
#[must_use]
pub fn normalise(vin: &str) -> String {
    vin.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_uppercase)
        .collect()
}
