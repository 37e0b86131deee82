//! What comes to the browser only when it is needed: the pages of a route when it is opened, a piece of a page when somebody asks for it.

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

/// A piece of WASM did not come: no connection, or a newer version of Forecourt runs by now. The next call tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

#[cfg(feature = "lazy")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Declares an async function whose code comes with its first call, with the feature `lazy`: `lazy_piece! { fn name(a: A) -> B { … } }`
/// gives a `Result<B, NotLoaded>`. A page may go on without it, where a route's piece that does not come ends everything.
macro_rules! lazy_piece {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($argument:ident: $kind:ty),* $(,)?) -> $out:ty $body:block) => {
        $(#[$meta])*
        #[cfg(feature = "lazy")]
        #[leptos::wasm_split::wasm_split($name, wasm_split_path = ::leptos::wasm_split, fallible)]
        $vis fn $name($($argument: $kind),*) -> Result<$out, $crate::frame::NotLoaded> {
            Ok($body)
        }

        $(#[$meta])*
        #[cfg(not(feature = "lazy"))]
        $vis async fn $name($($argument: $kind),*) -> Result<$out, $crate::frame::NotLoaded> {
            Ok($body)
        }
    };
}

pub(crate) use lazy_piece;
