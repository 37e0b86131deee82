//! A report that changes, as a stream of events (Server-Sent Events, HTML Living Standard section 9.2).
//!
//! Every event is the whole report, so a client that missed some has missed nothing. Ids follow from the report alone and rise as the
//! work goes on: any replica can take up a stream that another one began.

use std::{convert::Infallible, sync::Arc, time::Duration};

use app::kernel::{actor::Actor, error::AppError};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::{future::BoxFuture, stream};
use serde::Serialize;
use tokio::time::Instant;

use crate::{identity, platform::Platform};

/// How often the report is looked at.
const POLL_EVERY: Duration = Duration::from_millis(500);
/// A comment goes out after so much silence, so that nothing on the way takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How often it is asked whether the client may still read: somebody whose role or membership ended hears no more.
const RECHECK_PERMISSION_EVERY: Duration = Duration::from_secs(5);
/// A stream ends after this and the client comes back, with its sign-in checked anew: a session that ended hears no more.
const MAX_DURATION: Duration = Duration::from_secs(60);
/// More than anything counts: ids of a later state are higher than all of an earlier one.
const IDS_PER_STATE: u64 = 1 << 40;

/// A report that can be followed.
pub trait StreamedReport: Clone + PartialEq + Serialize + Send + Sync + 'static {
    /// Which state it is in, in their order, and how much of it is done.
    fn progress(&self) -> (u64, i64);

    /// Whether nothing more will come.
    fn is_over(&self) -> bool;
}

/// Looks at the report for somebody.
pub type FetchReport<R> = Arc<dyn Fn(Actor) -> BoxFuture<'static, Result<R, AppError>> + Send + Sync>;

/// The stream of events that follows a report; 204 if the client has seen the last one.
///
/// # Errors
/// As the first fetch.
pub async fn respond<R: StreamedReport>(
    platform: Platform,
    who: Actor,
    headers: &HeaderMap,
    fetch: FetchReport<R>,
) -> Result<Response, AppError> {
    let report = fetch(who.clone()).await?;
    let seen = last_event_id(headers) == Some(event_id(&report));
    if seen && report.is_over() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let subscription = Subscription {
        fetch,
        platform,
        checked: Instant::now(),
        who,
        until: Instant::now() + MAX_DURATION,
        last: event_id(&report),
        unsent: (!seen).then(|| report.clone()),
        sent: report,
    };
    let events = stream::unfold(subscription, |mut subscription| async move {
        let event = subscription.next().await?;
        Some((Ok::<_, Infallible>(event), subscription))
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

/// Rises with the state and, within it, with what is done. Below 2^53, so that JavaScript holds it.
fn event_id(report: &impl StreamedReport) -> u64 {
    let (state, done) = report.progress();
    state * IDS_PER_STATE + u64::try_from(done).unwrap_or(0).min(IDS_PER_STATE / 2) + 1
}

/// One client's look at one report.
struct Subscription<R> {
    fetch: FetchReport<R>,
    platform: Platform,
    who: Actor,
    /// When the permissions of `who` were read last.
    checked: Instant,
    until: Instant,
    /// The id of the last event.
    last: u64,
    /// The report to send at once.
    unsent: Option<R>,
    /// What the client has seen.
    sent: R,
}

impl<R: StreamedReport> Subscription<R> {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        if let Some(report) = self.unsent.take() {
            return event(self.last, &report);
        }
        while !self.sent.is_over() && Instant::now() < self.until {
            tokio::time::sleep(POLL_EVERY).await;
            if self.checked.elapsed() >= RECHECK_PERMISSION_EVERY && !self.may_still_read().await {
                return None;
            }
            match (self.fetch)(self.who.clone()).await {
                Ok(report) if report == self.sent => {}
                Ok(report) => {
                    // A job that a worker lost starts again from the first row.
                    self.last = event_id(&report).max(self.last + 1);
                    let event = event(self.last, &report);
                    self.sent = report;
                    return event;
                }
                // The client would give up at a 503; here it simply waits.
                Err(AppError::Unavailable { .. } | AppError::Timeout { .. }) => {}
                Err(_) => return None,
            }
        }
        None
    }
}

impl<R: StreamedReport> Subscription<R> {
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

fn event(id: u64, report: &impl StreamedReport) -> Option<Event> {
    Event::default()
        .id(id.to_string())
        .json_data(report)
        .inspect_err(|error| tracing::error!(%error, "a report can't be written as JSON"))
        .ok()
}
