//! Engines as vPIC writes them and as the catalogue offers them.

use app::{
    catalogue::{CatalogueEngine, CatalogueEntry, CatalogueField, CatalogueSource},
    vehicle::{Electrification, FuelType, Power, PowerUnit},
};
use rust_decimal::{Decimal, RoundingStrategy};
use vin::decoder::selection::Engine;

use crate::vin::facts::{electrification, fuel, whole};

/// Most characters of an engine's name: what an entry that corrects it can hold.
const LONGEST: usize = CatalogueField::Corrects.max_length();

/// An engine of vPIC. Its name is made of everything that tells it from the model's others.
pub fn of_vpic(engine: &Engine<'_>) -> CatalogueEngine {
    let number = |text: Option<&str>, max| text.and_then(|text| whole(text, 1, max));
    let cc = number(engine.cc, 30_000).and_then(|cc| cc.parse().ok());
    let cylinders = number(engine.cylinders, 24).and_then(|count| count.parse().ok());
    let power = number(engine.power_hp, 3_000).and_then(|value| value.parse().ok());
    let level = engine.electrification.and_then(electrification);
    let fuel_type =
        fuel(engine.fuel, engine.fuel_secondary).or((level == Some(Electrification::BatteryElectric)).then_some(FuelType::Electric));
    // Converted ones have three places; people say 1.5.
    let litres = engine.litres.and_then(|litres| litres.parse::<Decimal>().ok());
    let litres = litres.map(|litres| litres.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).to_string());
    let parts = [
        litres.as_ref().map(|litres| format!("{litres} L")),
        engine.cylinders.map(|count| format!("{count}-cylinder")),
        engine.configuration.map(str::to_owned),
        fuel_type.map(|fuel| fuel.to_string()),
        level.map(|level| level.to_string()),
        engine.power_hp.map(|power| format!("{power} hp")),
        engine.model.map(str::to_owned),
    ];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    CatalogueEngine {
        name: name.chars().take(LONGEST).collect::<String>().trim().to_owned(),
        source: CatalogueSource::Vpic,
        litres,
        displacement_cc: cc,
        cylinders,
        configuration: engine.configuration.map(str::to_owned),
        fuel_type,
        electrification: level,
        power: power.map(|value| Power {
            value,
            unit: PowerUnit::Hp,
        }),
        model: engine.model.map(str::to_owned),
        ..CatalogueEngine::default()
    }
}

/// An engine of the organisation's own; `corrects` is the one of vPIC in whose place it stands.
pub fn of_entry(entry: &CatalogueEntry, corrects: Option<&CatalogueEngine>) -> CatalogueEngine {
    CatalogueEngine {
        name: entry.name.clone(),
        source: CatalogueSource::Own,
        entry: Some(entry.id),
        corrects: entry.corrects.clone(),
        displacement_cc: entry.displacement_cc,
        cylinders: entry.cylinders,
        configuration: corrects.and_then(|engine| engine.configuration.clone()),
        fuel_type: entry.fuel_type,
        electrification: entry.electrification,
        power: entry.power,
        ..CatalogueEngine::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_has_the_words_of_the_form() {
        let engine = of_vpic(&Engine {
            litres: Some("2.5"),
            cc: Some("2487.45"),
            cylinders: Some("4"),
            fuel: Some("Gasoline"),
            fuel_secondary: Some("Electric"),
            power_hp: Some("176.5"),
            electrification: Some("Strong HEV (Hybrid Electric Vehicle)"),
            ..Engine::default()
        });
        assert_eq!((engine.displacement_cc, engine.cylinders), (Some(2487), Some(4)));
        assert_eq!(
            (engine.fuel_type, engine.electrification),
            (Some(FuelType::Gasoline), Some(Electrification::Hybrid))
        );
        assert_eq!(engine.power.map(|power| power.value), Some(176));
        assert_eq!(engine.name, "2.5 L 4-cylinder gasoline hybrid 176.5 hp");
        let electric = of_vpic(&Engine {
            electrification: Some("BEV (Battery Electric Vehicle)"),
            ..Engine::default()
        });
        assert_eq!(electric.fuel_type, Some(FuelType::Electric));
    }
}
