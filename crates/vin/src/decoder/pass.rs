//! One reading of a VIN under one model year (NHTSA's `spVinDecode_Core`).
//!
//! The steps and their order are the procedure's: patterns that fit, the engine model's implications, precedence, conversions,
//! vehicle specifications, defaults, errors. What it does with temporary tables is done here with one slot for each element.

use super::{
    Catalogue,
    codes::{Code, Codes},
    correction::{self, Correction},
    data::{NONE, Table, mask, number},
    decoded::Element,
    slot::{EMPTY, Slot, Source, bundle_values, detail},
    vin::Written,
    wmi::WmiRecord,
};

/// A body class that is no vehicle yet.
const GLIDER: u32 = 64;
/// Body classes that are no motor vehicles (NHTSA's list).
const OFF_ROAD: [u32; 10] = [69, 84, 86, 88, 97, 105, 113, 124, 126, 127];
/// Displacement in cubic centimetres, cubic inches, litres; and NHTSA's order of conversions: from, to.
const DISPLACEMENTS: [u8; 3] = [11, 12, 13];
const CONVERSIONS: [(u8, u8); 6] = [(11, 12), (12, 11), (11, 13), (13, 11), (12, 13), (13, 12)];
const ENGINE_MODEL: u8 = 18;
const MODEL: u8 = 28;
/// The element of which several values may come from specifications beside one that was read.
const BATTERY_INFO: u8 = 1;

/// Priorities of the procedure; a pattern has the first year of its schema.
const ENGINE_PRIORITY: u16 = 50;
const DIGITS_PRIORITY: u16 = 100;

/// A reading. Made once and used again: what it held before is only forgotten, not cleared.
#[derive(Clone, Debug)]
pub struct Pass {
    pub year: Option<u16>,
    slots: [Slot; 256],
    present: [u64; 4],
    /// Further values of elements that may repeat.
    pub repeats: Vec<(u8, Slot)>,
    /// What specifications add, while they are gathered.
    specified: Vec<(u8, Slot)>,
    pub codes: Codes,
    pub correction: Correction,
    pub unused: u8,
    pub check_digit_fits: bool,
    masks: [u64; 9],
}

impl Default for Pass {
    fn default() -> Self {
        Self {
            year: None,
            slots: [EMPTY; 256],
            present: [0; 4],
            repeats: Vec::new(),
            specified: Vec::new(),
            codes: Codes::default(),
            correction: Correction::default(),
            unused: 0,
            check_digit_fits: false,
            masks: [0; 9],
        }
    }
}

impl Pass {
    /// Reads `vin` as of `year`.
    pub fn read(&mut self, data: &Catalogue<'_>, vin: &Written, wmi: Option<&WmiRecord<'_>>, year: Option<u16>) {
        self.year = year;
        self.present = [0; 4];
        self.repeats.clear();
        self.codes = Codes::default();
        self.correction = Correction::default();
        self.unused = 0;
        self.masks = [0; 9];
        match wmi {
            Some(wmi) => {
                self.patterns(data, vin, wmi);
                self.engine(data);
                let read_something = !self.is_empty();
                self.conversions(data);
                let specified = self.specifications(data, wmi);
                if read_something || specified {
                    self.correction = correction::correct(vin, &self.masks, &mut self.codes);
                    self.mark_unused(vin);
                } else {
                    self.codes.add(Code::NoDetails);
                }
                self.defaults(data, wmi.vehicle_type);
            }
            None => self.codes.add(Code::ManufacturerUnknown),
        }
        self.conclude(data, vin, wmi);
    }

    /// The slot of an element that has a value.
    pub fn slot(&self, element: u8) -> Option<&Slot> {
        self.has(element).then(|| &self.slots[usize::from(element)])
    }

    /// Elements that have a value, in the order of their ids.
    pub fn elements(&self) -> impl Iterator<Item = u8> + '_ {
        let mut word = 0;
        let mut bits = self.present[0];
        std::iter::from_fn(move || {
            while bits == 0 {
                word += 1;
                bits = *self.present.get(word)?;
            }
            let element = word * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            u8::try_from(element).ok()
        })
    }

    /// How well the reading fits, compared with that of another model year: errors, weight of the elements, number of patterns, year.
    pub fn rank(&self, data: &Catalogue<'_>, wmi: Option<&WmiRecord<'_>>) -> (i32, u32, usize, Option<u16>) {
        let weight = |element: u8| u32::from(data.weights[usize::from(element)]);
        let named = wmi.map_or(0, |wmi| {
            let make = self.slot(MODEL).is_some() || wmi.makes == 1;
            let year = if self.year.is_some() { weight(29) } else { 0 };
            let make = if make { weight(26) } else { 0 };
            make + year + weight(39)
        });
        let repeated = |slot: &Slot| matches!(slot.source, Source::Pattern | Source::Digits | Source::EngineModel);
        let patterns = self.elements().filter(|element| self.slot(*element).is_some_and(repeated)).count();
        (
            self.codes.value(),
            named + self.elements().map(weight).sum::<u32>(),
            patterns + self.repeats.iter().filter(|(_, slot)| repeated(slot)).count(),
            self.year,
        )
    }

    fn has(&self, element: u8) -> bool {
        self.present[usize::from(element >> 6)] & 1 << (element & 63) != 0
    }

    fn is_empty(&self) -> bool {
        self.present == [0; 4]
    }

    /// Puts a value where it takes precedence.
    #[inline]
    fn offer(&mut self, data: &Catalogue<'_>, element: u8, slot: Slot) {
        let index = usize::from(element);
        if !self.has(element) {
            self.slots[index] = slot;
            self.present[index >> 6] |= 1 << (index & 63);
            return;
        }
        if data.repeats(element) {
            self.repeats.push((element, slot));
            return;
        }
        let best = &self.slots[index];
        if (slot.priority, slot.stamp) > (best.priority, best.stamp) {
            self.slots[index] = slot;
        }
    }

    fn patterns(&mut self, data: &Catalogue<'_>, vin: &Written, wmi: &WmiRecord<'_>) {
        let (key, length) = vin.key();
        for link in 0..wmi.links {
            let record = data.record(Table::Links, wmi.first_link + link);
            let (first, last) = (number(record, 2, 2), number(record, 4, 2));
            match self.year.map(u32::from) {
                // Links are sorted by their first year.
                Some(year) if year < first => break,
                Some(year) if year > last => continue,
                _ => {}
            }
            let schema = data.record(Table::Schemas, number(record, 0, 2));
            let masks = data.record(Table::Masks, number(schema, 7, 2));
            // Without a model year the procedure knows no characters.
            for (place, known) in self.masks.iter_mut().enumerate().filter(|_| self.year.is_some()) {
                *known |= mask(masks, place * 5);
            }
            let priority = u16::try_from(first).unwrap_or(u16::MAX);
            let (start, count) = (number(schema, 2, 3), number(schema, 5, 2));
            let (groups, _) = data.bytes(Table::Groups, start as usize * 7, count as usize * 7).as_chunks::<7>();
            let stamps = number(schema, 9, 3);
            let schema = u16::try_from(number(schema, 0, 2)).unwrap_or_default();
            for [key_0, key_1, key_2, bundle_0, bundle_1, bundle_2, stamp] in groups {
                let place = u32::from_le_bytes([*key_0, *key_1, *key_2, 0]);
                if let Some(used) = fits(data, place, &key[..length]) {
                    let is_digits = used & 1 << 6 != 0;
                    let slot = Slot {
                        priority: if is_digits { DIGITS_PRIORITY } else { priority },
                        stamp: data.field(Table::Stamps, stamps + u32::from(*stamp), 0, 3),
                        value: NONE,
                        source: if is_digits { Source::Digits } else { Source::Pattern },
                        used,
                        schema,
                        key: place,
                    };
                    self.offer_bundle(data, u32::from_le_bytes([*bundle_0, *bundle_1, *bundle_2, 0]), slot);
                }
            }
        }
    }

    fn offer_bundle(&mut self, data: &Catalogue<'_>, bundle: u32, slot: Slot) {
        for value in bundle_values(data, bundle) {
            self.offer(data, data.value(value).0, Slot { value, ..slot });
        }
    }

    fn engine(&mut self, data: &Catalogue<'_>) {
        if let Some(slot) = self.slot(ENGINE_MODEL).copied()
            && let engine @ 0..NONE = detail(data, slot.value)
        {
            let implied = Slot {
                priority: ENGINE_PRIORITY,
                stamp: 0,
                source: Source::EngineModel,
                ..slot
            };
            self.offer_bundle(data, data.field(Table::Engines, engine, 0, 3), implied);
        }
    }

    fn conversions(&mut self, data: &Catalogue<'_>) {
        if DISPLACEMENTS.iter().all(|element| self.has(*element)) {
            return;
        }
        let mut known = DISPLACEMENTS.map(|element| self.slot(element).map(|slot| (slot.priority, slot.stamp, element, *slot)));
        known.sort_by_key(|known| std::cmp::Reverse(known.map(|(priority, stamp, ..)| (priority, stamp))));
        for (_, _, from, slot) in known.into_iter().flatten() {
            for (_, to) in CONVERSIONS.iter().filter(|(source, _)| *source == from) {
                if !self.has(*to) && detail(data, slot.value) != NONE {
                    let converted = Slot {
                        source: Source::Conversion(from),
                        ..slot
                    };
                    self.offer(data, *to, converted);
                }
            }
        }
    }

    /// Adds what the make, model and year have; whether there was any.
    fn specifications(&mut self, data: &Catalogue<'_>, wmi: &WmiRecord<'_>) -> bool {
        let Some(model) = self.slot(MODEL).map(|slot| detail(data, slot.value)) else {
            return false;
        };
        let count = data.count(Table::Specifications);
        let order = |index: usize| {
            let record = data.record(Table::Specifications, u32::try_from(index).unwrap_or(u32::MAX));
            (number(record, 0, 2), number(record, 2, 1))
        };
        let wanted = (model, u32::from(wmi.vehicle_type));
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            if order(middle) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut found = std::mem::take(&mut self.specified);
        found.clear();
        while low < count && order(low) == wanted {
            let record = data.record(Table::Specifications, u32::try_from(low).unwrap_or(u32::MAX));
            low += 1;
            if wmi.has_make(data, number(record, 3, 2)) {
                for rule in 0..number(record, 8, 2) {
                    let rule = data.record(Table::SpecificationRules, number(record, 5, 3) + rule);
                    self.specification(data, rule, &mut found);
                }
            }
        }
        for (element, slot) in &found {
            self.offer(data, *element, *slot);
        }
        self.specified = found;
        !self.specified.is_empty()
    }

    fn specification(&self, data: &Catalogue<'_>, rule: &[u8], found: &mut Vec<(u8, Slot)>) {
        let year = number(rule, 0, 2);
        if year != 0 && self.year.is_some_and(|own| u32::from(own) != year) {
            return;
        }
        let is_read = |value: u32| {
            let element = data.value(value).0;
            let meaning = detail(data, value);
            let same = |slot: &Slot| slot.value == value || (meaning != NONE && detail(data, slot.value) == meaning);
            self.slot(element).is_some_and(same) || self.repeats.iter().any(|(other, slot)| *other == element && same(slot))
        };
        if !bundle_values(data, number(rule, 2, 3)).all(is_read) {
            return;
        }
        let stamp = number(rule, 8, 3);
        for value in bundle_values(data, number(rule, 5, 3)) {
            let element = data.value(value).0;
            if self.has(element) && !data.repeats(element) && element != BATTERY_INFO {
                continue;
            }
            let slot = Slot {
                value,
                stamp,
                source: Source::Specification,
                ..EMPTY
            };
            match found.iter_mut().find(|(other, _)| *other == element) {
                Some((_, best)) if stamp > best.stamp => *best = slot,
                Some(_) => {}
                None => found.push((element, slot)),
            }
        }
    }

    fn defaults(&mut self, data: &Catalogue<'_>, vehicle_type: u8) {
        let (start, count) = data.defaults[usize::from(vehicle_type & 15)];
        let size = Table::Defaults.size();
        for default in data.bytes(Table::Defaults, start * size, count * size).chunks_exact(size) {
            let value = number(default, 1, 3);
            let element = data.value(value).0;
            if !self.has(element) {
                self.offer(data, element, Slot { value, ..EMPTY });
            }
        }
    }

    fn mark_unused(&mut self, vin: &Written) {
        let has_key = |slot: &&Slot| matches!(slot.source, Source::Pattern | Source::Digits | Source::EngineModel);
        let slots = self
            .elements()
            .filter_map(|element| self.slot(element))
            .chain(self.repeats.iter().map(|(_, slot)| slot));
        let used = slots.filter(has_key).fold(0, |used, slot| used | slot.used);
        let places = [4, 5, 6, 7, 8, 11].into_iter().enumerate();
        self.unused = places
            .filter(|(bit, position)| vin.at(*position).is_some() && used & 1 << bit == 0)
            .fold(0, |unused, (bit, _)| unused | 1 << bit);
        if self.unused != 0 {
            self.codes.add(Code::UnusedPositions);
        }
    }

    fn conclude(&mut self, data: &Catalogue<'_>, vin: &Written, wmi: Option<&WmiRecord<'_>>) {
        let body = self.slot(Element::BODY_CLASS.0).map(|slot| detail(data, slot.value));
        let off_road = body.is_some_and(|body| OFF_ROAD.contains(&body));
        if body == Some(GLIDER) {
            self.codes.add(Code::Glider);
        }
        if off_road {
            self.codes.add(Code::OffRoad);
        }
        if self.year.is_none() {
            self.codes.add(Code::ModelYearCode);
        }
        let light = wmi.is_some_and(|wmi| wmi.light);
        if correction::invalid(vin, light, off_road, &mut self.correction) {
            self.codes.add(Code::InvalidCharacters);
        }
        self.check_digit_fits = vin.is_checked(light);
        if vin.length() < crate::LENGTH {
            self.codes.add(Code::Incomplete);
        } else if !self.check_digit_fits {
            self.codes.add(Code::CheckDigit);
        }
        let has_model = self.slot(MODEL).is_some();
        self.codes.conclude(has_model);
    }
}

/// Whether a key fits; its byte of places used if so.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the innermost loop: some fifty calls a VIN")]
fn fits(data: &Catalogue<'_>, start: u32, key: &[u8]) -> Option<u8> {
    let [length, used, places @ ..] = data.keys.get(start as usize..)? else {
        return None;
    };
    let length = usize::from(*length);
    let (places, _) = places.get(..length * 2)?.as_chunks::<2>();
    for (place, symbol) in places.iter().zip(key.get(..length)?) {
        let mask = data.classes.get(usize::from(u16::from_le_bytes(*place)))?;
        if mask >> (symbol & 63) & 1 == 0 {
            return None;
        }
    }
    Some(*used)
}
