//! What a VIN says, attribute by attribute, each with where it comes from.

use std::borrow::Cow;

use super::{codes::Codes, correction::Correction, vin::Written};

/// One of NHTSA's elements: a kind of attribute, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element(pub u8);

impl Element {
    pub const BODY_CLASS: Self = Self(5);
    pub const CYLINDERS: Self = Self(9);
    pub const DISPLACEMENT_CC: Self = Self(11);
    pub const DISPLACEMENT_CI: Self = Self(12);
    pub const DISPLACEMENT_L: Self = Self(13);
    pub const DOORS: Self = Self(14);
    pub const DRIVE_TYPE: Self = Self(15);
    pub const ENGINE_MODEL: Self = Self(18);
    pub const FUEL_PRIMARY: Self = Self(24);
    pub const GROSS_WEIGHT: Self = Self(25);
    pub const MAKE: Self = Self(26);
    pub const MANUFACTURER: Self = Self(27);
    pub const MODEL: Self = Self(28);
    pub const MODEL_YEAR: Self = Self(29);
    pub const PLANT_CITY: Self = Self(31);
    pub const SEATS: Self = Self(33);
    pub const SERIES: Self = Self(34);
    pub const TRANSMISSION: Self = Self(37);
    pub const TRIM: Self = Self(38);
    pub const VEHICLE_TYPE: Self = Self(39);
    pub const TRANSMISSION_SPEEDS: Self = Self(63);
    pub const ENGINE_CONFIGURATION: Self = Self(64);
    pub const FUEL_SECONDARY: Self = Self(66);
    pub const ENGINE_POWER_HP: Self = Self(71);
    pub const PLANT_COUNTRY: Self = Self(75);
    pub const PLANT_STATE: Self = Self(77);
    pub const ELECTRIFICATION: Self = Self(126);
}

/// Where an attribute comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// A pattern of a VIN schema fits. `key` is for [`super::Decoder::pattern`].
    Pattern { schema: u16, key: u32 },
    /// Digits of the VIN are the value itself.
    Digits { schema: u16, key: u32 },
    /// The manufacturer's code, positions 1 to 3.
    Wmi,
    /// Position 10, with position 7 where that decides.
    ModelYear,
    /// The model year that the caller gave.
    Given,
    /// The make that the model belongs to.
    Model,
    /// What the engine model implies.
    EngineModel,
    /// Computed from another element.
    Conversion { from: Element },
    /// What all vehicles of the make, model and year have.
    Specification,
    /// What vehicles of the type have unless something else is known.
    Default,
}

/// How sure an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Read from the VIN.
    Read,
    /// Follows from what was read.
    Derived,
    /// A default of the vehicle type.
    Default,
}

impl Provenance {
    /// How sure it is.
    #[must_use]
    pub const fn origin(self) -> Origin {
        match self {
            Self::Pattern { .. } | Self::Digits { .. } | Self::Wmi | Self::ModelYear | Self::Given => Origin::Read,
            Self::Model | Self::EngineModel | Self::Conversion { .. } | Self::Specification => Origin::Derived,
            Self::Default => Origin::Default,
        }
    }
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'d> {
    pub element: Element,
    pub value: Cow<'d, str>,
    pub provenance: Provenance,
}

/// A decoded VIN.
#[derive(Clone, Debug)]
pub struct Decoded<'d> {
    pub vin: Written,
    /// NHTSA's error codes. They are made for vehicles of the United States: elsewhere, [`Decoded::is_fine`] asks less.
    pub codes: Codes,
    /// The check digit fits its position 9.
    pub check_digit_fits: bool,
    pub model_year: Option<u16>,
    /// False where position 10 may stand for another year, thirty years away.
    pub is_year_certain: bool,
    pub correction: Correction,
    /// Positions of 4 to 8 and 11 that no attribute was read from: bit 0 is position 4, bit 5 position 11.
    pub(crate) unused: u8,
    /// NHTSA knows the manufacturer.
    pub is_manufacturer_known: bool,
    /// Attributes in the order of their elements' ids; notes may stand more than once.
    pub attributes: Vec<Attribute<'d>>,
}

impl<'d> Decoded<'d> {
    /// The attribute of an element; the first, if there are several.
    #[must_use]
    pub fn attribute(&self, element: Element) -> Option<&Attribute<'d>> {
        let index = self.attributes.partition_point(|attribute| attribute.element < element);
        self.attributes.get(index).filter(|attribute| attribute.element == element)
    }

    /// An element's value; none if it is only a default of the vehicle type.
    #[must_use]
    pub fn value(&self, element: Element) -> Option<&str> {
        self.attribute(element)
            .filter(|attribute| attribute.provenance.origin() != Origin::Default && !attribute.value.is_empty())
            .map(|attribute| attribute.value.as_ref())
    }

    /// The make, in capitals as NHTSA writes it.
    #[must_use]
    pub fn make(&self) -> Option<&str> {
        self.value(Element::MAKE)
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.value(Element::MODEL)
    }

    /// The country that assigned the manufacturer's code (ISO 3780); the plant may lie elsewhere.
    #[must_use]
    pub fn country(&self) -> Option<&'static str> {
        crate::world::country(self.vin.as_str())
    }

    /// Positions that nothing was read from.
    pub fn unused_positions(&self) -> impl Iterator<Item = usize> {
        let unused = self.unused;
        [4, 5, 6, 7, 8, 11]
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| unused & 1 << bit != 0)
            .map(|(_, position)| position)
    }

    /// Nothing about the VIN itself is wrong: it is complete, and where the United States bind manufacturers, its check digit fits and
    /// every character is one that the manufacturer uses. A European VIN needs no check digit and no registration.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        use super::codes::Code::{
            CheckDigit, Corrected, CorrectedByCheckDigit, Incomplete, InvalidCharacters, SeveralCorrections, SeveralErrors,
        };
        let any = |codes: &[super::codes::Code]| codes.iter().any(|code| self.codes.contains(*code));
        let binding = self.vin.at(1).is_some_and(|first| (b'1'..=b'5').contains(&first));
        if binding {
            return !any(&[
                CheckDigit,
                Corrected,
                CorrectedByCheckDigit,
                SeveralCorrections,
                SeveralErrors,
                Incomplete,
                InvalidCharacters,
            ]);
        }
        self.vin.length() == crate::LENGTH && crate::Vin::parse(self.vin.as_str()).is_ok()
    }
}
