//! What the browser sees: pages, components, shared types and rules, server functions.
//!
//! Compiled twice: to WASM (`hydrate`) and natively (`ssr`), where `server` renders it and implements its service traits.
//! It knows neither sqlx nor fred, and no tokio is in the WASM; `make check` proves it.

#![allow(unreachable_pub, reason = "the component macro makes its functions pub, also in private modules")]
#![allow(clippy::needless_pass_by_value, reason = "a component owns its properties")]

#[macro_use]
pub mod kernel;
pub mod catalogue;
pub mod frame;
pub mod i18n;
pub mod identity;
pub mod ui;
pub mod vehicle;
pub mod vin;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{FlatRoutes, Redirect, Route, Router},
    path,
};

use crate::{
    catalogue::{CatalogueBrowseRoute, CatalogueChangesRoute, CatalogueEntriesRoute, CatalogueEntryRoute},
    frame::{Frame, provide_locale},
    ui::{NotFoundPage, Toasts},
    vehicle::{VehicleDecodingRoute, VehicleDetailRoute, VehicleFormRoute, VehicleImportRoute, VehicleListPage},
    vin::VinDecodeRoute,
};

/// The whole application, the same on both sides. Every page is `SsrMode::Async`: complete HTML, for readers without WASM too.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_locale();
    provide_context(Toasts::new());
    view! {
        <Title text=untitled() formatter=title/>
        <Router>
            <Frame>
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=|| view! { <Redirect path="/stock"/> } ssr=SsrMode::Async/>
                    <Route path=path!("/stock") view=VehicleListPage ssr=SsrMode::Async/>
                    <Route path=path!("/stock/new") view={Lazy::<VehicleFormRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/stock/import") view={Lazy::<VehicleImportRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/stock/import/:id") view={Lazy::<VehicleImportRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/stock/decoding/:id") view={Lazy::<VehicleDecodingRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/stock/:id") view={Lazy::<VehicleDetailRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/stock/:id/edit") view={Lazy::<VehicleFormRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/vin") view={Lazy::<VinDecodeRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/catalogue") view={Lazy::<CatalogueBrowseRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/catalogue/changes") view={Lazy::<CatalogueChangesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/catalogue/entries") view={Lazy::<CatalogueEntriesRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/catalogue/entries/new") view={Lazy::<CatalogueEntryRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/catalogue/entries/:id") view={Lazy::<CatalogueEntryRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/ui") view=Ui ssr=SsrMode::Async/>
                </FlatRoutes>
            </Frame>
        </Router>
    }
}

/// The page of the design system, in a development build on a development server; 404 otherwise. Release builds do not hold it.
#[component]
fn Ui() -> impl IntoView {
    #[cfg(debug_assertions)]
    if frame::use_development() {
        return view! { <ui::ShowcasePage/> }.into_any();
    }
    view! { <NotFoundPage/> }.into_any()
}

/// What people call the field of that name on any form; the name itself where no form has it.
#[must_use]
pub fn field_label(t: i18n::Locale, name: &str) -> String {
    let of_vehicle = vehicle::VehicleField::named(name).map(|field| field.label(t));
    let of_entry = || catalogue::CatalogueField::named(name).map(|field| field.label(t));
    of_vehicle.or_else(of_entry).unwrap_or(name).to_owned()
}

const NAME: &str = "Forecourt";
/// What stands behind the name of a page.
const AFTER_TITLE: &str = " · Forecourt";

/// `2019 Mazda CX-5 · Forecourt`.
fn title(page: String) -> String {
    if page.is_empty() {
        NAME.into()
    } else {
        format!("{}{AFTER_TITLE}", ui::raw_text(page))
    }
}

/// What a page is called that has not said it yet: while the browser takes a page over, as the server called it.
fn untitled() -> impl Fn() -> String {
    let served = if cfg!(feature = "ssr") { String::new() } else { document().title() };
    let served = served.strip_suffix(AFTER_TITLE).unwrap_or_default().to_owned();
    move || if frame::is_live() { String::new() } else { served.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_any_form_is_called_what_people_call_it() {
        for field in catalogue::CatalogueField::ALL {
            assert_ne!(field_label(i18n::Locale::Es, field.name()), field.name(), "{field}");
        }
        assert_eq!(field_label(i18n::Locale::Es, "asking_price"), "Precio de venta");
        assert_eq!(field_label(i18n::Locale::Es, "nonsense"), "nonsense");
    }
}
