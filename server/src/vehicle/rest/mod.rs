//! The stock over REST: `/api/v1/vehicles`, the same operations as the pages, on the same service.
//!
//! A handler reads the request, calls [`app::vehicle::VehicleService`] and writes the answer; who may do what is the service's business.
//! Where a handler asks for a permission first, it is to refuse before it reads a body or names what the header If-Match lacks.

mod body;
mod choices;
mod decodings;
mod events;
mod imports;
mod query;

use app::{
    identity::Permission,
    kernel::{backend::Backend, error::AppError, id::VehicleId, number::Notation, page::Page, problem::FieldProblems},
    vehicle::{StockStatus, StockTotals, TimelineEntry, Vehicle, VehicleSummary},
};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    Web,
    actor::Authenticated,
    json_object::JsonObject,
    path_id::{InPath, PathId},
    precondition,
    problem_responses::problem_responses,
    query_string,
    refusal::Refusal,
};
use body::VehicleInput;
use query::{Filters, Order};

const PATH: &str = "/api/v1/vehicles";
const STOCK: &str = "Stock";

problem_responses! {
    PlainProblems: ;
    ListProblems: 422;
    FindProblems: 404;
    CreateProblems: 400 409 413 415 422;
    UpdateProblems: 400 404 409 412 413 415 422 428;
    DeleteProblems: 400 404 412;
    RestoreProblems: 400 404 409 412;
    UploadProblems: 413 415 422 429;
    ApplyProblems: 400 404 409 413 415 422;
}

impl InPath for VehicleId {
    const WHAT: &'static str = "vehicle";
}

/// The routes with their documentation. Paths are whole.
pub fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(totals))
        .routes(routes!(choices::branches))
        .routes(routes!(choices::stock_number))
        .routes(routes!(find, update, delete))
        .routes(routes!(change_status))
        .routes(routes!(timeline))
        .routes(routes!(restore))
        .routes(routes!(imports::start))
        .routes(routes!(imports::find))
        .routes(routes!(imports::apply))
        .routes(routes!(events::import_events))
        .routes(routes!(decodings::start))
        .routes(routes!(decodings::find))
        .routes(routes!(events::decoding_events))
}

/// A move to another status.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the body")]
struct StatusChange {
    to: StockStatus,
    /// Why; `in_repair` and `inactive` need one.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// The stock, page by page
///
/// The living vehicles that the filters leave, 25 a page if `limit` is not said, 100 at most. 422 names the filter or cursor that is not
/// understood. The header `Link` leads to the pages beside it (`next`,
/// `prev`; RFC 8288); so do the cursors of the body. Permission: `vehicle:read`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles",
    operation_id = "vehicle_list",
    tag = STOCK,
    params(Filters, Order),
    responses(
        (status = 200, description = "A page.", body = Page<VehicleSummary>,
            headers(("Link" = String, description = "The pages beside it."))),
        ListProblems
    )
)]
async fn list(State(backend): State<Backend>, Authenticated(who): Authenticated, RawQuery(raw): RawQuery) -> Result<Response, Refusal> {
    let query = query::list(raw.as_deref())?;
    let page = backend.vehicles.list(&who, query.clone()).await?;
    let link = query::link(&query, &page);
    Ok(query_string::linked(page, link))
}

/// Count and value of the stock
///
/// Of what the filters leave, with the counts by status. Amounts are in the organisation's currency; prices in another do not count.
/// Permission: `vehicle:read`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/totals",
    operation_id = "vehicle_totals",
    tag = STOCK,
    params(Filters),
    responses((status = 200, description = "The totals.", body = StockTotals), ListProblems)
)]
async fn totals(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    RawQuery(raw): RawQuery,
) -> Result<Json<StockTotals>, Refusal> {
    let query = query::totals(raw.as_deref())?;
    Ok(Json(backend.vehicles.totals(&who, query).await?))
}

/// Adds a vehicle
///
/// A price without a currency is in the organisation's, a mileage without a unit in its unit. 422 names every field that is wrong at once;
/// 409 the vehicle that already has its VIN, plate, stock, engine or chassis number, at that field. Permission: `vehicle:create`.
#[utoipa::path(
    post,
    path = "/api/v1/vehicles",
    operation_id = "vehicle_create",
    tag = STOCK,
    request_body = VehicleInput,
    responses(
        (status = 201, description = "Added.", body = Vehicle,
            headers(("Location" = String, description = "The vehicle."), ("ETag" = String, description = "Its version."))),
        CreateProblems
    )
)]
async fn create(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    body: Result<JsonObject, Refusal>,
) -> Result<Response, Refusal> {
    who.require(Permission::VehicleCreate)?;
    let draft = body::draft(&who, body?)?;
    let vehicle = backend.vehicles.create(&who, draft, Notation::Point).await?;
    let location = [(header::LOCATION, format!("{PATH}/{}", vehicle.id))];
    Ok((StatusCode::CREATED, location, whole(vehicle)).into_response())
}

/// One vehicle
///
/// The header `ETag` is its version, which every change raises; what only follows from the calendar, the branch or the
/// catalogue (`days_in_stock`, `branch_name`, `catalogue`) does not. 304 to `If-None-Match` with that version. Permission: `vehicle:read`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/{id}",
    operation_id = "vehicle_find",
    tag = STOCK,
    params(
        ("id" = VehicleId, Path, description = "The vehicle."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of the version that the reader has.")
    ),
    responses(
        (status = 200, description = "The vehicle.", body = Vehicle, headers(("ETag" = String, description = "Its version."))),
        (status = 304, description = "The reader has it."),
        FindProblems
    )
)]
async fn find(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<VehicleId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let vehicle = backend.vehicles.find(&who, id).await?;
    Ok(precondition::read(&headers, vehicle.version, vehicle))
}

/// Changes a vehicle
///
/// Replaces its fields: what is not sent is blank afterwards, except stock number and status, which stay. `If-Match` names the version
/// that the change was made from: 428 without, 412 if it has another by now; 409 and 422 as for adding. A change that changes nothing
/// makes no new version. Permission: `vehicle:update`.
#[utoipa::path(
    put,
    path = "/api/v1/vehicles/{id}",
    operation_id = "vehicle_update",
    tag = STOCK,
    params(
        ("id" = VehicleId, Path, description = "The vehicle."),
        ("If-Match" = String, Header, description = "The ETag that the vehicle was read with.")
    ),
    request_body = VehicleInput,
    responses(
        (status = 200, description = "Changed.", body = Vehicle, headers(("ETag" = String, description = "Its new version."))),
        UpdateProblems
    )
)]
async fn update(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<VehicleId>,
    headers: HeaderMap,
    body: Result<JsonObject, Refusal>,
) -> Result<Response, Refusal> {
    who.require(Permission::VehicleUpdate)?;
    let current = async { backend.vehicles.find(&who, id).await.map(|vehicle| vehicle.version) };
    let version = precondition::expected(&headers, current).await?;
    let draft = body::draft(&who, body?)?;
    let changed = backend.vehicles.update(&who, id, version, draft, Notation::Point).await;
    changed.map(whole).map_err(Refusal::under_precondition)
}

/// Moves a vehicle to another status
///
/// `If-Match` as for a change. 409 for a move that does not exist: `reserved` and `sold` follow from contracts; 422 if the move needs a
/// reason and has none. Permission: `vehicle:update`.
#[utoipa::path(
    post,
    path = "/api/v1/vehicles/{id}/status",
    operation_id = "vehicle_change_status",
    tag = STOCK,
    params(
        ("id" = VehicleId, Path, description = "The vehicle."),
        ("If-Match" = String, Header, description = "The ETag that the vehicle was read with.")
    ),
    request_body = StatusChange,
    responses(
        (status = 200, description = "Moved.", body = Vehicle, headers(("ETag" = String, description = "Its new version."))),
        UpdateProblems
    )
)]
async fn change_status(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<VehicleId>,
    headers: HeaderMap,
    body: Result<JsonObject, Refusal>,
) -> Result<Response, Refusal> {
    who.require(Permission::VehicleUpdate)?;
    let current = async { backend.vehicles.find(&who, id).await.map(|vehicle| vehicle.version) };
    let version = precondition::expected(&headers, current).await?;
    let (to, reason) = status_change(body?)?;
    let moved = backend.vehicles.change_status(&who, id, version, to, reason).await;
    moved.map(whole).map_err(Refusal::under_precondition)
}

/// What happened to a vehicle
///
/// Newest first, at most 100 entries, times by the organisation's clock, numbers as the person who asks writes them. From the audit and the
/// histories of status and asking price. Permission: `vehicle:read`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/{id}/timeline",
    operation_id = "vehicle_timeline",
    tag = STOCK,
    params(("id" = VehicleId, Path, description = "The vehicle.")),
    responses((status = 200, description = "The entries.", body = Vec<TimelineEntry>), FindProblems)
)]
async fn timeline(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<VehicleId>,
) -> Result<Json<Vec<TimelineEntry>>, Refusal> {
    Ok(Json(backend.vehicles.timeline(&who, id).await?))
}

/// Takes a vehicle off the stock
///
/// It can be restored. Deleting twice is the same as once. With `If-Match` only if it still has that version: 412 if it has another by
/// now. Permission: `vehicle:delete`.
#[utoipa::path(
    delete,
    path = "/api/v1/vehicles/{id}",
    operation_id = "vehicle_delete",
    tag = STOCK,
    params(
        ("id" = VehicleId, Path, description = "The vehicle."),
        ("If-Match" = Option<String>, Header, description = "The ETag that the vehicle was read with.")
    ),
    responses((status = 204, description = "It is off the stock."), DeleteProblems)
)]
async fn delete(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<VehicleId>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    who.require(Permission::VehicleDelete)?;
    let versions = precondition::versions(&headers)?;
    let deleted = backend.vehicles.delete(&who, id, versions).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(Refusal::under_precondition)
}

/// Undoes a delete
///
/// 409 if another vehicle has its VIN, plate or stock number by now. `If-Match` as for the delete; restoring what is not deleted answers
/// with the vehicle. Permission: `vehicle:delete`.
#[utoipa::path(
    post,
    path = "/api/v1/vehicles/{id}/restore",
    operation_id = "vehicle_restore",
    tag = STOCK,
    params(
        ("id" = VehicleId, Path, description = "The vehicle."),
        ("If-Match" = Option<String>, Header, description = "The version that the vehicle was deleted at.")
    ),
    responses(
        (status = 200, description = "It is back.", body = Vehicle, headers(("ETag" = String, description = "Its version."))),
        RestoreProblems
    )
)]
async fn restore(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<VehicleId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    who.require(Permission::VehicleDelete)?;
    let versions = precondition::versions(&headers)?;
    let restored = backend.vehicles.restore(&who, id, versions).await;
    restored.map(whole).map_err(Refusal::under_precondition)
}

fn whole(vehicle: Vehicle) -> Response {
    precondition::tagged(vehicle.version, vehicle)
}

fn status_change(mut body: JsonObject) -> Result<(StockStatus, Option<String>), AppError> {
    let mut problems = FieldProblems::new();
    let to = body.take_one_of("to", StockStatus::ALL, StockStatus::named, &mut problems);
    let reason = body.take_text("reason", &mut problems);
    body.refuse_rest(&["to", "reason"], &mut problems);
    to.filter(|_| problems.is_empty())
        .map(|to| (to, reason))
        .ok_or(AppError::Invalid { fields: problems })
}
