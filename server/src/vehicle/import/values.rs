//! What the values of closed sets are called out there, in English and Spanish and in any case; vPIC's own words are those of
//! [`facts`]. Everything else is left as it stands, for the check to name.

use app::vehicle::{FieldKind, VehicleField as F};

use crate::vin::facts;

/// The value by our name for it, or the text itself. vPIC's words come first, so that a list says what its VINs say.
#[must_use]
pub fn as_ours(field: F, text: &str) -> String {
    let known = facts::meaning(field, text).or_else(|| match field {
        F::Kind => kind(text),
        F::BodyType => body_type(text),
        F::MotorcycleType => motorcycle_type(text),
        F::FuelType => fuel_type(text),
        F::Electrification => electrification(text),
        F::Transmission => transmission(text),
        F::Drivetrain => drivetrain(text),
        F::Status => status(text),
        F::MileageUnit | F::PowerUnit => unit(text),
        _ => None,
    });
    known.map_or_else(
        || {
            if field.kind() == FieldKind::Choice {
                snake(text)
            } else {
                text.to_owned()
            }
        },
        str::to_owned,
    )
}

/// `In Preparation` → `in_preparation`.
fn snake(text: &str) -> String {
    text.to_lowercase().replace([' ', '-'], "_")
}

fn kind(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "coche" | "carro" | "auto" | "automóvil" | "automovil" | "passenger car" => "car",
        "motocicleta" | "moto" | "motorbike" => "motorcycle",
        _ => return None,
    })
}

/// By the part that decides.
fn body_type(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let has = |part: &str| text.contains(part);
    Some(match () {
        () if has("chassis cab") || has("cutaway") => "chassis_cab",
        () if has("crossover") => "crossover",
        () if has("sport utility truck") || has("pickup") => "pickup",
        () if has("sport utility") => "suv",
        () if has("minivan") || has("monovolumen") => "minivan",
        () if has("cargo van") || has("furgoneta") || has("furgón") => "cargo_van",
        () if has("hatchback") => "hatchback",
        () if has("sedan") || has("sedán") => "sedan",
        () if has("convertible") || has("descapotable") => "convertible",
        () if has("coup") || has("cupé") => "coupe",
        () if has("wagon") || has("familiar") => "wagon",
        () if has("bus") => "bus",
        () if has("truck") || has("camión") => "truck",
        () if text == "van" || has("step van") => "van",
        _ => return None,
    })
}

fn motorcycle_type(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let has = |part: &str| text.contains(part);
    Some(match () {
        () if has("dual-sport") || has("adventure") || has("supermoto") => "dual_sport",
        () if has("three-wheeled") || has("three wheeled") || has("tres ruedas") => "three_wheeled",
        () if has("touring") => "touring",
        () if has("motocross") || has("enduro") || has("off-road") => "off_road",
        () if has("unknown") => "other",
        () if has("sport") || has("deportiva") => "sport",
        _ => return None,
    })
}

fn fuel_type(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "gasolina" | "petrol" => "gasoline",
        "diésel" => "diesel",
        "eléctrico" | "electrico" => "electric",
        "flexible fuel" | "flex" | "e85" => "flex_fuel",
        "propane" | "glp" => "lpg",
        "cng" | "gnv" | "gas natural" => "natural_gas",
        "fuel cell" | "hidrógeno" => "hydrogen",
        _ => return None,
    })
}

fn electrification(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    Some(match () {
        () if text.starts_with("mild hev") => "mild_hybrid",
        () if text.starts_with("phev") => "plug_in_hybrid",
        () if text.starts_with("bev") => "battery_electric",
        () if text.starts_with("fcev") => "fuel_cell",
        () if text.starts_with("hev") || text.starts_with("strong hev") || text == "híbrido" => "hybrid",
        _ => return None,
    })
}

fn transmission(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let has = |part: &str| text.contains(part);
    Some(match () {
        () if has("cvt") => "cvt",
        () if has("dual-clutch") || has("doble embrague") => "dual_clutch",
        () if has("automated manual") => "automated_manual",
        () if has("direct drive") => "direct_drive",
        () if has("motorcycle") => "other",
        () if has("manual") || has("mecánica") || has("mecanica") => "manual",
        () if has("automatic") || has("automática") || has("automatica") => "automatic",
        _ => return None,
    })
}

fn drivetrain(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let has = |part: &str| text.contains(part);
    Some(match () {
        () if has("2wd/4wd") => "other",
        () if has("awd") || has("all-wheel") => "all",
        () if has("4wd") || has("4x4") || has("4×4") => "four_by_four",
        () if has("fwd") || has("front") || has("delantera") => "front",
        () if has("rwd") || has("rear") || has("trasera") => "rear",
        () if has("4x2") => "four_by_two",
        () if has("6x4") => "six_by_four",
        _ => return None,
    })
}

fn status(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "on sale" | "for sale" | "en venta" | "disponible" => "available",
        "reservado" => "reserved",
        "vendido" => "sold",
        "inactivo" => "inactive",
        "en uso" => "in_use",
        "en preparación" | "en preparacion" => "in_preparation",
        "en reparación" | "en reparacion" => "in_repair",
        _ => return None,
    })
}

fn unit(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "miles" | "mile" | "millas" => "mi",
        "kilometres" | "kilometers" | "kilómetros" | "kms" => "km",
        "bhp" => "hp",
        "cv" => "ps",
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use vin::decoder::{
        Decoder, Element,
        data::{Table, number},
    };

    use super::*;

    /// In another case such a word may be unknown, but it never means something else.
    #[test]
    fn a_word_of_vpic_means_in_a_list_what_it_means_in_a_vin() {
        let decoder = Decoder::embedded().unwrap();
        let data = *decoder.data();
        for (field, element) in [
            (F::BodyType, Element::BODY_CLASS),
            (F::MotorcycleType, Element::BODY_CLASS),
            (F::FuelType, Element::FUEL_PRIMARY),
            (F::Electrification, Element::ELECTRIFICATION),
            (F::Transmission, Element::TRANSMISSION),
            (F::Drivetrain, Element::DRIVE_TYPE),
        ] {
            let of_element = data.all(Table::Values).filter(|record| record[0] == element.0);
            for word in of_element.map(|record| data.text(number(record, 1, 3))) {
                let Some(meaning) = facts::meaning(field, word) else { continue };
                assert_eq!(as_ours(field, word), meaning, "{word}");
                let lower = as_ours(field, &word.to_lowercase());
                assert!(lower == meaning || lower == snake(word), "{word} became {lower}");
            }
        }
        assert_eq!(as_ours(F::BodyType, "Step Van/Walk-in Van"), "van");
        assert_eq!(as_ours(F::MotorcycleType, "Motorcycle - Competition"), "sport");
        assert_eq!(as_ours(F::MotorcycleType, "Competition"), "sport");
        assert_eq!(as_ours(F::MotorcycleType, "Motorcycle - Cross Country"), "touring");
        assert_eq!(as_ours(F::Drivetrain, "6x2"), "other");
    }

    #[test]
    fn vpic_wording_becomes_ours_and_the_rest_stays_to_be_named() {
        assert_eq!(
            as_ours(F::BodyType, "Sport Utility Vehicle [SUV]/Multipurpose Vehicle [MPV]"),
            "suv"
        );
        assert_eq!(as_ours(F::BodyType, "Incomplete - Chassis Cab (Single Cab)"), "chassis_cab");
        assert_eq!(as_ours(F::Transmission, "Electronic Continuously Variable (e-CVT)"), "cvt");
        assert_eq!(as_ours(F::Drivetrain, "4WD/4-Wheel Drive/4x4"), "four_by_four");
        assert_eq!(as_ours(F::MotorcycleType, "Touring/Sport Touring"), "touring");
        assert_eq!(as_ours(F::Status, "In Preparation"), "in_preparation");
        assert_eq!(as_ours(F::Status, "flying"), "flying");
        assert_eq!(as_ours(F::Notes, "In Preparation"), "In Preparation");
    }
}
