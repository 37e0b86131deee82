//! The decode page as a piece of WASM of its own: it comes to the browser when it is opened (feature `lazy`).

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::decode_page::VinDecodePage;

/// `/vin`
#[derive(Debug)]
pub struct VinDecodeRoute;

impl LazyRoute for VinDecodeRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        vin_decode_page().await
    }
}

#[cfg_attr(feature = "lazy", lazy)]
async fn vin_decode_page() -> AnyView {
    view! { <VinDecodePage/> }.into_any()
}
