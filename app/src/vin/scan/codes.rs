//! What reads the bar codes of a picture: the browser where it can (Shape Detection API), else our own reader.

use std::time::Duration;

use barcode::{Pass, Picture};
use js_sys::{Array, JSON, Promise, Reflect};
use leptos::prelude::{set_timeout, window};
use vin::CodeVin;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, ImageBitmap};

use super::picture;
use crate::frame::{NotLoaded, lazy_piece};

/// The codes in which makers and authorities write VINs, by the names of the Shape Detection API.
const FORMATS: [&str; 4] = ["code_39", "code_128", "data_matrix", "qr_code"];
const WANTED: &str = r#"{"formats":["code_39","code_128","data_matrix","qr_code"]}"#;

#[wasm_bindgen]
extern "C" {
    /// Shape Detection API, section 2.3.
    #[derive(Clone, Debug)]
    pub(super) type BarcodeDetector;
    #[wasm_bindgen(constructor, catch)]
    fn new(options: &JsValue) -> Result<BarcodeDetector, JsValue>;
    #[wasm_bindgen(static_method_of = BarcodeDetector, js_name = getSupportedFormats, catch)]
    fn supported_formats() -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn detect(this: &BarcodeDetector, picture: &JsValue) -> Result<Promise, JsValue>;
}

lazy_piece! {
    /// The texts of the codes in a picture, as far as one pass finds them.
    fn vin_codes(picture: &Picture, pass: Pass) -> Vec<String> {
        #[cfg(feature = "hydrate")]
        {
            barcode::read(picture, pass)
        }
        #[cfg(not(feature = "hydrate"))]
        {
            let _ = (picture, pass);
            Vec::new()
        }
    }
}

/// Who reads.
#[derive(Clone, Debug)]
pub(super) enum Reader {
    /// The browser: quickest, and best in bad light.
    Browser(BarcodeDetector),
    Ours,
}

impl Reader {
    /// The browser, if it can read every format that we need.
    pub(super) async fn choose() -> Self {
        browser().await.map_or(Self::Ours, Self::Browser)
    }

    /// Looks at what is seen of a running video. `look` counts the looks, since every one of ours sees something else.
    pub(super) async fn look(&mut self, video: &HtmlVideoElement, look: usize) -> Result<Option<CodeVin>, NotLoaded> {
        if let Self::Browser(detector) = self {
            match detected(detector, video).await {
                Ok(texts) => return Ok(vin_in(&texts)),
                // Has the interface, but not what it needs below.
                Err(_) => *self = Self::Ours,
            }
        }
        match picture::of_video(video) {
            Some(picture) => Ok(vin_in(&vin_codes(&picture, barcode::LIVE[look % barcode::LIVE.len()]).await?)),
            None => Ok(None),
        }
    }

    /// Searches a photo. `still` hears between the passes how many are done, and says whether anybody waits for more.
    pub(super) async fn search(&self, photo: &ImageBitmap, still: impl Fn(usize) -> bool) -> Result<Option<CodeVin>, NotLoaded> {
        if let Self::Browser(detector) = self
            && let Some(found) = detected(detector, photo).await.ok().and_then(|texts| vin_in(&texts))
        {
            return Ok(Some(found));
        }
        let Some(picture) = picture::of_photo(photo) else { return Ok(None) };
        for (done, pass) in barcode::THOROUGH.iter().enumerate() {
            // Lets the page move between them.
            pause(0.0).await;
            if !still(done) {
                break;
            }
            if let Some(found) = vin_in(&vin_codes(&picture, *pass).await?) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

async fn browser() -> Option<BarcodeDetector> {
    if !Reflect::has(&window(), &"BarcodeDetector".into()).unwrap_or(false) {
        return None;
    }
    let known = JsFuture::from(BarcodeDetector::supported_formats().ok()?).await.ok()?;
    let known: Vec<String> = known.dyn_into::<Array>().ok()?.iter().filter_map(|name| name.as_string()).collect();
    let knows_all = FORMATS.iter().all(|format| known.iter().any(|name| name == format));
    if !knows_all {
        return None;
    }
    BarcodeDetector::new(&JSON::parse(WANTED).ok()?).ok()
}

async fn detected(detector: &BarcodeDetector, picture: &JsValue) -> Result<Vec<String>, JsValue> {
    let codes = JsFuture::from(detector.detect(picture)?).await?;
    let text = |code: JsValue| Reflect::get(&code, &"rawValue".into()).ok().and_then(|text| text.as_string());
    Ok(codes.dyn_into::<Array>()?.iter().filter_map(text).collect())
}

fn vin_in(texts: &[String]) -> Option<CodeVin> {
    vin::in_codes(texts.iter().map(String::as_str))
}

/// Waits without holding up the page.
pub(super) async fn pause(milliseconds: f64) {
    let over = Promise::new(&mut |resolve, _| {
        let resolve = move || {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        };
        set_timeout(resolve, Duration::from_secs_f64(milliseconds.max(0.0) / 1000.0));
    });
    let _ = JsFuture::from(over).await;
}
