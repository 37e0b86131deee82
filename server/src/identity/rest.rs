//! Identity over REST: `/api/v1/me`.

use app::{identity::Me, kernel::backend::Backend};
use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{Web, actor::Authenticated, problem_responses::problem_responses, refusal::Refusal};

problem_responses! {
    MeProblems: ;
}

/// The routes with their documentation.
pub fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(me))
}

/// Who asks
///
/// The person, the organisation acted in with its currency and units, and what may be done there. Permission: none but a sign-in.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "identity_me",
    tag = "Identity",
    responses((status = 200, description = "The person who asks.", body = Me), MeProblems)
)]
async fn me(State(backend): State<Backend>, Authenticated(who): Authenticated) -> Result<Json<Me>, Refusal> {
    Ok(Json(backend.identity.me(&who).await?))
}
