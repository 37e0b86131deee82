//! One look at a picture, and how it travels to the worker that takes it.

use crate::{Formats, Pass, Picture};

/// Bytes before the pixels: how many times smaller, two of tilt, formats, four of the width (little endian).
const HEAD: usize = 8;

/// A picture, and how to look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    picture: Picture,
    pass: Pass,
}

impl Look {
    #[must_use]
    pub const fn new(picture: Picture, pass: Pass) -> Self {
        Self { picture, pass }
    }

    /// The texts of the codes that it finds, each once.
    #[cfg(feature = "reader")]
    #[must_use]
    pub fn read(&self) -> Vec<String> {
        crate::reader::read(&self.picture, self.pass)
    }

    /// As it is sent. None if the picture is wider than can be said.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let [tilt_low, tilt_high] = self.pass.tilt.to_le_bytes();
        let formats = match self.pass.formats {
            Formats::All => 0,
            Formats::Bars => 1,
            Formats::Squares => 2,
        };
        let mut bytes = Vec::with_capacity(HEAD + self.picture.grey().len());
        bytes.extend([self.pass.smaller, tilt_low, tilt_high, formats]);
        bytes.extend(u32::try_from(self.picture.width()).ok()?.to_le_bytes());
        bytes.extend(self.picture.grey());
        Some(bytes)
    }

    /// As it was sent. None for what [`Self::to_bytes`] does not make.
    #[must_use]
    pub fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        let (head, _) = bytes.split_first_chunk::<HEAD>()?;
        let [smaller, tilt_low, tilt_high, formats, width @ ..] = *head;
        let formats = match formats {
            0 => Formats::All,
            1 => Formats::Bars,
            2 => Formats::Squares,
            _ => return None,
        };
        let pass = Pass::new(smaller, i16::from_le_bytes([tilt_low, tilt_high]), formats);
        let grey = bytes.split_off(HEAD);
        let width = usize::try_from(u32::from_le_bytes(width)).ok()?;
        let height = grey.len().checked_div(width)?;
        Picture::from_grey(grey, width, height).map(|picture| Self { picture, pass })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;
    use crate::{LIVE, THOROUGH};

    #[test]
    fn every_look_arrives_as_it_was_sent() {
        let picture = Picture::from_grey((0..=255).collect(), 64, 4).unwrap();
        for pass in LIVE.iter().chain(THOROUGH) {
            let look = Look::new(picture.clone(), *pass);
            assert_eq!(Look::from_bytes(look.to_bytes().unwrap()), Some(look));
        }
    }

    #[test]
    fn what_is_no_look_is_none() {
        let whole = Look::new(Picture::from_grey(vec![9; 6], 3, 2).unwrap(), LIVE[0])
            .to_bytes()
            .unwrap();
        let changed = |at: usize, byte: u8| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            Look::from_bytes(bytes)
        };
        assert!(changed(3, 1).is_some());
        assert_eq!(changed(3, 7), None, "formats");
        assert_eq!(changed(4, 0), None, "no width");
        assert_eq!(changed(4, 4), None, "a row that is not full");
        for length in 0..=HEAD {
            assert_eq!(Look::from_bytes(whole[..length].to_vec()), None, "{length} bytes");
        }
    }
}
