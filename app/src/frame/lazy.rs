//! Routes whose pages come to the browser when they are opened.

/// Declares such a route: `lazy_route! { /// `/vin` VinDecodeRoute => vin_decode_page }`. The page is an async function that is
/// `#[lazy]` with the feature of that name: then, and only then, `cargo leptos --split` makes it a piece of WASM of its own.
macro_rules! lazy_route {
    ($(#[$meta:meta])* $route:ident => $page:ident) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $route;

        impl leptos_router::LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                $page().await
            }
        }
    };
}

pub(crate) use lazy_route;
