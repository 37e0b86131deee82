//! The asset: NHTSA's vPIC as flat tables that are read in place.
//!
//! Nothing is unpacked at start: the bytes lie in the binary (or in a file that was read), the tables are arrays of fixed
//! little-endian records, and the operating system loads only the pages that are touched. `vin-build` writes it; the layout is
//! written down here once, in the order of [`Table`], and [`FORMAT`] changes with it.
//!
//! Reading never panics: an index outside of a table reads as zero. Whole files are checked by length and checksum first.

use std::fmt;

/// First bytes of an asset.
pub const MAGIC: [u8; 6] = *b"VPIC\r\n";
/// Layout version: a reader takes only its own.
pub const FORMAT: u16 = 1;
/// Bytes before the directory of tables: magic, format, checksum, length of the whole.
pub const HEADER: usize = 6 + 2 + 8 + 4;
/// "None" in a field of three bytes.
pub const NONE: u32 = 0xff_ffff;

/// The tables in their order. Sizes are bytes a record; `text` is an offset into [`Table::Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Table {
    /// 2 a text: release, sources, one line each. Record: text 3.
    About,
    /// Each text is its length (one byte; 127 stands for two more: the length by 127 and its rest) and its UTF-8 bytes.
    Texts,
    /// Indexed by element id 0 to 255. Record: name 3, code 3, group 3, weight 1, flags 1 (1 look-up, 2 repeats, 4 known).
    Elements,
    /// An element's value. Record: element 1, text 3, detail 3 (meaning by element: see `detail` in `pass.rs`).
    Values,
    /// Characters allowed at one place of a pattern. Record: mask 5, text 3.
    Classes,
    /// A pattern: length 1, places used 1 (bits 0 to 4: positions 4 to 8, bit 5: position 11, bit 6: has digits to read), classes 2 each.
    KeyClasses,
    /// Where a bundle starts in [`Table::BundleValues`]; one more at the end. Record: start 3.
    Bundles,
    /// Record: value 3.
    BundleValues,
    /// A VIN schema. Record: NHTSA's id 2, first group 3, groups 2, masks 2, first stamp 3.
    Schemas,
    /// A pattern of a schema with what it says, in the order of precedence. Record: start of its key 3, bundle 3, stamp 1.
    Groups,
    /// When patterns were last changed, in minutes since 2014. Record: minutes 3.
    Stamps,
    /// Characters that any pattern of a schema knows at positions 4 to 8 and 11 to 14. Record: nine masks of 5.
    Masks,
    /// Sorted by code. Record: code 4 (see [`pack`]), manufacturer text 3, manufacturer id 3, vehicle type 1, flags 1 (1 light), first link 3, links 2, first make 2, makes 1, country text 3.
    Wmis,
    /// First entry of [`Table::Wmis`] for the first two characters; one more at the end. Record: index 2.
    WmiStarts,
    /// Schemas of a WMI by model year. Record: schema 2, first year 2, last year 2.
    Links,
    /// Makes of a WMI. Record: make 2.
    WmiMakes,
    /// Record: NHTSA's id 3, name as decoded 3, name as written 3.
    Makes,
    /// Record: NHTSA's id 3, make 2, name 3.
    Models,
    /// What an engine model implies. Record: bundle 3.
    Engines,
    /// Conversions of displacement. Record: cubic centimetres 3, cubic inches 3, litres 3 (texts).
    Displacements,
    /// Vehicle specifications, sorted by model, type, make. Record: model 2, vehicle type 1, make 2, first rule 3, rules 2.
    Specifications,
    /// Record: model year 2 (0 any), keys (bundle) 3, values (bundle) 3, changed (minutes since 2014) 3.
    SpecificationRules,
    /// Defaults of a vehicle type. Record: vehicle type 1, value 3.
    Defaults,
    /// Record: vehicle type 1, name as decoded 3.
    VehicleTypes,
}

impl Table {
    /// Bytes of one record; 1 where records differ in length.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::Texts | Self::KeyClasses => 1,
            Self::WmiStarts | Self::WmiMakes => 2,
            Self::About | Self::Bundles | Self::BundleValues | Self::Stamps | Self::Engines => 3,
            Self::Defaults | Self::VehicleTypes => 4,
            Self::Links => 6,
            Self::Values | Self::Groups => 7,
            Self::Classes | Self::Models => 8,
            Self::Makes | Self::Displacements => 9,
            Self::Specifications => 10,
            Self::Elements | Self::SpecificationRules => 11,
            Self::Schemas => 12,
            Self::Wmis => 23,
            Self::Masks => 45,
        }
    }
}

/// How many tables there are.
pub const TABLES: usize = Table::VehicleTypes as usize + 1;

/// Why bytes are not an asset that this engine reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAsset {
    /// It does not begin as one.
    NotAnAsset,
    /// Of another layout: `found` instead of [`FORMAT`].
    Format { found: u16 },
    /// Cut off, or tables lie outside of it.
    Truncated,
    /// Its checksum does not fit: it was damaged.
    Checksum,
    /// Its texts are not UTF-8.
    Texts,
}

impl fmt::Display for BadAsset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAsset => f.write_str("this is no VIN catalogue: it does not begin as one"),
            Self::Format { found } => write!(
                f,
                "this VIN catalogue has layout {found}, this program reads layout {FORMAT}: build it with the same release"
            ),
            Self::Truncated => f.write_str("this VIN catalogue is cut off: copy it again"),
            Self::Checksum => f.write_str("this VIN catalogue is damaged, its checksum does not fit: copy it again"),
            Self::Texts => f.write_str("this VIN catalogue holds text that is not UTF-8"),
        }
    }
}

impl std::error::Error for BadAsset {}

/// The tables of an asset.
#[derive(Clone, Copy)]
pub struct Data<'d> {
    tables: [&'d [u8]; TABLES],
    texts: &'d str,
}

impl fmt::Debug for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data").field("release", &self.release()).finish_non_exhaustive()
    }
}

impl<'d> Data<'d> {
    /// Opens an asset without computing its checksum: for bytes that the binary itself carries.
    ///
    /// # Errors
    /// [`BadAsset`] if it is not one, of another layout or cut off.
    pub fn open(bytes: &'d [u8]) -> Result<Self, BadAsset> {
        let head = bytes.get(..HEADER).ok_or(BadAsset::NotAnAsset)?;
        if !head.starts_with(&MAGIC) {
            return Err(BadAsset::NotAnAsset);
        }
        let found = u16::from_le_bytes([head[6], head[7]]);
        if found != FORMAT {
            return Err(BadAsset::Format { found });
        }
        if number(bytes, 16, 4) as usize != bytes.len() {
            return Err(BadAsset::Truncated);
        }
        let mut tables: [&[u8]; TABLES] = [&[]; TABLES];
        for (index, table) in tables.iter_mut().enumerate() {
            let start = number(bytes, HEADER + index * 8, 4) as usize;
            let length = number(bytes, HEADER + index * 8 + 4, 4) as usize;
            let end = start.checked_add(length).ok_or(BadAsset::Truncated)?;
            *table = bytes.get(start..end).ok_or(BadAsset::Truncated)?;
        }
        let texts = std::str::from_utf8(tables[Table::Texts as usize]).map_err(|_| BadAsset::Texts)?;
        Ok(Self { tables, texts })
    }

    /// Opens an asset that came from outside: everything of [`Data::open`], and the checksum.
    ///
    /// # Errors
    /// [`BadAsset`], also if it was damaged.
    pub fn verify(bytes: &'d [u8]) -> Result<Self, BadAsset> {
        let data = Self::open(bytes)?;
        let stated = bytes.get(8..16).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
        match bytes.get(16..) {
            Some(body) if stated == Some(checksum(body)) => Ok(data),
            _ => Err(BadAsset::Checksum),
        }
    }

    /// The newest release of vPIC that went into it, as `2026-09`.
    #[must_use]
    pub fn release(&self) -> &'d str {
        self.text(self.field(Table::About, 0, 0, 3))
    }

    /// Where it comes from: one line a source, with version and SHA-256.
    #[must_use]
    pub fn sources(&self) -> &'d str {
        self.text(self.field(Table::About, 1, 0, 3))
    }

    /// How many records a table has.
    #[must_use]
    pub const fn count(&self, table: Table) -> usize {
        self.tables[table as usize].len() / table.size()
    }

    /// One field of one record; zero outside of the table.
    #[inline]
    #[must_use]
    pub fn field(&self, table: Table, index: u32, offset: usize, width: usize) -> u32 {
        number(self.tables[table as usize], index as usize * table.size() + offset, width)
    }

    /// A record's bytes; empty outside of the table.
    #[inline]
    #[must_use]
    pub fn record(&self, table: Table, index: u32) -> &'d [u8] {
        let start = index as usize * table.size();
        self.tables[table as usize].get(start..start + table.size()).unwrap_or_default()
    }

    /// Everything of a table from `start` on.
    #[inline]
    #[must_use]
    pub fn from(&self, table: Table, start: usize) -> &'d [u8] {
        self.tables[table as usize].get(start..).unwrap_or_default()
    }

    /// Every record of a table.
    pub fn all(&self, table: Table) -> impl Iterator<Item = &'d [u8]> + use<'d> {
        self.tables[table as usize].chunks_exact(table.size())
    }

    /// `length` bytes of a table from `start` on.
    #[inline]
    #[must_use]
    pub fn bytes(&self, table: Table, start: usize, length: usize) -> &'d [u8] {
        self.tables[table as usize].get(start..start + length).unwrap_or_default()
    }

    /// The text at `offset`; empty if there is none.
    #[inline]
    #[must_use]
    pub fn text(&self, offset: u32) -> &'d str {
        let offset = offset as usize;
        let bytes = self.texts.as_bytes();
        match bytes.get(offset) {
            Some(b'\x7f') => {
                let length = number(bytes, offset + 1, 1) as usize * 127 + number(bytes, offset + 2, 1) as usize;
                self.texts.get(offset + 3..offset + 3 + length).unwrap_or_default()
            }
            Some(length) => self.texts.get(offset + 1..offset + 1 + usize::from(*length)).unwrap_or_default(),
            None => "",
        }
    }
}

/// A number of `width` bytes at `start`; zero outside.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the width is known where it is called: one load is left")]
#[must_use]
pub fn number(bytes: &[u8], start: usize, width: usize) -> u32 {
    match (width, bytes.get(start..start + width)) {
        (1, Some([a])) => u32::from(*a),
        (2, Some([a, b])) => u32::from_le_bytes([*a, *b, 0, 0]),
        (3, Some([a, b, c])) => u32::from_le_bytes([*a, *b, *c, 0]),
        (4, Some([a, b, c, d])) => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

/// A mask of five bytes at `start`; zero outside.
#[inline]
#[must_use]
pub fn mask(bytes: &[u8], start: usize) -> u64 {
    match bytes.get(start..start + 5) {
        Some([a, b, c, d, e]) => u64::from_le_bytes([*a, *b, *c, *d, *e, 0, 0, 0]),
        _ => 0,
    }
}

/// A WMI of three or six characters as one sortable number: six places of base 38, the empty place lowest.
#[must_use]
pub fn pack(wmi: &[u8]) -> u32 {
    let mut code: u64 = 0;
    for place in 0..6 {
        let symbol = wmi.get(place).map_or(0, |byte| match super::symbols::symbol(*byte) {
            symbol @ 0..=35 => u64::from(symbol) + 1,
            _ => 37,
        });
        code = code * 38 + symbol;
    }
    u32::try_from(code).unwrap_or(u32::MAX)
}

/// FNV-1a over words of eight bytes, the rest padded with zeros: catches damage, not forgery.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(0xcbf2_9ce4_8422_2325, |hash, chunk| {
        let mut word = [0; 8];
        word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_sort_as_their_text_does() {
        let codes = ["1B9", "1B9001", "1B9ZZZ", "1BA", "JHM", "ZZZ"];
        assert!(codes.windows(2).all(|pair| pack(pair[0].as_bytes()) < pack(pair[1].as_bytes())));
    }

    #[test]
    fn what_is_no_asset_is_named() {
        assert_eq!(Data::open(b"").err(), Some(BadAsset::NotAnAsset));
        assert_eq!(Data::open(&[b'x'; 4096]).err(), Some(BadAsset::NotAnAsset));
        let mut bytes = [0u8; 4096];
        bytes[..6].copy_from_slice(&MAGIC);
        bytes[6] = 9;
        assert_eq!(Data::open(&bytes).err(), Some(BadAsset::Format { found: 9 }));
        bytes[6] = 1;
        assert_eq!(Data::open(&bytes).err(), Some(BadAsset::Truncated));
    }
}
