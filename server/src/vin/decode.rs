//! One VIN, from what was typed to what it says.

use app::{
    kernel::{error::AppError, problem::Problem},
    vin::{DecodedVin, VinAttribute, VinCode, VinElement, VinOrigin, VinQuery, VinSource},
};
use chrono::{Datelike, Utc};
use vin::{
    Warning,
    decoder::{Attribute, BadAsset, Code, Decoded, Decoder, Options, Origin, Provenance},
};

use super::facts;
use crate::{catalogue, platform::db::internal};

/// Characters of a manufacturer's code; with fewer nothing can be said.
const FEWEST: usize = 3;

/// What a VIN says. `*` stands for a character that is not known; a VIN may end early.
///
/// # Errors
/// `Required` for nothing, `NotInAVin` with the place of the first character that stands in no VIN, `VinLength` below 3 and above 17
/// characters; `Internal` if the binary was built with a catalogue that it can't read.
pub fn decode(query: &VinQuery) -> Result<DecodedVin, Problem> {
    let vin = vin::normalise(&query.vin);
    readable(&vin)?;
    let decoder = catalogue::decoder().map_err(unreadable)?;
    let options = Options {
        model_year: query.model_year,
        today: u16::try_from(Utc::now().year()).unwrap_or(u16::MAX),
    };
    Ok(said(decoder, vin, &decoder.decode(&query.vin, &options)))
}

fn unreadable(bad: BadAsset) -> Problem {
    match internal(&bad) {
        AppError::Internal { incident } => Problem::Internal { incident },
        _ => Problem::Interrupted,
    }
}

/// Whether a normalised text can be a VIN or the beginning of one.
fn readable(vin: &str) -> Result<(), Problem> {
    if vin.is_empty() {
        return Err(Problem::Required);
    }
    let mut length = vin.chars().count();
    let mut first = None;
    for warning in vin::check(vin) {
        let (position, found, instead) = match warning {
            Warning::Length { length: counted } => {
                length = counted;
                continue;
            }
            Warning::NotInAlphabet { found: '*', .. } | Warning::CheckDigit { .. } => continue,
            Warning::NeverUsed { position, found, instead } => (position, found, instead.to_string()),
            Warning::NotInAlphabet { position, found } => (position, found, String::new()),
        };
        // A control character has no picture of its own.
        let found = if found.is_control() {
            found.escape_default().to_string()
        } else {
            found.to_string()
        };
        first.get_or_insert(Problem::NotInAVin { position, found, instead });
    }
    if !(FEWEST..=vin::LENGTH).contains(&length) {
        return Err(Problem::VinLength { length });
    }
    first.map_or(Ok(()), Err)
}

fn said(decoder: &Decoder<'_>, vin: String, decoded: &Decoded<'_>) -> DecodedVin {
    DecodedVin {
        vin,
        is_fine: decoded.is_fine(),
        error_code: decoded.codes.to_string(),
        codes: decoded.codes.iter().map(code).collect(),
        suggested: decoded.correction.suggested.clone(),
        possible: Some(decoded.correction.possible.clone()).filter(|possible| !possible.is_empty()),
        country: decoded.country().map(str::to_owned),
        is_year_certain: decoded.is_year_certain,
        vehicle: facts::vehicle(decoded),
        attributes: decoded.attributes.iter().filter_map(|found| attribute(decoder, found)).collect(),
    }
}

fn attribute(decoder: &Decoder<'_>, found: &Attribute<'_>) -> Option<VinAttribute> {
    let element = VinElement(found.element.0);
    (!found.value.is_empty()).then(|| VinAttribute {
        element,
        name: decoder.name(found.element).to_owned(),
        value: found.value.to_string(),
        group: element.group(),
        origin: match found.provenance.origin() {
            Origin::Read => VinOrigin::Read,
            Origin::Derived => VinOrigin::Derived,
            Origin::Default => VinOrigin::Default,
        },
        source: match found.provenance {
            Provenance::Pattern { .. } => VinSource::Pattern,
            Provenance::Digits { .. } => VinSource::Digits,
            Provenance::Wmi => VinSource::Manufacturer,
            Provenance::ModelYear => VinSource::ModelYear,
            Provenance::Given => VinSource::Given,
            Provenance::Model => VinSource::Model,
            Provenance::EngineModel => VinSource::EngineModel,
            Provenance::Conversion { .. } => VinSource::Conversion,
            Provenance::Specification => VinSource::Specification,
            Provenance::Default => VinSource::VehicleType,
        },
    })
}

const fn code(code: Code) -> VinCode {
    match code {
        Code::Clean => VinCode::Clean,
        Code::CheckDigit => VinCode::CheckDigit,
        Code::Corrected => VinCode::Corrected,
        Code::CorrectedByCheckDigit => VinCode::CorrectedByCheckDigit,
        Code::SeveralCorrections => VinCode::SeveralCorrections,
        Code::SeveralErrors => VinCode::SeveralErrors,
        Code::Incomplete => VinCode::Incomplete,
        Code::ManufacturerUnknown => VinCode::ManufacturerUnknown,
        Code::NoDetails => VinCode::NoDetails,
        Code::Glider => VinCode::Glider,
        Code::OffRoad => VinCode::OffRoad,
        Code::ModelYearCode => VinCode::ModelYearCode,
        Code::ModelYearEntered => VinCode::ModelYearEntered,
        Code::UnusedPositions => VinCode::UnusedPositions,
        Code::InvalidCharacters => VinCode::InvalidCharacters,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use app::{i18n::Locale, vehicle::VehicleField};
    use rstest::rstest;

    use super::*;

    fn asked(vin: &str) -> Result<DecodedVin, Problem> {
        decode(&VinQuery {
            vin: vin.to_owned(),
            model_year: None,
        })
    }

    #[rstest]
    #[case::plain("1HGCM82633A004352")]
    #[case::as_people_type(" 1hg-cm826 33a.004352\n")]
    #[case::full_width("１ＨＧＣＭ８２６３３Ａ００４３５２")]
    fn whatever_way_it_is_typed_it_is_the_same_vehicle(#[case] typed: &str) {
        let decoded = asked(typed).unwrap();
        assert_eq!(decoded.vin, "1HGCM82633A004352");
        assert_eq!(decoded.title(), "2003 Honda Accord EX-V6");
        assert!(decoded.is_fine && decoded.is_decoded() && decoded.error_code == "0");
        assert_eq!(decoded.vehicle.get(VehicleField::BodyType), "coupe");
        let year = decoded.attributes.iter().find(|attribute| attribute.name == "Model Year").unwrap();
        assert_eq!((year.origin, year.source), (VinOrigin::Read, VinSource::ModelYear));
    }

    #[rstest]
    #[case::nothing("", "This field is required.")]
    #[case::separators(" - . ", "This field is required.")]
    #[case::letter_i("1HGCI82633A004352", "Position 5: I is never used; did you mean 1?")]
    #[case::two_letters("OHGCQ82633A004352", "Position 1: O is never used; did you mean 0?")]
    #[case::emoji("1HG🚗M82633A004352", "Position 4: 🚗 can't be part of a VIN.")]
    #[case::nul("1HG\0M82633A004352", "Position 4: \\u{0} can't be part of a VIN.")]
    #[case::short("1H", "A VIN has 17 characters; this one has 2.")]
    #[case::long("1HGCM82633A0043521", "A VIN has 17 characters; this one has 18.")]
    fn what_is_no_vin_is_named_precisely(#[case] typed: &str, #[case] said: &str) {
        assert_eq!(asked(typed).map_err(|problem| problem.text(Locale::En)), Err(said.to_owned()));
    }

    #[test]
    fn a_hundred_thousand_characters_are_counted_and_refused() {
        assert_eq!(asked(&"I".repeat(100_000)), Err(Problem::VinLength { length: 100_000 }));
        assert_eq!(asked(&"🚗".repeat(100_000)), Err(Problem::VinLength { length: 100_000 }));
    }

    #[test]
    fn a_part_of_a_vin_says_its_part() {
        let decoded = asked("1HGCM8*6*3A").unwrap();
        assert_eq!(decoded.vehicle.get(VehicleField::Make), "Honda");
        assert!(!decoded.is_fine && decoded.codes.contains(&VinCode::Incomplete));
        assert!(asked("1HG").unwrap().is_decoded());
        assert!(!asked("00000000000000000").unwrap().is_decoded());
    }
}
