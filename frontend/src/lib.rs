//! The WASM entry: wakes the page that the server rendered, nothing else.

/// Called once by the script that Leptos puts into the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::frame::watch_document();
    // As `leptos::mount::hydrate_lazy`, which does not tell when it is done.
    wasm_bindgen_futures::spawn_local(async {
        if let Some(body) = leptos::prelude::document().body() {
            leptos::mount::hydrate_from_async(body, app::App).await.forget();
            app::frame::set_live();
        }
    });
}
