//! Server functions of the stock: the browser's way to [`super::VehicleService`]. Same names, no logic.

use leptos::prelude::*;
use server_fn::codec::{MultipartData, MultipartFormData};

#[cfg(feature = "ssr")]
use super::ImportOptions;
use super::{ImportMode, ImportReport, StockStatus, StockTotals, TimelineEntry, Vehicle, VehicleDraft, VehicleQuery, VehicleSummary};
#[cfg(feature = "ssr")]
use crate::kernel::{
    call::call,
    form::{Form, submit},
};
use crate::kernel::{
    error::AppError,
    id::{BranchId, ImportId, VehicleId},
    page::Page,
};

/// One page of the stock.
#[server]
pub async fn vehicle_list(query: VehicleQuery) -> Result<Page<VehicleSummary>, AppError> {
    call(|b, who| async move { b.vehicles.list(&who, query).await }).await
}

/// Count and value of what is filtered.
#[server]
pub async fn vehicle_totals(query: VehicleQuery) -> Result<StockTotals, AppError> {
    call(|b, who| async move { b.vehicles.totals(&who, query).await }).await
}

/// One vehicle.
#[server]
pub async fn vehicle_find(id: VehicleId) -> Result<Vehicle, AppError> {
    call(|b, who| async move { b.vehicles.find(&who, id).await }).await
}

/// What happened to a vehicle.
#[server]
pub async fn vehicle_timeline(id: VehicleId) -> Result<Vec<TimelineEntry>, AppError> {
    call(|b, who| async move { b.vehicles.timeline(&who, id).await }).await
}

/// The next free stock number.
#[server]
pub async fn vehicle_propose_stock_number() -> Result<String, AppError> {
    call(|b, who| async move { b.vehicles.propose_stock_number(&who).await }).await
}

/// Where a vehicle can stand.
#[server]
pub async fn vehicle_branches() -> Result<Vec<(BranchId, String)>, AppError> {
    call(|b, who| async move { b.vehicles.branches(&who).await }).await
}

/// Adds a vehicle; a plain form goes on to its page, or back to the form with what was typed.
#[server]
pub async fn vehicle_create(draft: VehicleDraft) -> Result<Vehicle, AppError> {
    let form = Form::new("/stock/new", draft.fields.clone());
    let done = |vehicle: &Vehicle| format!("/stock/{}?created=1", vehicle.id);
    submit(form, done, |b, who| async move {
        b.vehicles.create(&who, draft, who.locale.notation()).await
    })
    .await
}

/// Changes a vehicle as it stood at `version`.
#[server]
pub async fn vehicle_update(id: VehicleId, version: i64, draft: VehicleDraft) -> Result<Vehicle, AppError> {
    let form = Form::new(format!("/stock/{id}/edit"), draft.fields.clone()).with("version", version);
    let done = |vehicle: &Vehicle| format!("/stock/{}?saved=1", vehicle.id);
    submit(form, done, |b, who| async move {
        b.vehicles.update(&who, id, version, draft, who.locale.notation()).await
    })
    .await
}

/// Moves a vehicle to another status.
#[server]
pub async fn vehicle_change_status(id: VehicleId, version: i64, to: StockStatus, reason: Option<String>) -> Result<Vehicle, AppError> {
    let form = Form::new(
        format!("/stock/{id}"),
        [
            ("to".to_owned(), to.to_string()),
            ("reason".to_owned(), reason.clone().unwrap_or_default()),
        ],
    );
    let done = |vehicle: &Vehicle| format!("/stock/{}", vehicle.id);
    submit(form, done, |b, who| async move {
        b.vehicles.change_status(&who, id, version, to, reason).await
    })
    .await
}

/// Takes a vehicle off the stock; the list offers to undo it.
#[server]
pub async fn vehicle_delete(id: VehicleId) -> Result<(), AppError> {
    let done = |(): &()| format!("/stock?deleted={id}");
    submit(Form::new(format!("/stock/{id}"), []), done, |b, who| async move {
        b.vehicles.delete(&who, id).await
    })
    .await
}

/// Undoes a delete.
#[server]
pub async fn vehicle_restore(id: VehicleId) -> Result<Vehicle, AppError> {
    let done = |vehicle: &Vehicle| format!("/stock/{}", vehicle.id);
    submit(
        Form::new("/stock", []),
        done,
        |b, who| async move { b.vehicles.restore(&who, id).await },
    )
    .await
}

/// Uploads a CSV file (`file`) with its `notation` and starts the dry run.
#[server(input = MultipartFormData)]
pub async fn vehicle_import_start(data: MultipartData) -> Result<ImportId, AppError> {
    let done = |id: &ImportId| format!("/stock/import/{id}");
    submit(Form::new("/stock/import", []), done, |b, who| async move {
        let upload = b.uploads.read(data).await?;
        let options = ImportOptions {
            notation: upload.value("notation").parse()?,
        };
        b.vehicles.import_start(&who, upload.file_name, upload.file, options).await
    })
    .await
}

/// How far an import is, and its report.
#[server]
pub async fn vehicle_import_find(id: ImportId) -> Result<ImportReport, AppError> {
    call(|b, who| async move { b.vehicles.import_find(&who, id).await }).await
}

/// Writes a checked import.
#[server]
pub async fn vehicle_import_apply(id: ImportId, mode: ImportMode) -> Result<ImportReport, AppError> {
    let done = |report: &ImportReport| format!("/stock/import/{}", report.id);
    submit(Form::new(format!("/stock/import/{id}"), []), done, |b, who| async move {
        b.vehicles.import_apply(&who, id, mode).await
    })
    .await
}
