//! Whatever is typed, and whatever a catalogue holds: nothing panics, and what is said stays within its bounds.

use proptest::{collection::vec, prelude::*, sample::select};
use vin::{LENGTH, Vin, check, check_digit, model_year, normalise, world};

/// Texts that people and programs send instead of a VIN: any Unicode, nearly a VIN, a VIN's beginning, and far too long ones.
fn typed() -> impl Strategy<Value = String> {
    let nearly = vec(
        select(
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*#|_?-. abxÉß１Ａ🚗\0"
                .chars()
                .collect::<Vec<_>>(),
        ),
        0..24,
    );
    prop_oneof![
        4 => "\\PC{0,40}",
        2 => any::<String>(),
        8 => "[1-9A-HJ-NPR-Z][0-9A-HJ-NPR-Z]{2,16}",
        8 => nearly.prop_map(String::from_iter),
        2 => vec(any::<u8>(), 0..64).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

/// Up to 100,000 characters, of one to four bytes each.
fn long() -> impl Strategy<Value = String> {
    (any::<char>(), "\\PC{0,16}", 0..100_000_usize).prop_map(|(character, rest, times)| {
        let mut text: String = std::iter::repeat_n(character, times.saturating_sub(rest.len())).collect();
        text.push_str(&rest);
        text
    })
}

fn nothing_panics(text: &str) -> Result<(), TestCaseError> {
    let normal = normalise(text);
    prop_assert_eq!(&normalise(&normal), &normal, "what is normal stays as it is");
    let warnings = check(text);
    prop_assert!(warnings.len() <= LENGTH + 1);
    for warning in &warnings {
        prop_assert!(!warning.to_string().is_empty());
    }
    match Vin::parse(text) {
        Ok(vin) => {
            prop_assert_eq!(vin.as_str(), &normal);
            prop_assert_eq!([vin.wmi(), vin.vds(), vin.vis()].concat(), normal);
            prop_assert!(check_digit(&vin) == vin.check_character() || !warnings.is_empty());
            prop_assert!(vin.model_years().len() <= 2);
            let _ = (vin.small_manufacturer(), vin.plant(), format!("{vin:?}"));
        }
        Err(error) => prop_assert!(!error.to_string().is_empty()),
    }
    let _ = (world::country(text), world::make(text));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_looked_at(text in typed()) {
        nothing_panics(&text)?;
    }

    #[test]
    fn any_year_has_an_answer(tenth in any::<Option<u8>>(), seventh in any::<Option<u8>>(), light: bool, today: u16) {
        let reading = model_year::read(tenth, seventh, light, today);
        prop_assert!(reading.year.is_none_or(|year| (1980..2040).contains(&year)));
        prop_assert!(reading.other.is_none() || reading.other < reading.year);
        let _ = model_year::text(today);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_long_text_is_looked_at(text in long()) {
        nothing_panics(&text)?;
    }
}

#[cfg(feature = "embedded")]
mod decoder {
    use std::sync::LazyLock;

    use vin::decoder::{
        BadAsset, Decoded, Decoder, Options,
        data::checksum,
        selection::{Selection, VehicleType},
    };

    use super::*;

    static OURS: LazyLock<Option<Decoder<'static>>> = LazyLock::new(|| Decoder::embedded().ok());
    static ASSET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vpic.bin"));

    fn options() -> impl Strategy<Value = Options> {
        (any::<Option<u16>>(), prop_oneof![Just(2026), any::<u16>()]).prop_map(|(model_year, today)| Options { model_year, today })
    }

    /// Real VINs with up to three characters exchanged: they get further into the tables than any random text.
    fn damaged() -> impl Strategy<Value = String> {
        let vins: Vec<&str> = include_str!("data/vin-reference.tsv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split('\t').next())
            .collect();
        let changes = vec(
            (
                any::<prop::sample::Index>(),
                select("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*#|_ÿ🚗".chars().collect::<Vec<_>>()),
            ),
            0..4,
        );
        (select(vins), changes, 0..=LENGTH).prop_map(|(vin, changes, kept)| {
            let mut characters: Vec<char> = vin.chars().collect();
            for (place, to) in changes {
                let place = place.index(characters.len());
                characters[place] = to;
            }
            // Half of them whole.
            characters.into_iter().take(if kept % 2 == 0 { LENGTH } else { kept }).collect()
        })
    }

    /// Looks at everything that a decoding says.
    fn read_all(decoder: &Decoder<'_>, decoded: &Decoded<'_>) -> usize {
        let said = (decoded.make(), decoded.model(), decoded.country(), decoded.is_fine());
        let attributes = decoded.attributes.iter().map(|attribute| {
            let key = match attribute.provenance {
                vin::decoder::Provenance::Pattern { key, .. } | vin::decoder::Provenance::Digits { key, .. } => decoder.pattern(key).len(),
                _ => 0,
            };
            decoder.name(attribute.element).len()
                + decoder.code(attribute.element).len()
                + decoder.group(attribute.element).len()
                + attribute.value.len()
                + key
        });
        attributes.sum::<usize>() + format!("{said:?} {} {}", decoded.codes, decoded.unused_positions().sum::<usize>()).len()
    }

    fn decodes(text: &str, options: &Options) -> Result<(), TestCaseError> {
        let decoder = OURS.as_ref().ok_or_else(|| TestCaseError::fail("the embedded catalogue"))?;
        let decoded = decoder.decode(text, options);
        prop_assert!(decoded.vin.length() <= LENGTH);
        prop_assert!(decoded.attributes.is_sorted_by_key(|attribute| attribute.element));
        prop_assert!(
            decoded
                .correction
                .suggested
                .as_ref()
                .is_none_or(|vin| vin.len() == decoded.vin.as_str().len())
        );
        read_all(decoder, &decoded);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_decoded(text in typed(), options in options()) {
            decodes(&text, &options)?;
        }

        #[test]
        fn any_damaged_vin_is_decoded(text in damaged(), options in options()) {
            decodes(&text, &options)?;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn any_long_text_is_decoded(text in long(), options in options()) {
            decodes(&text, &options)?;
        }

        #[test]
        fn a_damaged_catalogue_is_refused(places in vec((any::<prop::sample::Index>(), 1..=u8::MAX), 1..4), kept in any::<prop::sample::Index>()) {
            let mut asset = ASSET.to_vec();
            for (place, flipped) in places {
                asset[place.index(ASSET.len())] ^= flipped;
            }
            // Two changes may undo each other.
            prop_assert!(asset == ASSET || Decoder::new(&asset).is_err());
            prop_assert!(Decoder::new(&ASSET[..kept.index(ASSET.len())]).is_err());
        }

        /// One with a checksum that fits: written by a faulty builder, or by somebody who means harm.
        #[test]
        fn a_wrong_catalogue_says_something_wrong_at_most(
            places in vec((any::<prop::sample::Index>(), any::<u8>()), 1..2_000),
            header in vec((8..250_usize, any::<u8>()), 0..3),
            vins in vec(damaged(), 20),
        ) {
            let mut asset = ASSET.to_vec();
            for (place, byte) in places {
                asset[place.index(ASSET.len())] = byte;
            }
            for (place, byte) in header {
                asset[place] = byte;
            }
            let sum = checksum(&asset[16..]);
            asset[8..16].copy_from_slice(&sum.to_le_bytes());
            let today = 2026;
            if let Ok(decoder) = Decoder::new(&asset) {
                for vin in &vins {
                    read_all(&decoder, &decoder.decode(vin, &Options { model_year: None, today }));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn bytes_that_are_no_catalogue_are_refused(bytes in vec(any::<u8>(), 0..2_000)) {
            let mut dressed = b"VPIC\r\n\x01\0".to_vec();
            dressed.extend_from_slice(&bytes);
            for bytes in [&bytes, &dressed] {
                let said = Decoder::new(bytes).map(|_| ()).map_err(|bad: BadAsset| bad.to_string());
                prop_assert!(said.is_err_and(|said| !said.is_empty()));
            }
        }
    }

    #[test]
    fn a_year_without_vehicles_offers_nothing() {
        if let Some(decoder) = OURS.as_ref() {
            let selection = Selection::new(decoder);
            assert!(selection.makes(Some(0), &VehicleType::ROAD).is_empty() && selection.makes(Some(u16::MAX), &[]).is_empty());
            assert!(selection.models(Some(2026), &[VehicleType(255)], "Honda").is_empty());
        }
    }
}
