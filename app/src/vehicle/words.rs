//! How values of a vehicle are put into words: tones of states, names of fields, texts of errors.

use super::{StockStatus, Vehicle, VehicleField, VehicleSummary};
use crate::{
    i18n::Locale,
    kernel::{
        error::{AppError, Conflict},
        number::group_digits,
        unit::DistanceUnit,
    },
    ui::Tone,
};

use super::{Distance, Power};

impl StockStatus {
    /// The colour that goes with its word.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Available => Tone::Ok,
            Self::InAcquisition | Self::Reserved => Tone::Info,
            Self::InPreparation | Self::InMaintenance | Self::InRepair => Tone::Warn,
            Self::Sold | Self::InUse | Self::Inactive => Tone::Quiet,
        }
    }

    /// What the one next step from here is, if people take one: where it leads and what the button says.
    #[must_use]
    pub const fn next_step(self, t: Locale) -> Option<(Self, &'static str)> {
        match self {
            Self::InAcquisition => Some((Self::InPreparation, t.step_prepare())),
            Self::InPreparation | Self::InMaintenance | Self::InRepair | Self::InUse => Some((Self::Available, t.step_put_on_sale())),
            Self::Inactive => Some((Self::InPreparation, t.step_take_back())),
            Self::Available | Self::Reserved | Self::Sold => None,
        }
    }
}

impl Distance {
    /// `82,553 km`.
    #[must_use]
    pub fn show(self, t: Locale) -> String {
        format!("{}\u{a0}{}", group_digits(&self.value.to_string(), t), self.unit.label(t))
    }

    /// In the organisation's unit, with what was typed beside it if that is another: `51,296 mi (82,553 km)`.
    #[must_use]
    pub fn show_both(self, unit: DistanceUnit, t: Locale) -> String {
        if self.unit == unit {
            return self.show(t);
        }
        format!("{} ({})", self.in_unit(unit).show(t), self.show(t))
    }
}

impl Power {
    /// `110 kW`.
    #[must_use]
    pub fn show(self, t: Locale) -> String {
        format!("{}\u{a0}{}", group_digits(&self.value.to_string(), t), self.unit.label(t))
    }
}

/// The words under a title, with dots between those that are known.
fn dotted(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

impl VehicleSummary {
    /// `Brown · SUV · Automatic`.
    #[must_use]
    pub fn sub(&self, t: Locale) -> String {
        dotted([
            self.colour_outside.clone(),
            self.body_type.map(|body| body.label(t).to_owned()),
            self.motorcycle_type.map(|build| build.label(t).to_owned()),
            self.transmission.map(|gearbox| gearbox.label(t).to_owned()),
        ])
    }
}

impl Vehicle {
    /// `Brown · 82,553 km · KEX016 · Pereira`, the mileage in the organisation's unit.
    #[must_use]
    pub fn sub(&self, unit: DistanceUnit, t: Locale) -> String {
        dotted([
            self.colour_outside.clone(),
            self.mileage.map(|mileage| mileage.in_unit(unit).show(t)),
            self.plate.clone(),
            self.city_registered.clone(),
        ])
    }
}

/// What people call the field of that name; the name itself if there is no such field.
#[must_use]
pub fn field_label(t: Locale, name: &str) -> String {
    VehicleField::named(name).map_or_else(|| name.to_owned(), |field| field.label(t).to_owned())
}

/// The text of a field as people read it: the label of a closed set's value, everything else as it stands.
#[must_use]
pub fn field_text(field: VehicleField, text: &str, t: Locale) -> String {
    let label = field.choices(t).into_iter().find(|(name, _)| *name == text).map(|(_, label)| label);
    label.map_or_else(|| text.to_owned(), str::to_owned)
}

/// An error of the stock in words; states are called what people call them.
#[must_use]
pub fn error_text(error: &AppError, t: Locale) -> String {
    if let AppError::Conflict {
        reason: Conflict::NotAllowed { from, to },
        ..
    } = error
    {
        return t.error_move_not_allowed(field_text(VehicleField::Status, from, t), field_text(VehicleField::Status, to, t));
    }
    error.text(t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::problem::FieldProblems;

    #[test]
    fn the_next_step_is_always_a_move_that_the_machine_has() {
        for status in StockStatus::ALL {
            if let Some((next, _)) = status.next_step(Locale::En) {
                assert!(status.may_become(next), "{status} to {next}");
                assert!(!next.needs_reason(), "{next}");
            }
        }
    }

    #[test]
    fn values_of_closed_sets_are_read_as_their_labels() {
        assert_eq!(field_text(VehicleField::BodyType, "cargo_van", Locale::Es), "Van de carga");
        assert_eq!(field_text(VehicleField::Make, "cargo_van", Locale::Es), "cargo_van");
        assert_eq!(field_label(Locale::Es, "asking_price"), "Precio de venta");
        assert_eq!(field_label(Locale::Es, "nonsense"), "nonsense");
    }

    #[test]
    fn a_mileage_is_read_in_the_organisations_unit() {
        let typed = Distance {
            value: 82_553,
            unit: DistanceUnit::Km,
        };
        assert_eq!(typed.show_both(DistanceUnit::Km, Locale::En), "82,553\u{a0}km");
        assert_eq!(typed.show_both(DistanceUnit::Mi, Locale::Es), "51.296\u{a0}mi (82.553\u{a0}km)");
    }

    #[test]
    fn a_refused_move_names_the_states_as_people_do() {
        let error = AppError::Conflict {
            reason: Conflict::NotAllowed {
                from: "in_acquisition".into(),
                to: "in_repair".into(),
            },
            fields: FieldProblems::new(),
        };
        assert!(error_text(&error, Locale::En).contains("In acquisition"));
    }
}
