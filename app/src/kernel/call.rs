//! The only way from a server function to a service: who is asking, which service, which status.

use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use super::{actor::Actor, backend::Backend, error::AppError};

/// Runs `operation` for the signed-in actor and sets the HTTP status of its error.
///
/// # Errors
/// `NotAuthenticated` without a session, `Unavailable` if the session could not be read; otherwise what the service answers.
pub async fn call<T, F>(operation: impl FnOnce(Backend, Actor) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>>,
{
    let answer = match current_actor() {
        Ok(actor) => operation(expect_context::<Backend>(), actor).await,
        Err(error) => Err(error),
    };
    if let (Err(error), Some(response)) = (&answer, use_context::<ResponseOptions>()) {
        let status = http::StatusCode::from_u16(error.status()).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        response.set_status(status);
        if let Some(seconds) = error.retry_after() {
            response.insert_header(http::header::RETRY_AFTER, seconds.into());
        }
    }
    answer
}

/// Who asks, as the session layer found it: `Ok(actor)`, or why there is none.
///
/// # Errors
/// `NotAuthenticated` or `Unavailable`.
pub fn current_actor() -> Result<Actor, AppError> {
    use_context::<Result<Actor, AppError>>().unwrap_or(Err(AppError::NotAuthenticated))
}
