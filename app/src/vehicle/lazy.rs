//! The pages of the stock as pieces of WASM of their own: each comes to the browser when the first page of its group is opened
//! (feature `lazy`; without it all of them are in one). The list, where everybody begins, comes with the frame: in a piece of its own
//! it would share so much with the others that a first visit loads a third more.

use leptos::prelude::*;

use super::{
    decoding_page::VehicleDecodingPage,
    detail_page::VehicleDetailPage,
    edit_page::VehicleEditPage,
    import_page::{VehicleImportPage, VehicleImportReportPage},
    new_page::VehicleNewPage,
};
use crate::frame::{has_path_id, lazy_route};

lazy_route! {
    /// `/stock/:id`
    VehicleDetailRoute => fn vehicle_detail_page() {
        view! { <VehicleDetailPage/> }.into_any()
    }
}

lazy_route! {
    /// `/stock/new` and `/stock/:id/edit`
    VehicleFormRoute => fn vehicle_form_pages() {
        if has_path_id() {
            view! { <VehicleEditPage/> }.into_any()
        } else {
            view! { <VehicleNewPage/> }.into_any()
        }
    }
}

lazy_route! {
    /// `/stock/decoding/:id`
    VehicleDecodingRoute => fn vehicle_decoding_page() {
        view! { <VehicleDecodingPage/> }.into_any()
    }
}

lazy_route! {
    /// `/stock/import` and `/stock/import/:id`
    VehicleImportRoute => fn vehicle_import_pages() {
        if has_path_id() {
            view! { <VehicleImportReportPage/> }.into_any()
        } else {
            view! { <VehicleImportPage/> }.into_any()
        }
    }
}
