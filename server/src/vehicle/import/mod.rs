//! Taking a stock list in: upload, dry run, then all rows or the good ones.

mod columns;
pub mod reader;
mod values;

use app::{
    kernel::{
        actor::Actor,
        error::AppError,
        id::ImportId,
        problem::{FieldProblems, Problem},
    },
    vehicle::{ImportMode, ImportOptions, ImportReport},
};
use serde_json::json;

use super::{Vehicles, error::VehicleError, store::imports};
use crate::{jobs, platform::db::Scope};

/// Kind of the job that checks a file.
pub const CHECK: &str = "vehicle_import_check";
/// Kind of the job that writes it.
pub const APPLY: &str = "vehicle_import_apply";

/// Keeps the file and asks for its dry run.
pub(super) async fn start(
    vehicles: &Vehicles,
    actor: &Actor,
    file_name: String,
    file: Vec<u8>,
    options: ImportOptions,
) -> Result<ImportId, VehicleError> {
    let limit = vehicles.platform.config.import_max_bytes;
    if file.len() as u64 > limit {
        return Err(AppError::TooLarge { limit }.into());
    }
    let file_name = checked_name(&file_name)?;
    let id = ImportId::new();
    let mut tx = vehicles.begin().await?;
    imports::insert(&mut tx, actor, id, &file_name, &file, &options).await?;
    jobs::enqueue(&mut tx, actor.organisation, CHECK, json!({ "import": id })).await?;
    tx.commit().await?;
    Ok(id)
}

/// The report so far.
pub(super) async fn find(vehicles: &Vehicles, actor: &Actor, id: ImportId) -> Result<ImportReport, VehicleError> {
    let mut connection = vehicles.connection().await?;
    imports::find(&mut connection, Scope::of(actor), id)
        .await?
        .ok_or(VehicleError::NoSuchImport)
}

/// Asks for a checked import to be written.
pub(super) async fn apply(vehicles: &Vehicles, actor: &Actor, id: ImportId, mode: ImportMode) -> Result<ImportReport, VehicleError> {
    let mut tx = vehicles.begin().await?;
    if !imports::ask(&mut tx, actor, id, mode).await? {
        imports::find(&mut tx, Scope::of(actor), id)
            .await?
            .ok_or(VehicleError::NoSuchImport)?;
        return Err(VehicleError::UnderWay);
    }
    jobs::enqueue(&mut tx, actor.organisation, APPLY, json!({ "import": id })).await?;
    let report = imports::find(&mut tx, Scope::of(actor), id)
        .await?
        .ok_or(VehicleError::NoSuchImport)?;
    tx.commit().await?;
    Ok(report)
}

/// The last part of the path a browser may send along, without control characters, 200 characters at most.
fn checked_name(name: &str) -> Result<String, VehicleError> {
    let name: String = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    if name.is_empty() {
        return Err(VehicleError::Invalid(FieldProblems::from([("file".into(), Problem::Required)])));
    }
    Ok(name)
}
