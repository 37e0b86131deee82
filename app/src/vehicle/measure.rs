//! Distances and powers: kept as they were typed, compared in SI units.

use serde::{Deserialize, Serialize};

use crate::kernel::{closed_set::closed_set, unit::DistanceUnit};

closed_set! {
    /// How a power was typed.
    pub enum PowerUnit {
        Kw = "kw",
        Hp = "hp",
        Ps = "ps",
    }
}

/// A distance as typed; compared and stored in kilometres beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Distance {
    pub value: u32,
    pub unit: DistanceUnit,
}

impl Distance {
    /// In whole kilometres; 1 mi = 1.609344 km (international yard and pound agreement).
    #[must_use]
    pub fn km(self) -> u32 {
        match self.unit {
            DistanceUnit::Km => self.value,
            DistanceUnit::Mi => u32::try_from((u64::from(self.value) * 1_609_344 + 500_000) / 1_000_000).unwrap_or(u32::MAX),
        }
    }

    /// The same distance in another unit, rounded to a whole number.
    #[must_use]
    pub fn in_unit(self, unit: DistanceUnit) -> Self {
        let value = match (self.unit, unit) {
            (DistanceUnit::Km, DistanceUnit::Mi) => {
                u32::try_from((u64::from(self.value) * 1_000_000 + 804_672) / 1_609_344).unwrap_or(u32::MAX)
            }
            (DistanceUnit::Mi, DistanceUnit::Km) => self.km(),
            _ => self.value,
        };
        Self { value, unit }
    }
}

/// A power as typed; compared and stored in kilowatts beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Power {
    pub value: u32,
    pub unit: PowerUnit,
}

impl Power {
    /// In whole kilowatts; 1 hp = 0.745 699 872 kW (mechanical horsepower), 1 PS = 0.735 498 75 kW (metric horsepower, DIN 66036).
    #[must_use]
    pub fn kw(self) -> u32 {
        match self.unit {
            PowerUnit::Kw => self.value,
            PowerUnit::Hp => self.times(745_700),
            PowerUnit::Ps => self.times(735_499),
        }
    }

    /// In whole kilowatts, if the unit has so many milliwatts.
    fn times(self, milliwatts: u64) -> u32 {
        u32::try_from((u64::from(self.value) * milliwatts + 500_000) / 1_000_000).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn miles_and_horsepower_are_stored_in_si() {
        assert_eq!(
            Distance {
                value: 100_000,
                unit: DistanceUnit::Mi
            }
            .km(),
            160_934
        );
        assert_eq!(
            Distance {
                value: u32::MAX,
                unit: DistanceUnit::Mi
            }
            .km(),
            u32::MAX
        );
        assert_eq!(
            Power {
                value: 150,
                unit: PowerUnit::Hp
            }
            .kw(),
            112
        );
        assert_eq!(
            Power {
                value: 150,
                unit: PowerUnit::Ps
            }
            .kw(),
            110
        );
    }

    #[test]
    fn a_distance_is_read_in_either_unit() {
        let km = |value| Distance {
            value,
            unit: DistanceUnit::Km,
        };
        let mi = |value| Distance {
            value,
            unit: DistanceUnit::Mi,
        };
        assert_eq!(km(82_553).in_unit(DistanceUnit::Mi), mi(51_296));
        assert_eq!(mi(100_000).in_unit(DistanceUnit::Km), km(160_934));
        assert_eq!(mi(7).in_unit(DistanceUnit::Mi), mi(7));
    }
}
