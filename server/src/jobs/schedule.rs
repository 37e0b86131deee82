//! What runs by the clock: every replica tries at each interval, one at a time gets the lock.
//!
//! It is an advisory lock of a transaction, so a crashed replica, or a dropped task, gives it up by itself.

use app::kernel::error::AppError;
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{
    registry::{Registry, Task},
    store,
};
use crate::platform::{Platform, db};

/// Runs the periodic tasks until the cancellation.
pub(super) async fn run(platform: Platform, registry: &Registry, cancellation: &CancellationToken) {
    join_all(registry.tasks.iter().map(|task| repeat(&platform, task, cancellation))).await;
}

async fn repeat(platform: &Platform, task: &Task, cancellation: &CancellationToken) {
    let mut clock = tokio::time::interval(task.every);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // Only the first of a row of failures is logged: PostgreSQL being away for an hour is one message, not 1,800.
    let mut failing = false;
    loop {
        let run = async {
            clock.tick().await;
            run_once(platform, task).await
        };
        let outcome = tokio::select! {
            () = cancellation.cancelled() => return,
            outcome = run => outcome,
        };
        match outcome {
            Ok(()) => failing = false,
            Err(error) => {
                metrics::counter!("forecourt_periodic_failures_total", "task" => task.name).increment(1);
                if !failing {
                    tracing::warn!(task = task.name, %error, "a periodic task failed; it tries again at its next turn");
                }
                failing = true;
            }
        }
    }
}

async fn run_once(platform: &Platform, task: &Task) -> Result<(), AppError> {
    let mut lock = platform.db.begin().await.map_err(db::failure)?;
    if store::try_lock_task(&mut lock, task.name).await.map_err(db::failure)? {
        (task.run)(platform.clone()).await?;
    }
    lock.rollback().await.map_err(db::failure)
}
