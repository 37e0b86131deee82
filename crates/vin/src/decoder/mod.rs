//! The decoder: what NHTSA's vPIC says about a VIN.
//!
//! It follows NHTSA's own procedure (`spVinDecode`, a US government work) step by step, over an asset that `vin-build` writes:
//! [`Decoder::decode`] finds the manufacturer, the model years that position 10 may stand for ([`crate::model_year`]), reads the VIN under each
//! (`pass`), takes the reading that fits best and names where every attribute comes from (`decoded`). Pure; no network, no files;
//! it never fails and never panics, whatever it is given: what is wrong with a VIN is part of what it says.

mod codes;
mod correction;
pub mod data;
mod decoded;
mod pass;
pub mod selection;
mod slot;
pub mod symbols;
mod vin;
mod wmi;

use std::borrow::Cow;

use crate::{model_year, world};

pub use self::{
    codes::{Code, Codes},
    correction::Correction,
    data::{BadAsset, Data},
    decoded::{Attribute, Decoded, Element, Origin, Provenance},
    vin::Written,
};
use self::{
    data::{NONE, Table, number},
    pass::Pass,
    slot::{Slot, Source, detail, value_text},
    wmi::WmiRecord,
};

/// The catalogue in the binary.
#[cfg(feature = "embedded")]
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vpic.bin"));

/// A model whose make nobody names.
const NO_MAKE: u32 = 0xffff;

/// How to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The model year, where it is known: it decides between years that are 30 apart, and one that the VIN contradicts is said so.
    pub model_year: Option<u16>,
    /// The current year: no vehicle is of a model year more than two ahead of it.
    pub today: u16,
}

/// The tables, with the few that every decoding reads prepared.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue<'d> {
    data: Data<'d>,
    /// Masks of [`Table::Classes`].
    classes: Vec<u64>,
    /// [`Table::KeyClasses`].
    keys: &'d [u8],
    /// [`Table::Values`], [`Table::Bundles`] and [`Table::BundleValues`], record by record.
    values: &'d [[u8; 7]],
    bundles: &'d [[u8; 3]],
    bundle_values: &'d [[u8; 3]],
    /// Weights and flags of the elements.
    weights: [u8; 256],
    flags: [u8; 256],
    /// First default and number of defaults by vehicle type.
    defaults: [(usize, usize); 16],
}

impl<'d> std::ops::Deref for Catalogue<'d> {
    type Target = Data<'d>;
    fn deref(&self) -> &Data<'d> {
        &self.data
    }
}

impl<'d> Catalogue<'d> {
    fn new(data: Data<'d>) -> Self {
        let mut catalogue = Self {
            data,
            classes: data.all(Table::Classes).map(|record| data::mask(record, 0)).collect(),
            keys: data.from(Table::KeyClasses, 0),
            values: data.from(Table::Values, 0).as_chunks().0,
            bundles: data.from(Table::Bundles, 0).as_chunks().0,
            bundle_values: data.from(Table::BundleValues, 0).as_chunks().0,
            weights: [0; 256],
            flags: [0; 256],
            defaults: [(0, 0); 16],
        };
        for (index, record) in data.all(Table::Elements).take(256).enumerate() {
            catalogue.weights[index] = record[9];
            catalogue.flags[index] = record[10];
        }
        for (index, record) in data.all(Table::Defaults).enumerate() {
            let (first, count) = &mut catalogue.defaults[usize::from(record[0] & 15)];
            *first = if *count == 0 { index } else { *first };
            *count += 1;
        }
        catalogue
    }

    /// A value's element, text and detail; nothing outside of the table.
    #[inline]
    fn value(&self, value: u32) -> (u8, u32, u32) {
        let [element, a, b, c, d, e, f] = self.values.get(value as usize).copied().unwrap_or([0, 0, 0, 0, 0xff, 0xff, 0xff]);
        (element, u32::from_le_bytes([a, b, c, 0]), u32::from_le_bytes([d, e, f, 0]))
    }

    /// Whether an element may stand more than once.
    #[inline]
    fn repeats(&self, element: u8) -> bool {
        self.flags[usize::from(element)] & 2 != 0
    }
}

thread_local! {
    /// Room for readings, used again and again: they are large, and a decoding needs up to three.
    static ROOM: std::cell::RefCell<[Pass; 3]> = std::cell::RefCell::default();
}

/// Reads VINs with a catalogue. Made once and shared between threads; making one reads a few pages of the catalogue.
#[derive(Clone, Debug)]
pub struct Decoder<'d> {
    data: Catalogue<'d>,
}

impl Decoder<'static> {
    /// The decoder with the catalogue of this binary.
    ///
    /// # Errors
    /// [`BadAsset`] if the binary was built with an asset of another layout.
    #[cfg(feature = "embedded")]
    pub fn embedded() -> Result<Self, BadAsset> {
        Data::open(EMBEDDED).map(|data| Self {
            data: Catalogue::new(data),
        })
    }
}

impl<'d> Decoder<'d> {
    /// The decoder with a catalogue that was read from a file: its checksum is computed.
    ///
    /// # Errors
    /// [`BadAsset`] if it is not one, of another layout or damaged.
    pub fn new(asset: &'d [u8]) -> Result<Self, BadAsset> {
        Data::verify(asset).map(|data| Self {
            data: Catalogue::new(data),
        })
    }

    /// The catalogue.
    #[must_use]
    pub const fn data(&self) -> &Data<'d> {
        &self.data.data
    }

    /// Decodes what was typed: blanks, dashes, small and full-width letters are mended first (see [`crate::normalise`]); whether
    /// anything else is wrong, [`crate::check`] says more precisely for people.
    #[must_use]
    pub fn decode(&self, typed: &str, options: &Options) -> Decoded<'d> {
        let vin = Written::new(typed);
        ROOM.with(|room| match room.try_borrow_mut() {
            Ok(mut room) => self.decode_in(vin, options, &mut room),
            Err(_) => self.decode_in(vin, options, &mut Default::default()),
        })
    }

    fn decode_in(&self, vin: Written, options: &Options, room: &mut [Pass; 3]) -> Decoded<'d> {
        let wmi = WmiRecord::find(&self.data, &vin);
        let wmi = wmi.as_ref();
        let reading = model_year::read(vin.at(10), vin.at(7), wmi.is_some_and(|wmi| wmi.light), options.today);
        let is_certain = reading.other.is_none();
        let year = match (reading.year, wmi) {
            (Some(year), Some(wmi)) if is_certain => Some(wmi.settled(&self.data, year, options.today)),
            (year, _) => year,
        };
        let given = options
            .model_year
            .filter(|given| (1980..=options.today.saturating_add(2)).contains(given));
        let contradicts = |year: Option<u16>| given.is_some() && year.is_some() && given != year;
        let [first, second, third] = room;
        let elsewhere = given.filter(|given| Some(*given) != year && Some(*given) != reading.other);
        if elsewhere.is_some() {
            first.read(&self.data, &vin, wmi, elsewhere);
            first.codes.add(Code::ModelYearEntered);
            if !first.codes.contains(Code::NoDetails) || year.is_none() {
                return self.finish(vin, wmi, first, true, true);
            }
        }
        let read = |pass: &mut Pass, year: Option<u16>| {
            pass.read(&self.data, &vin, wmi, year);
            if contradicts(year) {
                pass.codes.add(Code::ModelYearEntered);
            }
        };
        read(second, year);
        if !is_certain {
            read(third, reading.other);
        }
        // Of equal readings the first is taken.
        let better = |one: &Pass, other: &Pass| other.rank(&self.data, wmi) > one.rank(&self.data, wmi);
        let best = if !is_certain && better(second, third) { third } else { second };
        if elsewhere.is_some() && !better(first, best) {
            return self.finish(vin, wmi, first, true, is_certain);
        }
        self.finish(vin, wmi, best, false, is_certain)
    }

    /// The text of a pattern, for showing where an attribute was read: `CM82[67]`.
    #[must_use]
    pub fn pattern(&self, key: u32) -> String {
        let length = self
            .data
            .bytes(Table::KeyClasses, key as usize, 1)
            .first()
            .map_or(0, |byte| usize::from(*byte));
        let classes = self.data.bytes(Table::KeyClasses, key as usize + 2, length * 2);
        let text = |class: &[u8]| self.data.text(self.data.field(Table::Classes, number(class, 0, 2), 5, 3));
        classes.chunks_exact(2).map(text).collect()
    }

    /// An element's name in English, as NHTSA has it.
    #[must_use]
    pub fn name(&self, element: Element) -> &'d str {
        self.data.text(self.data.field(Table::Elements, u32::from(element.0), 0, 3))
    }

    /// An element's name for programs: `EngineCylinders`.
    #[must_use]
    pub fn code(&self, element: Element) -> &'d str {
        self.data.text(self.data.field(Table::Elements, u32::from(element.0), 3, 3))
    }

    /// The group an element belongs to: `Engine`.
    #[must_use]
    pub fn group(&self, element: Element) -> &'d str {
        self.data.text(self.data.field(Table::Elements, u32::from(element.0), 6, 3))
    }

    fn finish(&self, vin: Written, wmi: Option<&WmiRecord<'d>>, pass: &mut Pass, is_given: bool, is_year_certain: bool) -> Decoded<'d> {
        let attributes = self.attributes(&vin, wmi, pass, is_given);
        Decoded {
            vin,
            codes: pass.codes,
            check_digit_fits: pass.check_digit_fits,
            model_year: pass.year,
            is_year_certain,
            correction: std::mem::take(&mut pass.correction),
            unused: pass.unused,
            is_manufacturer_known: wmi.is_some(),
            attributes,
        }
    }

    fn attributes(&self, vin: &Written, wmi: Option<&WmiRecord<'d>>, pass: &mut Pass, is_given: bool) -> Vec<Attribute<'d>> {
        let mut attributes = Vec::with_capacity(64);
        let named = wmi.map_or_else(|| named_elsewhere(vin, pass), |wmi| self.named(vin, wmi, pass, is_given));
        let mut named = named.into_iter().flatten();
        let mut next = named.next();
        let mut repeats = std::mem::take(&mut pass.repeats);
        repeats.sort_by_key(|(element, slot)| (*element, slot.value));
        // The same note under several patterns is said once.
        repeats.dedup_by_key(|(element, slot)| (*element, slot.value));
        repeats.retain(|(element, slot)| pass.slot(*element).is_none_or(|first| first.value != slot.value));
        let mut further = repeats.iter().peekable();
        for element in pass.elements() {
            while next.as_ref().is_some_and(|attribute| attribute.element.0 < element) {
                attributes.extend(std::mem::replace(&mut next, named.next()));
            }
            if let Some(slot) = pass.slot(element) {
                attributes.push(self.attribute(vin, element, slot));
            }
            if self.data.repeats(element) {
                while let Some((_, slot)) = further.next_if(|(other, _)| *other == element) {
                    attributes.push(self.attribute(vin, element, slot));
                }
            }
        }
        attributes.extend(next.into_iter().chain(named));
        pass.repeats = repeats;
        attributes
    }

    fn attribute(&self, vin: &Written, element: u8, slot: &Slot) -> Attribute<'d> {
        let value = match slot.source {
            Source::Digits => Cow::Owned(self.digits(vin, slot.key)),
            Source::Conversion(_) => {
                let place = usize::from(element - 11) * 3;
                Cow::Borrowed(
                    self.data
                        .text(self.data.field(Table::Displacements, detail(&self.data, slot.value), place, 3)),
                )
            }
            _ => Cow::Borrowed(value_text(&self.data, slot.value)),
        };
        Attribute {
            element: Element(element),
            value,
            provenance: slot.provenance(),
        }
    }

    /// What stands in the VIN where the pattern has number signs, from the first to the last.
    fn digits(&self, vin: &Written, key: u32) -> String {
        let pattern = self.pattern(key);
        let (Some(first), Some(last)) = (pattern.find('#'), pattern.rfind('#')) else {
            return String::new();
        };
        let (symbols, length) = vin.key();
        symbols[..length]
            .iter()
            .take(last + 1)
            .skip(first)
            .map(|symbol| char::from(symbols::character(*symbol)))
            .collect()
    }

    /// Make, manufacturer, model year and vehicle type.
    fn named(&self, vin: &Written, wmi: &WmiRecord<'d>, pass: &Pass, is_given: bool) -> [Option<Attribute<'d>>; 4] {
        let make_name = |make: u32| self.data.text(self.data.field(Table::Makes, make, 3, 3));
        let make = match pass.slot(Element::MODEL.0).map(|slot| detail(&self.data, slot.value)) {
            Some(model) => {
                let make = self.data.field(Table::Models, model, 3, 2);
                (model != NONE && make != NO_MAKE).then(|| (make_name(make), Provenance::Model))
            }
            // NHTSA stops here; a code of a European manufacturer still names one make.
            None => wmi
                .sole_make(&self.data)
                .map(make_name)
                .or_else(|| world::make(vin.as_str()))
                .map(|make| (make, Provenance::Wmi)),
        };
        let year = if is_given { Provenance::Given } else { Provenance::ModelYear };
        let attribute = |element, value: &'d str, provenance| {
            (!value.is_empty()).then_some(Attribute {
                element,
                value: Cow::Borrowed(value),
                provenance,
            })
        };
        [
            make.and_then(|(name, provenance)| attribute(Element::MAKE, name, provenance)),
            attribute(Element::MANUFACTURER, wmi.manufacturer, Provenance::Wmi),
            pass.year
                .and_then(|number| attribute(Element::MODEL_YEAR, model_year::text(number), year)),
            attribute(Element::VEHICLE_TYPE, wmi.type_name(&self.data), Provenance::Wmi),
        ]
    }
}

/// Make and model year of a VIN whose manufacturer NHTSA does not know.
fn named_elsewhere<'d>(vin: &Written, pass: &Pass) -> [Option<Attribute<'d>>; 4] {
    let attribute = |element, value: &'static str, provenance| Attribute {
        element,
        value: Cow::Borrowed(value),
        provenance,
    };
    let make = world::make(vin.as_str()).map(|make| attribute(Element::MAKE, make, Provenance::Wmi));
    let year = pass
        .year
        .map(|year| attribute(Element::MODEL_YEAR, model_year::text(year), Provenance::ModelYear));
    [make, year, None, None]
}
