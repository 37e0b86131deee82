//! The contract of the capability; `server::vehicle` keeps it.

use async_trait::async_trait;

use super::{
    DecodingReport, ImportMode, ImportOptions, ImportReport, StockStatus, StockTotals, TimelineEntry, Vehicle, VehicleDraft, VehicleQuery,
    VehicleSummary,
};
use crate::kernel::{
    actor::Actor,
    error::AppError,
    id::{BranchId, DecodingId, ImportId, VehicleId},
    number::Notation,
    page::Page,
};

/// The stock of the actor's organisation. A row of another organisation is `NotFound`.
#[async_trait]
pub trait VehicleService: Send + Sync {
    /// One page of the living stock. Permission: `vehicle:read`. `Invalid` at `cursor` for a changed cursor, at the field for absurd filters.
    async fn list(&self, actor: &Actor, query: VehicleQuery) -> Result<Page<VehicleSummary>, AppError>;

    /// Count and value of what the query filters, and the counts by status. Permission: `vehicle:read`.
    async fn totals(&self, actor: &Actor, query: VehicleQuery) -> Result<StockTotals, AppError>;

    /// One vehicle, whole. Permission: `vehicle:read`. `NotFound` also for a deleted one.
    async fn find(&self, actor: &Actor, id: VehicleId) -> Result<Vehicle, AppError>;

    /// What happened to it, newest first, at most 100 entries. Permission: `vehicle:read`.
    async fn timeline(&self, actor: &Actor, id: VehicleId) -> Result<Vec<TimelineEntry>, AppError>;

    /// The stock number that the next vehicle would get. Permission: `vehicle:create`.
    async fn propose_stock_number(&self, actor: &Actor) -> Result<String, AppError>;

    /// The branches that a vehicle can stand in, by name. Permission: `vehicle:read`.
    async fn branches(&self, actor: &Actor) -> Result<Vec<(BranchId, String)>, AppError>;

    /// Adds a vehicle. Permission: `vehicle:create`. `Invalid` with every bad field; `Conflict(Taken)` at the field whose value another
    /// living vehicle has. Numbers are read by `notation`.
    async fn create(&self, actor: &Actor, draft: VehicleDraft, notation: Notation) -> Result<Vehicle, AppError>;

    /// Replaces the fields of the vehicle at `version`; the status is left alone. Permission: `vehicle:update`.
    /// `Conflict(Changed)` if the vehicle has another version by now; else as `create`.
    async fn update(
        &self,
        actor: &Actor,
        id: VehicleId,
        version: i64,
        draft: VehicleDraft,
        notation: Notation,
    ) -> Result<Vehicle, AppError>;

    /// Moves it to another status. Permission: `vehicle:update`. `Conflict(NotAllowed)` for a move the machine lacks; `Invalid` at `reason` if
    /// one is needed; `Conflict(Changed)` as `update`.
    async fn change_status(
        &self,
        actor: &Actor,
        id: VehicleId,
        version: i64,
        to: StockStatus,
        reason: Option<String>,
    ) -> Result<Vehicle, AppError>;

    /// Takes it off the stock; `restore` undoes it. Permission: `vehicle:delete`. `Conflict(Changed)` if `versions` are named and it has
    /// none of them; deleting twice is the same as once.
    async fn delete(&self, actor: &Actor, id: VehicleId, versions: Option<Vec<i64>>) -> Result<(), AppError>;

    /// Undoes a delete. Permission: `vehicle:delete`. `Conflict(Taken)` if another vehicle has taken its plate, VIN or number meanwhile;
    /// `Conflict(Changed)` as `delete`.
    async fn restore(&self, actor: &Actor, id: VehicleId, versions: Option<Vec<i64>>) -> Result<Vehicle, AppError>;

    /// Takes a CSV file and starts its dry run as a job. Permission: `import:run`. `TooLarge` above the configured size.
    async fn import_start(&self, actor: &Actor, file_name: String, file: Vec<u8>, options: ImportOptions) -> Result<ImportId, AppError>;

    /// The import and its report so far. Permission: `import:run`.
    async fn import_find(&self, actor: &Actor, id: ImportId) -> Result<ImportReport, AppError>;

    /// Writes a checked import as a job. Permission: `import:run`. `Conflict(UnderWay)` if it is being written or has been.
    async fn import_apply(&self, actor: &Actor, id: ImportId, mode: ImportMode) -> Result<ImportReport, AppError>;

    /// Starts a job that decodes the VIN of every living vehicle, fills its empty fields and lists where the VIN says something else. While
    /// one is under way, that one is given. Permission: `vehicle:update`.
    async fn decoding_start(&self, actor: &Actor) -> Result<DecodingId, AppError>;

    /// How far it is, and its report. Permission: `vehicle:update`.
    async fn decoding_find(&self, actor: &Actor, id: DecodingId) -> Result<DecodingReport, AppError>;
}
