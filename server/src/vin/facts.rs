//! From NHTSA's words to the fields of a vehicle: the one table between vPIC's look-up values and our closed sets, for VINs and for lists
//! that name their values as vPIC does.
//!
//! Only what was read or follows from it counts; what a type of vehicle usually has is no fact of this one. A value that means nothing to
//! a field (`Not Applicable`, a chassis without its body) leaves it blank.

use app::{
    vehicle::{
        BodyType, Drivetrain, Electrification, FuelType, MotorcycleType, PowerUnit, Transmission, VehicleDraft, VehicleField as F,
        VehicleKind,
    },
    vin::make_name,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use vin::decoder::{Decoded, Element};

/// Kilowatts of the engine; NHTSA names horsepower beside it.
const POWER_KW: Element = Element(21);

/// The fields of a vehicle that follow from its VIN, as text.
#[must_use]
pub fn vehicle(decoded: &Decoded<'_>) -> VehicleDraft {
    let mut draft = VehicleDraft::default();
    let mut set = |field: F, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty() && text.chars().count() <= field.max_length()) {
            draft.set(field, text);
        }
    };
    let value = |element: Element| decoded.value(element).map(str::trim);
    let body = value(Element::BODY_CLASS).and_then(body);
    let kind = match body {
        Some(Body::Motorcycle(_)) => Some(VehicleKind::Motorcycle),
        Some(Body::Car(_)) => Some(VehicleKind::Car),
        None => value(Element::VEHICLE_TYPE).and_then(kind),
    };
    set(F::Kind, kind.map(|kind| kind.name().to_owned()));
    match body {
        Some(Body::Car(body)) => set(F::BodyType, Some(body.name().to_owned())),
        Some(Body::Motorcycle(build)) => set(F::MotorcycleType, Some(build.name().to_owned())),
        None => {}
    }
    set(F::Make, named_make(decoded));
    set(F::Model, value(Element::MODEL).map(str::to_owned));
    set(F::Line, value(Element::TRIM).or_else(|| value(Element::SERIES)).map(str::to_owned));
    set(F::ModelYear, decoded.model_year.map(|year| year.to_string()));
    set(F::Doors, value(Element::DOORS).and_then(|text| whole(text, 0, 9)));
    set(F::Seats, value(Element::SEATS).and_then(|text| whole(text, 1, 99)));
    let fuel = fuel(value(Element::FUEL_PRIMARY), value(Element::FUEL_SECONDARY));
    let electrification = value(Element::ELECTRIFICATION).and_then(electrification);
    let fuel = fuel.or_else(|| (electrification == Some(Electrification::BatteryElectric)).then_some(FuelType::Electric));
    set(F::FuelType, fuel.map(|fuel| fuel.name().to_owned()));
    set(F::Electrification, electrification.map(|level| level.name().to_owned()));
    let gearbox = value(Element::TRANSMISSION);
    set(
        F::Transmission,
        gearbox.and_then(transmission).map(|gearbox| gearbox.name().to_owned()),
    );
    let drive = value(Element::DRIVE_TYPE)
        .and_then(drivetrain)
        .or_else(|| gearbox.and_then(final_drive));
    set(F::Drivetrain, drive.map(|drive| drive.name().to_owned()));
    set(
        F::DisplacementCc,
        value(Element::DISPLACEMENT_CC).and_then(|text| whole(text, 1, 30_000)),
    );
    let power = |element, unit| value(element).and_then(|text| Some((whole(text, 1, 3_000)?, unit)));
    if let Some((power, unit)) = power(Element::ENGINE_POWER_HP, PowerUnit::Hp).or_else(|| power(POWER_KW, PowerUnit::Kw)) {
        set(F::Power, Some(power));
        set(F::PowerUnit, Some(unit.name().to_owned()));
    }
    draft
}

/// What one of NHTSA's words says of a field with a closed set; nothing where it is none of them, or says nothing that the field takes.
pub(crate) fn meaning(field: F, word: &str) -> Option<&'static str> {
    match field {
        F::BodyType => match body(word)? {
            Body::Car(body) => Some(body.name()),
            Body::Motorcycle(_) => None,
        },
        // A column of its own may do without what all of them begin with.
        F::MotorcycleType => motorcycle(word)
            .or_else(|| motorcycle(&format!("Motorcycle - {word}")))
            .map(MotorcycleType::name),
        F::FuelType => fuel(Some(word), None).map(FuelType::name),
        F::Electrification => electrification(word).map(Electrification::name),
        F::Transmission => transmission(word).map(Transmission::name),
        F::Drivetrain => drivetrain(word).or_else(|| final_drive(word)).map(Drivetrain::name),
        _ => None,
    }
}

/// The make as people write it. The manufacturers' table of the browser knows how; the catalogue has capitals.
fn named_make(decoded: &Decoded<'_>) -> Option<String> {
    let make = decoded.make()?;
    let wmi = vin::wmi::find(decoded.vin.as_str());
    let written = wmi.and_then(|wmi| wmi.makes().find(|name| name.eq_ignore_ascii_case(make)));
    Some(make_name(written.unwrap_or(make)))
}

/// A number rounded to a whole one, if it lies within what the field takes.
pub(crate) fn whole(text: &str, min: i64, max: i64) -> Option<String> {
    let number: Decimal = text.parse().ok()?;
    let whole = number.round().to_i64()?;
    (min..=max).contains(&whole).then(|| whole.to_string())
}

fn kind(vehicle_type: &str) -> Option<VehicleKind> {
    match vehicle_type {
        "MOTORCYCLE" => Some(VehicleKind::Motorcycle),
        "TRAILER" | "OFF-ROAD VEHICLE" => None,
        _ => Some(VehicleKind::Car),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Car(BodyType),
    Motorcycle(MotorcycleType),
}

/// Body Class (element 5).
fn body(class: &str) -> Option<Body> {
    use BodyType as B;
    let car = match class {
        "Sedan/Saloon" | "Limousine" => B::Sedan,
        "Hatchback/Liftback/Notchback" => B::Hatchback,
        "Wagon" => B::Wagon,
        "Coupe" => B::Coupe,
        "Convertible/Cabriolet" | "Roadster" => B::Convertible,
        "Sport Utility Vehicle [SUV]/Multipurpose Vehicle [MPV]" => B::Suv,
        "Crossover Utility Vehicle [CUV]" => B::Crossover,
        "Minivan" => B::Minivan,
        "Van" | "Step Van/Walk-in Van" => B::Van,
        "Cargo Van" => B::CargoVan,
        "Pickup" | "Sport Utility Truck [SUT]" => B::Pickup,
        "Truck" | "Truck-Tractor" | "Fire Apparatus" | "Street Sweeper" => B::Truck,
        "Incomplete - Chassis Cab (Double Cab)"
        | "Incomplete - Chassis Cab (Number of Cab Unknown)"
        | "Incomplete - Chassis Cab (Single Cab)"
        | "Incomplete - Commercial Chassis"
        | "Incomplete - Cutaway"
        | "Incomplete - Motor Home Chassis"
        | "Incomplete - Stripped Chassis" => B::ChassisCab,
        "Bus"
        | "Bus - School Bus"
        | "Incomplete - Bus Chassis"
        | "Incomplete - Commercial Bus Chassis"
        | "Incomplete - Motor Coach Chassis"
        | "Incomplete - School Bus Chassis"
        | "Incomplete - Shuttle Bus Chassis"
        | "Incomplete - Transit Bus Chassis"
        | "Streetcar/Trolley" => B::Bus,
        "Ambulance" | "Motorhome" | "Low Speed Vehicle [LSV]/Neighborhood Electric Vehicle [NEV]" => B::Other,
        other => return motorcycle(other).map(Body::Motorcycle),
    };
    Some(Body::Car(car))
}

/// Body Class (element 5) of what is no car.
fn motorcycle(class: &str) -> Option<MotorcycleType> {
    use MotorcycleType as M;
    Some(match class {
        "Motorcycle - Standard" => M::Standard,
        "Motorcycle - Sport" | "Motorcycle - Competition" => M::Sport,
        "Motorcycle - Touring/Sport Touring" | "Motorcycle - Cross Country" => M::Touring,
        "Motorcycle - Cruiser" => M::Cruiser,
        "Motorcycle - Street" => M::Street,
        "Motorcycle - Dual-Sport/Adventure/Supermoto/On-Off Road" => M::DualSport,
        "Off-Road Vehicle - Dirt Bike/Off-Road"
        | "Off-road Vehicle - Enduro (Off-road long distance racing)"
        | "Off-road Vehicle - Motocross (Off-road short distance, closed track racing)" => M::OffRoad,
        "Motorcycle - Custom" => M::Custom,
        "Motorcycle - Scooter" => M::Scooter,
        "Motorcycle - Moped" => M::Moped,
        "Motorcycle - Enclosed Three Wheeled or Enclosed Autocycle [1 Rear Wheel]"
        | "Motorcycle - Side Car"
        | "Motorcycle - Three Wheeled, Unknown Enclosure or Autocycle, Unknown Enclosure"
        | "Motorcycle - Three-Wheeled Motorcycle [2 Rear Wheels]"
        | "Motorcycle - Unenclosed Three Wheeled or Open Autocycle [1 Rear Wheel]" => M::ThreeWheeled,
        "Motorcycle - Small/Minibike" | "Motorcycle - Underbone" => M::Other,
        _ => return None,
    })
}

/// Fuel Type, primary and secondary (elements 24 and 66): gasoline beside ethanol is flexible fuel.
pub(crate) fn fuel(primary: Option<&str>, secondary: Option<&str>) -> Option<FuelType> {
    let read = |text: &str| {
        Some(match text {
            "Gasoline" => FuelType::Gasoline,
            "Diesel" => FuelType::Diesel,
            "Electric" => FuelType::Electric,
            "Flexible Fuel Vehicle (FFV)" | "Ethanol (E85)" => FuelType::FlexFuel,
            "Liquefied Petroleum Gas (propane or LPG)" => FuelType::Lpg,
            "Compressed Natural Gas (CNG)" | "Liquefied Natural Gas (LNG)" | "Natural Gas" => FuelType::NaturalGas,
            "Compressed Hydrogen/Hydrogen" | "Fuel Cell" => FuelType::Hydrogen,
            "Methanol (M85)" | "Neat Ethanol (E100)" => FuelType::Other,
            _ => return None,
        })
    };
    match (primary.and_then(read), secondary.and_then(read)) {
        (Some(FuelType::Gasoline), Some(FuelType::FlexFuel)) => Some(FuelType::FlexFuel),
        (primary, _) => primary,
    }
}

/// Electrification Level (element 126).
pub(crate) fn electrification(level: &str) -> Option<Electrification> {
    Some(match level {
        "Mild HEV (Hybrid Electric Vehicle)" => Electrification::MildHybrid,
        "Strong HEV (Hybrid Electric Vehicle)" | "HEV (Hybrid Electric Vehicle) - Level Unknown" => Electrification::Hybrid,
        "PHEV (Plug-in Hybrid Electric Vehicle)" => Electrification::PlugInHybrid,
        "BEV (Battery Electric Vehicle)" => Electrification::BatteryElectric,
        "FCEV (Fuel Cell Electric Vehicle)" => Electrification::FuelCell,
        _ => return None,
    })
}

/// Transmission Style (element 37). What it says of motorcycles is their final drive.
fn transmission(style: &str) -> Option<Transmission> {
    Some(match style {
        "Manual/Standard" => Transmission::Manual,
        "Automatic" => Transmission::Automatic,
        "Continuously Variable Transmission (CVT)" | "Electronic Continuously Variable (e-CVT)" | "Motorcycle - CVT Belt Drive" => {
            Transmission::Cvt
        }
        "Dual-clutch Transmission (DCT)" => Transmission::DualClutch,
        "Automated Manual Transmission (AMT)" => Transmission::AutomatedManual,
        "Direct Drive" => Transmission::DirectDrive,
        _ => return None,
    })
}

/// The final drive of a motorcycle, of the same element.
fn final_drive(style: &str) -> Option<Drivetrain> {
    Some(match style {
        "Motorcycle - Chain Drive" | "Motorcycle - Chain Drive Off-Road" => Drivetrain::Chain,
        "Motorcycle - CVT Belt Drive" => Drivetrain::Belt,
        "Motorcycle - Shaft Drive" | "Motorcycle - Shaft Drive Off-Road" => Drivetrain::Shaft,
        _ => return None,
    })
}

/// Drive Type (element 15).
fn drivetrain(drive: &str) -> Option<Drivetrain> {
    Some(match drive {
        "FWD/Front-Wheel Drive" => Drivetrain::Front,
        "RWD/Rear-Wheel Drive" => Drivetrain::Rear,
        "AWD/All-Wheel Drive" => Drivetrain::All,
        "4WD/4-Wheel Drive/4x4" => Drivetrain::FourByFour,
        "4x2" => Drivetrain::FourByTwo,
        "6x4" => Drivetrain::SixByFour,
        "Other" | "6x2" | "6x6" | "8x2" | "8x4" | "8x6" | "8x8" | "10x4" | "10x6" | "10x8" | "10x10" | "12x4" | "12x6" | "14x4"
        | "14x6" => Drivetrain::Other,
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;
    use vin::decoder::{
        Decoder, Options,
        data::{Table, number},
    };

    use super::*;

    /// Every value of an element in the catalogue.
    fn values(element: Element) -> BTreeSet<&'static str> {
        let decoder = Decoder::embedded().unwrap();
        let data = *decoder.data();
        let of_element = data.all(Table::Values).filter(|record| record[0] == element.0);
        of_element.map(|record| data.text(number(record, 1, 3))).collect()
    }

    fn blank(element: Element, means: impl Fn(&str) -> bool) -> Vec<&'static str> {
        values(element).into_iter().filter(|value| !means(value)).collect()
    }

    #[test]
    fn every_value_of_the_catalogue_has_its_place_or_says_nothing_that_a_field_takes() {
        assert_eq!(
            blank(Element::FUEL_PRIMARY, |value| fuel(Some(value), None).is_some()),
            ["Not Applicable"]
        );
        assert_eq!(
            blank(Element::FUEL_SECONDARY, |value| fuel(Some(value), None).is_some()),
            ["Not Applicable"]
        );
        assert_eq!(
            blank(Element::ELECTRIFICATION, |value| electrification(value).is_some()),
            ["Not Applicable"]
        );
        let gearbox = |value: &str| transmission(value).is_some() || final_drive(value).is_some();
        assert_eq!(blank(Element::TRANSMISSION, gearbox), ["Not Applicable"]);
        assert_eq!(
            blank(Element::DRIVE_TYPE, |value| drivetrain(value).is_some()),
            ["2WD/4WD", "Glider", "Not Applicable"]
        );
        assert_eq!(
            blank(Element::BODY_CLASS, |value| body(value).is_some()),
            [
                "Incomplete",
                "Incomplete - Glider",
                "Incomplete - Trailer Chassis",
                "Motorcycle - Unknown Body Class",
                "Off-Road Vehicle - All-Terrain Vehicle [ATV] (Motorcycle-Style)",
                "Off-Road Vehicle - Go-Kart",
                "Off-road Vehicle - Construction Equipment",
                "Off-road Vehicle - Golf Cart",
                "Off-road Vehicle - Multipurpose Off-Highway Utility Vehicle [MOHUV] or Recreational Off-Highway Vehicle [ROV]",
                "Off-road Vehicle - Snowmobile",
                "Trailer",
            ]
        );
    }

    fn decoded(typed: &str) -> VehicleDraft {
        let decoder = Decoder::embedded().unwrap();
        let options = Options {
            model_year: None,
            today: 2026,
        };
        vehicle(&decoder.decode(typed, &options))
    }

    #[rstest]
    #[case::coupe("1HGCM82633A004352", &[(F::Kind, "car"), (F::Make, "Honda"), (F::Model, "Accord"), (F::ModelYear, "2003"), (F::BodyType, "coupe"), (F::Doors, "2"), (F::FuelType, "gasoline")])]
    #[case::electric("5YJ3E1EA7KF317000", &[(F::Make, "Tesla"), (F::Model, "Model 3"), (F::FuelType, "electric"), (F::Electrification, "battery_electric"), (F::BodyType, "sedan")])]
    #[case::european("WVWZZZ1JZ3W386752", &[(F::Make, "Volkswagen"), (F::ModelYear, "2003")])]
    #[case::motorcycle("1HD1KB4197Y722798", &[(F::Kind, "motorcycle"), (F::Make, "Harley-Davidson"), (F::MotorcycleType, "touring")])]
    fn well_known_vins_fill_the_form(#[case] vin: &str, #[case] expected: &[(F, &str)]) {
        let draft = decoded(vin);
        let found: Vec<(F, &str)> = expected.iter().map(|(field, _)| (*field, draft.get(*field))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn numbers_are_rounded_and_stay_within_what_a_field_takes() {
        assert_eq!(whole("1997.98", 1, 30_000).as_deref(), Some("1998"));
        assert_eq!(
            (whole("99999999", 1, 30_000), whole("many", 1, 9), whole("0", 1, 99)),
            (None, None, None)
        );
    }

    #[test]
    fn gasoline_beside_ethanol_is_flexible() {
        assert_eq!(fuel(Some("Gasoline"), Some("Ethanol (E85)")), Some(FuelType::FlexFuel));
        assert_eq!(fuel(Some("Gasoline"), Some("Electric")), Some(FuelType::Gasoline));
        assert_eq!(fuel(Some("Not Applicable"), None), None);
    }
}
