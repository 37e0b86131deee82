//! The HTML document. Every script in it carries the nonce of the answer; there is no inline style.

use std::sync::OnceLock;

use leptos::{WasmSplitManifest, nonce::use_nonce, prelude::*, tachys::html::InertElement};
use leptos_meta::MetaTags;
use maud::{PreEscaped, html};

use super::page_state::{Appearance, Stylesheet, provide_locale, shortcuts, use_development, use_upload_limit};
use crate::{
    App,
    i18n::use_locale,
    ui::{inert, tokens::colour},
};

/// The document around [`App`]. Theme and language stand on `<html>` from the first byte, so nothing flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    provide_locale();
    let locale = use_locale();
    let appearance = Appearance::read();
    view! {
        <!DOCTYPE html>
        <html
            lang=locale.tag()
            data-theme=appearance.theme.get_untracked().name()
            data-rail=appearance.rail.get_untracked().name()
            data-shortcuts=shortcuts().name()
            data-development=use_development().then_some("")
            data-upload-limit=use_upload_limit()
        >
            <head>
                {head()}
                <AutoReload options=options.clone()/>
                {hydration_scripts(options)}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

fn head() -> InertElement {
    let stylesheet = use_context::<Stylesheet>().map_or_else(|| "/pkg/forecourt.css".into(), |Stylesheet(path)| path);
    let (light, dark) = colour("surface").unwrap_or_default();
    inert(html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
        meta name="color-scheme" content="light dark";
        // What the browser paints its own bar in.
        meta name="theme-color" media="(prefers-color-scheme: light)" content=(light);
        meta name="theme-color" media="(prefers-color-scheme: dark)" content=(dark);
        link rel="preload" href="/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous";
        link id="leptos" rel="stylesheet" href=(stylesheet);
        link rel="icon" href="/favicon.svg" type="image/svg+xml";
    })
}

/// What `HydrationScripts` wrote for one page, and the nonce that it wrote into it.
struct Written {
    html: String,
    nonce: String,
    pieces: Option<WasmSplitManifest>,
}

/// `HydrationScripts`, written once in a process and given each page's nonce: it reads the names of its files from the disk every time. In
/// development they change while the server runs.
fn hydration_scripts(options: LeptosOptions) -> AnyView {
    static WRITTEN: OnceLock<Written> = OnceLock::new();
    let nonce = match use_nonce() {
        Some(nonce) if !use_development() => nonce.to_string(),
        _ => return view! { <HydrationScripts options/> }.into_any(),
    };
    let written = WRITTEN.get_or_init(|| Written {
        html: view! { <HydrationScripts options/> }.to_html(),
        nonce: nonce.clone(),
        pieces: use_context(),
    });
    if let Some(pieces) = &written.pieces {
        provide_context(pieces.clone());
    }
    inert(PreEscaped(written.html.replace(&written.nonce, &nonce))).into_any()
}
