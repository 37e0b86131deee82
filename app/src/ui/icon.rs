//! Icons: strokes of 1.7 on a grid of 24, in the colour of the text beside them.

use leptos::{prelude::*, tachys::html::InertElement};
use maud::{Markup, PreEscaped, html};

macro_rules! icons {
    ($($(#[$meta:meta])* $name:ident = $path:literal,)+) => {
        /// Every icon there is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum IconName { $($(#[$meta])* $name,)+ }

        impl IconName {
            /// All of them, for the page that shows them.
            #[cfg(debug_assertions)]
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn svg(self) -> &'static str {
                match self {
                    $(Self::$name => concat!(r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=""#, $path, r#""></path></svg>"#),)+
                }
            }
        }
    };
}

icons! {
    Stock = "M4.5 11 6 6.8A2 2 0 0 1 7.9 5.5h8.2A2 2 0 0 1 18 6.8l1.5 4.2M3 17v-3.5A2.5 2.5 0 0 1 5.5 11h13a2.5 2.5 0 0 1 2.5 2.5V17H3Zm2 0v1.5m14-1.5v1.5M6.5 14h1m9 0h1",
    Import = "M12 4v10m0 0 4-4m-4 4-4-4M4 16v2.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V16",
    Vin = "M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8m8 0h2.5A1.5 1.5 0 0 1 20 5.5V8m0 8v2.5a1.5 1.5 0 0 1-1.5 1.5H16m-8 0H5.5A1.5 1.5 0 0 1 4 18.5V16m3.5-7v6m3-6v6m3-6v6m3-6v6",
    Catalogue = "M5.5 19.5v-14A1.5 1.5 0 0 1 7 4h11.5v13H7a1.5 1.5 0 0 0-1.5 1.5v0A1.5 1.5 0 0 0 7 20h11.5M9 8h6M9 11.5h4",
    Export = "M12 15V5m0 0 4 4m-4-4-4 4M4 16v2.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V16",
    Search = "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4 4",
    Plus = "M12 5v14M5 12h14",
    Minus = "M5 12h14",
    Turn = "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4M20 4.5v4.9h-4.9",
    Camera = "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.6-2.5h4.8L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5v-9Zm8 7.8a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8Z",
    Torch = "M13.5 3 5.5 13.5h5.6L10 21l8.5-11h-5.9l.9-7Z",
    Close = "m6 6 12 12M18 6 6 18",
    Filter = "M4 6h16M7 12h10m-7 6h4",
    Sort = "M8 5v14m0 0 3-3m-3 3-3-3m11 3V5m0 0 3 3m-3-3-3 3",
    ChevronDown = "m6 9 6 6 6-6",
    ChevronLeft = "m15 6-6 6 6 6",
    ChevronRight = "m9 6 6 6-6 6",
    ArrowUp = "M12 19V5m0 0 5 5m-5-5-5 5",
    ArrowDown = "M12 5v14m0 0 5-5m-5 5-5-5",
    More = "M5.5 12.8a.8.8 0 1 0 0-1.6.8.8 0 0 0 0 1.6Zm6.5 0a.8.8 0 1 0 0-1.6.8.8 0 0 0 0 1.6Zm6.5 0a.8.8 0 1 0 0-1.6.8.8 0 0 0 0 1.6Z",
    Edit = "M4 20h4L19 9a2.1 2.1 0 0 0-3-3L5 17l-1 3Zm11-13 3 3",
    Trash = "M4 7h16M10 11v6m4-6v6M6 7l1 12.5h10L18 7M9 7V4h6v3",
    Undo = "M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3",
    Warning = "M12 4 2.8 19.5h18.4L12 4Zm0 6v4.5m0 2.5v.01",
    Info = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v5.5m0-9v.01",
    Good = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-4-8.5 3 3 5-6",
    Bad = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9 9l6 6m0-6-6 6",
    Clock = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.5 2",
    Person = "M12 11.5a3.8 3.8 0 1 0 0-7.5 3.8 3.8 0 0 0 0 7.5ZM4.5 20c.5-3.6 3.5-5.5 7.5-5.5s7 1.9 7.5 5.5",
    Language = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.2 12h17.6M12 3c-5 5.5-5 12.5 0 18 5-5.5 5-12.5 0-18Z",
    Keyboard = "M4 6.5h16A1.5 1.5 0 0 1 21.5 8v8.5A1.5 1.5 0 0 1 20 18H4a1.5 1.5 0 0 1-1.5-1.5V8A1.5 1.5 0 0 1 4 6.5ZM6.5 10h.5m3 0h.5m3 0h.5m3 0h.5M8 14.5h8",
    SignOut = "M10 4H5.5A1.5 1.5 0 0 0 4 5.5v13A1.5 1.5 0 0 0 5.5 20H10m5-4 4-4m0 0-4-4m4 4H9",
    System = "M4 5h16v11H4zM9 20h6m-3-4v4",
    Light = "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2m0 15v2M2.5 12h2m15 0h2M5.3 5.3l1.4 1.4m10.6 10.6 1.4 1.4m0-13.4-1.4 1.4M6.7 17.3l-1.4 1.4",
    Dark = "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
    Rail = "M4 5h16v14H4zM9.5 5v14",
}

impl IconName {
    /// The same as [`Icon`], for [inert](super::inert()) markup.
    #[must_use]
    pub fn markup(self) -> Markup {
        PreEscaped(self.svg().to_owned())
    }

    /// The icon and its word, as buttons, links and entries of menus show them.
    #[must_use]
    pub fn with(self, word: &str) -> Markup {
        html! {
            (self.markup())
            span { (word) }
        }
    }
}

/// An icon. It says nothing to a screen reader: a word stands beside it or in its button's label.
#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    InertElement::new(name.svg())
}
