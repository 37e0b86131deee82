//! Every field of a vehicle that a person may set, and what kind of value it takes: the one place that form, import, merge and
//! history ask.

use super::{BodyType, Drivetrain, Electrification, FuelType, MotorcycleType, PowerUnit, StockStatus, Transmission, VehicleKind};
use crate::{
    i18n::Locale,
    kernel::{check::FormField, closed_set::closed_set, unit::DistanceUnit},
};

closed_set! {
    /// Every field of a vehicle that a person may set; the name is the form's, the API's and the CSV column's.
    pub enum VehicleField {
        Kind = "kind",
        StockNumber = "stock_number",
        Vin = "vin",
        Plate = "plate",
        Make = "make",
        Model = "model",
        Line = "line",
        ModelYear = "model_year",
        BodyType = "body_type",
        MotorcycleType = "motorcycle_type",
        Doors = "doors",
        Seats = "seats",
        FuelType = "fuel_type",
        Electrification = "electrification",
        Transmission = "transmission",
        Drivetrain = "drivetrain",
        DisplacementCc = "displacement_cc",
        Power = "power",
        PowerUnit = "power_unit",
        EngineNumber = "engine_number",
        ChassisNumber = "chassis_number",
        ColourOutside = "colour_outside",
        ColourInside = "colour_inside",
        Keys = "keys",
        Mileage = "mileage",
        MileageUnit = "mileage_unit",
        CityRegistered = "city_registered",
        Branch = "branch",
        LotPlace = "lot_place",
        Status = "status",
        AcquiredOn = "acquired_on",
        PurchasePrice = "purchase_price",
        AskingPrice = "asking_price",
        Currency = "currency",
        Tags = "tags",
        Notes = "notes",
        CustomFields = "custom_fields",
    }
}

impl VehicleField {
    /// Most characters that the field takes.
    #[must_use]
    pub const fn max_length(self) -> usize {
        match self {
            Self::Notes => 10_000,
            Self::CustomFields => 4_000,
            Self::Tags => 500,
            Self::Line => 120,
            Self::Vin | Self::Plate | Self::StockNumber | Self::EngineNumber | Self::ChassisNumber | Self::LotPlace => 40,
            _ => 80,
        }
    }
}

impl FormField for VehicleField {
    const ALL: &'static [Self] = Self::ALL;

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn max_length(self) -> usize {
        Self::max_length(self)
    }

    fn is_multiline(self) -> bool {
        self.kind() == FieldKind::Lines
    }
}

/// What kind of value a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Lines,
    /// A day, `2026-01-31`.
    Date,
    /// A value of a closed set; [`VehicleField::choices`] lists them.
    Choice,
    /// A number. Amounts are grouped by thousands, years and counts are not.
    Number { grouped: bool },
}

impl VehicleField {
    #[must_use]
    pub const fn kind(self) -> FieldKind {
        match self {
            Self::Kind
            | Self::BodyType
            | Self::MotorcycleType
            | Self::FuelType
            | Self::Electrification
            | Self::Transmission
            | Self::Drivetrain
            | Self::PowerUnit
            | Self::MileageUnit
            | Self::Status => FieldKind::Choice,
            Self::DisplacementCc | Self::Power | Self::Mileage | Self::PurchasePrice | Self::AskingPrice => {
                FieldKind::Number { grouped: true }
            }
            Self::ModelYear | Self::Doors | Self::Seats | Self::Keys => FieldKind::Number { grouped: false },
            Self::AcquiredOn => FieldKind::Date,
            Self::Notes | Self::CustomFields => FieldKind::Lines,
            _ => FieldKind::Text,
        }
    }

    /// Name and label of every value that a `Choice` takes; empty for other kinds.
    #[must_use]
    pub fn choices(self, t: Locale) -> Vec<(&'static str, &'static str)> {
        macro_rules! all {
            ($set:ty) => {
                <$set>::ALL.iter().map(|value| (value.name(), value.label(t))).collect()
            };
        }
        match self {
            Self::Kind => all!(VehicleKind),
            Self::BodyType => all!(BodyType),
            Self::MotorcycleType => all!(MotorcycleType),
            Self::FuelType => all!(FuelType),
            Self::Electrification => all!(Electrification),
            Self::Transmission => all!(Transmission),
            Self::Drivetrain => all!(Drivetrain),
            Self::PowerUnit => all!(PowerUnit),
            Self::MileageUnit => all!(DistanceUnit),
            Self::Status => all!(StockStatus),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_choices_if_and_only_if_it_is_one() {
        for field in VehicleField::ALL {
            let is_choice = field.kind() == FieldKind::Choice;
            assert_eq!(!field.choices(Locale::En).is_empty(), is_choice, "{field}");
        }
    }
}
