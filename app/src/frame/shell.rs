//! The HTML document. Every script in it carries the nonce of the answer; there is no inline style.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

use super::page_state::{Look, provide_locale, use_development};
use crate::{App, i18n::use_locale};

/// The document around [`App`]. Theme and language stand on `<html>` from the first byte, so nothing flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    provide_locale();
    let locale = use_locale();
    let look = Look::read();
    view! {
        <!DOCTYPE html>
        <html
            lang=locale.tag()
            data-theme=look.theme.get_untracked().name()
            data-rail=look.rail.get_untracked().name()
            data-development=use_development().then_some("")
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#141a1d"/>
                <link rel="preload" href="/fonts/inter-latin.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <HashedStylesheet options=options.clone() id="leptos"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
