//! What reads the bar codes of a picture: the browser where it can (Shape Detection API), else our own reader.

use std::time::Duration;

use barcode::{Look, Pass, Picture};
use js_sys::{Array, JSON, Promise, Reflect};
use leptos::prelude::{set_timeout, window};
use vin::CodeVin;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, ImageBitmap};

use super::{
    picture,
    worker::{CodeReader, Crashed},
};
use crate::frame::NotLoaded;

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

/// Who reads.
#[derive(Debug)]
pub(super) struct Reader {
    /// The browser, if it can read every format that we need: quickest, and best in bad light.
    browser: Option<BarcodeDetector>,
    /// Ours, once it was needed.
    ours: Option<CodeReader>,
}

impl Reader {
    pub(super) async fn choose() -> Self {
        Self {
            browser: browser().await,
            ours: None,
        }
    }

    /// Looks at what is seen of a running video. `look` counts the looks, since every one of ours sees something else.
    pub(super) async fn look(&mut self, video: &HtmlVideoElement, look: usize) -> Result<Option<CodeVin>, NotLoaded> {
        if let Some(detector) = &self.browser {
            match detected(detector, video).await {
                Ok(texts) => return Ok(vin_in(&texts)),
                // Has the interface, but not what it needs below.
                Err(_) => self.browser = None,
            }
        }
        match picture::of_video(video) {
            Some(picture) => self.look_ourselves(picture, barcode::LIVE[look % barcode::LIVE.len()]).await,
            None => Ok(None),
        }
    }

    /// Searches a photo. `still` hears between the passes how many are done, and says whether anybody waits for more.
    pub(super) async fn search(&mut self, photo: &ImageBitmap, still: impl Fn(usize) -> bool) -> Result<Option<CodeVin>, NotLoaded> {
        if let Some(detector) = &self.browser
            && let Some(found) = detected(detector, photo).await.ok().and_then(|texts| vin_in(&texts))
        {
            return Ok(Some(found));
        }
        let Some(picture) = picture::of_photo(photo) else { return Ok(None) };
        for (done, pass) in barcode::THOROUGH.iter().enumerate() {
            if !still(done) {
                break;
            }
            if let Some(found) = self.look_ourselves(picture.clone(), *pass).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A picture on which our reader crashes holds nothing; the next look starts another one.
    async fn look_ourselves(&mut self, picture: Picture, pass: Pass) -> Result<Option<CodeVin>, NotLoaded> {
        let reader = match self.ours.take() {
            Some(reader) => reader,
            None => CodeReader::start().await?,
        };
        match reader.read(&Look::new(picture, pass)).await {
            Ok(texts) => {
                self.ours = Some(reader);
                Ok(vin_in(&texts))
            }
            Err(Crashed) => Ok(None),
        }
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
