//! What a client fills a vehicle with: the branches there are, the stock number that comes next.

use app::kernel::{backend::Backend, id::BranchId};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{PlainProblems, STOCK};
use crate::http::{actor::Authenticated, refusal::Refusal};

/// A place where vehicles stand.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Branch {
    id: BranchId,
    name: String,
}

/// A stock number that nobody has.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockNumberProposal {
    #[schema(example = "ST-00042")]
    stock_number: String,
}

/// The branches
///
/// Where a vehicle can stand, by name, at most 500: the ids that the field `branch` takes. Permission: `vehicle:read`.
#[utoipa::path(
    get,
    path = "/api/v1/branches",
    operation_id = "vehicle_branches",
    tag = STOCK,
    responses((status = 200, description = "The branches.", body = Vec<Branch>), PlainProblems)
)]
pub(super) async fn branches(State(backend): State<Backend>, Authenticated(who): Authenticated) -> Result<Json<Vec<Branch>>, Refusal> {
    let branches = backend.vehicles.branches(&who).await?;
    Ok(Json(branches.into_iter().map(|(id, name)| Branch { id, name }).collect()))
}

/// The next stock number
///
/// What a vehicle without a stock number would get now; it is not reserved. Permission: `vehicle:create`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/stock-number",
    operation_id = "vehicle_propose_stock_number",
    tag = STOCK,
    responses((status = 200, description = "The proposal.", body = StockNumberProposal), PlainProblems)
)]
pub(super) async fn stock_number(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
) -> Result<Json<StockNumberProposal>, Refusal> {
    let stock_number = backend.vehicles.propose_stock_number(&who).await?;
    Ok(Json(StockNumberProposal { stock_number }))
}
