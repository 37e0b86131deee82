//! Markup that nothing happens in: no signal, no listener, no component of the framework below it.
//!
//! A view of many elements is walked several times on the server and once more in the browser, with a future or a closure for each of
//! them. Where a part of a page only shows values, and there are many of it, it is written at once as text instead (`maud` escapes it),
//! and the framework sees one element. Links in it are followed as everywhere: the router listens on the window.

use std::borrow::Cow;

use leptos::tachys::html::InertElement;
use maud::Markup;

/// One element, written already: what `maud::html! { tr { … } }` gives. It takes no attributes from outside.
#[must_use]
pub fn inert(element: Markup) -> InertElement {
    InertElement::new(Cow::Owned(element.into_string()))
}
