//! Labels as they are on cars and papers, drawn by rxing's writers, and what a camera makes of them.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use barcode::{LIVE, Look, Pass, Picture, THOROUGH};
use rstest::rstest;
use rxing::{
    BarcodeFormat, Writer,
    common::BitMatrix,
    datamatrix::DataMatrixWriter,
    oned::{Code39Writer, Code128Writer},
    qrcode::QRCodeWriter,
};

const VIN: &str = "1HGCM82633A004352";

/// A white sheet on which codes are printed.
struct Sheet {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Sheet {
    fn new(width: usize, height: usize) -> Self {
        let grey = vec![235; width * height];
        Self { width, height, grey }
    }

    /// Prints a code with its upper left corner at a place, each module `size` pixels wide; bars are 60 pixels high.
    fn print(mut self, text: &str, format: BarcodeFormat, (left, top): (usize, usize), size: usize) -> Self {
        let code = encoded(text, format);
        let (columns, rows) = (code.width() as usize, code.height() as usize);
        let row_height = if rows == 1 { 60 } else { size };
        for y in 0..rows * row_height {
            for x in 0..columns * size {
                if code.get(u32::try_from(x / size).unwrap(), u32::try_from(y / row_height).unwrap()) {
                    self.grey[(top + y) * self.width + left + x] = 25;
                }
            }
        }
        self
    }

    fn picture(self) -> Picture {
        Picture::from_grey(self.grey, self.width, self.height).unwrap()
    }
}

fn encoded(text: &str, format: BarcodeFormat) -> BitMatrix {
    let code = match format {
        BarcodeFormat::CODE_39 => Code39Writer.encode(text, &format, 0, 1),
        BarcodeFormat::CODE_128 => Code128Writer.encode(text, &format, 0, 1),
        BarcodeFormat::DATA_MATRIX => DataMatrixWriter.encode(text, &format, 0, 0),
        _ => QRCodeWriter.encode(text, &format, 0, 0),
    };
    code.unwrap()
}

fn read(picture: &Picture, pass: Pass) -> Vec<String> {
    Look::new(picture.clone(), pass).read()
}

/// The steps until a text is read.
fn passes_until(picture: &Picture, passes: &[Pass], text: &str) -> Option<usize> {
    passes.iter().position(|pass| read(picture, *pass).iter().any(|read| read == text))
}

/// As a hand that moves and a cheap lens see it: blurred, noisy, darker to one side.
fn photographed(picture: &Picture) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let blurred = |x: usize, y: usize| {
        let square = (0..3).flat_map(|down| (0..3).map(move |across| (across, down)));
        let near = square.map(|(across, down)| {
            let (x, y) = (
                (x + across).saturating_sub(1).min(width - 1),
                (y + down).saturating_sub(1).min(height - 1),
            );
            u32::from(picture.grey()[y * width + x])
        });
        near.sum::<u32>() / 9
    };
    let mut dice = 42_u32;
    let mut grey = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let shadow = 100 - 45 * x / width;
            let shade = blurred(x, y) * u32::try_from(shadow).unwrap() / 100 + (dice >> 28);
            grey.push(u8::try_from(shade.min(255)).unwrap());
        }
    }
    Picture::from_grey(grey, width, height).unwrap()
}

#[rstest]
#[case::door_label("I1HGCM82633A004352", BarcodeFormat::CODE_39, 3)]
#[case::windshield(VIN, BarcodeFormat::CODE_128, 3)]
#[case::engraved(VIN, BarcodeFormat::DATA_MATRIX, 8)]
#[case::papers("https://example.com/v?vin=1HGCM82633A004352", BarcodeFormat::QR_CODE, 6)]
#[case::papers_with_accents("PROPIETARIO: JOSÉ PEÑA; VIN: 1HGCM82633A004352", BarcodeFormat::QR_CODE, 6)]
fn every_code_is_read_by_camera_and_in_a_photo(#[case] text: &str, #[case] format: BarcodeFormat, #[case] size: usize) {
    let sheet = Sheet::new(1280, 720).print(text, format, (140, 200), size).picture();
    for picture in [&sheet, &photographed(&sheet)] {
        assert!(passes_until(picture, LIVE, text).is_some(), "camera");
        assert!(passes_until(picture, THOROUGH, text).is_some(), "photo");
    }
}

#[rstest]
#[case::upright(90)]
#[case::upside_down(180)]
#[case::on_the_other_side(270)]
fn bars_are_read_however_the_phone_is_held(#[case] degrees: i16) {
    let mut picture = Sheet::new(1100, 700).print(VIN, BarcodeFormat::CODE_39, (90, 300), 3).picture();
    for _ in 0..degrees / 90 {
        picture = picture.turned();
    }
    assert!(passes_until(&photographed(&picture), LIVE, VIN).is_some());
}

#[rstest]
fn bars_in_a_photo_may_lie_askew(#[values(-75, -50, -38, -25, -14, 8, 16, 27, 40, 63, 84)] degrees: i16) {
    let sheet = Sheet::new(1400, 1400).print(VIN, BarcodeFormat::CODE_39, (240, 670), 3).picture();
    let photo = photographed(&sheet.tilted(degrees));
    assert!(passes_until(&photo, THOROUGH, VIN).is_some());
}

#[test]
fn every_code_of_a_label_is_read_not_only_the_first() {
    let label = Sheet::new(1280, 720)
        .print("PN-4711-08", BarcodeFormat::CODE_39, (60, 40), 3)
        .print("20031104", BarcodeFormat::CODE_128, (60, 160), 3)
        .print(VIN, BarcodeFormat::CODE_39, (60, 300), 3)
        .print("TIRES 205/60R16", BarcodeFormat::QR_CODE, (60, 420), 5)
        .picture();
    assert!(passes_until(&photographed(&label), LIVE, VIN).is_some());
}

#[test]
fn a_picture_without_a_code_has_no_text() {
    let empty = photographed(&Sheet::new(640, 480).picture());
    for pass in LIVE.iter().chain(THOROUGH) {
        assert_eq!(read(&empty, *pass), Vec::<String>::new());
    }
    let tiny = Picture::from_grey(vec![0], 1, 1).unwrap();
    for pass in LIVE.iter().chain(THOROUGH) {
        assert_eq!(read(&tiny, *pass), Vec::<String>::new());
    }
}
