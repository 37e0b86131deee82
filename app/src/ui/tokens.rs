//! The colours of `style/_tokens.scss`, for what stands outside the stylesheet: the browser's own bar, and pages that must
//! look right when the stylesheet can't be fetched.

const TOKENS: &str = include_str!("../../../style/_tokens.scss");

/// Every token written as `--name: light-dark(light, dark);`: its name, its light and its dark colour.
pub fn colours() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TOKENS.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
        let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
        Some((name, light, dark))
    })
}

/// The light and the dark colour of a token; nothing if there is no such token.
#[must_use]
pub fn colour(name: &str) -> Option<(&'static str, &'static str)> {
    colours().find(|(token, ..)| *token == name).map(|(_, light, dark)| (light, dark))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_token_has_a_light_and_a_dark_colour() {
        assert_eq!(super::colour("surface"), Some(("#ffffff", "#141a1d")));
        assert_eq!(super::colour("paint-silver"), None);
    }
}
