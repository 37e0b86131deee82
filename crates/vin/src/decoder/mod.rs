//! The decoder: what NHTSA's vPIC says about a VIN.
//!
//! It follows NHTSA's own procedure (`spVinDecode`, a US government work) step by step, over an asset that `vin-build` writes:
//! [`Decoder::decode`] finds the manufacturer, the model years that position 10 may stand for (`year`), reads the VIN under each
//! (`pass`), takes the reading that fits best and names where every attribute comes from (`decoded`). Pure; no network, no files;
//! it never fails and never panics, whatever it is given: what is wrong with a VIN is part of what it says.

mod codes;
mod correction;
pub mod data;
mod decoded;
mod pass;
pub mod symbols;
mod vin;
mod year;

use std::borrow::Cow;

pub use self::{
    codes::{Code, Codes},
    correction::Correction,
    data::{BadAsset, Data},
    decoded::{Attribute, Decoded, Element, Origin, Provenance},
    vin::Written,
};
use self::{
    data::{NONE, Table, number},
    pass::{Pass, Slot, Source, detail, value_text},
};

/// The catalogue in the binary.
#[cfg(feature = "embedded")]
static EMBEDDED: &[u8] = include_bytes!("../../data/vpic.bin");

/// How to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The model year, where it is known: it decides between years that are 30 apart, and one that the VIN contradicts is said so.
    pub model_year: Option<u16>,
    /// The current year: no vehicle is of a model year more than two ahead of it.
    pub today: u16,
}

/// Reads VINs with a catalogue. Cheap to make and to copy; shared between threads as it is.
#[derive(Clone, Copy, Debug)]
pub struct Decoder<'d> {
    data: Data<'d>,
}

impl Decoder<'static> {
    /// The decoder with the catalogue of this binary.
    ///
    /// # Errors
    /// [`BadAsset`] if the binary was built with an asset of another layout.
    #[cfg(feature = "embedded")]
    pub fn embedded() -> Result<Self, BadAsset> {
        Data::open(EMBEDDED).map(|data| Self { data })
    }
}

impl<'d> Decoder<'d> {
    /// The decoder with a catalogue that was read from a file: its checksum is computed.
    ///
    /// # Errors
    /// [`BadAsset`] if it is not one, of another layout or damaged.
    pub fn new(asset: &'d [u8]) -> Result<Self, BadAsset> {
        Data::verify(asset).map(|data| Self { data })
    }

    /// The catalogue.
    #[must_use]
    pub const fn data(&self) -> &Data<'d> {
        &self.data
    }

    /// Decodes what was typed: blanks, dashes, small and full-width letters are mended first (see [`crate::normalise`]); whether
    /// anything else is wrong, [`crate::check`] says more precisely for people.
    #[must_use]
    pub fn decode(&self, typed: &str, options: &Options) -> Decoded<'d> {
        let vin = Written::new(typed);
        let maker = Maker::find(&self.data, &vin);
        let reading = year::read(vin.at(10), vin.at(7), maker.as_ref().is_some_and(|maker| maker.light), options.today);
        let mut year = reading.year;
        if reading.other.is_none()
            && let (Some(own), Some(maker)) = (year, &maker)
        {
            year = Some(maker.settled(&self.data, own, options.today));
        }
        let given = options.model_year.filter(|given| (1980..=options.today + 2).contains(given));
        let mut passes: Vec<(Pass, bool)> = Vec::with_capacity(1);
        if let Some(given) = given.filter(|given| Some(*given) != year && Some(*given) != reading.other) {
            let pass = self.read(&vin, maker.as_ref(), Some(given), true);
            let is_enough = !pass.codes.contains(Code::NoDetails) || year.is_none();
            passes.push((pass, true));
            if is_enough {
                return self.finish(vin, maker.as_ref(), passes, true);
            }
        }
        let contradicts = |year: Option<u16>| given.is_some() && year.is_some() && given != year;
        passes.push((self.read(&vin, maker.as_ref(), year, contradicts(year)), false));
        if reading.other.is_some() {
            passes.push((self.read(&vin, maker.as_ref(), reading.other, contradicts(reading.other)), false));
        }
        self.finish(vin, maker.as_ref(), passes, reading.other.is_none())
    }

    /// The text of a pattern, for showing where an attribute was read: `CM82[67]`.
    #[must_use]
    pub fn pattern(&self, key: u32) -> String {
        let length = self.data.bytes(Table::KeyClasses, key as usize, 1).first().map_or(0, |byte| usize::from(*byte));
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

    fn read(&self, vin: &Written, maker: Option<&Maker<'d>>, year: Option<u16>, contradicts: bool) -> Pass {
        let mut pass = Pass::read(&self.data, vin, maker, year);
        if contradicts {
            pass.codes.add(Code::ModelYearEntered);
        }
        pass
    }

    fn finish(&self, vin: Written, maker: Option<&Maker<'d>>, passes: Vec<(Pass, bool)>, is_year_certain: bool) -> Decoded<'d> {
        let best = if passes.len() == 1 {
            passes.into_iter().next()
        } else {
            // Of equal readings the procedure takes whichever comes first.
            passes.into_iter().rev().max_by_key(|(pass, _)| pass.rank(&self.data, maker))
        };
        let Some((pass, is_given)) = best else {
            return self.finish(vin, maker, vec![(Pass::read(&self.data, &vin, maker, None), false)], true);
        };
        let attributes = self.attributes(&vin, maker, &pass, is_given);
        Decoded {
            vin,
            codes: pass.codes,
            check_digit_fits: pass.check_digit_fits,
            model_year: maker.and(pass.year).or(pass.year),
            is_year_certain,
            correction: pass.correction,
            unused: pass.unused,
            is_manufacturer_known: maker.is_some(),
            attributes,
        }
    }

    fn attributes(&self, vin: &Written, maker: Option<&Maker<'d>>, pass: &Pass, is_given: bool) -> Vec<Attribute<'d>> {
        let mut attributes = Vec::with_capacity(64);
        let mut named = maker.map_or_else(Vec::new, |maker| self.named(maker, pass, is_given)).into_iter().peekable();
        let mut repeats = pass.repeats.clone();
        repeats.sort_by_key(|(element, _)| *element);
        let mut repeats = repeats.into_iter().peekable();
        for element in pass.elements() {
            while let Some(attribute) = named.next_if(|attribute| attribute.element.0 < element) {
                attributes.push(attribute);
            }
            if let Some(slot) = pass.slot(element) {
                attributes.push(self.attribute(vin, element, slot));
            }
            while let Some((_, slot)) = repeats.next_if(|(other, _)| *other == element) {
                attributes.push(self.attribute(vin, element, &slot));
            }
        }
        attributes.extend(named);
        attributes
    }

    fn attribute(&self, vin: &Written, element: u8, slot: &Slot) -> Attribute<'d> {
        let value = match slot.source {
            Source::Digits => Cow::Owned(self.digits(vin, slot.key)),
            Source::Conversion(_) => {
                let place = usize::from(element - 11) * 3;
                Cow::Borrowed(self.data.text(self.data.field(Table::Displacements, detail(&self.data, slot.value), place, 3)))
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
        symbols[..length].iter().take(last + 1).skip(first).map(|symbol| char::from(symbols::character(*symbol))).collect()
    }

    /// Make, manufacturer, model year and vehicle type.
    fn named(&self, maker: &Maker<'d>, pass: &Pass, is_given: bool) -> Vec<Attribute<'d>> {
        let make_name = |make: u32| self.data.text(self.data.field(Table::Makes, make, 3, 3));
        let make = match pass.slot(Element::MODEL.0) {
            Some(slot) => {
                let model = detail(&self.data, slot.value);
                let make = self.data.field(Table::Models, model, 3, 2);
                (model != NONE).then(|| (make_name(make), Provenance::Model))
            }
            None => maker.sole_make(&self.data).map(|make| (make_name(make), Provenance::Wmi)),
        };
        let year = pass.year.map(|year| {
            let provenance = if is_given { Provenance::Given } else { Provenance::ModelYear };
            (Element::MODEL_YEAR, Cow::Owned(year.to_string()), provenance)
        });
        let borrowed = |element, text: &'d str, provenance| (element, Cow::Borrowed(text), provenance);
        let all = [
            make.map(|(name, provenance)| borrowed(Element::MAKE, name, provenance)),
            Some(borrowed(Element::MANUFACTURER, maker.manufacturer, Provenance::Wmi)),
            year,
            Some(borrowed(Element::VEHICLE_TYPE, maker.type_name(&self.data), Provenance::Wmi)),
        ];
        let known = all.into_iter().flatten().filter(|(_, value, _)| !value.is_empty());
        known
            .map(|(element, value, provenance)| Attribute {
                element,
                value,
                provenance,
            })
            .collect()
    }
}

/// The holder of a manufacturer's code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Maker<'d> {
    manufacturer: &'d str,
    vehicle_type: u8,
    /// Cars, multipurpose vehicles and light trucks: position 7 tells the model year's cycle.
    light: bool,
    first_link: u32,
    links: u32,
    first_make: u32,
    makes: u32,
}

impl<'d> Maker<'d> {
    fn find(data: &Data<'d>, vin: &Written) -> Option<Self> {
        let code = vin.wmi().packed();
        let bucket = code / 38u32.pow(4);
        let mut low = data.field(Table::WmiStarts, bucket, 0, 2);
        let end = data.field(Table::WmiStarts, bucket + 1, 0, 2);
        let mut high = end;
        while low < high {
            let middle = low.midpoint(high);
            if data.field(Table::Wmis, middle, 0, 4) < code { low = middle + 1 } else { high = middle }
        }
        let record = data.record(Table::Wmis, low);
        (low < end && number(record, 0, 4) == code).then(|| Self {
            manufacturer: data.text(number(record, 4, 3)),
            vehicle_type: u8::try_from(number(record, 10, 1)).unwrap_or_default(),
            light: number(record, 11, 1) & 1 != 0,
            first_link: number(record, 12, 3),
            links: number(record, 15, 2),
            first_make: number(record, 17, 2),
            makes: number(record, 19, 1),
        })
    }

    /// The year itself, or the one thirty years away if the maker has schemas for that one only.
    fn settled(&self, data: &Data<'_>, year: u16, today: u16) -> u16 {
        let limit = today + 2;
        let other = match year {
            1980.. if year + 30 <= limit => year + 30,
            2010.. if year <= limit => year - 30,
            _ => return year,
        };
        let has = |year: u16| {
            (0..self.links).any(|link| {
                let record = data.record(Table::Links, self.first_link + link);
                (number(record, 2, 2)..=number(record, 4, 2)).contains(&u32::from(year))
            })
        };
        if !has(year) && has(other) { other } else { year }
    }

    fn has_make(&self, data: &Data<'_>, make: u32) -> bool {
        (0..self.makes).any(|index| data.field(Table::WmiMakes, self.first_make + index, 0, 2) == make)
    }

    fn sole_make(&self, data: &Data<'_>) -> Option<u32> {
        (self.makes == 1).then(|| data.field(Table::WmiMakes, self.first_make, 0, 2))
    }

    fn type_name(&self, data: &Data<'d>) -> &'d str {
        let count = u32::try_from(data.count(Table::VehicleTypes)).unwrap_or_default();
        (0..count)
            .find(|index| data.field(Table::VehicleTypes, *index, 0, 1) == u32::from(self.vehicle_type))
            .map_or("", |index| data.text(data.field(Table::VehicleTypes, index, 1, 3)))
    }
}
