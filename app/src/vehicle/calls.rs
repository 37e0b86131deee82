//! Server functions of the stock: the browser's way to [`super::VehicleService`]. Same names, no logic.

use leptos::prelude::*;
use server_fn::codec::{MultipartData, MultipartFormData};

use super::{
    DecodingReport, ImportMode, ImportReport, StockStatus, StockTotals, TimelineEntry, Vehicle, VehicleDraft, VehicleField, VehicleQuery,
    VehicleSummary,
};
#[cfg(feature = "ssr")]
use super::{ImportOptions, vin_fill::came_filled};
use crate::kernel::{
    error::AppError,
    id::{BranchId, DecodingId, ImportId, VehicleId},
    json::Json,
    number::Notation,
    page::Page,
};
#[cfg(feature = "ssr")]
use crate::{
    identity::Permission,
    kernel::{
        call::call,
        form::{Form, give_back, notation_said, submit},
    },
    vin::VinQuery,
};

/// One page of the stock.
#[server(output = Json)]
pub async fn vehicle_list(query: VehicleQuery) -> Result<Page<VehicleSummary>, AppError> {
    call(|b, who| async move { b.vehicles.list(&who, query).await }).await
}

/// Count and value of what is filtered.
#[server(output = Json)]
pub async fn vehicle_totals(query: VehicleQuery) -> Result<StockTotals, AppError> {
    call(|b, who| async move { b.vehicles.totals(&who, query).await }).await
}

/// One vehicle.
#[server(output = Json)]
pub async fn vehicle_find(id: VehicleId) -> Result<Vehicle, AppError> {
    call(|b, who| async move { b.vehicles.find(&who, id).await }).await
}

/// What happened to a vehicle.
#[server(output = Json)]
pub async fn vehicle_timeline(id: VehicleId) -> Result<Vec<TimelineEntry>, AppError> {
    call(|b, who| async move { b.vehicles.timeline(&who, id).await }).await
}

/// The next free stock number.
#[server(output = Json)]
pub async fn vehicle_propose_stock_number() -> Result<String, AppError> {
    call(|b, who| async move { b.vehicles.propose_stock_number(&who).await }).await
}

/// Where a vehicle can stand.
#[server(output = Json)]
pub async fn vehicle_branches() -> Result<Vec<(BranchId, String)>, AppError> {
    call(|b, who| async move { b.vehicles.branches(&who).await }).await
}

/// The page of a vehicle that was just added.
pub(super) fn created(id: VehicleId) -> String {
    format!("/stock/{id}?created=1")
}

/// The page of a vehicle that was just changed.
pub(super) fn saved(id: VehicleId) -> String {
    format!("/stock/{id}?saved=1")
}

/// The list after a delete, with the way back.
pub(super) fn deleted(id: VehicleId) -> String {
    format!("/stock?deleted={id}")
}

/// The page of a vehicle.
pub(super) fn page_of(id: VehicleId) -> String {
    format!("/stock/{id}")
}

/// Adds a vehicle, its numbers written in `notation`; a plain form goes on to its page, or back to the form with what was typed and what
/// its VIN had filled in.
#[server(output = Json)]
pub async fn vehicle_create(draft: VehicleDraft, notation: Option<Notation>, vin_fill: Option<String>) -> Result<Vehicle, AppError> {
    let form = Form::new("/stock/new", draft.fields.clone())
        .with_optional("notation", notation)
        .with_optional("vin_fill", vin_fill);
    let done = |vehicle: &Vehicle| created(vehicle.id);
    submit(form, done, |b, who| async move {
        b.vehicles.create(&who, draft, notation_said(notation)?).await
    })
    .await
}

/// Changes a vehicle as it stood at `version`; the draft's numbers are written in `notation`. A plain form sends as `base` what it was made
/// from, which comes back with it.
#[server(output = Json)]
pub async fn vehicle_update(
    id: VehicleId,
    version: i64,
    draft: VehicleDraft,
    notation: Option<Notation>,
    vin_fill: Option<String>,
    base: Option<String>,
) -> Result<Vehicle, AppError> {
    let form = Form::new(format!("/stock/{id}/edit"), draft.fields.clone())
        .with("version", version)
        .with_optional("base", base)
        .with_optional("notation", notation)
        .with_optional("vin_fill", vin_fill);
    let done = |vehicle: &Vehicle| saved(vehicle.id);
    submit(form, done, |b, who| async move {
        b.vehicles.update(&who, id, version, draft, notation_said(notation)?).await
    })
    .await
}

/// Fills a form from its VIN and gives it back, for browsers without WASM: empty fields and those that a VIN filled before; `take` names
/// one that it may fill whatever stands there. Nothing is stored.
#[server(output = Json)]
pub async fn vehicle_decode(
    draft: VehicleDraft,
    notation: Option<Notation>,
    id: Option<VehicleId>,
    version: Option<i64>,
    base: Option<String>,
    vin_fill: Option<String>,
    take: Option<VehicleField>,
) -> Result<(), AppError> {
    let page = id.map_or_else(|| "/stock/new".to_owned(), |id| format!("/stock/{id}/edit"));
    let form = Form::new(page, draft.fields.clone())
        .with_optional("version", version)
        .with_optional("base", base)
        .with_optional("notation", notation)
        .with_optional("vin_fill", vin_fill.as_deref());
    give_back(form, |b, who| async move {
        let query = VinQuery {
            vin: draft.get(VehicleField::Vin).to_owned(),
            model_year: None,
        };
        let decoded = b.vins.decode(&who, query).await?;
        Ok(came_filled(
            draft,
            decoded.vehicle,
            &vin_fill.unwrap_or_default(),
            take,
            id.is_none(),
            notation_said(notation)?,
        ))
    })
    .await
}

/// Moves a vehicle to another status.
#[server(output = Json)]
pub async fn vehicle_change_status(id: VehicleId, version: i64, to: StockStatus, reason: Option<String>) -> Result<Vehicle, AppError> {
    let form = Form::new(
        format!("/stock/{id}"),
        [
            ("to".to_owned(), to.to_string()),
            ("reason".to_owned(), reason.clone().unwrap_or_default()),
        ],
    );
    let done = |vehicle: &Vehicle| page_of(vehicle.id);
    submit(form, done, |b, who| async move {
        b.vehicles.change_status(&who, id, version, to, reason).await
    })
    .await
}

/// Takes a vehicle off the stock as it stood at `version`; the list offers to undo it.
#[server(output = Json)]
pub async fn vehicle_delete(id: VehicleId, version: i64) -> Result<(), AppError> {
    let form = Form::new(format!("/stock/{id}"), []).with("operation", "delete");
    let done = |(): &()| deleted(id);
    submit(form, done, |b, who| async move {
        b.vehicles.delete(&who, id, Some(vec![version])).await
    })
    .await
}

/// Undoes a delete.
#[server(output = Json)]
pub async fn vehicle_restore(id: VehicleId) -> Result<Vehicle, AppError> {
    let done = |vehicle: &Vehicle| page_of(vehicle.id);
    submit(Form::new(deleted(id), []), done, |b, who| async move {
        b.vehicles.restore(&who, id, None).await
    })
    .await
}

/// Uploads a CSV file (`file`) with its `notation` and starts the dry run.
#[server(input = MultipartFormData, output = Json)]
pub async fn vehicle_import_start(data: MultipartData) -> Result<ImportId, AppError> {
    let form = Form::new("/stock/import", []);
    let typed = form.typed();
    let done = |id: &ImportId| format!("/stock/import/{id}");
    submit(form, done, |b, who| async move {
        let upload = b.uploads.read(&who, Permission::ImportRun, data, &typed).await?;
        let options = ImportOptions {
            notation: upload.value("notation").parse()?,
        };
        b.vehicles.import_start(&who, upload.file_name, upload.file, options).await
    })
    .await
}

/// How far an import is, and its report.
#[server(output = Json)]
pub async fn vehicle_import_find(id: ImportId) -> Result<ImportReport, AppError> {
    call(|b, who| async move { b.vehicles.import_find(&who, id).await }).await
}

/// Writes a checked import.
#[server(output = Json)]
pub async fn vehicle_import_apply(id: ImportId, mode: ImportMode) -> Result<ImportReport, AppError> {
    let done = |report: &ImportReport| format!("/stock/import/{}", report.id);
    submit(Form::new(format!("/stock/import/{id}"), []), done, |b, who| async move {
        b.vehicles.import_apply(&who, id, mode).await
    })
    .await
}

/// Starts decoding the VINs of the whole stock, or leads to the run that is under way.
#[server(output = Json)]
pub async fn vehicle_decoding_start() -> Result<DecodingId, AppError> {
    let done = |id: &DecodingId| format!("/stock/decoding/{id}");
    submit(Form::new("/stock", []), done, |b, who| async move {
        b.vehicles.decoding_start(&who).await
    })
    .await
}

/// How far a run over the VINs of the stock is, and its report.
#[server(output = Json)]
pub async fn vehicle_decoding_find(id: DecodingId) -> Result<DecodingReport, AppError> {
    call(|b, who| async move { b.vehicles.decoding_find(&who, id).await }).await
}
