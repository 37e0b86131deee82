//! What the values of closed sets are called out there: vPIC's wording, English and Spanish. Everything else is left as it stands,
//! for the check to name.

use app::vehicle::{FieldKind, VehicleField as F};

/// The value by our name for it, or the text itself.
#[must_use]
pub fn as_ours(field: F, text: &str) -> String {
    let known = match field {
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
    };
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

/// vPIC's element BodyClass, by the part that decides.
fn body_type(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let has = |part: &str| text.contains(part);
    Some(match () {
        () if has("chassis cab") || has("cutaway") => "chassis_cab",
        () if has("crossover") => "crossover",
        () if has("sport utility truck") || has("pickup") => "pickup",
        () if has("sport utility") => "suv",
        () if has("minivan") || has("monovolumen") => "minivan",
        () if has("cargo van") || has("step van") || has("furgoneta") || has("furgón") => "cargo_van",
        () if has("hatchback") => "hatchback",
        () if has("sedan") || has("sedán") => "sedan",
        () if has("convertible") || has("descapotable") => "convertible",
        () if has("coup") || has("cupé") => "coupe",
        () if has("wagon") || has("familiar") => "wagon",
        () if has("bus") => "bus",
        () if has("truck") || has("camión") => "truck",
        () if text == "van" => "van",
        _ => return None,
    })
}

fn motorcycle_type(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let has = |part: &str| text.contains(part);
    Some(match () {
        () if has("dual-sport") || has("adventure") || has("supermoto") => "dual_sport",
        () if has("three-wheeled") || has("tres ruedas") => "three_wheeled",
        () if has("touring") => "touring",
        () if has("competition") || has("motocross") || has("off-road") => "off_road",
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
        "flexible fuel vehicle (ffv)" | "flex" | "ethanol (e85)" => "flex_fuel",
        "liquefied petroleum gas (propane or lpg)" | "glp" => "lpg",
        "compressed natural gas (cng)" | "cng" | "gnv" | "gas natural" => "natural_gas",
        "compressed hydrogen/hydrogen" | "fuel cell" | "hidrógeno" => "hydrogen",
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
mod tests {
    use super::*;

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
