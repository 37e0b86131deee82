//! Rows of the table `catalogue_entry` and the types they stand for.

use app::{
    catalogue::{CatalogueEntry, CatalogueLevel, NewCatalogueEntry},
    vehicle::{Electrification, FuelType, Power, PowerUnit, VehicleKind},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;
use vin::fold;

use crate::platform::stored::{maybe, one};

/// An entry as `store` reads it.
#[derive(Debug)]
pub struct EntryRow {
    pub id: Uuid,
    pub version: i64,
    pub level: String,
    pub kind: Option<String>,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub line: Option<String>,
    pub name: String,
    pub corrects: Option<String>,
    pub hidden: bool,
    pub displacement_cc: Option<i32>,
    pub cylinders: Option<i16>,
    pub fuel_type: Option<String>,
    pub electrification: Option<String>,
    pub power_value: Option<i32>,
    pub power_unit: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl TryFrom<EntryRow> for CatalogueEntry {
    type Error = sqlx::Error;

    fn try_from(row: EntryRow) -> Result<Self, Self::Error> {
        let unit = maybe("power_unit", row.power_unit.as_deref(), PowerUnit::named)?;
        let value = row.power_value.and_then(|value| u32::try_from(value).ok());
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            level: one("level", &row.level, CatalogueLevel::named)?,
            kind: maybe("kind", row.kind.as_deref(), VehicleKind::named)?,
            first_year: row.first_year,
            last_year: row.last_year,
            make: row.make,
            model: row.model,
            line: row.line,
            name: row.name,
            corrects: row.corrects,
            hidden: row.hidden,
            displacement_cc: row.displacement_cc,
            cylinders: row.cylinders,
            fuel_type: maybe("fuel_type", row.fuel_type.as_deref(), FuelType::named)?,
            electrification: maybe("electrification", row.electrification.as_deref(), Electrification::named)?,
            power: value.zip(unit).map(|(value, unit)| Power { value, unit }),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// What is written of an entry; `jsonb_to_record` reads it.
#[derive(Debug, Serialize)]
pub struct Columns {
    pub level: &'static str,
    pub kind: Option<&'static str>,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub line: Option<String>,
    pub name: String,
    pub corrects: Option<String>,
    pub hidden: bool,
    pub make_key: String,
    pub model_key: String,
    pub line_key: String,
    pub name_key: String,
    pub corrects_key: Option<String>,
    pub displacement_cc: Option<i32>,
    pub cylinders: Option<i16>,
    pub fuel_type: Option<&'static str>,
    pub electrification: Option<&'static str>,
    pub power_value: Option<u32>,
    pub power_unit: Option<&'static str>,
}

impl From<NewCatalogueEntry> for Columns {
    fn from(new: NewCatalogueEntry) -> Self {
        let key = |name: &Option<String>| name.as_deref().map(fold).unwrap_or_default();
        Self {
            level: new.level.name(),
            kind: new.kind.map(VehicleKind::name),
            first_year: new.first_year,
            last_year: new.last_year,
            make_key: key(&new.make),
            model_key: key(&new.model),
            line_key: key(&new.line),
            name_key: fold(&new.name),
            corrects_key: new.corrects.as_deref().map(fold),
            make: new.make,
            model: new.model,
            line: new.line,
            name: new.name,
            corrects: new.corrects,
            hidden: new.hidden,
            displacement_cc: new.displacement_cc,
            cylinders: new.cylinders,
            fuel_type: new.fuel_type.map(FuelType::name),
            electrification: new.electrification.map(Electrification::name),
            power_value: new.power.map(|power| power.value),
            power_unit: new.power.map(|power| power.unit.name()),
        }
    }
}

impl Columns {
    /// The columns of a stored entry.
    #[must_use]
    pub fn of(entry: CatalogueEntry) -> Self {
        Self::from(NewCatalogueEntry {
            level: entry.level,
            kind: entry.kind,
            first_year: entry.first_year,
            last_year: entry.last_year,
            make: entry.make,
            model: entry.model,
            line: entry.line,
            name: entry.name,
            corrects: entry.corrects,
            hidden: entry.hidden,
            displacement_cc: entry.displacement_cc,
            cylinders: entry.cylinders,
            fuel_type: entry.fuel_type,
            electrification: entry.electrification,
            power: entry.power,
        })
    }
}
