//! The decode page as a piece of WASM of its own: it comes to the browser when it is opened (feature `lazy`).

use leptos::prelude::*;

use super::decode_page::VinDecodePage;
use crate::frame::lazy_route;

lazy_route! {
    /// `/vin`
    VinDecodeRoute => fn vin_decode_page() {
        view! { <VinDecodePage/> }.into_any()
    }
}
