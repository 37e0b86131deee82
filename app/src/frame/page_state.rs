//! What the page's document says for both sides: language, theme, folded rail, shortcuts, development, the largest upload. The server writes it as attributes
//! of `<html>`, the browser reads them there, so that hydration finds what was rendered.

use leptos::prelude::*;

use crate::{i18n::Locale, kernel::closed_set::closed_set};

/// The attribute that says that the WASM has taken over the page; the browser tests wait for it.
const LIVE: &str = "live";

closed_set! {
    /// Which colours a person wants; kept in the cookie `theme` of this browser.
    pub enum Theme {
        /// As the device is set.
        System = "system",
        Light = "light",
        Dark = "dark",
    }
}

closed_set! {
    /// How the navigation stands on a desk; kept in the cookie `rail` of this browser.
    pub enum Rail {
        /// Icons and words.
        Wide = "wide",
        /// Icons.
        Narrow = "narrow",
    }
}

closed_set! {
    /// Whether a single key is a shortcut (`/`, `j`, `k`): who speaks to the computer, or hits keys by accident, turns them off
    /// (WCAG 2.2, 2.1.4). Kept in the cookie `shortcuts` of this browser.
    pub enum Shortcuts {
        On = "on",
        Off = "off",
    }
}

/// Whether this server runs for development: then `/ui` exists. The server provides it as context; without it the answer is no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Development(pub bool);

/// Path of the compiled stylesheet. The server provides it as context.
#[derive(Clone, Debug)]
pub struct Stylesheet(pub String);

/// The largest file that this server takes, in bytes. The server provides it as context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadLimit(pub u64);

/// The theme, the rail, as signals that the switches change at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appearance {
    pub(crate) theme: RwSignal<Theme>,
    pub(crate) rail: RwSignal<Rail>,
}

impl Appearance {
    /// As the document says.
    pub(crate) fn read() -> Self {
        Self {
            theme: RwSignal::new(
                document_value("theme")
                    .and_then(|name| Theme::named(&name))
                    .unwrap_or(Theme::System),
            ),
            rail: RwSignal::new(document_value("rail").and_then(|name| Rail::named(&name)).unwrap_or(Rail::Wide)),
        }
    }
}

/// Whether a single key is a shortcut.
pub(crate) fn shortcuts() -> Shortcuts {
    document_value("shortcuts")
        .and_then(|name| Shortcuts::named(&name))
        .unwrap_or(Shortcuts::On)
}

/// Makes the page's language known to everything below.
pub(crate) fn provide_locale() {
    #[cfg(not(feature = "ssr"))]
    provide_context(
        document_element()
            .and_then(|html| html.get_attribute("lang"))
            .and_then(|tag| Locale::from_tag(&tag))
            .unwrap_or_default(),
    );
    #[cfg(feature = "ssr")]
    provide_context(use_context::<Locale>().unwrap_or_default());
}

/// Whether the server runs for development. The browser asks only in debug builds, which alone have the showcase.
#[cfg(any(feature = "ssr", debug_assertions))]
pub(crate) fn use_development() -> bool {
    #[cfg(not(feature = "ssr"))]
    return document_value("development").is_some();
    #[cfg(feature = "ssr")]
    use_context::<Development>().is_some_and(|development| development.0)
}

/// The largest file that the server takes, in bytes, so that a larger one need not be sent to be refused.
pub(crate) fn use_upload_limit() -> Option<u64> {
    #[cfg(not(feature = "ssr"))]
    return document_value("upload-limit")?.parse().ok();
    #[cfg(feature = "ssr")]
    use_context::<UploadLimit>().map(|limit| limit.0)
}

/// Notes that the WASM has taken over the page, with everything on it.
#[cfg(feature = "hydrate")]
pub fn set_live() {
    set_document_value(LIVE, "true");
}

/// Whether the WASM has taken over the page. Never on the server.
pub(crate) fn is_live() -> bool {
    cfg!(not(feature = "ssr")) && document_value(LIVE).is_some()
}

/// Changes an attribute `data-…` of the document at once.
pub(crate) fn set_document_value(name: &str, value: &str) {
    if let Some(html) = document_element() {
        let _ = html.set_attribute(&format!("data-{name}"), value);
    }
}

/// Takes an attribute `data-…` of the document away, if it has this value.
pub(crate) fn unset_document_value(name: &str, value: &str) {
    let attribute = format!("data-{name}");
    if let Some(html) = document_element()
        && html.get_attribute(&attribute).as_deref() == Some(value)
    {
        let _ = html.remove_attribute(&attribute);
    }
}

fn document_element() -> Option<web_sys::Element> {
    #[cfg(feature = "ssr")]
    return None;
    #[cfg(not(feature = "ssr"))]
    document().document_element()
}

/// An attribute `data-…` of `<html>`: in the browser from the document, on the server from the cookie of that name.
pub(super) fn document_value(name: &str) -> Option<String> {
    #[cfg(not(feature = "ssr"))]
    return document_element()?.get_attribute(&format!("data-{name}"));
    #[cfg(feature = "ssr")]
    crate::kernel::cookie::cookie(&use_context::<http::request::Parts>()?.headers, name).map(str::to_owned)
}
