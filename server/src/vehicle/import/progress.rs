//! How far an import is, for those who progress, and whether it shall go on.

use std::time::{Duration, Instant};

use app::kernel::{error::AppError, id::ImportId};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{
    platform::db::Scope,
    vehicle::{error::VehicleError, store::imports},
};

/// How often watchers hear of it at most.
const REPORT_EVERY: Duration = Duration::from_millis(250);

/// Goes along with an import.
#[derive(Debug)]
pub(super) struct Progress {
    place: Option<(PgPool, Scope, ImportId)>,
    stop: CancellationToken,
    reported: Option<Instant>,
}

impl Progress {
    /// Nobody watches and nobody stops it: the command line, the demo.
    #[must_use]
    pub(super) fn none() -> Self {
        Self {
            place: None,
            stop: CancellationToken::new(),
            reported: None,
        }
    }

    /// A job: progress is written on a connection of its own, so that it is seen before the transaction ends.
    #[must_use]
    pub(super) const fn of(db: PgPool, scope: Scope, import: ImportId, stop: CancellationToken) -> Self {
        Self {
            place: Some((db, scope, import)),
            stop,
            reported: None,
        }
    }

    /// Between two batches: `done` of `rows` are behind us.
    ///
    /// # Errors
    /// `Unavailable` when the process stops: what was begun is rolled back and done elsewhere.
    pub(super) async fn report(&mut self, rows: i64, done: i64) -> Result<(), VehicleError> {
        if self.stop.is_cancelled() {
            let stopping = AppError::Unavailable {
                dependency: "a worker".into(),
                retry_after: 5,
            };
            return Err(stopping.into());
        }
        let Some((db, scope, import)) = &self.place else { return Ok(()) };
        if self.reported.is_some_and(|reported| reported.elapsed() < REPORT_EVERY) {
            return Ok(());
        }
        let tell = async {
            let mut connection = db.acquire().await?;
            imports::progress(&mut connection, *scope, *import, Some(rows), done).await
        };
        // Nobody's import fails because a number could not be shown.
        match tokio::time::timeout(REPORT_EVERY, tell).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%import, %error, "progress was not written"),
            Err(_) => tracing::debug!(%import, "progress was not written in time"),
        }
        self.reported = Some(Instant::now());
        Ok(())
    }
}
