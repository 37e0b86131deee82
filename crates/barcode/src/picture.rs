//! A picture in shades of grey, and the ways in which it is turned and made smaller before it is looked at.

/// Rows of pixels, each from 0 (black) to 255 (white).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

impl Picture {
    /// From pixels of red, green, blue and alpha, as a canvas gives them. None if there are not `width` × `height` of them, or none.
    #[must_use]
    pub fn from_rgba(rgba: &[u8], width: u32, height: u32) -> Option<Self> {
        let grey = rgba.chunks_exact(4).map(|pixel| brightness(pixel[0], pixel[1], pixel[2])).collect();
        Self::from_grey(grey, usize::try_from(width).ok()?, usize::try_from(height).ok()?)
    }

    /// From shades of grey. None if there are not `width` × `height` of them, or none.
    #[must_use]
    pub fn from_grey(grey: Vec<u8>, width: usize, height: usize) -> Option<Self> {
        (!grey.is_empty() && width.checked_mul(height) == Some(grey.len())).then_some(Self { width, height, grey })
    }

    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    #[must_use]
    pub fn grey(&self) -> &[u8] {
        &self.grey
    }

    #[must_use]
    pub fn into_grey(self) -> Vec<u8> {
        self.grey
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.grey[y * self.width + x]
    }

    fn drawn(width: usize, height: usize, pixel: impl Fn(usize, usize) -> u8) -> Self {
        let grey = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| pixel(x, y))
            .collect();
        Self { width, height, grey }
    }

    /// `times` smaller each way; every pixel is the mean of those that it stands for, which takes away noise too.
    #[must_use]
    pub fn smaller(&self, times: usize) -> Self {
        let (width, height) = (self.width / times.max(1), self.height / times.max(1));
        if times < 2 || width == 0 || height == 0 {
            return self.clone();
        }
        Self::drawn(width, height, |x, y| {
            let square = (0..times).flat_map(|down| (0..times).map(move |across| (across, down)));
            let sum: usize = square
                .map(|(across, down)| usize::from(self.at(x * times + across, y * times + down)))
                .sum();
            u8::try_from(sum / (times * times)).unwrap_or(u8::MAX)
        })
    }

    /// A quarter turn to the left.
    #[must_use]
    pub fn turned(&self) -> Self {
        Self::drawn(self.height, self.width, |x, y| self.at(self.width - 1 - y, x))
    }

    /// Turned to the left by so many degrees, in the same frame; what comes in at the corners is white.
    #[must_use]
    pub fn tilted(&self, degrees: i16) -> Self {
        if degrees == 0 {
            return self.clone();
        }
        let (sin, cos) = f32::from(degrees).to_radians().sin_cos();
        let (middle_x, middle_y) = (half(self.width), half(self.height));
        Self::drawn(self.width, self.height, |x, y| {
            let (right, down) = (coordinate(x) - middle_x, coordinate(y) - middle_y);
            self.between(right * cos - down * sin + middle_x, right * sin + down * cos + middle_y)
        })
    }

    /// The shade at a place between pixels.
    fn between(&self, x: f32, y: f32) -> u8 {
        let (left, top) = (x.floor(), y.floor());
        let inside = left >= 0.0 && top >= 0.0 && left + 1.0 < coordinate(self.width) && top + 1.0 < coordinate(self.height);
        if !inside {
            return u8::MAX;
        }
        let (across, down) = (x - left, y - top);
        let (column, row) = (whole(left), whole(top));
        let shade = |x: usize, y: usize| f32::from(self.at(x, y));
        let above = shade(column, row) * (1.0 - across) + shade(column + 1, row) * across;
        let below = shade(column, row + 1) * (1.0 - across) + shade(column + 1, row + 1) * across;
        u8::try_from(whole(above * (1.0 - down) + below * down)).unwrap_or(u8::MAX)
    }
}

/// As bright as a colour is to the eye (ITU-R BT.601).
fn brightness(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "pictures have some thousand pixels a side")]
const fn coordinate(pixel: usize) -> f32 {
    pixel as f32
}

fn half(length: usize) -> f32 {
    coordinate(length) / 2.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and some thousand")]
const fn whole(place: f32) -> usize {
    place as usize
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    fn picture(rows: &[&[u8]]) -> Picture {
        Picture::from_grey(rows.concat(), rows[0].len(), rows.len()).unwrap()
    }

    #[test]
    fn colours_become_shades() {
        let rgba = [255, 255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 255];
        assert_eq!(Picture::from_rgba(&rgba, 3, 1).unwrap().grey(), [255, 0, 76]);
        assert_eq!(Picture::from_rgba(&rgba, 2, 1), None);
        assert_eq!(Picture::from_rgba(&[], 0, 5), None);
    }

    #[test]
    fn pictures_are_turned_and_made_smaller() {
        let corner = picture(&[&[1, 2, 3], &[4, 5, 6]]);
        assert_eq!(corner.turned(), picture(&[&[3, 6], &[2, 5], &[1, 4]]));
        let four = picture(&[&[0, 100, 10], &[100, 200, 10]]);
        assert_eq!(four.smaller(2), picture(&[&[100]]));
        assert_eq!(four.smaller(1), four);
    }

    #[test]
    fn a_tilted_picture_keeps_its_middle() {
        let mut grey = vec![255; 101 * 101];
        grey[50 * 101 + 80] = 0;
        let tilted = Picture::from_grey(grey, 101, 101).unwrap().tilted(90);
        let darkest = tilted.grey().iter().enumerate().min_by_key(|(_, shade)| **shade).unwrap().0;
        // What was right of the middle is above it now.
        let (x, y) = (darkest % 101, darkest / 101);
        assert!((49..=51).contains(&x) && (19..=22).contains(&y), "{x} {y}");
    }
}
