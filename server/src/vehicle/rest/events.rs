//! The progress of an import as a stream of events (Server-Sent Events, HTML Living Standard section 9.2).
//!
//! Every event is the whole report, so a client that missed some has missed nothing. Ids follow from the report alone and rise as the
//! import goes on: any replica can take up a stream that another one began.

use std::{convert::Infallible, sync::Arc, time::Duration};

use app::{
    kernel::{actor::Actor, backend::Backend, error::AppError, id::ImportId},
    vehicle::{ImportReport, ImportState, VehicleService},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::stream;
use tokio::time::Instant;

use super::{FindProblems, STOCK};
use crate::{
    http::{actor::Signed, path_id::PathId, refusal::Refusal},
    identity,
    platform::Platform,
};

/// How often the report is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// A comment goes out after so much silence, so that nothing on the way takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How often it is asked whether the client may still read: somebody whose role or membership ended hears no more.
const RECHECK: Duration = Duration::from_secs(5);
/// A stream ends after this and the client comes back, with its sign-in checked anew: a session that ended hears no more.
const LONGEST: Duration = Duration::from_secs(60);
/// More rows than any file has: ids of a later state are higher than all of an earlier one.
const A_STATE: u64 = 1 << 40;

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
pub(super) async fn follow(
    State(backend): State<Backend>,
    State(platform): State<Platform>,
    Signed(who): Signed,
    PathId(id): PathId<ImportId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let report = backend.vehicles.import_find(&who, id).await?;
    let seen = last_event_id(&headers) == Some(event_id(&report));
    if seen && is_over(&report) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let watch = Watch {
        vehicles: backend.vehicles,
        platform,
        checked: Instant::now(),
        who,
        id,
        until: Instant::now() + LONGEST,
        last: event_id(&report),
        fresh: (!seen).then(|| report.clone()),
        shown: report,
    };
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // nginx would hold events back until its buffer is full.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// Rises with the state and, within it, with the rows done. Below 2^53, so that JavaScript holds it.
fn event_id(report: &ImportReport) -> u64 {
    let state = match report.state {
        ImportState::Checking => 0,
        ImportState::Checked => 1,
        ImportState::Running => 2,
        ImportState::Done | ImportState::Failed => 3,
    };
    state * A_STATE + u64::try_from(report.rows_done).unwrap_or(0).min(A_STATE / 2) + 1
}

const fn is_over(report: &ImportReport) -> bool {
    matches!(report.state, ImportState::Checked | ImportState::Done | ImportState::Failed)
}

/// One client's look at one import.
struct Watch {
    vehicles: Arc<dyn VehicleService>,
    platform: Platform,
    who: Actor,
    /// When the permissions of `who` were read last.
    checked: Instant,
    id: ImportId,
    until: Instant,
    /// The id of the last event.
    last: u64,
    /// The report to send at once.
    fresh: Option<ImportReport>,
    /// What the client has seen.
    shown: ImportReport,
}

impl Watch {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        if let Some(report) = self.fresh.take() {
            return event(self.last, &report);
        }
        while !is_over(&self.shown) && Instant::now() < self.until {
            tokio::time::sleep(EVERY).await;
            if self.checked.elapsed() >= RECHECK && !self.may_still_read().await {
                return None;
            }
            match self.vehicles.import_find(&self.who, self.id).await {
                Ok(report) if report == self.shown => {}
                Ok(report) => {
                    // A job that a worker lost starts again from the first row.
                    self.last = event_id(&report).max(self.last + 1);
                    let event = event(self.last, &report);
                    self.shown = report;
                    return event;
                }
                // The client would give up at a 503; here it simply waits.
                Err(AppError::Unavailable { .. }) => {}
                Err(_) => return None,
            }
        }
        None
    }
}

impl Watch {
    /// Narrows the permissions to what the member may do now. While that can't be known, it stays as it is.
    async fn may_still_read(&mut self) -> bool {
        let Some(user) = self.who.user else { return true };
        match identity::find_actor(&self.platform.db, user, self.who.organisation).await {
            Ok(None) => false,
            Ok(Some(now)) => {
                self.who.permissions.retain(|permission| now.may(*permission));
                self.checked = Instant::now();
                true
            }
            Err(_) => true,
        }
    }
}

fn event(id: u64, report: &ImportReport) -> Option<Event> {
    Event::default()
        .id(id.to_string())
        .json_data(report)
        .inspect_err(|error| tracing::error!(%error, "a report can't be written as JSON"))
        .ok()
}
