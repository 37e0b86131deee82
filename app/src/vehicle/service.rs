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
///
/// Every method is `Forbidden` without its permission and `Unavailable` while PostgreSQL is away; other errors stand at the method. Prices
/// are in the currency that they carry (ISO 4217), distances and powers as typed with their unit; days are those of the organisation's
/// time zone, other times UTC. What is changed is audited in the same transaction.
#[async_trait]
pub trait VehicleService: Send + Sync {
    /// One page of the living stock, 25 to a page if the query does not say, 100 at most. Permission: `vehicle:read`. `Invalid` at `cursor`
    /// for a cursor that was changed or is of another list, at the filter for one that makes no sense.
    async fn list(&self, actor: &Actor, query: VehicleQuery) -> Result<Page<VehicleSummary>, AppError>;

    /// Count and value of what the query filters, and the counts by status; amounts in the organisation's currency, vehicles priced in
    /// another left out of them. From memory while no vehicle has changed, so `Unavailable` without Redis too. Permission: `vehicle:read`.
    /// `Invalid` at the filter, as `list`.
    async fn totals(&self, actor: &Actor, query: VehicleQuery) -> Result<StockTotals, AppError>;

    /// One vehicle, whole. Permission: `vehicle:read`. `NotFound` also for a deleted one.
    async fn find(&self, actor: &Actor, id: VehicleId) -> Result<Vehicle, AppError>;

    /// What happened to it, newest first, at most 100 entries, by the organisation's clock; from the audit and the histories of status and
    /// asking price. Permission: `vehicle:read`. `NotFound` as `find`.
    async fn timeline(&self, actor: &Actor, id: VehicleId) -> Result<Vec<TimelineEntry>, AppError>;

    /// The stock number that the next vehicle would get (`ST-00042`); it is not reserved. Permission: `vehicle:create`.
    async fn propose_stock_number(&self, actor: &Actor) -> Result<String, AppError>;

    /// The branches that a vehicle can stand in, by name, at most 500. Permission: `vehicle:read`.
    async fn branches(&self, actor: &Actor) -> Result<Vec<(BranchId, String)>, AppError>;

    /// Adds a vehicle. Permission: `vehicle:create`. `Invalid` with every bad field; `Conflict(Taken)` at the field whose value another
    /// living vehicle has. Numbers are read by `notation`; a price without a currency is in the organisation's, a mileage without a unit in
    /// its unit.
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
    /// one is needed, of 500 characters at most; `Conflict(Changed)` as `update`.
    async fn change_status(
        &self,
        actor: &Actor,
        id: VehicleId,
        version: i64,
        to: StockStatus,
        reason: Option<String>,
    ) -> Result<Vehicle, AppError>;

    /// Takes it off the stock; `restore` undoes it. Permission: `vehicle:delete`. `NotFound` if it never was; `Conflict(Changed)` if `versions` are named and it has
    /// none of them; deleting twice is the same as once.
    async fn delete(&self, actor: &Actor, id: VehicleId, versions: Option<Vec<i64>>) -> Result<(), AppError>;

    /// Undoes a delete. Permission: `vehicle:delete`. `Conflict(Taken)` if another vehicle has taken its plate, VIN or number meanwhile;
    /// `Conflict(Changed)` as `delete`.
    async fn restore(&self, actor: &Actor, id: VehicleId, versions: Option<Vec<i64>>) -> Result<Vehicle, AppError>;

    /// Takes a CSV file (UTF-8 or Windows-1252) and starts its dry run as a job; nothing is written to the stock. Permission: `import:run`.
    /// `TooLarge` above `import_max_bytes` of the configuration; `Invalid` at `file` if it has no name. An organisation has 10 open imports at
    /// most: one more ends the one that waits longest to be confirmed; `TooMany` if none waits, as all are being checked or written.
    async fn import_start(&self, actor: &Actor, file_name: String, file: Vec<u8>, options: ImportOptions) -> Result<ImportId, AppError>;

    /// The import and its report so far. Permission: `import:run`. `NotFound` for an import of another organisation.
    async fn import_find(&self, actor: &Actor, id: ImportId) -> Result<ImportReport, AppError>;

    /// Writes a checked import as a job. Permission: `import:run`. `Conflict(UnderWay)` if it is being written or has been, or is not checked
    /// yet; `NotFound` as `import_find`.
    async fn import_apply(&self, actor: &Actor, id: ImportId, mode: ImportMode) -> Result<ImportReport, AppError>;

    /// Starts a job that decodes the VIN of every living vehicle by NHTSA's vPIC, fills its empty fields and lists where the VIN says
    /// something else. While one is under way, that one is given. Permission: `vehicle:update`.
    async fn decoding_start(&self, actor: &Actor) -> Result<DecodingId, AppError>;

    /// How far it is, and its report. Permission: `vehicle:update`. `NotFound` for a run of another organisation.
    async fn decoding_find(&self, actor: &Actor, id: DecodingId) -> Result<DecodingReport, AppError>;
}
