//! A decoded VIN, as pages, REST and the command line show it.

use serde::{Deserialize, Serialize};

use super::VinElement;
use crate::{
    i18n::Locale,
    kernel::closed_set::closed_set,
    vehicle::{VehicleDraft, VehicleField, vin_notes},
};

/// Most VINs of one request.
pub const MOST_VINS: usize = 10_000;

closed_set! {
    /// How sure an attribute is.
    pub enum VinOrigin {
        /// Read from the VIN itself.
        Read = "read",
        /// Follows from what was read.
        Derived = "derived",
        /// What vehicles of the type usually have; not known of this one.
        Default = "default",
    }
}

closed_set! {
    /// Where an attribute comes from.
    pub enum VinSource {
        /// A pattern of the manufacturer fits the VIN.
        Pattern = "pattern",
        /// Digits of the VIN are the value itself.
        Digits = "digits",
        /// The manufacturer's code, positions 1 to 3.
        Manufacturer = "manufacturer",
        /// Position 10.
        ModelYear = "model_year",
        /// The model year that was given beside the VIN.
        Given = "given",
        /// The make that the model belongs to.
        Model = "model",
        /// What the engine model implies.
        EngineModel = "engine_model",
        /// Computed from another attribute.
        Conversion = "conversion",
        /// What all vehicles of the make, model and year have.
        Specification = "specification",
        /// What vehicles of the type have unless something else is known.
        VehicleType = "vehicle_type",
    }
}

closed_set! {
    /// Attributes that belong together.
    pub enum VinGroup {
        Vehicle = "vehicle",
        Body = "body",
        Engine = "engine",
        Drive = "drive",
        Electric = "electric",
        Safety = "safety",
        Manufacture = "manufacture",
        Other = "other",
    }
}

closed_set! {
    /// What NHTSA reports about a VIN (table ErrorCode).
    pub enum VinCode {
        Clean = "clean",
        CheckDigit = "check_digit",
        Corrected = "corrected",
        CorrectedByCheckDigit = "corrected_by_check_digit",
        SeveralCorrections = "several_corrections",
        SeveralErrors = "several_errors",
        Incomplete = "incomplete",
        ManufacturerUnknown = "manufacturer_unknown",
        NoDetails = "no_details",
        Glider = "glider",
        OffRoad = "off_road",
        ModelYearCode = "model_year_code",
        ModelYearEntered = "model_year_entered",
        UnusedPositions = "unused_positions",
        InvalidCharacters = "invalid_characters",
    }
}

/// A VIN to decode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct VinQuery {
    /// As typed: capitals or not, with blanks and dashes; `*` stands for a character that is not known.
    #[cfg_attr(feature = "ssr", schema(example = "1HGCM82633A004352"))]
    pub vin: String,
    /// Decides between two years that are thirty apart.
    #[cfg_attr(feature = "ssr", schema(example = 2003))]
    pub model_year: Option<u16>,
}

/// One thing that a VIN says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct VinAttribute {
    /// NHTSA's number of this kind of attribute.
    pub element: VinElement,
    /// NHTSA's name of it, in English.
    #[cfg_attr(feature = "ssr", schema(example = "Body Class"))]
    pub name: String,
    /// As NHTSA writes it, in English.
    #[cfg_attr(feature = "ssr", schema(example = "Coupe"))]
    pub value: String,
    pub group: VinGroup,
    pub origin: VinOrigin,
    pub source: VinSource,
}

impl VinAttribute {
    /// What the attribute is called.
    #[must_use]
    pub fn label(&self, t: Locale) -> String {
        match t {
            Locale::En => self.name.clone(),
            Locale::Es => self.element.spanish().map_or_else(|| self.name.clone(), str::to_owned),
        }
    }
}

/// What a VIN says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DecodedVin {
    /// As it is compared: capitals, without blanks and dashes.
    pub vin: String,
    /// Nothing about the VIN itself is wrong: it is complete, and where check digits are required it has the right one.
    pub is_fine: bool,
    /// NHTSA's error codes, separated by commas; 0 is a clean one.
    #[cfg_attr(feature = "ssr", schema(example = "0"))]
    pub error_code: String,
    /// The same codes by name.
    pub codes: Vec<VinCode>,
    /// The VIN with its wrong character corrected; `!` where several are possible.
    pub suggested: Option<String>,
    /// The characters that are possible at wrong positions: `(4:ABC)(5:1)`.
    pub possible: Option<String>,
    /// Who assigned the manufacturer's code (ISO 3780), in English; the plant may lie elsewhere.
    pub country: Option<String>,
    /// False where position 10 may stand for another year, thirty years away.
    pub is_year_certain: bool,
    /// The fields of a vehicle that follow, as text: what `POST /api/v1/vehicles` takes.
    #[cfg_attr(feature = "ssr", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub vehicle: VehicleDraft,
    pub attributes: Vec<VinAttribute>,
}

impl DecodedVin {
    /// Whether anything is known: at least who made it.
    #[must_use]
    pub fn is_decoded(&self) -> bool {
        let known = [VinElement::MAKE, VinElement::MANUFACTURER];
        self.attributes.iter().any(|attribute| known.contains(&attribute.element))
    }

    /// `2003 Honda Accord EX`; the VIN itself if nothing is known.
    #[must_use]
    pub fn title(&self) -> String {
        use VehicleField::{Line, Make, Model, ModelYear};
        let parts: Vec<&str> = [ModelYear, Make, Model, Line]
            .into_iter()
            .map(|field| self.vehicle.get(field))
            .filter(|text| !text.is_empty())
            .collect();
        if parts.is_empty() { self.vin.clone() } else { parts.join(" ") }
    }

    /// The attributes of a group as people want them: the most asked for first, without defaults that only say that nothing applies.
    #[must_use]
    pub fn shown(&self, group: VinGroup) -> Vec<&VinAttribute> {
        let says = |attribute: &VinAttribute| attribute.origin != VinOrigin::Default || attribute.value != "Not Applicable";
        let of_group = self
            .attributes
            .iter()
            .filter(|attribute| attribute.group == group && says(attribute));
        let mut attributes: Vec<_> = of_group.collect();
        attributes.sort_by_key(|attribute| attribute.element.rank());
        attributes
    }

    /// The suggested VIN, if it is whole.
    #[must_use]
    pub fn correction(&self) -> Option<&str> {
        self.suggested.as_deref().filter(|vin| !vin.contains('!') && *vin != self.vin)
    }

    /// What looks wrong, in sentences; the most precise one for each thing.
    #[must_use]
    pub fn notes(&self, t: Locale) -> Vec<String> {
        let said_better = [VinCode::Clean, VinCode::CheckDigit, VinCode::Incomplete];
        let codes = self.codes.iter().filter(|code| !said_better.contains(code));
        let mut notes = vin_notes(&self.vin, t);
        notes.extend(codes.map(|code| code.label(t).to_owned()));
        notes
    }
}
