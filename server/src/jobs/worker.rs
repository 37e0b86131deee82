//! The worker: looks for work when PostgreSQL tells of some and every few seconds anyway, and runs a few jobs at a time.

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{
    sync::Notify,
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{registry::Registry, run, schedule, store};
use crate::platform::Platform;

/// How a worker works.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Jobs at a time.
    pub concurrency: usize,
    /// How long a job is this worker's without a sign of life; one is given every quarter of it.
    pub lease: Duration,
    /// How often to look for work that nobody told of: pauses that end, other workers' expired leases.
    pub poll: Duration,
    /// The pause after the first failure.
    pub backoff: Duration,
    /// How long running jobs may go on once the process stops.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 4,
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(2),
            backoff: Duration::from_secs(5),
            grace: Duration::from_secs(5),
        }
    }
}

/// Runs jobs and what goes by the clock.
#[derive(Debug)]
pub struct Worker;

impl Worker {
    /// Starts a worker with the usual options. The handle is ready when, after the cancellation, every job is finished or handed back.
    #[must_use = "await the handle after the cancellation, so that jobs are handed back"]
    pub fn start(platform: Platform, registry: Registry, cancellation: CancellationToken) -> JoinHandle<()> {
        Self::start_with(platform, registry, cancellation, Options::default())
    }

    /// As [`Worker::start`], with other options.
    #[must_use = "await the handle after the cancellation, so that jobs are handed back"]
    pub fn start_with(platform: Platform, registry: Registry, cancellation: CancellationToken, options: Options) -> JoinHandle<()> {
        tokio::spawn(async move {
            let wake = Notify::new();
            tokio::join!(
                listen(&platform.db, &wake, &cancellation),
                schedule::run(platform.clone(), &registry, &cancellation),
                work(&platform, &registry, &wake, &cancellation, options),
            );
        })
    }
}

/// Wakes the worker when jobs were enqueued. While PostgreSQL is away there is nothing to hear; polling bridges the gap.
async fn listen(db: &PgPool, wake: &Notify, cancellation: &CancellationToken) {
    let hear = async {
        loop {
            if let Ok(mut listener) = PgListener::connect_with(db).await
                && listener.listen("job").await.is_ok()
            {
                loop {
                    wake.notify_one();
                    if listener.recv().await.is_err() {
                        break;
                    }
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        () = cancellation.cancelled() => {}
        () = hear => {}
    }
}

async fn work(platform: &Platform, registry: &Registry, wake: &Notify, cancellation: &CancellationToken, options: Options) {
    let worker: Arc<str> = Uuid::now_v7().simple().to_string().into();
    let kinds: Vec<String> = registry.jobs.keys().map(ToString::to_string).collect();
    let mut running = JoinSet::new();
    let mut away = false;
    let mut more = true;
    while !cancellation.is_cancelled() {
        let free = options.concurrency.saturating_sub(running.len());
        if free == 0 || !more {
            tokio::select! {
                () = cancellation.cancelled() => break,
                Some(_) = running.join_next() => {}
                () = wake.notified(), if free > 0 => {}
                () = tokio::time::sleep(options.poll), if free > 0 => {}
            }
            more = true;
            continue;
        }
        match look(platform, registry, &kinds, free, &worker, options).await {
            Ok(taken) => {
                away = false;
                more = taken.len() == free;
                for job in taken {
                    let Some(work) = registry.jobs.get(job.kind.as_str()).map(Arc::clone) else {
                        continue;
                    };
                    running.spawn(run::run(
                        platform.clone(),
                        job,
                        work,
                        Arc::clone(&worker),
                        options,
                        cancellation.clone(),
                    ));
                }
            }
            Err(error) => {
                if !away {
                    tracing::warn!(%error, "no jobs can be taken; trying again every second");
                }
                away = true;
                tokio::select! {
                    () = cancellation.cancelled() => break,
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
        }
    }
    while running.join_next().await.is_some() {}
}

/// One look for work: what was left by the lost, then what is due.
async fn look(
    platform: &Platform,
    registry: &Registry,
    kinds: &[String],
    free: usize,
    worker: &str,
    options: Options,
) -> sqlx::Result<Vec<store::ClaimedJob>> {
    for store::Lost {
        organisation_id,
        kind,
        payload,
        dead,
    } in store::requeue_expired(&platform.db).await?
    {
        tracing::warn!(kind, dead, "a job was left behind by a worker that gave no sign of life");
        if let (true, Some(work)) = (dead, registry.jobs.get(kind.as_str())) {
            run::notify_dead(platform, work.as_ref(), organisation_id, payload, &kind).await;
        }
        let outcome = if dead { "dead" } else { "taken_back" };
        metrics::counter!("forecourt_jobs_total", "kind" => kind, "outcome" => outcome).increment(1);
    }
    let limit = i64::try_from(free).unwrap_or(i64::MAX);
    store::claim(&platform.db, kinds, limit, worker, options.lease).await
}
