//! Our own reader of bar codes: a WASM module that runs in a worker (`crates/barcode-worker`), so that the page never stands still.

use barcode::Look;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::frame::NotLoaded;

const SCRIPT: &str = "/barcode/worker.js";

/// A running worker; dropping it ends it.
#[derive(Debug)]
pub(super) struct CodeReader(Worker);

/// It failed on this picture, and is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crashed;

impl CodeReader {
    pub(super) async fn start() -> Result<Self, NotLoaded> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let reader = Self(Worker::new_with_options(SCRIPT, &options).map_err(|_| NotLoaded)?);
        match reader.message(|| Ok(())).await {
            Ok(came) if came.is_truthy() => Ok(reader),
            _ => Err(NotLoaded),
        }
    }

    /// The texts of the codes that one look finds, each once.
    pub(super) async fn read(&self, look: &Look) -> Result<Vec<String>, Crashed> {
        let Some(bytes) = look.to_bytes() else { return Ok(Vec::new()) };
        let bytes = Uint8Array::from(bytes.as_slice());
        let texts = self.message(|| self.0.post_message(&bytes)).await.map_err(|_| Crashed)?;
        Ok(Array::from(&texts).iter().filter_map(|text| text.as_string()).collect())
    }

    /// What it says next, after it was asked; fails if it ends instead.
    async fn message(&self, ask: impl Fn() -> Result<(), JsValue>) -> Result<JsValue, JsValue> {
        let said = Promise::new(&mut |resolve, reject| {
            self.0.set_onmessage(Some(&resolve));
            self.0.set_onerror(Some(&reject));
        });
        ask()?;
        Ok(JsFuture::from(said).await?.dyn_into::<MessageEvent>()?.data())
    }
}

impl Drop for CodeReader {
    fn drop(&mut self) {
        self.0.terminate();
    }
}
