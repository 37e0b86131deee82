//! The job queue: once under many workers, again after failures, elsewhere after a crash, handed back at a stop.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering::SeqCst},
    time::{Duration, Instant},
};

use app::kernel::{error::AppError, id::OrganisationId};
use async_trait::async_trait;
use serde_json::{Value, json};
use server::{
    jobs::{self, Job, JobContext, Options, Registry, Worker},
    platform::Platform,
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support;

fn options() -> Options {
    Options {
        concurrency: 4,
        lease: Duration::from_millis(800),
        poll: Duration::from_millis(50),
        backoff: Duration::from_millis(20),
        grace: Duration::from_millis(100),
    }
}

/// For workers that must not lose a lease, however busy the machine is.
fn unhurried() -> Options {
    Options {
        lease: Duration::from_secs(30),
        ..options()
    }
}

async fn enqueue(platform: &Platform, organisation: OrganisationId, kind: &'static str, payload: Value) -> Uuid {
    let mut connection = platform.db.acquire().await.unwrap();
    jobs::enqueue(&mut connection, organisation, kind, payload).await.unwrap()
}

async fn state(db: &PgPool, id: Uuid) -> (String, i32, Option<String>) {
    sqlx::query_as("SELECT state, attempts, last_error FROM job WHERE id = $1")
        .bind(id)
        .fetch_one(db)
        .await
        .unwrap()
}

async fn until(db: &PgPool, id: Uuid, wanted: &str) -> (String, i32, Option<String>) {
    let start = Instant::now();
    loop {
        let found = state(db, id).await;
        if found.0 == wanted {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "waiting for {wanted}, found {found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Counts its runs, and answers as the payload says.
#[derive(Clone, Default)]
struct Probe {
    runs: Arc<Mutex<HashMap<Uuid, usize>>>,
    cancelled: Arc<AtomicUsize>,
}

#[async_trait]
impl Job for Probe {
    const KIND: &'static str = "probe";

    async fn run(&self, _: &Platform, organisation: OrganisationId, payload: Value, context: &JobContext) -> Result<(), AppError> {
        *self.runs.lock().unwrap().entry(context.id).or_default() += 1;
        assert_eq!(context.actor.organisation, organisation);
        assert_eq!(
            (context.actor.time_zone.as_str(), context.actor.origin.channel),
            ("America/Bogota", "job")
        );
        match payload["do"].as_str() {
            Some("fail") => Err(AppError::NotFound { what: "thing".into() }),
            Some("fail twice") if context.attempt <= 2 => Err(AppError::NotFound { what: "thing".into() }),
            Some("panic") => panic!("as asked"),
            Some("hang") => std::future::pending().await,
            Some("listen") => {
                context.cancellation.cancelled().await;
                self.cancelled.fetch_add(1, SeqCst);
                Err(AppError::NotFound { what: "time".into() })
            }
            Some("slow") => {
                tokio::time::sleep(Duration::from_millis(2500)).await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_jobs_run_exactly_once_under_eight_workers() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let probe = Probe::default();
    let stop = CancellationToken::new();
    let mut workers = Vec::new();
    for _ in 0..8 {
        let own = support::same_database(&platform).await;
        workers.push(Worker::start_with(
            own,
            Registry::new().job(probe.clone()),
            stop.clone(),
            unhurried(),
        ));
    }
    for _ in 0..500 {
        enqueue(&platform, organisation, Probe::KIND, json!({})).await;
    }
    let begun = Instant::now();
    loop {
        let done: i64 = sqlx::query_scalar("SELECT count(*) FROM job WHERE state = 'done'")
            .fetch_one(&platform.db)
            .await
            .unwrap();
        if done == 500 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{done} of 500");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    let runs = probe.runs.lock().unwrap();
    assert_eq!(runs.len(), 500);
    assert!(runs.values().all(|count| *count == 1));
}

#[tokio::test]
async fn a_failing_job_backs_off_and_succeeds_or_dies() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let probe = Probe::default();
    let stop = CancellationToken::new();
    let recovers = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "fail twice" })).await;
    let dies = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "fail" })).await;
    let panics = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "panic" })).await;
    let unknown = enqueue(&platform, organisation, "of another version", json!({})).await;
    sqlx::query("UPDATE job SET max_attempts = 3").execute(&platform.db).await.unwrap();
    // A panic that is printed with its backtrace holds everything up for longer than a short lease.
    let worker = Worker::start_with(platform.clone(), Registry::new().job(probe.clone()), stop.clone(), unhurried());

    assert_eq!(until(&platform.db, recovers, "done").await.1, 3);
    let (_, attempts, error) = until(&platform.db, dies, "dead").await;
    assert_eq!((attempts, error.as_deref()), (3, Some("It does not exist or was deleted.")));
    let (_, attempts, error) = until(&platform.db, panics, "dead").await;
    assert_eq!(attempts, 3);
    assert!(error.unwrap().contains("panicked"));
    assert_eq!(
        state(&platform.db, unknown).await,
        ("queued".into(), 0, None),
        "left to those who know it"
    );
    stop.cancel();
    worker.await.unwrap();
    assert_eq!(probe.runs.lock().unwrap()[&dies], 3);
}

#[tokio::test]
async fn a_failed_job_waits_before_it_is_tried_again() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let stop = CancellationToken::new();
    let id = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "fail" })).await;
    let patient = Options {
        backoff: Duration::from_secs(60),
        ..options()
    };
    let worker = Worker::start_with(platform.clone(), Registry::new().job(Probe::default()), stop.clone(), patient);
    while state(&platform.db, id).await.2.is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seconds: f64 = sqlx::query_scalar("SELECT extract(epoch FROM run_at - now())::float8 FROM job")
        .fetch_one(&platform.db)
        .await
        .unwrap();
    assert!((25.0..=95.0).contains(&seconds), "{seconds}");
    stop.cancel();
    worker.await.unwrap();
    assert_eq!(state(&platform.db, id).await.1, 1);
}

#[tokio::test]
async fn a_crashed_worker_s_job_is_taken_over_when_its_lease_ends() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let crashed = Probe::default();
    let id = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "hang" })).await;
    let worker = Worker::start_with(
        platform.clone(),
        Registry::new().job(crashed.clone()),
        CancellationToken::new(),
        options(),
    );
    until(&platform.db, id, "running").await;
    worker.abort();
    sqlx::query("UPDATE job SET payload = '{}'").execute(&platform.db).await.unwrap();

    let stop = CancellationToken::new();
    let heir = Probe::default();
    let worker = Worker::start_with(platform.clone(), Registry::new().job(heir.clone()), stop.clone(), options());
    assert_eq!(
        until(&platform.db, id, "done").await.1,
        2,
        "the attempt of the crash counts: it may be the job's fault"
    );
    stop.cancel();
    worker.await.unwrap();
    assert_eq!(heir.runs.lock().unwrap()[&id], 1);
}

#[tokio::test]
async fn a_long_job_keeps_its_lease() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let probe = Probe::default();
    let stop = CancellationToken::new();
    // Three times as long as the lease, with a second worker that would take it.
    let id = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "slow" })).await;
    let other = support::same_database(&platform).await;
    let workers =
        [platform.clone(), other].map(|platform| Worker::start_with(platform, Registry::new().job(probe.clone()), stop.clone(), options()));
    assert_eq!(until(&platform.db, id, "done").await.1, 1);
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(probe.runs.lock().unwrap()[&id], 1);
}

#[tokio::test]
async fn a_stop_hands_running_jobs_back_without_counting_the_attempt() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let probe = Probe::default();
    let stop = CancellationToken::new();
    // A lease that a slow machine does not outlive: a job taken twice would be told twice.
    let patient = Options {
        lease: Duration::from_secs(60),
        ..options()
    };
    let hangs = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "hang" })).await;
    let listens = enqueue(&platform, organisation, Probe::KIND, json!({ "do": "listen" })).await;
    let worker = Worker::start_with(platform.clone(), Registry::new().job(probe.clone()), stop.clone(), patient);
    until(&platform.db, hangs, "running").await;
    until(&platform.db, listens, "running").await;
    while probe.runs.lock().unwrap().len() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), worker).await.unwrap().unwrap();
    for id in [hangs, listens] {
        assert_eq!(state(&platform.db, id).await, ("queued".into(), 0, None));
    }
    assert_eq!(probe.cancelled.load(SeqCst), 1, "a job that listens is told");
}

#[tokio::test]
async fn an_enqueued_job_wakes_an_idle_worker() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let stop = CancellationToken::new();
    let sleepy = Options {
        poll: Duration::from_secs(3600),
        ..options()
    };
    let worker = Worker::start_with(platform.clone(), Registry::new().job(Probe::default()), stop.clone(), sleepy);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let id = enqueue(&platform, organisation, Probe::KIND, json!({})).await;
    until(&platform.db, id, "done").await;
    stop.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_worker_outlives_its_connections() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let stop = CancellationToken::new();
    let worker = Worker::start_with(platform.clone(), Registry::new().job(Probe::default()), stop.clone(), options());
    let first = enqueue(&platform, organisation, Probe::KIND, json!({})).await;
    until(&platform.db, first, "done").await;
    let other = support::same_database(&platform).await;
    for _ in 0..3 {
        sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .execute(&other.db)
        .await
        .unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let second = enqueue(&other, organisation, Probe::KIND, json!({})).await;
    until(&other.db, second, "done").await;
    stop.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_periodic_task_runs_on_one_replica_at_a_time_and_survives_its_failures() {
    let platform = support::platform().await;
    let (inside, most, turns) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let registry = {
        let (inside, most, turns) = (Arc::clone(&inside), Arc::clone(&most), Arc::clone(&turns));
        Registry::default().every(Duration::from_millis(20), "test", move |_| {
            let (inside, most, turns) = (Arc::clone(&inside), Arc::clone(&most), Arc::clone(&turns));
            async move {
                most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                tokio::time::sleep(Duration::from_millis(15)).await;
                inside.fetch_sub(1, SeqCst);
                if turns.fetch_add(1, SeqCst) % 2 == 0 {
                    return Err(AppError::NotFound { what: "luck".into() });
                }
                Ok(())
            }
        })
    };
    let stop = CancellationToken::new();
    let mut workers = Vec::new();
    for _ in 0..3 {
        let own = support::same_database(&platform).await;
        workers.push(Worker::start_with(own, registry.clone(), stop.clone(), options()));
    }
    let begun = Instant::now();
    while turns.load(SeqCst) < 10 {
        assert!(begun.elapsed() < Duration::from_secs(15), "{turns:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(most.load(SeqCst), 1);
}

#[tokio::test]
async fn a_periodic_task_keeps_its_lock_for_longer_than_transactions_may_idle() {
    let platform = support::platform().await;
    let database = platform.db.connect_options().get_database().unwrap().to_owned();
    let impatient = format!("ALTER DATABASE {database} SET idle_in_transaction_session_timeout = '200ms'");
    sqlx::query(sqlx::AssertSqlSafe(impatient)).execute(&platform.db).await.unwrap();
    let (inside, most, turns) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let counted = Arc::new((inside, most, turns));
    let registry = {
        let counted = Arc::clone(&counted);
        Registry::default().every(Duration::from_millis(20), "long", move |_| {
            let counted = Arc::clone(&counted);
            async move {
                counted.1.fetch_max(counted.0.fetch_add(1, SeqCst) + 1, SeqCst);
                tokio::time::sleep(Duration::from_millis(800)).await;
                counted.0.fetch_sub(1, SeqCst);
                counted.2.fetch_add(1, SeqCst);
                Ok(())
            }
        })
    };
    let stop = CancellationToken::new();
    let mut workers = Vec::new();
    for _ in 0..2 {
        let own = support::same_database(&platform).await;
        workers.push(Worker::start_with(own, registry.clone(), stop.clone(), options()));
    }
    let begun = Instant::now();
    while counted.2.load(SeqCst) < 2 {
        assert!(begun.elapsed() < Duration::from_secs(15), "{counted:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(counted.1.load(SeqCst), 1);
}

#[tokio::test]
async fn the_audit_is_chained_and_finished_jobs_are_removed_by_the_clock() {
    let platform = support::platform().await;
    let organisation = support::dealership(&platform).await;
    let old = enqueue(&platform, organisation, Probe::KIND, json!({})).await;
    let dead = enqueue(&platform, organisation, Probe::KIND, json!({})).await;
    sqlx::query("UPDATE job SET state = CASE WHEN id = $1 THEN 'done' ELSE 'dead' END, finished_at = now() - interval '8 days'")
        .bind(old)
        .execute(&platform.db)
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let worker = Worker::start_with(platform.clone(), Registry::new(), stop.clone(), options());
    let begun = Instant::now();
    loop {
        let (waiting, left): (i64, Vec<Uuid>) =
            sqlx::query_as("SELECT (SELECT count(*) FROM audit_entry WHERE hash IS NULL), ARRAY(SELECT id FROM job)")
                .fetch_one(&platform.db)
                .await
                .unwrap();
        if waiting == 0 && left == [dead] {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(15), "{waiting} {left:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    worker.await.unwrap();
}
