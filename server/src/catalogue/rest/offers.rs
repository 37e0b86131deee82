//! What the catalogue offers, answered from memory.

use app::{
    catalogue::{CatalogueChoice, CatalogueEngine},
    identity::Permission,
    kernel::backend::Backend,
};
use axum::{
    Json,
    extract::{RawQuery, State},
};

use super::{
    CATALOGUE, ListProblems,
    question::{self, OfLine, OfMake, OfModel, OfYear},
};
use crate::http::{actor::Authenticated, refusal::Refusal};

/// What is answered from memory and may be kept (see [`crate::catalogue::etag`]).
pub(in crate::catalogue) const QUESTIONS: [&str; 4] = [
    "/api/v1/catalogue/makes",
    "/api/v1/catalogue/models",
    "/api/v1/catalogue/lines",
    "/api/v1/catalogue/engines",
];

/// Makes
///
/// Of a model year and kind of vehicle: first what the organisation has most of, then what NHTSA's vPIC has most patterns of, then by name.
/// The header `ETag` names the state; 304 to `If-None-Match` with it. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/makes",
    operation_id = "catalogue_makes",
    tag = CATALOGUE,
    params(OfYear),
    responses(
        (status = 200, description = "The makes.", body = Vec<CatalogueChoice>, headers(("ETag" = String, description = "The state."))),
        (status = 304, description = "The reader has them."),
        ListProblems
    )
)]
pub(super) async fn makes(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    RawQuery(raw): RawQuery,
) -> Result<Json<Vec<CatalogueChoice>>, Refusal> {
    who.require(Permission::CatalogueRead)?;
    Ok(Json(
        backend
            .catalogue
            .makes(&who, question::read(raw.as_deref(), question::OF_YEAR)?)
            .await?,
    ))
}

/// Models of a make
///
/// Names are compared without case, accents, punctuation and spaces. A make that there is not has no models. Order and
/// `ETag` as for makes. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/models",
    operation_id = "catalogue_models",
    tag = CATALOGUE,
    params(OfYear, OfMake),
    responses(
        (status = 200, description = "The models.", body = Vec<CatalogueChoice>, headers(("ETag" = String, description = "The state."))),
        (status = 304, description = "The reader has them."),
        ListProblems
    )
)]
pub(super) async fn models(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    RawQuery(raw): RawQuery,
) -> Result<Json<Vec<CatalogueChoice>>, Refusal> {
    who.require(Permission::CatalogueRead)?;
    Ok(Json(
        backend
            .catalogue
            .models(&who, question::read(raw.as_deref(), question::OF_MAKE)?)
            .await?,
    ))
}

/// Lines of a model
///
/// Trims and series, most patterns first. `ETag` as for makes. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/lines",
    operation_id = "catalogue_lines",
    tag = CATALOGUE,
    params(OfYear, OfMake, OfModel),
    responses(
        (status = 200, description = "The lines.", body = Vec<CatalogueChoice>, headers(("ETag" = String, description = "The state."))),
        (status = 304, description = "The reader has them."),
        ListProblems
    )
)]
pub(super) async fn lines(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    RawQuery(raw): RawQuery,
) -> Result<Json<Vec<CatalogueChoice>>, Refusal> {
    who.require(Permission::CatalogueRead)?;
    Ok(Json(
        backend
            .catalogue
            .lines(&who, question::read(raw.as_deref(), question::OF_MODEL)?)
            .await?,
    ))
}

/// Engines of a model
///
/// Or of one of its lines. `fuel_type`, `electrification`, `displacement_cc` and `power` are what a vehicle's fields of that name take.
/// `ETag` as for makes. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/engines",
    operation_id = "catalogue_engines",
    tag = CATALOGUE,
    params(OfYear, OfMake, OfModel, OfLine),
    responses(
        (status = 200, description = "The engines.", body = Vec<CatalogueEngine>, headers(("ETag" = String, description = "The state."))),
        (status = 304, description = "The reader has them."),
        ListProblems
    )
)]
pub(super) async fn engines(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    RawQuery(raw): RawQuery,
) -> Result<Json<Vec<CatalogueEngine>>, Refusal> {
    who.require(Permission::CatalogueRead)?;
    Ok(Json(
        backend
            .catalogue
            .engines(&who, question::read(raw.as_deref(), question::OF_LINE)?)
            .await?,
    ))
}
