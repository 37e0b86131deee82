//! What can go wrong in the stock, and what it means outside: the field for a broken constraint, the status for the rest.

use app::kernel::{
    error::{AppError, Conflict},
    problem::FieldProblems,
};
use app::vehicle::{StockStatus, VehicleField};

use crate::platform::{db, version::Stale};

/// Why an operation on the stock was not done.
#[derive(Debug, thiserror::Error)]
pub enum VehicleError {
    #[error("no such vehicle in this organisation")]
    NotFound,
    #[error("no such import in this organisation")]
    NoSuchImport,
    #[error("no such decoding in this organisation")]
    NoSuchDecoding,
    #[error("fields to mend: {0:?}")]
    Invalid(FieldProblems),
    #[error("in use by other vehicles: {0:?}")]
    Taken(FieldProblems),
    #[error("changed meanwhile, version {version} by now")]
    Changed { version: i64 },
    #[error("{from} can't become {to}")]
    NotAllowed { from: StockStatus, to: StockStatus },
    #[error("already under way")]
    UnderWay,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// An error from elsewhere, such as a lacking permission.
    #[error(transparent)]
    Other(#[from] AppError),
}

impl VehicleError {
    /// Whether the same operation may succeed when tried again: the holder of a value vanished, or PostgreSQL broke a deadlock.
    #[must_use]
    pub fn lost_race(&self) -> bool {
        matches!(self, Self::Database(error) if db::is_deadlock(error) || taken_field(error).is_some())
    }
}

impl From<Stale> for VehicleError {
    fn from(stale: Stale) -> Self {
        match stale {
            Stale::Missing => Self::NotFound,
            Stale::Changed { version } => Self::Changed { version },
        }
    }
}

impl From<VehicleError> for AppError {
    fn from(error: VehicleError) -> Self {
        match error {
            VehicleError::NotFound => Self::NotFound { what: "vehicle".into() },
            VehicleError::NoSuchImport => Self::NotFound { what: "import".into() },
            VehicleError::NoSuchDecoding => Self::NotFound { what: "decoding".into() },
            VehicleError::Invalid(fields) => Self::Invalid { fields },
            VehicleError::Taken(fields) => Self::Conflict {
                reason: Conflict::Taken,
                fields,
            },
            VehicleError::Changed { version } => Self::Conflict {
                reason: Conflict::Changed { version },
                fields: FieldProblems::new(),
            },
            VehicleError::NotAllowed { from, to } => Self::Conflict {
                reason: Conflict::NotAllowed {
                    from: from.to_string(),
                    to: to.to_string(),
                },
                fields: FieldProblems::new(),
            },
            VehicleError::UnderWay => Self::Conflict {
                reason: Conflict::UnderWay,
                fields: FieldProblems::new(),
            },
            VehicleError::Database(error) => db::failure(error),
            VehicleError::Other(error) => error,
        }
    }
}

/// The field whose unique index a statement broke (migrations/20261121000002_vehicle.sql names them).
#[must_use]
pub fn taken_field(error: &sqlx::Error) -> Option<VehicleField> {
    match db::broken_constraint(error)? {
        "vehicle_stock_number" => Some(VehicleField::StockNumber),
        "vehicle_vin" => Some(VehicleField::Vin),
        "vehicle_plate" => Some(VehicleField::Plate),
        "vehicle_engine_number" => Some(VehicleField::EngineNumber),
        "vehicle_chassis_number" => Some(VehicleField::ChassisNumber),
        _ => None,
    }
}
