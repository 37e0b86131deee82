//! The camera of the device (W3C Media Capture and Streams): open for as long as somebody looks through it, not a moment longer.

use js_sys::{Function, JSON, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack, MediaTrackConstraints};

/// The camera that looks away from the person; as many pixels as the fine bars of a door label need.
const WANTED: &str = r#"{"audio":false,"video":{"facingMode":{"ideal":"environment"},"width":{"ideal":1920},"height":{"ideal":1080}}}"#;
/// A label is nearer than what most cameras are set to at first.
const SHARP: &str = r#"{"advanced":[{"focusMode":"continuous"}]}"#;
const TORCH_ON: &str = r#"{"advanced":[{"torch":true}]}"#;
const TORCH_OFF: &str = r#"{"advanced":[{"torch":false}]}"#;

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Browsers open cameras over https and on localhost only.
    Insecure,
    /// The person, the browser or the organisation's policy said no.
    Refused,
    Missing,
    /// Another program has it.
    Busy,
    /// It was there, and is no longer.
    Lost,
    /// What reads the codes could not be fetched.
    NotLoaded,
    Unknown,
}

impl Trouble {
    /// By the name of the exception (Media Capture and Streams, section 9.2.2).
    fn named(name: &str) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" => Self::Refused,
            "NotFoundError" | "OverconstrainedError" => Self::Missing,
            "NotReadableError" | "AbortError" => Self::Busy,
            _ => Self::Unknown,
        }
    }
}

/// An open camera; dropping it turns it off.
#[derive(Debug)]
pub(super) struct Camera {
    stream: MediaStream,
    /// Is called when the device goes away, so it lives as long as the camera.
    _on_lost: Option<Closure<dyn Fn()>>,
}

impl Camera {
    /// Asks for the camera. `lost` is called when it goes away by itself.
    pub(super) async fn open(lost: impl Fn() + 'static) -> Result<Self, Trouble> {
        let navigator = window().navigator();
        let devices = Reflect::get(&navigator, &"mediaDevices".into()).unwrap_or_default();
        if !window().is_secure_context() || devices.is_undefined() {
            return Err(Trouble::Insecure);
        }
        let devices: web_sys::MediaDevices = devices.unchecked_into();
        let wanted: MediaStreamConstraints = settings(WANTED).unchecked_into();
        let asked = devices.get_user_media_with_constraints(&wanted).map_err(|error| trouble(&error))?;
        let stream: MediaStream = JsFuture::from(asked).await.map_err(|error| trouble(&error))?.unchecked_into();
        let mut camera = Self { stream, _on_lost: None };
        if let Some(track) = camera.track() {
            let on_lost = Closure::<dyn Fn()>::new(lost);
            track.set_onended(Some(on_lost.as_ref().unchecked_ref()));
            camera._on_lost = Some(on_lost);
            set(&track, SHARP).await;
        }
        Ok(camera)
    }

    /// Shows what it sees, once that plays.
    pub(super) fn show_in(&self, video: &HtmlVideoElement) {
        video.set_src_object(Some(&self.stream));
    }

    /// What turns its torch on and off, if it has one.
    pub(super) fn torch(&self) -> Option<Torch> {
        let track = self.track()?;
        // Not every browser has it, and web-sys does not know the torch (MediaStream Image Capture, section 3).
        let capabilities: Function = Reflect::get(&track, &"getCapabilities".into()).ok()?.dyn_into().ok()?;
        let torch = Reflect::get(&capabilities.call0(&track).ok()?, &"torch".into()).ok()?;
        torch.is_truthy().then_some(Torch(track))
    }

    fn track(&self) -> Option<MediaStreamTrack> {
        self.stream.get_video_tracks().get(0).dyn_into().ok()
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.stream.get_tracks() {
            if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
                track.set_onended(None);
                track.stop();
            }
        }
    }
}

/// Waits for the first picture. Fails when the camera is turned off before it, which whoever did that knows.
pub(super) async fn play(video: &HtmlVideoElement) {
    if let Ok(playing) = video.play() {
        let _ = JsFuture::from(playing).await;
    }
}

/// The lamp of an open camera.
#[derive(Clone, Debug)]
pub(super) struct Torch(MediaStreamTrack);

impl Torch {
    pub(super) async fn turn(&self, on: bool) {
        set(&self.0, if on { TORCH_ON } else { TORCH_OFF }).await;
    }
}

/// Asks a camera for something that it may not be able to.
async fn set(track: &MediaStreamTrack, wish: &str) {
    let wish: MediaTrackConstraints = settings(wish).unchecked_into();
    if let Ok(asked) = track.apply_constraints_with_constraints(&wish) {
        let _ = JsFuture::from(asked).await;
    }
}

fn settings(text: &str) -> JsValue {
    JSON::parse(text).unwrap_or_default()
}

fn trouble(error: &JsValue) -> Trouble {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    Trouble::named(&name.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_says_is_told_apart() {
        let names = [
            "NotAllowedError",
            "NotFoundError",
            "OverconstrainedError",
            "NotReadableError",
            "TypeError",
        ];
        assert_eq!(
            names.map(Trouble::named),
            [
                Trouble::Refused,
                Trouble::Missing,
                Trouble::Missing,
                Trouble::Busy,
                Trouble::Unknown
            ]
        );
    }
}
