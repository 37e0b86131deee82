//! Decoding the VINs of the whole stock: a job that fills empty fields and lists where a VIN says something else.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::VehicleField;
use crate::kernel::{
    closed_set::closed_set,
    id::{DecodingId, VehicleId},
    problem::Problem,
};

/// Differences that a report keeps.
pub const DIFFERENCES_SHOWN: usize = 200;

closed_set! {
    /// How far a run has come.
    pub enum DecodingState {
        /// It waits for a worker or is under way.
        Running = "running",
        /// Every vehicle has been looked at.
        Done = "done",
        /// It broke off; what was filled until then stays.
        Failed = "failed",
    }
}

/// A field of a vehicle that says something else than its VIN. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DecodingDifference {
    pub vehicle: VehicleId,
    /// `2019 Mazda 3 Grand Touring`.
    pub title: String,
    pub field: VehicleField,
    pub stored: String,
    /// What the VIN says.
    pub decoded: String,
}

/// A run and what came of it so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DecodingReport {
    pub id: DecodingId,
    pub state: DecodingState,
    /// Vehicles with a VIN; `None` until they are counted.
    pub vehicles: Option<i64>,
    /// Vehicles looked at so far.
    pub done: i64,
    /// Of them, those whose VIN says something.
    pub decoded: i64,
    /// Vehicles that were changed: one version and one entry of the history each.
    pub changed: i64,
    /// Fields that were empty and are filled now.
    pub filled: i64,
    /// Fields that say something else than the VIN; left as they are.
    pub differing: i64,
    /// The first [`DIFFERENCES_SHOWN`] of them, in the order in which the vehicles were added.
    pub differences: Vec<DecodingDifference>,
    /// Why it broke off, if it did.
    pub failure: Option<Problem>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}
