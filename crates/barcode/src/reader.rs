//! The reader: rxing's readers of rows and of squares, with every code of a label found and not only the first.

use rxing::{
    Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, Reader,
    common::{BitArray, HybridBinarizer},
    datamatrix::DataMatrixReader,
    oned::{Code39Reader, Code128Reader, OneDReader},
    qrcode::cpp_port::QrReader,
};

use crate::{Formats, Pass, Picture};

/// Every so many rows are looked at for bars, which are rarely lower.
const ROWS: usize = 4;

/// The texts of the codes that one pass finds, each once.
pub(crate) fn read(picture: &Picture, pass: Pass) -> Vec<String> {
    let picture = picture.smaller(usize::from(pass.smaller));
    let picture = match pass.tilt {
        90 => picture.turned(),
        degrees => picture.tilted(degrees),
    };
    let mut texts = Texts::default();
    let (Ok(width), Ok(height)) = (u32::try_from(picture.width()), u32::try_from(picture.height())) else {
        return texts.0;
    };
    let Ok(source) = Luma8LuminanceSource::new(picture.into_grey(), width, height) else {
        return texts.0;
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    if pass.formats != Formats::Squares {
        read_bars(&bitmap, &mut texts);
    }
    if pass.formats != Formats::Bars {
        read_squares(&mut bitmap, &mut texts);
    }
    texts.0
}

/// What was read so far.
#[derive(Default)]
struct Texts(Vec<String>);

impl Texts {
    fn add(&mut self, found: rxing::common::Result<RXingResult>) {
        if let Ok(found) = found
            && !self.0.iter().any(|text| text == found.getText())
        {
            self.0.push(found.getText().to_owned());
        }
    }
}

/// Code 39 and Code 128, along rows, from both sides. Each row is taken twice: with one threshold of its own, which suits blurred bars,
/// and with those of its neighbourhood, which suit a shadow across the label.
fn read_bars<B: Binarizer>(bitmap: &BinaryBitmap<B>, texts: &mut Texts) {
    let shades = bitmap.get_black_matrix();
    for y in (0..bitmap.get_height()).step_by(ROWS) {
        if let Ok(row) = bitmap.get_black_row(y) {
            read_row(row.into_owned(), texts);
        }
        read_row(shades.getRow(u32::try_from(y).unwrap_or_default()), texts);
    }
}

fn read_row(mut row: BitArray, texts: &mut Texts) {
    let hints = DecodeHints::default();
    for _ in 0..2 {
        texts.add(Code39Reader::default().decode_row(0, &row, &hints));
        texts.add(Code128Reader.decode_row(0, &row, &hints));
        row.reverse();
    }
}

/// QR code and Data Matrix, at any angle.
fn read_squares<B: Binarizer>(bitmap: &mut BinaryBitmap<B>, texts: &mut Texts) {
    let hints = DecodeHints {
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    texts.add(QrReader.decode_with_hints(bitmap, &hints));
    texts.add(DataMatrixReader.decode_with_hints(bitmap, &hints));
}
