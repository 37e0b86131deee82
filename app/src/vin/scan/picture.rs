//! Pixels of a video or a photo, in the size in which codes are looked for.

use barcode::Picture;
use js_sys::{Object, Reflect};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap};

/// Pixels along the longer side of what is looked for in a running video: a VIN in Code 39 has about 300 bars and gaps, each of
/// which needs three or four.
const LIVE: f64 = 1280.0;
/// The same of a photo, which nobody waits for so impatiently.
const STILL: f64 = 2048.0;

/// A rectangle of a picture, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Part {
    /// The part of a picture of `inner` that is seen in a box of `outer` which it fills (CSS `object-fit: cover`).
    fn seen(inner: (f64, f64), outer: (f64, f64)) -> Self {
        let scale = (outer.0 / inner.0).max(outer.1 / inner.1);
        let (width, height) = (outer.0 / scale, outer.1 / scale);
        Self {
            x: (inner.0 - width) / 2.0,
            y: (inner.1 - height) / 2.0,
            width,
            height,
        }
    }

    /// Its width and height if the longer one is to be `most` pixels; never more than there are.
    fn size(self, most: f64) -> (f64, f64) {
        let scale = (most / self.width.max(self.height)).min(1.0);
        ((self.width * scale).round(), (self.height * scale).round())
    }
}

/// What is seen of a video now. None before its first picture.
pub(super) fn of_video(video: &HtmlVideoElement) -> Option<Picture> {
    let inner = (f64::from(video.video_width()), f64::from(video.video_height()));
    let outer = (f64::from(video.client_width()), f64::from(video.client_height()));
    if [inner.0, inner.1, outer.0, outer.1].contains(&0.0) {
        return None;
    }
    let part = Part::seen(inner, outer);
    let (width, height) = part.size(LIVE);
    pixels(width, height, |context| {
        let _ = context.draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            video,
            part.x,
            part.y,
            part.width,
            part.height,
            0.0,
            0.0,
            width,
            height,
        );
    })
}

/// A whole photo.
pub(super) fn of_photo(photo: &ImageBitmap) -> Option<Picture> {
    let (width, height) = whole(photo).size(STILL);
    pixels(width, height, |context| {
        let _ = context.draw_image_with_image_bitmap_and_dw_and_dh(photo, 0.0, 0.0, width, height);
    })
}

/// Shows a photo, turned clockwise by `quarters`, as large as it is looked at.
pub(super) fn show(photo: &ImageBitmap, quarters: u32, canvas: &HtmlCanvasElement) {
    let (width, height) = whole(photo).size(STILL);
    let upright = quarters.is_multiple_of(2);
    set_size(canvas, if upright { (width, height) } else { (height, width) });
    if let Some(context) = context(canvas) {
        let _ = context.translate(f64::from(canvas.width()) / 2.0, f64::from(canvas.height()) / 2.0);
        let _ = context.rotate(f64::from(quarters) * std::f64::consts::FRAC_PI_2);
        let _ = context.draw_image_with_image_bitmap_and_dw_and_dh(photo, -width / 2.0, -height / 2.0, width, height);
    }
}

fn whole(photo: &ImageBitmap) -> Part {
    Part {
        x: 0.0,
        y: 0.0,
        width: f64::from(photo.width()),
        height: f64::from(photo.height()),
    }
}

fn pixels(width: f64, height: f64, draw: impl FnOnce(&CanvasRenderingContext2d)) -> Option<Picture> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    set_size(&canvas, (width, height));
    let context = context(&canvas)?;
    draw(&context);
    let pixels = context.get_image_data(0.0, 0.0, width, height).ok()?.data();
    Picture::from_rgba(&pixels, canvas.width(), canvas.height())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, and between 0 and 2048"
)]
fn set_size(canvas: &HtmlCanvasElement, (width, height): (f64, f64)) {
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
}

/// In memory, where its pixels are read, not on the graphics card.
fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let options = Object::new();
    let _ = Reflect::set(&options, &"willReadFrequently".into(), &true.into());
    canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_video_that_fills_its_box_the_middle_is_seen() {
        let upright_phone = Part::seen((1080.0, 1920.0), (360.0, 270.0));
        assert_eq!(
            upright_phone,
            Part {
                x: 0.0,
                y: 555.0,
                width: 1080.0,
                height: 810.0
            }
        );
        let desk = Part::seen((1280.0, 720.0), (400.0, 400.0));
        assert_eq!((desk.x, desk.y, desk.width, desk.height), (280.0, 0.0, 720.0, 720.0));
    }

    #[test]
    fn large_pictures_are_made_smaller_and_small_ones_stay() {
        let part = |width, height| Part {
            x: 0.0,
            y: 0.0,
            width,
            height,
        };
        assert_eq!(part(4000.0, 3000.0).size(2000.0), (2000.0, 1500.0));
        assert_eq!(part(3000.0, 4000.0).size(2000.0), (1500.0, 2000.0));
        assert_eq!(part(640.0, 480.0).size(2000.0), (640.0, 480.0));
    }
}
