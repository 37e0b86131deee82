//! What a worker can do: jobs by their kind, and what runs by the clock.

use std::{collections::BTreeMap, fmt, pin::Pin, sync::Arc, time::Duration};

use app::kernel::{error::AppError, id::OrganisationId};
use async_trait::async_trait;

use super::{Job, JobContext, store};
use crate::{
    audit,
    platform::{Platform, db},
};

/// [`Job`] without its constant, so that jobs of all kinds lie in one map.
#[async_trait]
pub(super) trait AnyJob: Send + Sync {
    async fn run_any(
        &self,
        platform: &Platform,
        organisation: OrganisationId,
        payload: serde_json::Value,
        context: &JobContext,
    ) -> Result<(), AppError>;

    async fn on_dead_any(&self, platform: &Platform, organisation: OrganisationId, payload: serde_json::Value) -> Result<(), AppError>;
}

#[async_trait]
impl<J: Job> AnyJob for J {
    async fn run_any(
        &self,
        platform: &Platform,
        organisation: OrganisationId,
        payload: serde_json::Value,
        context: &JobContext,
    ) -> Result<(), AppError> {
        self.run(platform, organisation, payload, context).await
    }

    async fn on_dead_any(&self, platform: &Platform, organisation: OrganisationId, payload: serde_json::Value) -> Result<(), AppError> {
        self.on_dead(platform, organisation, payload).await
    }
}

pub(super) type TaskFuture = Pin<Box<dyn Future<Output = Result<(), AppError>> + Send>>;

/// Something that runs by the clock, on one replica at a time.
#[derive(Clone)]
pub(super) struct Task {
    pub(super) name: &'static str,
    pub(super) every: Duration,
    pub(super) run: Arc<dyn Fn(Platform) -> TaskFuture + Send + Sync>,
}

/// Jobs by kind and periodic tasks. A worker takes only kinds that it knows, so old and new replicas work side by side.
#[derive(Clone, Default)]
pub struct Registry {
    pub(super) jobs: BTreeMap<&'static str, Arc<dyn AnyJob>>,
    pub(super) tasks: Vec<Task>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks: Vec<&str> = self.tasks.iter().map(|task| task.name).collect();
        f.debug_struct("Registry")
            .field("jobs", &self.jobs.keys())
            .field("tasks", &tasks)
            .finish()
    }
}

impl Registry {
    /// Nothing but what is needed in any case: the audit's chain every 2 s, the clean-up of done jobs every hour.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
            .every(Duration::from_secs(2), "audit chain", |platform| async move {
                audit::chain(&platform.db).await?;
                Ok(())
            })
            .every(Duration::from_secs(3600), "job clean-up", |platform| async move {
                while store::clean_up(&platform.db).await.map_err(db::failure)? > 0 {}
                Ok(())
            })
    }

    /// Adds a kind of job.
    #[must_use]
    pub fn job<J: Job>(mut self, job: J) -> Self {
        self.jobs.insert(J::KIND, Arc::new(job));
        self
    }

    /// Adds a task that runs at start and then at that interval, on one replica at a time. An error is logged; the next turn comes.
    #[must_use]
    pub fn every<F>(mut self, every: Duration, name: &'static str, run: impl Fn(Platform) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), AppError>> + Send + 'static,
    {
        self.tasks.push(Task {
            name,
            every,
            run: Arc::new(move |platform| Box::pin(run(platform))),
        });
        self
    }
}
