//! Where the keyboard is.

use leptos::prelude::document;

/// Whether the element that had the focus is gone, disabled or inert, so that the next Tab would begin at the top of the page.
#[must_use]
pub fn focus_is_lost() -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY")
}
