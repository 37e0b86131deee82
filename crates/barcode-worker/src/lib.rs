//! The reader of bar codes as a WASM module of its own, in a worker of the browser: its tables weigh as much as half of a first visit, a look
//! takes longer than a page may stand still, and a picture on which it fails takes nothing else with it.
//!
//! `scripts/barcode` builds it into `/barcode`, where `worker.js` starts it. A message is a [`Look`] in bytes, the answer an array of texts.
//! `app/src/vin/scan/worker.rs` is the other end.

use barcode::Look;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Listens for as long as the worker lives.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let asked = {
        let scope = scope.clone();
        Closure::<dyn Fn(MessageEvent)>::new(move |question: MessageEvent| {
            let look = Look::from_bytes(Uint8Array::new(&question.data()).to_vec());
            let texts = look.map(|look| look.read()).unwrap_or_default();
            let _ = scope.post_message(&texts.iter().map(JsValue::from).collect::<Array>());
        })
    };
    scope.set_onmessage(Some(asked.as_ref().unchecked_ref()));
    asked.forget();
}
