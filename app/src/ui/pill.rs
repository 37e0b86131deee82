//! Small words in colour: states, filters, marks. A colour never stands without its word.

use leptos::prelude::*;
use maud::{Markup, html};

use super::{Icon, IconName};
use crate::i18n::use_locale;

/// What a colour means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Ok,
    Info,
    Warn,
    Bad,
    #[default]
    Quiet,
}

impl Tone {
    /// The class that gives the colour.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }

    pub(super) const fn icon(self) -> IconName {
        match self {
            Self::Ok => IconName::Good,
            Self::Info | Self::Quiet => IconName::Info,
            Self::Warn => IconName::Warning,
            Self::Bad => IconName::Bad,
        }
    }
}

/// A state, with a dot and its word.
#[component]
pub fn Pill(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    view! { <span class=format!("pill {}", tone.class())>{children()}</span> }
}

/// The same in [inert](super::inert()) markup.
#[must_use]
pub fn pill(tone: Tone, word: &str) -> Markup {
    html! { span.pill.(tone.class()) { (word) } }
}

/// A small frame around a word that explains another: “from VIN”.
#[component]
pub fn Tag(children: Children) -> impl IntoView {
    view! { <span class="tag">{children()}</span> }
}

/// A filter that is on: what it says, and a link that takes it off.
#[component]
pub fn Chip(
    #[prop(into)] label: String,
    /// The same list without this filter.
    #[prop(into)]
    remove_href: String,
) -> impl IntoView {
    let t = use_locale();
    let remove = t.remove_filter(&label);
    view! {
        <span class="chip">
            {label}
            <a href=remove_href aria-label=remove><Icon name=IconName::Close/></a>
        </span>
    }
}
