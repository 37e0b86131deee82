//! The catalogue of everything people read, in English and Spanish, checked by the compiler.
//!
//! A text is a method of [`Locale`]: `t.stock()`; one with arguments takes them: `t.problem_too_many(max)`. A text that
//! lacks a language, or a page that names a text which does not exist, does not compile. One file a capability.

mod texts_catalogue;
mod texts_frame;
mod texts_identity;
mod texts_issuer;
mod texts_kernel;
mod texts_vehicle;
mod texts_vin;
mod texts_web;

pub use texts_vin::country_name;

use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};

use crate::kernel::number::Notation;

/// A language that Forecourt speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    #[default]
    En,
    Es,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The language tag (BCP 47), as in `<html lang>`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// The language's own name.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
        }
    }

    /// How the language writes numbers.
    #[must_use]
    pub const fn notation(self) -> Notation {
        match self {
            Self::En => Notation::Point,
            Self::Es => Notation::Comma,
        }
    }

    /// The locale of a tag such as `es`, `es-CO` or `en-US`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next()?.trim();
        Self::ALL.into_iter().find(|locale| language.eq_ignore_ascii_case(locale.tag()))
    }

    /// The best match for a header Accept-Language (RFC 9110 section 12.5.4); English if nothing fits.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0, Self::En);
        for entry in header.split(',') {
            let (tag, weight) = entry
                .split_once(";q=")
                .map_or((entry, 1.0), |(tag, q)| (tag, q.trim().parse().unwrap_or(0.0)));
            if let Some(locale) = Self::from_tag(tag.trim())
                && weight > best.0
            {
                best = (weight, locale);
            }
        }
        best.1
    }
}

/// The language of the page that is rendered now. `App` provides it: on the server as the web layer found it (cookie, the
/// person's setting, Accept-Language), in the browser from `<html lang>`, so that both sides say the same.
#[must_use]
pub fn use_locale() -> Locale {
    use_context().unwrap_or_default()
}

/// Declares texts. `name { "English", "Español" }`, `name(argument) { "… {argument}", "…" }`, and for counted things
/// `name[n] { "one", "{n} many"; "uno", "{n} muchos" }`, where `n` is shown grouped.
macro_rules! texts {
    ($($name:ident $(($($arg:ident),+))? $([$n:ident])? { $($body:tt)+ })+) => {
        impl $crate::i18n::Locale {
            $( $crate::i18n::texts!(@text $name ($($($arg),+)?) [$($n)?] $($body)+); )+
        }
    };
    (@text $name:ident () [] $en:literal, $es:literal) => {
        #[must_use]
        pub const fn $name(self) -> &'static str {
            match self { Self::En => $en, Self::Es => $es }
        }
    };
    (@text $name:ident ($($arg:ident),+) [] $en:literal, $es:literal) => {
        #[must_use]
        pub fn $name(self, $($arg: impl std::fmt::Display),+) -> String {
            match self { Self::En => format!($en), Self::Es => format!($es) }
        }
    };
    (@text $name:ident () [$n:ident] $one_en:literal, $many_en:literal; $one_es:literal, $many_es:literal) => {
        #[must_use]
        pub fn $name(self, $n: i64) -> String {
            let one = $n == 1;
            let $n = $crate::kernel::number::group_digits(&$n.to_string(), self);
            match (self, one) {
                (Self::En, true) => format!($one_en, $n = $n),
                (Self::En, false) => format!($many_en, $n = $n),
                (Self::Es, true) => format!($one_es, $n = $n),
                (Self::Es, false) => format!($many_es, $n = $n),
            }
        }
    };
}

/// Declares what each value of a closed set is called: `labels!(StockStatus { Available: "For sale", "En venta" })`.
/// A value without a label does not compile.
macro_rules! labels {
    ($set:ty { $($value:ident: $en:literal, $es:literal;)+ }) => {
        impl $set {
            /// What people call it.
            #[must_use]
            pub const fn label(self, t: $crate::i18n::Locale) -> &'static str {
                match (self, t) {
                    $(
                        (Self::$value, $crate::i18n::Locale::En) => $en,
                        (Self::$value, $crate::i18n::Locale::Es) => $es,
                    )+
                }
            }
        }
    };
}

use {labels, texts};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_of_a_header_is_chosen() {
        assert_eq!(Locale::from_accept_language("es-CO,es;q=0.9,en;q=0.8"), Locale::Es);
        assert_eq!(Locale::from_accept_language("fr, en;q=0.5, es;q=0.7"), Locale::Es);
        assert_eq!(Locale::from_accept_language("fr, *"), Locale::En);
        assert_eq!(Locale::from_accept_language(";;;q=x,,"), Locale::En);
    }

    #[test]
    fn counted_things_have_a_singular() {
        assert_eq!(Locale::En.vehicles(1), "1 vehicle");
        assert_eq!(Locale::En.vehicles(1200), "1,200 vehicles");
        assert_eq!(Locale::Es.vehicles(1200), "1.200 vehículos");
    }
}
