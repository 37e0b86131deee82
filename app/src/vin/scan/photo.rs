//! A photo of the plate: searched for codes, and where it has none, enlarged beside a field into which its VIN is typed off.

use leptos::{ev, html, prelude::*};
use web_sys::ImageBitmap;

use super::picture;
use crate::{
    i18n::use_locale,
    ui::{Button, Field, IconName, Variant},
    vehicle::vin_notes,
};

/// How large it can be shown, in widths of its box; style/_vin_scan.scss knows them by `data-zoom`.
const ZOOMS: std::ops::RangeInclusive<u8> = 1..=5;
/// A plate is a small part of most photos.
const FIRST: u8 = 2;

/// The photo. As long as it is searched it is shown whole; `unread` enlarges it and asks for the VIN, which goes to `take`.
#[component]
pub(super) fn PhotoPlate(photo: ImageBitmap, unread: Signal<bool>, take: Callback<String>) -> impl IntoView {
    let t = use_locale();
    let (canvas, frame) = (NodeRef::<html::Canvas>::new(), NodeRef::<html::Div>::new());
    let (zoom, quarters) = (RwSignal::new(1_u8), RwSignal::new(0_u32));
    let photo = StoredValue::new_local(photo);
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            photo.with_value(|photo| picture::show(photo, quarters.get(), &canvas));
        }
    });
    let enlarge = move |to: u8| {
        let Some(frame) = frame.get_untracked() else { return };
        // What was in the middle stays there.
        let middle = |at: i32, seen: i32, all: i32| (f64::from(at) + f64::from(seen) / 2.0) / f64::from(all.max(1));
        let across = middle(frame.scroll_left(), frame.client_width(), frame.scroll_width());
        let down = middle(frame.scroll_top(), frame.client_height(), frame.scroll_height());
        zoom.set(to.clamp(*ZOOMS.start(), *ZOOMS.end()));
        request_animation_frame(move || {
            let to = |middle: f64, seen: i32, all: i32| (middle * f64::from(all) - f64::from(seen) / 2.0).max(0.0);
            frame.scroll_to_with_x_and_y(
                to(across, frame.client_width(), frame.scroll_width()),
                to(down, frame.client_height(), frame.scroll_height()),
            );
        });
    };
    Effect::new(move |_| {
        if unread.get() {
            enlarge(FIRST);
        }
    });
    let tools = move || {
        unread.get().then(|| {
            let step = move |by: i8| move |_: ev::MouseEvent| enlarge(zoom.get_untracked().saturating_add_signed(by));
            let least = Signal::derive(move || zoom.get() == *ZOOMS.start());
            let most = Signal::derive(move || zoom.get() == *ZOOMS.end());
            let turn = move |_: ev::MouseEvent| quarters.update(|quarters| *quarters = (*quarters + 1) % 4);
            view! {
                <div class="scan-tools" role="group" aria-label=t.vin_scan_photo()>
                    <Button icon=IconName::Minus disabled=least attr:aria-label=t.vin_scan_smaller() on:click=step(-1)/>
                    <Button icon=IconName::Plus disabled=most attr:aria-label=t.vin_scan_larger() on:click=step(1)/>
                    <Button icon=IconName::Turn attr:aria-label=t.vin_scan_turn() on:click=turn/>
                </div>
                <TypedOff take/>
            }
        })
    };
    view! {
        <div class="scan-plate" class:searching=move || !unread.get()>
            <div
                class="scan-photo"
                role="region"
                tabindex="0"
                aria-label=t.vin_scan_photo()
                data-zoom=move || zoom.get().to_string()
                node_ref=frame
            >
                <canvas role="img" aria-label=t.vin_scan_photo() node_ref=canvas></canvas>
            </div>
            {tools}
        </div>
    }
}

/// The field beside the photo.
#[component]
fn TypedOff(take: Callback<String>) -> impl IntoView {
    let t = use_locale();
    let typed = RwSignal::new(String::new());
    let nothing = Signal::derive(move || vin::normalise(&typed.get()).is_empty());
    let notes = move || vin_notes(&typed.get(), t).join(" ");
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let vin = vin::normalise(&typed.get_untracked());
        if !vin.is_empty() {
            take.run(vin);
        }
    };
    view! {
        <form class="scan-typed" on:submit=submit>
            <Field label="VIN" name="scanned_vin" on:input=move |event| typed.set(event_target_value(&event))/>
            <Button submit=true variant=Variant::Primary disabled=nothing>{t.vin_scan_use()}</Button>
            <p class="vin-notes" role="status">{notes}</p>
        </form>
    }
}
