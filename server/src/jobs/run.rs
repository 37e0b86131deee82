//! One run of one job: its lease while it runs, and its outcome.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::kernel::{actor::Actor, error::AppError};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    JobContext, Options, origin_of,
    registry::AnyJob,
    store::{self, ClaimedJob, Outcome},
};
use crate::{identity, platform::Platform};

/// Stops the task when the run is dropped, so that no job outlives its worker.
struct Spawned(JoinHandle<Result<(), AppError>>);

impl Drop for Spawned {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a taken job to its end and writes it down.
pub(super) async fn run(
    platform: Platform,
    job: ClaimedJob,
    work: Arc<dyn AnyJob>,
    worker: Arc<str>,
    options: Options,
    cancellation: CancellationToken,
) {
    let started = Instant::now();
    let Some(outcome) = attempt(&platform, &job, Arc::clone(&work), &worker, &options, cancellation).await else {
        metrics::counter!("forecourt_jobs_total", "kind" => job.kind.clone(), "outcome" => "lost").increment(1);
        tracing::warn!(job = %job.id, kind = %job.kind, "the lease of a job was lost; another worker has it now");
        return;
    };
    match &outcome {
        Outcome::Retry { error, pause } => {
            tracing::warn!(job = %job.id, kind = %job.kind, attempt = job.attempts, error, pause = ?pause, "a job failed; it is tried again");
        }
        Outcome::Dead { error } => {
            tracing::error!(job = %job.id, kind = %job.kind, attempts = job.attempts, error, "a job is dead: it failed too often");
        }
        Outcome::Done | Outcome::HandedBack => {}
    }
    metrics::counter!("forecourt_jobs_total", "kind" => job.kind.clone(), "outcome" => outcome.name()).increment(1);
    metrics::histogram!("forecourt_job_duration_seconds", "kind" => job.kind.clone()).record(started.elapsed().as_secs_f64());
    let is_ours = save_outcome(&platform.db, &job, &worker, &outcome, options.lease).await;
    if is_ours && matches!(outcome, Outcome::Dead { .. }) {
        notify_dead(&platform, work.as_ref(), job.organisation_id, job.payload, &job.kind).await;
    }
}

/// Lets a kind of job clean up after one that is dead.
pub(super) async fn notify_dead(platform: &Platform, work: &dyn AnyJob, organisation: Uuid, payload: serde_json::Value, kind: &str) {
    if let Err(error) = work.on_dead_any(platform, organisation.into(), payload).await {
        tracing::warn!(kind, %error, "what a dead job left behind could not be cleaned up; the clean-up by the clock does it");
    }
}

/// None if the lease was lost.
async fn attempt(
    platform: &Platform,
    job: &ClaimedJob,
    work: Arc<dyn AnyJob>,
    worker: &str,
    options: &Options,
    cancellation: CancellationToken,
) -> Option<Outcome> {
    // Claimed while the process was being stopped: not begun at all.
    if cancellation.is_cancelled() {
        return Some(Outcome::HandedBack);
    }
    // A child: losing the lease stops this job only.
    let stop = cancellation.child_token();
    let mut running = Spawned(spawn(platform.clone(), job.clone(), work, stop.clone()));
    let grace = async {
        cancellation.cancelled().await;
        tokio::time::sleep(options.grace).await;
    };
    tokio::pin!(grace);
    let alive = keep_lease(&platform.db, job, worker, options.lease);
    tokio::pin!(alive);
    let outcome = tokio::select! {
        // What is finished counts, even if the stop comes at the same moment.
        biased;
        outcome = &mut running.0 => outcome,
        () = &mut alive => {
            stop.cancel();
            return None;
        }
        () = &mut grace => return Some(Outcome::HandedBack),
    };
    let error = match outcome {
        Ok(Ok(())) => return Some(Outcome::Done),
        Ok(Err(_)) if cancellation.is_cancelled() => return Some(Outcome::HandedBack),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => format!("it panicked: {panic}"),
    };
    Some(if job.attempts >= job.max_attempts {
        Outcome::Dead { error }
    } else {
        let pause = backoff(options.backoff, job.attempts, rand::random());
        Outcome::Retry { error, pause }
    })
}

fn spawn(platform: Platform, job: ClaimedJob, work: Arc<dyn AnyJob>, cancellation: CancellationToken) -> JoinHandle<Result<(), AppError>> {
    tokio::spawn(async move {
        let organisation = job.organisation_id.into();
        let context = JobContext {
            id: job.id,
            actor: Actor {
                origin: origin_of(&job.payload),
                ..identity::system_actor(&platform.db, organisation, "job").await?
            },
            attempt: job.attempts,
            cancellation,
        };
        work.run_any(&platform, organisation, job.payload, &context).await
    })
}

/// Extends the lease (heartbeat); returns when the lease is lost, because another worker has the job or because none could be given in time.
async fn keep_lease(db: &PgPool, job: &ClaimedJob, worker: &str, lease: Duration) {
    let mut last = Instant::now();
    while last.elapsed() < lease {
        tokio::time::sleep(lease / 4).await;
        let sent = Instant::now();
        match tokio::time::timeout(lease / 4, store::extend_lease(db, job, worker, lease)).await {
            Ok(Ok(true)) => last = sent,
            Ok(Ok(false)) => return,
            Ok(Err(error)) => tracing::warn!(job = %job.id, %error, "the lease of a job could not be extended"),
            Err(_) => tracing::warn!(job = %job.id, "the lease of a job could not be extended in time"),
        }
    }
}

/// Writes the end down, for as long as the lease holds if PostgreSQL is away; after that the job runs again elsewhere. Whether it
/// is written.
async fn save_outcome(db: &PgPool, job: &ClaimedJob, worker: &str, outcome: &Outcome, lease: Duration) -> bool {
    let until = Instant::now() + lease;
    loop {
        match store::finish(db, job, worker, outcome).await {
            Ok(true) => return true,
            Ok(false) => {
                tracing::warn!(job = %job.id, kind = %job.kind, "a job ended after its lease; another worker has it now");
                return false;
            }
            Err(error) if Instant::now() >= until => {
                tracing::error!(job = %job.id, kind = %job.kind, %error, "a job's end could not be written down; it will run again");
                return false;
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(500)).await,
        }
    }
}

/// The pause after a failed attempt: doubled each time up to an hour, spread over half to one and a half of it by `chance`, so that
/// jobs that failed together do not come back together.
fn backoff(base: Duration, attempt: i32, chance: u16) -> Duration {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(20);
    let full = base.saturating_mul(1 << doublings).min(Duration::from_secs(3600));
    full.mul_f64(0.5 + f64::from(chance) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_are_spread() {
        let base = Duration::from_secs(5);
        let half = u16::MAX / 2;
        for (attempt, seconds) in [(1, 5.0), (2, 10.0), (3, 20.0), (10, 2560.0), (11, 3600.0), (1000, 3600.0)] {
            let middle = backoff(base, attempt, half).as_secs_f64();
            assert!((middle / seconds - 1.0).abs() < 0.001, "{attempt}: {middle}");
        }
        assert_eq!(backoff(base, 1, 0), Duration::from_millis(2500));
        assert_eq!(backoff(base, 1, u16::MAX), Duration::from_millis(7500));
    }
}
