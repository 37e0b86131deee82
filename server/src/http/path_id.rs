//! The id in a path. What is no id leads nowhere, as an unknown one does: 404.

use std::str::FromStr;

use app::kernel::{
    error::AppError,
    id::{CatalogueEntryId, DecodingId, ImportId, VehicleId},
};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::refusal::Refusal;

/// An id that stands in paths.
pub trait InPath: FromStr + Send {
    /// What it leads to, for the sentence of a 404.
    const WHAT: &'static str;
}

impl InPath for VehicleId {
    const WHAT: &'static str = "vehicle";
}

impl InPath for ImportId {
    const WHAT: &'static str = "import";
}

impl InPath for DecodingId {
    const WHAT: &'static str = "decoding";
}

impl InPath for CatalogueEntryId {
    const WHAT: &'static str = "catalogue entry";
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
