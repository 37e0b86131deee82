//! Bar codes in pictures: what a VIN is written in on cars and papers (Code 39, Code 128, Data Matrix, QR code).
//!
//! [`Picture`] holds the pixels, a [`Pass`] says how hard to look and where, a [`Look`] is both and gives the texts (feature `reader`).
//! Trying everything at once would keep people waiting who hold a phone, so the caller goes from pass to pass: through [`LIVE`] for
//! the pictures of a camera, of which there is always another, and through [`THOROUGH`] for a photo, of which there is one.
//! The reading itself is done by the crate `rxing`, of which only the four formats are built; in the browser by `crates/barcode-worker`.

mod look;
mod picture;
#[cfg(feature = "reader")]
mod reader;

pub use look::Look;
pub use picture::Picture;

/// One way of looking at a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// How many times smaller each way: large modules, noise and blur read better so.
    smaller: u8,
    /// Degrees by which it is turned to the left: bars are read along rows, and only nearly upright ones are met by them all.
    tilt: i16,
    formats: Formats,
}

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Formats {
    All,
    /// Code 39 and Code 128.
    Bars,
    /// Data Matrix and QR code, which are found at every angle.
    Squares,
}

impl Pass {
    const fn new(smaller: u8, tilt: i16, formats: Formats) -> Self {
        Self { smaller, tilt, formats }
    }
}

/// For the pictures of a camera, one after the other: mostly bars as they lie in the frame, which are most labels.
pub const LIVE: &[Pass] = &[
    Pass::new(1, 0, Formats::Bars),
    Pass::new(1, 0, Formats::Squares),
    Pass::new(1, 90, Formats::Bars),
    Pass::new(2, 0, Formats::All),
];

/// For a photo: what is likely and quick first, at last bars that lie askew. A VIN in Code 39 is fifteen times as long as it is high, so that
/// rows meet all of its bars only within four degrees; the steps are seven.
pub const THOROUGH: &[Pass] = &[
    Pass::new(2, 0, Formats::All),
    Pass::new(1, 0, Formats::All),
    Pass::new(1, 90, Formats::Bars),
    Pass::new(2, 90, Formats::Bars),
    Pass::new(4, 0, Formats::All),
    Pass::new(1, 7, Formats::Bars),
    Pass::new(1, -7, Formats::Bars),
    Pass::new(1, 14, Formats::Bars),
    Pass::new(1, -14, Formats::Bars),
    Pass::new(1, 83, Formats::Bars),
    Pass::new(1, -83, Formats::Bars),
    Pass::new(1, 21, Formats::Bars),
    Pass::new(1, -21, Formats::Bars),
    Pass::new(1, 76, Formats::Bars),
    Pass::new(1, -76, Formats::Bars),
    Pass::new(1, 28, Formats::Bars),
    Pass::new(1, -28, Formats::Bars),
    Pass::new(1, 69, Formats::Bars),
    Pass::new(1, -69, Formats::Bars),
    Pass::new(1, 35, Formats::Bars),
    Pass::new(1, -35, Formats::Bars),
    Pass::new(1, 62, Formats::Bars),
    Pass::new(1, -62, Formats::Bars),
    Pass::new(1, 42, Formats::All),
    Pass::new(1, -42, Formats::Bars),
    Pass::new(1, 55, Formats::Bars),
    Pass::new(1, -55, Formats::Bars),
    Pass::new(1, 48, Formats::Bars),
    Pass::new(1, -48, Formats::Bars),
];
