//! What comes to the browser only when it is needed: the pages of a route when it is opened, a piece of a page when somebody asks for it.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_matched};
#[cfg(feature = "hydrate")]
use wasm_bindgen::{JsCast, closure::Closure};

#[cfg(feature = "hydrate")]
use super::page_state::document_value;
use super::page_state::{is_live, set_document_value, unset_document_value};

/// The attribute that says which page is asked for whose piece is on its way; the stylesheet shows that something moves.
const COMING: &str = "coming";

/// Declares such a route: `lazy_route! { /// `/vin` VinDecodeRoute => fn vin_decode_page() { … } }`. The function gives the page; with the
/// feature `lazy`, and only then, `cargo leptos --split` makes it a piece of WASM of its own.
macro_rules! lazy_route {
    ($(#[$meta:meta])* $route:ident => fn $page:ident() $body:block) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $route;

        impl leptos_router::LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                // So that the browser fetches the piece beside the page, not after it.
                leptos::prefetch_lazy_fn_on_server(stringify!($page));
                $crate::frame::page_or_reload($page()).await
            }
        }

        $crate::frame::lazy_piece! {
            fn $page() -> AnyView $body
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
/// gives a `Result<B, NotLoaded>`.
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

/// The page of a route. If its piece does not come, the browser asks the server for the whole page, which stands there without the piece,
/// made by the version of Forecourt that runs by now. A page that the server has only just rendered stays as it is, and works as it does
/// without JavaScript.
pub(crate) async fn page_or_reload(piece: impl Future<Output = Result<AnyView, NotLoaded>>) -> AnyView {
    if !is_live() {
        return match piece.await {
            Ok(page) => page,
            Err(NotLoaded) => std::future::pending().await,
        };
    }
    let (location, matched) = (use_location(), use_matched());
    let asked = location.pathname.get_untracked();
    set_document_value(COMING, &asked);
    let page = piece.await;
    let path = location.pathname.get_untracked();
    // Somebody asked for the same route with another id meanwhile: the router noted the id for this page, which it will not take.
    let passed_by = path != asked && matched.try_get_untracked().as_ref() == Some(&path);
    if passed_by || (page.is_err() && path == asked) {
        let search = location.search.get_untracked();
        let mark = if search.is_empty() { "" } else { "?" };
        let address = [&path, mark, &search, &location.hash.get_untracked()].concat();
        let _ = window().location().assign(&address);
        return std::future::pending().await;
    }
    unset_document_value(COMING, &asked);
    // Without a page somebody has gone elsewhere, and the router takes none.
    page.unwrap_or_else(|NotLoaded| ().into_any())
}

/// Keeps a page in order whose pieces are not all here, from before the WASM takes it over: until it is live its links are the browser's (the
/// router listens on the window for clicks before it has a page to change; the document hears them before it), and a page that was left
/// because a piece did not come, and is brought back as it was, is fetched anew.
#[cfg(feature = "hydrate")]
pub fn watch_document() {
    let on_click = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        if !is_live() {
            event.stop_propagation();
        }
    });
    let _ = document().add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
    on_click.forget();

    let on_show = Closure::<dyn Fn(web_sys::PageTransitionEvent)>::new(|event: web_sys::PageTransitionEvent| {
        if event.persisted() && document_value(COMING).is_some() {
            let _ = window().location().reload();
        }
    });
    let _ = window().add_event_listener_with_callback("pageshow", on_show.as_ref().unchecked_ref());
    on_show.forget();
}
