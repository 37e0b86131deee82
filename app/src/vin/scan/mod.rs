//! Scanning a VIN with the device's camera, or from a photo: the button, and behind it a dialog that comes as a piece of WASM of its own.
//!
//! `camera` opens and closes the camera, `picture` takes pixels of it, `codes` reads bar codes in them: with the browser's own reader
//! where there is one, else with ours, which `worker` starts. `scanner` and `photo` are what people see.
//! Nothing leaves the device.

mod camera;
mod codes;
mod photo;
mod picture;
mod scanner;
mod worker;

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    frame::{NotLoaded, lazy_piece},
    i18n::use_locale,
    ui::{Icon, IconName, Tone, use_toasts},
};

/// Whom an open scanner tells.
#[derive(Clone, Copy)]
struct Scanning {
    /// To take it away.
    close: Callback<()>,
    /// The VIN, as the person's own typing would have been.
    found: Callback<String>,
}

lazy_piece! {
    /// The scanner, ready to be shown.
    fn vin_scanner() -> fn(Scanning) -> AnyView {
        scanner::scanner
    }
}

/// The button beside a VIN that scans it: only where WASM runs. Gives what was scanned, or typed off a photo, to `found`.
#[component]
pub fn VinScan(found: Callback<String>) -> impl IntoView {
    let t = use_locale();
    let toasts = use_toasts();
    let (awake, coming, open) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let scanner = StoredValue::new(None::<fn(Scanning) -> AnyView>);
    Effect::new(move |_| awake.set(true));
    let start = move |_: ev::MouseEvent| {
        if coming.get_untracked() || open.get_untracked() {
            return;
        }
        coming.set(true);
        spawn_local(async move {
            let came = vin_scanner().await;
            // The page may have gone meanwhile.
            if coming.try_set(false).is_some() {
                return;
            }
            match came {
                Ok(came) => {
                    scanner.set_value(Some(came));
                    open.set(true);
                }
                Err(NotLoaded) => toasts.say(Tone::Bad, t.vin_scan_not_loaded()),
            }
        });
    };
    let close = Callback::new(move |()| open.set(false));
    let scanning = Scanning { close, found };
    move || {
        awake.get().then(|| {
            view! {
                <button
                    class="btn ghost scan-button"
                    type="button"
                    aria-haspopup="dialog"
                    aria-busy=move || coming.get().then_some("true")
                    on:click=start
                >
                    <Icon name=IconName::Vin/>
                    <span>{t.vin_scan()}</span>
                </button>
                {move || open.get().then(|| scanner.get_value().map(|scanner| scanner(scanning)))}
            }
        })
    }
}
