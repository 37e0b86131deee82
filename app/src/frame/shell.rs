//! The HTML document. Every script in it carries the nonce of the answer; there is no inline style.

use leptos::{html, prelude::*};
use leptos_meta::MetaTags;

use super::page_state::{Appearance, Stylesheet, provide_locale, use_development};
use crate::{App, i18n::use_locale, ui::tokens::colour};

/// The document around [`App`]. Theme and language stand on `<html>` from the first byte, so nothing flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    provide_locale();
    let locale = use_locale();
    let appearance = Appearance::read();
    let stylesheet = use_context::<Stylesheet>().map_or_else(|| "/pkg/forecourt.css".into(), |Stylesheet(path)| path);
    let (light, dark) = colour("surface").unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html
            lang=locale.tag()
            data-theme=appearance.theme.get_untracked().name()
            data-rail=appearance.rail.get_untracked().name()
            data-development=use_development().then_some("")
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                {theme_colour("(prefers-color-scheme: light)", light)}
                {theme_colour("(prefers-color-scheme: dark)", dark)}
                <link rel="preload" href="/fonts/inter-latin.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                <link id="leptos" rel="stylesheet" href=stylesheet/>
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

/// What the browser paints its own bar in.
fn theme_colour(media: &'static str, colour: &'static str) -> impl IntoView {
    html::meta().name("theme-color").content(colour).attr("media", media)
}
