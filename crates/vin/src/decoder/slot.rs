//! The best value of an element, and how values are read from the catalogue.

use super::{
    Catalogue,
    data::NONE,
    decoded::{Element, Provenance},
};

/// The best value of an element so far.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub priority: u16,
    /// When it was last changed: the later, the better.
    pub stamp: u32,
    /// Index into [`super::data::Table::Values`].
    pub value: u32,
    pub source: Source,
    /// Places of the VIN that its key looks at, as in [`super::data::Table::KeyClasses`].
    pub used: u8,
    pub schema: u16,
    /// Where its key starts in [`super::data::Table::KeyClasses`].
    pub key: u32,
}

/// Which step a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Pattern,
    Digits,
    EngineModel,
    Conversion(u8),
    Specification,
    Default,
}

/// No value yet.
pub const EMPTY: Slot = Slot {
    priority: 0,
    stamp: 0,
    value: NONE,
    source: Source::Default,
    used: 0,
    schema: 0,
    key: NONE,
};

impl Slot {
    /// Where its value comes from.
    pub const fn provenance(&self) -> Provenance {
        match self.source {
            Source::Pattern => Provenance::Pattern {
                schema: self.schema,
                key: self.key,
            },
            Source::Digits => Provenance::Digits {
                schema: self.schema,
                key: self.key,
            },
            Source::EngineModel => Provenance::EngineModel,
            Source::Conversion(from) => Provenance::Conversion { from: Element(from) },
            Source::Specification => Provenance::Specification,
            Source::Default => Provenance::Default,
        }
    }
}

/// The values of a bundle.
#[inline]
pub fn bundle_values<'d>(data: &Catalogue<'d>, bundle: u32) -> impl Iterator<Item = u32> + use<'d> {
    let start = |bundle: u32| {
        data.bundles
            .get(bundle as usize)
            .map_or(0, |[a, b, c]| u32::from_le_bytes([*a, *b, *c, 0]) as usize)
    };
    let values = data.bundle_values.get(start(bundle)..start(bundle + 1)).unwrap_or_default();
    values.iter().map(|[a, b, c]| u32::from_le_bytes([*a, *b, *c, 0]))
}

/// What a value's third field means: the index of a model or engine model, of a displacement, the id of a look-up; for other texts
/// one number for all spellings that differ in capitals only. [`NONE`] if it has none.
#[inline]
pub fn detail(data: &Catalogue<'_>, value: u32) -> u32 {
    data.value(value).2
}

/// A value's text.
#[inline]
pub fn value_text<'d>(data: &Catalogue<'d>, value: u32) -> &'d str {
    data.text(data.value(value).1)
}
