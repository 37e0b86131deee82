//! The pages of the stock as pieces of WASM of their own: each comes to the browser when the first page of its group is opened
//! (feature `lazy`; without it all of them are in one). The list, where everybody begins, comes with the frame: in a piece of its own
//! it would share so much with the others that a first visit loads a third more.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map};

use super::{
    decoding_page::VehicleDecodingPage,
    detail_page::VehicleDetailPage,
    edit_page::VehicleEditPage,
    import_page::{VehicleImportPage, VehicleImportReportPage},
    new_page::VehicleNewPage,
};

/// `/stock/:id`
#[derive(Debug)]
pub struct VehicleDetailRoute;

impl LazyRoute for VehicleDetailRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        vehicle_detail_page().await
    }
}

/// `/stock/new` and `/stock/:id/edit`
#[derive(Debug)]
pub struct VehicleFormRoute;

impl LazyRoute for VehicleFormRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        vehicle_form_pages().await
    }
}

/// `/stock/decoding/:id`
#[derive(Debug)]
pub struct VehicleDecodingRoute;

impl LazyRoute for VehicleDecodingRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        vehicle_decoding_page().await
    }
}

/// `/stock/import` and `/stock/import/:id`
#[derive(Debug)]
pub struct VehicleImportRoute;

impl LazyRoute for VehicleImportRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        vehicle_import_pages().await
    }
}

#[cfg_attr(feature = "lazy", lazy)]
async fn vehicle_detail_page() -> AnyView {
    view! { <VehicleDetailPage/> }.into_any()
}

#[cfg_attr(feature = "lazy", lazy)]
async fn vehicle_form_pages() -> AnyView {
    if has_id() {
        view! { <VehicleEditPage/> }.into_any()
    } else {
        view! { <VehicleNewPage/> }.into_any()
    }
}

#[cfg_attr(feature = "lazy", lazy)]
async fn vehicle_import_pages() -> AnyView {
    if has_id() {
        view! { <VehicleImportReportPage/> }.into_any()
    } else {
        view! { <VehicleImportPage/> }.into_any()
    }
}

#[cfg_attr(feature = "lazy", lazy)]
async fn vehicle_decoding_page() -> AnyView {
    view! { <VehicleDecodingPage/> }.into_any()
}

fn has_id() -> bool {
    use_params_map().with_untracked(|params| params.get("id").is_some())
}
