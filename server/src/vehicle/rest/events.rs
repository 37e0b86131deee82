//! The progress of an import or of a run over the VINs, as a stream of events.

use std::sync::Arc;

use app::{
    kernel::{
        backend::Backend,
        id::{DecodingId, ImportId},
    },
    vehicle::{DecodingReport, DecodingState, ImportReport, ImportState},
};
use axum::{extract::State, http::HeaderMap, response::Response};

use super::{FindProblems, STOCK};
use crate::{
    http::{
        actor::Authenticated,
        event_stream::{self, FetchReport, StreamedReport},
        path_id::PathId,
        refusal::Refusal,
    },
    platform::Platform,
};

impl StreamedReport for ImportReport {
    fn progress(&self) -> (u64, i64) {
        let state = match self.state {
            ImportState::Checking => 0,
            ImportState::Checked => 1,
            ImportState::Running => 2,
            ImportState::Done | ImportState::Failed => 3,
        };
        (state, self.rows_done)
    }

    fn is_over(&self) -> bool {
        matches!(self.state, ImportState::Checked | ImportState::Done | ImportState::Failed)
    }
}

impl StreamedReport for DecodingReport {
    fn progress(&self) -> (u64, i64) {
        (u64::from(self.is_over()), self.done)
    }

    fn is_over(&self) -> bool {
        self.state != DecodingState::Running
    }
}

/// Follows an import
///
/// Server-Sent Events: each is the whole report as JSON, with an id that rises. The stream ends when the import is `checked`, `done` or
/// `failed`, and after a minute at the latest. A client that comes back with `Last-Event-ID` gets what is new; 204 if there is
/// nothing more to come, which keeps an EventSource from coming back again. Permission: `import:run`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/imports/{id}/events",
    operation_id = "vehicle_import_events",
    tag = STOCK,
    params(
        ("id" = ImportId, Path, description = "The import."),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen.")
    ),
    responses(
        (status = 200, description = "Events; `data` is an ImportReport.", body = ImportReport, content_type = "text/event-stream"),
        (status = 204, description = "The last event has been seen; nothing more will come."),
        FindProblems
    )
)]
pub(super) async fn import_events(
    State(backend): State<Backend>,
    State(platform): State<Platform>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<ImportId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let vehicles = backend.vehicles;
    let fetch: FetchReport<ImportReport> = Arc::new(move |who| {
        let vehicles = Arc::clone(&vehicles);
        Box::pin(async move { vehicles.import_find(&who, id).await })
    });
    Ok(event_stream::respond(platform, who, &headers, fetch).await?)
}

/// Follows a run over the VINs
///
/// As the events of an import: each is the whole report as JSON; the stream ends when the run is `done` or `failed`, and after a minute at
/// the latest. Permission: `vehicle:update`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/decodings/{id}/events",
    operation_id = "vehicle_decoding_events",
    tag = STOCK,
    params(
        ("id" = DecodingId, Path, description = "The run."),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen.")
    ),
    responses(
        (status = 200, description = "Events; `data` is a DecodingReport.", body = DecodingReport, content_type = "text/event-stream"),
        (status = 204, description = "The last event has been seen; nothing more will come."),
        FindProblems
    )
)]
pub(super) async fn decoding_events(
    State(backend): State<Backend>,
    State(platform): State<Platform>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<DecodingId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let vehicles = backend.vehicles;
    let fetch: FetchReport<DecodingReport> = Arc::new(move |who| {
        let vehicles = Arc::clone(&vehicles);
        Box::pin(async move { vehicles.decoding_find(&who, id).await })
    });
    Ok(event_stream::respond(platform, who, &headers, fetch).await?)
}
