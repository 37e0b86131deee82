//! The scanner's dialog: the camera's picture with a frame to aim at, or why there is none, and the photo as the other way.

use leptos::{ev, html, prelude::*, task::spawn_local};
use vin::Vin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlInputElement, ImageBitmap};

use super::{
    Scanning,
    camera::{Camera, Torch, Trouble, play},
    codes::{Reader, pause},
    photo::PhotoPlate,
};
use crate::{
    frame::NotLoaded,
    i18n::{Locale, use_locale},
    ui::{Banner, Button, Icon, IconName, LiveDialog, Progress, Tone, Variant},
};

/// Milliseconds after which somebody who has scanned nothing yet is told what helps.
const PATIENCE: f64 = 8000.0;
/// Milliseconds between two looks: as many as the last one took, so that the page stays alive on a slow phone.
const REST: std::ops::RangeInclusive<f64> = 60.0..=400.0;

/// What the dialog shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Starting,
    Live,
    Trouble(Trouble),
    Searching,
    /// Nothing was found in the photo, or nothing could be looked for.
    Unread {
        searched: bool,
    },
    /// What was chosen is no photo.
    NoPhoto,
}

/// An open scanner. One thing goes on at a time: whatever begins takes the turn from what went on before.
#[derive(Clone, Copy)]
struct Scan {
    t: Locale,
    scanning: Scanning,
    stage: RwSignal<Stage>,
    turn: StoredValue<u32>,
    video: NodeRef<html::Video>,
    camera: StoredValue<Option<Camera>, LocalStorage>,
    torch: RwSignal<Option<Torch>, LocalStorage>,
    lit: RwSignal<bool>,
    slow: RwSignal<bool>,
    /// Passes over the photo that are done.
    searched: RwSignal<usize>,
    photo: RwSignal<Option<ImageBitmap>, LocalStorage>,
}

impl Scan {
    fn new(scanning: Scanning, t: Locale) -> Self {
        Self {
            t,
            scanning,
            stage: RwSignal::new(Stage::Starting),
            turn: StoredValue::new(0),
            video: NodeRef::new(),
            camera: StoredValue::new_local(None),
            torch: RwSignal::new_local(None),
            lit: RwSignal::new(false),
            slow: RwSignal::new(false),
            searched: RwSignal::new(0),
            photo: RwSignal::new_local(None),
        }
    }

    /// Takes the turn and turns the camera off.
    fn next(self) -> u32 {
        self.camera.set_value(None);
        self.torch.set(None);
        self.lit.set(false);
        self.slow.set(false);
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    /// Whether that turn goes on: the dialog is open and nothing else began.
    fn is(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    fn looks_through_camera(self) -> bool {
        matches!(self.stage.get_untracked(), Stage::Starting | Stage::Live)
    }

    fn start(self) {
        let mine = self.next();
        self.photo.set(None);
        self.stage.set(Stage::Starting);
        spawn_local(async move {
            if let Err(trouble) = self.watch(mine).await {
                self.fail(mine, trouble);
            }
        });
    }

    fn fail(self, mine: u32, trouble: Trouble) {
        if self.is(mine) {
            self.next();
            self.stage.set(Stage::Trouble(trouble));
        }
    }

    /// Looks through the camera until a VIN is read.
    async fn watch(self, mine: u32) -> Result<(), Trouble> {
        let camera = Camera::open(move || self.fail(mine, Trouble::Lost)).await?;
        let Some(video) = self.video.try_get_untracked().flatten().filter(|_| self.is(mine)) else {
            return Ok(());
        };
        camera.show_in(&video);
        self.camera.set_value(Some(camera));
        play(&video).await;
        let mut reader = Reader::choose().await;
        if !self.is(mine) {
            return Ok(());
        }
        self.torch
            .set(self.camera.with_value(|camera| camera.as_ref().and_then(Camera::torch)));
        self.stage.set(Stage::Live);
        let (begun, mut doubtful) = (js_sys::Date::now(), None);
        for look in 0.. {
            let before = js_sys::Date::now();
            let found = reader.look(&video, look).await.map_err(|NotLoaded| Trouble::NotLoaded)?;
            if !self.is(mine) {
                break;
            }
            if let Some(found) = found {
                // A misread character shows only in the check digit; where there is none, the same must be read twice.
                if found.is_checked || doubtful == Some(found.vin) {
                    self.found(found.vin);
                    break;
                }
                doubtful = Some(found.vin);
            }
            let now = js_sys::Date::now();
            self.slow.set(now - begun > PATIENCE);
            pause((now - before).clamp(*REST.start(), *REST.end())).await;
        }
        Ok(())
    }

    /// Searches a photo that was taken or chosen.
    fn search(self, input: &HtmlInputElement) {
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        // The same file may be chosen once more.
        input.set_value("");
        let mine = self.next();
        self.photo.set(None);
        self.searched.set(0);
        self.stage.set(Stage::Searching);
        spawn_local(async move {
            let stage = match opened(&file).await {
                Err(_) => Stage::NoPhoto,
                Ok(photo) => match self.read(photo, mine).await {
                    Ok(Some(vin)) if self.is(mine) => return self.found(vin),
                    Ok(_) => Stage::Unread { searched: true },
                    Err(NotLoaded) => Stage::Unread { searched: false },
                },
            };
            if self.is(mine) {
                self.stage.set(stage);
            }
        });
    }

    async fn read(self, photo: ImageBitmap, mine: u32) -> Result<Option<Vin>, NotLoaded> {
        if !self.is(mine) {
            return Ok(None);
        }
        self.photo.set(Some(photo.clone()));
        let still = move |done| {
            let still = self.is(mine);
            if still {
                self.searched.set(done);
            }
            still
        };
        let found = Reader::choose().await.search(&photo, still).await?;
        Ok(found.map(|found| found.vin))
    }

    fn found(self, vin: Vin) {
        self.next();
        vibrate();
        self.take(vin.to_string());
    }

    fn take(self, vin: String) {
        let Scanning { close, found } = self.scanning;
        close.run(());
        found.run(vin);
    }

    /// A camera that nobody sees is off: in a hidden tab, behind the phone's own camera.
    fn follow_the_tab(self) {
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            if !self.looks_through_camera() {
                return;
            }
            if document().hidden() {
                self.next();
                self.stage.set(Stage::Starting);
            } else {
                self.start();
            }
        });
        on_cleanup(move || listener.remove());
    }

    fn turn_torch(self) {
        let Some(torch) = self.torch.get_untracked() else { return };
        let on = !self.lit.get_untracked();
        self.lit.set(on);
        spawn_local(async move { torch.turn(on).await });
    }

    /// What a screen reader hears, and everybody reads under the picture.
    fn said(self) -> &'static str {
        let t = self.t;
        match self.stage.get() {
            Stage::Starting => t.vin_scan_starting(),
            Stage::Live if self.slow.get() => t.vin_scan_slow(),
            Stage::Live => t.vin_scan_aim(),
            Stage::Searching | Stage::Trouble(_) | Stage::Unread { .. } | Stage::NoPhoto => "",
        }
    }
}

/// Pixels of a file; fails for what is no picture, or one of a kind that the browser does not know.
async fn opened(file: &web_sys::File) -> Result<ImageBitmap, JsValue> {
    let opened = window().create_image_bitmap_with_blob(file)?;
    Ok(JsFuture::from(opened).await?.unchecked_into())
}

/// Says it to the hand, which holds the phone. Not every browser can.
fn vibrate() {
    let navigator = window().navigator();
    let vibrate = js_sys::Reflect::get(&navigator, &"vibrate".into()).unwrap_or_default();
    if let Some(vibrate) = vibrate.dyn_ref::<js_sys::Function>() {
        let _ = vibrate.call1(&navigator, &80.into());
    }
}

/// The dialog, open.
pub(super) fn scanner(scanning: Scanning) -> AnyView {
    view! { <Scanner scanning/> }.into_any()
}

#[component]
fn Scanner(scanning: Scanning) -> impl IntoView {
    let t = use_locale();
    let scan = Scan::new(scanning, t);
    scan.follow_the_tab();
    on_cleanup(move || {
        scan.next();
    });
    let chooser = NodeRef::<html::Input>::new();
    let choose = move |_: ev::MouseEvent| {
        if let Some(chooser) = chooser.get_untracked() {
            chooser.click();
        }
    };
    let chosen = move |_: ev::Event| {
        if let Some(chooser) = chooser.get_untracked() {
            scan.search(&chooser);
        }
    };
    let plate = move || {
        scan.photo.get().map(|photo| {
            let unread = Signal::derive(move || matches!(scan.stage.get(), Stage::Unread { .. }));
            let take = Callback::new(move |vin| scan.take(vin));
            view! { <PhotoPlate photo unread take/> }
        })
    };
    view! {
        <LiveDialog title=t.vin_scan_title() close=scanning.close>
            <div class="scan">
                <Viewfinder scan/>
                {move || problem(scan)}
                {plate}
                {move || (scan.stage.get() == Stage::Searching).then(|| searching(scan))}
                <p class="scan-said" role="status">{move || scan.said()}</p>
                <div class="scan-actions">
                    <p class="scan-private">{t.vin_scan_private()}</p>
                    {move || again(scan)}
                    <Button icon=IconName::Camera on:click=choose>
                        {t.vin_scan_use_photo()}
                    </Button>
                </div>
                <input type="file" accept="image/*" capture="environment" hidden node_ref=chooser on:change=chosen/>
            </div>
        </LiveDialog>
    }
}

/// The picture, the frame to aim at, and the light.
#[component]
fn Viewfinder(scan: Scan) -> impl IntoView {
    let t = scan.t;
    Effect::new(move |started: Option<bool>| {
        let there = scan.video.get().is_some();
        if there && started != Some(true) {
            scan.start();
        }
        there
    });
    let light = move || {
        scan.torch.get().map(|_| {
            view! {
                <button
                    class="btn scan-torch"
                    type="button"
                    aria-pressed=move || scan.lit.get().to_string()
                    on:click=move |_| scan.turn_torch()
                >
                    <Icon name=IconName::Torch/>
                    <span>{t.vin_scan_torch()}</span>
                </button>
            }
        })
    };
    view! {
        <div
            class="scan-view"
            class:live=move || scan.stage.get() == Stage::Live
            hidden=move || !matches!(scan.stage.get(), Stage::Starting | Stage::Live)
        >
            <video muted playsinline aria-hidden="true" tabindex="-1" node_ref=scan.video></video>
            <div class="scan-aim" aria-hidden="true"></div>
            {light}
        </div>
    }
}

/// How far the search of a photo is.
fn searching(scan: Scan) -> impl IntoView {
    let done = Signal::derive(move || i64::try_from(scan.searched.get()).unwrap_or_default());
    let total = i64::try_from(barcode::THOROUGH.len()).ok();
    view! { <Progress label=scan.t.vin_scan_searching() done total=Signal::stored(total)/> }
}

/// Why there is no picture, or nothing was found in it.
fn problem(scan: Scan) -> Option<impl IntoView> {
    let t = scan.t;
    let (title, text) = match scan.stage.get() {
        Stage::Trouble(trouble) => words(trouble, t),
        Stage::Unread { searched: true } => (t.vin_scan_unread(), t.vin_scan_unread_text()),
        Stage::Unread { searched: false } => (t.vin_scan_not_loaded_title(), t.vin_scan_unsearched()),
        Stage::NoPhoto => (t.vin_scan_no_photo(), t.vin_scan_no_photo_text()),
        Stage::Starting | Stage::Live | Stage::Searching => return None,
    };
    Some(view! { <Banner tone=Tone::Warn title>{text}</Banner> })
}

const fn words(trouble: Trouble, t: Locale) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Insecure => (t.vin_scan_insecure(), t.vin_scan_insecure_text()),
        Trouble::Refused => (t.vin_scan_refused(), t.vin_scan_refused_text()),
        Trouble::Missing => (t.vin_scan_missing(), t.vin_scan_missing_text()),
        Trouble::Busy => (t.vin_scan_busy(), t.vin_scan_busy_text()),
        Trouble::Lost => (t.vin_scan_lost(), t.vin_scan_lost_text()),
        Trouble::NotLoaded => (t.vin_scan_not_loaded_title(), t.vin_scan_not_loaded()),
        Trouble::Unknown => (t.vin_scan_unknown(), t.vin_scan_unknown_text()),
    }
}

/// The way back to the camera, where trying can help.
fn again(scan: Scan) -> Option<impl IntoView> {
    let t = scan.t;
    let label = match scan.stage.get() {
        Stage::Starting | Stage::Live | Stage::Trouble(Trouble::Insecure) => return None,
        Stage::Trouble(_) => t.try_again(),
        Stage::Searching | Stage::Unread { .. } | Stage::NoPhoto => t.vin_scan_use_camera(),
    };
    Some(view! { <Button variant=Variant::Ghost on:click=move |_| scan.start()>{label}</Button> })
}
