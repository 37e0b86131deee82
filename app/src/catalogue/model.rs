//! What the catalogue offers, and the entries that an organisation keeps of its own.

use std::ops::RangeInclusive;

use chrono::{DateTime, FixedOffset, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    i18n::Locale,
    kernel::{closed_set::closed_set, id::CatalogueEntryId, page::Cursor},
    vehicle::{Electrification, FIRST_MODEL_YEAR, FuelType, Power, VehicleDraft, VehicleField, VehicleKind},
};

/// Model years that may be asked for.
pub const CATALOGUE_YEARS: RangeInclusive<u16> = FIRST_MODEL_YEAR..=2200;
/// The oldest model year that vPIC knows (position 10 of a VIN, 49 CFR 565).
pub const FIRST_YEAR_OF_VPIC: u16 = 1980;

closed_set! {
    /// Who says so.
    #[derive(Default)]
    pub enum CatalogueSource {
        /// NHTSA's vPIC.
        #[default]
        Vpic = "vpic",
        /// The organisation: added, or corrected.
        Own = "own",
    }
}

closed_set! {
    /// What an entry is.
    pub enum CatalogueLevel {
        Make = "make",
        Model = "model",
        Line = "line",
        Engine = "engine",
    }
}

closed_set! {
    /// What was done to an entry.
    pub enum CatalogueAction {
        Created = "created",
        Updated = "updated",
        Deleted = "deleted",
        Restored = "restored",
    }
}

/// What is asked for. Names are as people write them: `mercedes benz` finds Mercedes-Benz.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatalogueQuery {
    /// Model year; any if not said.
    #[serde(default)]
    pub year: Option<u16>,
    #[serde(default)]
    pub kind: Option<VehicleKind>,
    #[serde(default)]
    pub make: Option<String>,
    #[serde(default)]
    pub model: Option<String>,
    #[serde(default)]
    pub line: Option<String>,
}

/// A make, model or line to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CatalogueChoice {
    #[cfg_attr(feature = "ssr", schema(example = "Honda"))]
    pub name: String,
    /// NHTSA's number of the make or model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(example = 474))]
    pub nhtsa_id: Option<u32>,
    pub source: CatalogueSource,
    /// The organisation's entry that added or corrected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<CatalogueEntryId>,
    /// The name in vPIC, where the entry corrects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// Living vehicles of this make, or make and model, in the organisation's stock.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub in_stock: u32,
    /// How most of them write the make, and of a model the model, where that is another spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spelled_make: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spelled_model: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// An engine of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CatalogueEngine {
    /// What tells it from the model's others: `1.5 L 4-cylinder 174 hp L15B7`.
    pub name: String,
    pub source: CatalogueSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<CatalogueEntryId>,
    /// The name in vPIC, where the entry corrects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// As the maker rounds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(example = "1.5"))]
    pub litres: Option<String>,
    /// Cubic centimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displacement_cc: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cylinders: Option<i16>,
    /// As NHTSA writes it: `In-Line`, `V-Shaped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel_type: Option<FuelType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub electrification: Option<Electrification>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<Power>,
    /// The maker's code of the engine: `L15B7`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl CatalogueEngine {
    /// What is known of it, in the reader's words: `1.5 L · 4 cyl. · Gasoline · 174 hp · L15B7`.
    #[must_use]
    pub fn label(&self, t: Locale) -> String {
        let litres = self.litres.as_ref().map(|litres| match litres.parse::<Decimal>() {
            Ok(number) => t.catalogue_litres(t.notation().write_plain(number)),
            Err(_) => t.catalogue_litres(litres),
        });
        let cc = || self.displacement_cc.map(|cc| t.catalogue_cc(cc));
        let drive = self.electrification.filter(|level| *level != Electrification::None);
        let own = (self.source == CatalogueSource::Own).then(|| self.name.clone());
        let parts = [
            own,
            litres.or_else(cc),
            self.cylinders.map(|count| t.catalogue_cylinders(count)),
            self.fuel_type.map(|fuel| fuel.label(t).to_owned()),
            drive.map(|level| level.label(t).to_owned()),
            self.power.map(|power| power.show(t)),
            self.model.clone(),
        ];
        let known: Vec<String> = parts.into_iter().flatten().collect();
        if known.is_empty() { self.name.clone() } else { known.join(" · ") }
    }

    /// What it says about the fields of a vehicle, as text with plain numbers.
    #[must_use]
    pub fn says(&self) -> VehicleDraft {
        let mut says = VehicleDraft::default();
        let mut set = |field, text: Option<String>| {
            if let Some(text) = text {
                says.set(field, text);
            }
        };
        set(VehicleField::DisplacementCc, self.displacement_cc.map(|cc| cc.to_string()));
        set(VehicleField::FuelType, self.fuel_type.map(|fuel| fuel.to_string()));
        set(VehicleField::Electrification, self.electrification.map(|level| level.to_string()));
        set(VehicleField::Power, self.power.map(|power| power.value.to_string()));
        set(VehicleField::PowerUnit, self.power.map(|power| power.unit.to_string()));
        says
    }
}

/// What an organisation adds to the catalogue or says differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CatalogueEntry {
    pub id: CatalogueEntryId,
    /// Goes up by one with every change; an update names the version it was made from.
    pub version: i64,
    pub level: CatalogueLevel,
    /// Both if not said.
    pub kind: Option<VehicleKind>,
    /// The first model year that has it; any if not said.
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    /// Where it belongs: nothing for a make, the make for a model, make and model for a line or engine.
    pub make: Option<String>,
    pub model: Option<String>,
    /// Of an engine that only one line has.
    pub line: Option<String>,
    pub name: String,
    /// The name in vPIC that it stands for.
    pub corrects: Option<String>,
    /// That name is not offered any more.
    pub hidden: bool,
    /// Cubic centimetres.
    pub displacement_cc: Option<i32>,
    pub cylinders: Option<i16>,
    pub fuel_type: Option<FuelType>,
    pub electrification: Option<Electrification>,
    pub power: Option<Power>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl CatalogueEntry {
    /// `Honda Civic EX-T`.
    #[must_use]
    pub fn title(&self) -> String {
        let parts = [
            self.make.as_deref(),
            self.model.as_deref(),
            self.line.as_deref(),
            Some(self.name.as_str()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A page of an organisation's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueEntryQuery {
    #[serde(default)]
    pub level: Option<CatalogueLevel>,
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// Rows a page, 1 to 100; 25 if not said.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A change of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CatalogueChange {
    /// By the organisation's clock.
    pub at: DateTime<FixedOffset>,
    pub by: String,
    pub action: CatalogueAction,
    pub entry: CatalogueEntryId,
    pub level: CatalogueLevel,
    /// The entry as it is called now: `Honda Civic EX-T`.
    pub title: String,
    /// Fields that changed: (field, before, after) as text.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
}

/// What a vehicle's free text stands for in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CatalogueMatch {
    /// As the catalogue writes it.
    pub name: String,
    /// NHTSA's number of the make or model.
    pub nhtsa_id: Option<u32>,
    pub source: CatalogueSource,
}

/// A vehicle in the catalogue: looked up when it is read, never stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct VehicleCatalogue {
    pub make: CatalogueMatch,
    pub model: Option<CatalogueMatch>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vehicle::PowerUnit;

    #[test]
    fn an_engine_is_read_in_both_languages_and_fills_what_it_knows() {
        let engine = CatalogueEngine {
            name: "1.5 L 4-cylinder 174 hp L15B7".into(),
            litres: Some("1.5".into()),
            displacement_cc: Some(1498),
            cylinders: Some(4),
            fuel_type: Some(FuelType::Gasoline),
            electrification: Some(Electrification::None),
            power: Some(Power {
                value: 174,
                unit: PowerUnit::Hp,
            }),
            model: Some("L15B7".into()),
            ..CatalogueEngine::default()
        };
        assert_eq!(engine.label(Locale::En), "1.5 L · 4 cyl. · Gasoline · 174\u{a0}hp · L15B7");
        assert!(engine.label(Locale::Es).starts_with("1,5 L · 4 cil. · Gasolina"));
        let says = engine.says();
        assert_eq!(
            (says.get(VehicleField::DisplacementCc), says.get(VehicleField::PowerUnit)),
            ("1498", "hp")
        );
        let bare = CatalogueEngine {
            name: "Wankel".into(),
            ..CatalogueEngine::default()
        };
        assert_eq!(
            (bare.label(Locale::En), bare.says()),
            ("Wankel".to_owned(), VehicleDraft::default())
        );
    }
}
