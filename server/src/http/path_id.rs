//! The id in a path. What is no id leads nowhere, as an unknown one does: 404.

use std::str::FromStr;

use app::kernel::error::AppError;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::refusal::Refusal;

/// An id that stands in paths. The REST of its capability says which.
pub trait InPath: FromStr + Send {
    /// What it leads to, for the sentence of a 404.
    const WHAT: &'static str;
}

/// The one id of a path such as `/api/v1/vehicles/{id}`.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: InPath> FromRequestParts<S> for PathId<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let text = Path::<String>::from_request_parts(parts, state).await.ok();
        text.and_then(|Path(text)| text.parse().ok())
            .map(Self)
            .ok_or_else(|| AppError::NotFound { what: T::WHAT.into() }.into())
    }
}
