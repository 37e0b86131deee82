//! The WASM entry: wakes the page that the server rendered, nothing else.

/// Called once by the script that Leptos puts into the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
