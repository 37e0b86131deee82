//! The button that leads to the form of a new entry.

use leptos::prelude::*;

use crate::{
    frame::may,
    i18n::use_locale,
    identity::Permission,
    ui::{ButtonLink, IconName, Variant},
};

/// Adds an entry, for who may: `href` is its form with what the page says of it, and the way back.
#[component]
pub fn AddEntry(href: Signal<String>) -> impl IntoView {
    let t = use_locale();
    let may_create = may(Permission::CatalogueCreate);
    move || {
        may_create
            .then(|| view! { <ButtonLink href=href.get() icon=IconName::Plus variant=Variant::Primary>{t.catalogue_add()}</ButtonLink> })
    }
}
