//! Runs over the VINs of the stock over REST.

use app::{
    kernel::{backend::Backend, id::DecodingId},
    vehicle::DecodingReport,
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{FindProblems, PATH, PlainProblems, STOCK};
use crate::http::{
    actor::Authenticated,
    path_id::{InPath, PathId},
    refusal::Refusal,
};

impl InPath for DecodingId {
    const WHAT: &'static str = "decoding";
}

/// A run that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecodingStarted {
    id: DecodingId,
}

/// Decodes the VINs of the stock
///
/// Starts a job that decodes the VIN of every vehicle by NHTSA's vPIC, fills its empty fields and lists where the VIN says something else; nothing is
/// overwritten. While one is under way, that one is given. Follow it at the header `Location`. Permission: `vehicle:update`.
#[utoipa::path(
    post,
    path = "/api/v1/vehicles/decodings",
    operation_id = "vehicle_decoding_start",
    tag = STOCK,
    responses(
        (status = 202, description = "It is under way.", body = DecodingStarted,
            headers(("Location" = String, description = "The run."))),
        PlainProblems
    )
)]
pub(super) async fn start(State(backend): State<Backend>, Authenticated(who): Authenticated) -> Result<Response, Refusal> {
    let id = backend.vehicles.decoding_start(&who).await?;
    let location = [(header::LOCATION, format!("{PATH}/decodings/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(DecodingStarted { id })).into_response())
}

/// A run over the VINs and its report
///
/// How far it is, counted in vehicles and fields, and the first 200 differences. Permission: `vehicle:update`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/decodings/{id}",
    operation_id = "vehicle_decoding_find",
    tag = STOCK,
    params(("id" = DecodingId, Path, description = "The run.")),
    responses((status = 200, description = "The report so far.", body = DecodingReport), FindProblems)
)]
pub(super) async fn find(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<DecodingId>,
) -> Result<Json<DecodingReport>, Refusal> {
    Ok(Json(backend.vehicles.decoding_find(&who, id).await?))
}
