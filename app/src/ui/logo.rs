//! The logo of Forecourt.

use maud::{Markup, html};

/// A car on its forecourt; `style/assets/favicon.svg` draws the same.
const PATH: &str =
    "M8.5 14.5 10.3 10a2 2 0 0 1 1.9-1.3h7.6a2 2 0 0 1 1.9 1.3l1.8 4.5M6.5 20.5v-3a3 3 0 0 1 3-3h13a3 3 0 0 1 3 3v3zM6.5 25h19";

/// The logo, without a word, for [inert](super::inert()) markup: the name of Forecourt stands beside it or in its link's label.
#[must_use]
pub fn logo() -> Markup {
    html! {
        svg.logo viewBox="0 0 32 32" aria-hidden="true" {
            rect width="32" height="32" rx="8" {}
            path d=(PATH) {}
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_favicon_is_the_logo_in_the_colour_of_the_accent() {
        let favicon = include_str!("../../../style/assets/favicon.svg");
        let (accent, _) = crate::ui::tokens::colour("accent-fill").unwrap_or_default();
        assert!(favicon.contains(super::PATH) && favicon.contains(&format!("fill=\"{accent}\"")));
    }
}
