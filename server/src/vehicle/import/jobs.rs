//! The two jobs of an uploaded list: its dry run, and writing it. They act in the name of the person who asked for it.
//!
//! Both hold the import while they run and end it in their one transaction, so a job that runs again after a crash does its work once.

use app::{
    kernel::{
        actor::Actor,
        error::AppError,
        id::{ImportId, OrganisationId},
        problem::Problem,
    },
    vehicle::{ImportMode, ImportOptions, ImportState},
};
use async_trait::async_trait;
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::{
    APPLY, CHECK, KEPT,
    check::{self, Rules},
    reader::{self, Sheet},
    watch::Watch,
    write::{self, Refused},
};
use crate::{
    jobs::{Job, JobContext, Registry},
    platform::{
        Platform,
        db::{Scope, internal},
    },
    vehicle::{
        error::VehicleError,
        store::imports::{self, Counts, Findings},
    },
};

/// Adds the jobs of an import to what a worker can do.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry.job(CheckFile).job(ApplyFile)
}

/// [`CHECK`].
#[derive(Debug)]
struct CheckFile;

#[async_trait]
impl Job for CheckFile {
    const KIND: &'static str = CHECK;

    async fn run(&self, platform: &Platform, _: OrganisationId, payload: serde_json::Value, context: &JobContext) -> Result<(), AppError> {
        let run = Run::new(platform, &payload, context, ImportState::Checking)?;
        run.end(run.check().await).await
    }
}

/// [`APPLY`].
#[derive(Debug)]
struct ApplyFile;

#[async_trait]
impl Job for ApplyFile {
    const KIND: &'static str = APPLY;

    async fn run(&self, platform: &Platform, _: OrganisationId, payload: serde_json::Value, context: &JobContext) -> Result<(), AppError> {
        let run = Run::new(platform, &payload, context, ImportState::Running)?;
        run.end(run.apply().await).await
    }
}

/// One run of one of the jobs.
struct Run<'a> {
    platform: &'a Platform,
    context: &'a JobContext,
    import: ImportId,
    /// The state that the import must be in, and leaves at the end.
    from: ImportState,
}

/// An import under way.
struct Begun {
    actor: Actor,
    options: ImportOptions,
    mode: ImportMode,
    sheet: Result<Sheet, Problem>,
}

impl<'a> Run<'a> {
    fn new(platform: &'a Platform, payload: &serde_json::Value, context: &'a JobContext, from: ImportState) -> Result<Self, AppError> {
        let import = payload["import"].as_str().and_then(|id| id.parse().ok());
        let import = import.ok_or_else(|| internal(&sqlx::Error::Decode(format!("a job's payload: {payload}").into())))?;
        Ok(Self {
            platform,
            context,
            import,
            from,
        })
    }

    const fn scope(&self) -> Scope {
        Scope::of(&self.context.actor)
    }

    fn watch(&self) -> Watch {
        let stop: CancellationToken = self.context.cancellation.clone();
        Watch::of(self.platform.db.clone(), self.scope(), self.import, stop)
    }

    /// Takes the import. None: it is in another state by now, another run has done the work.
    async fn begin(&self, connection: &mut PgConnection) -> Result<Option<Begun>, VehicleError> {
        if !imports::hold(connection, self.scope(), self.import).await? {
            // A worker whose lease was lost may still be at it: come back when it has noticed.
            return Err(VehicleError::UnderWay);
        }
        let work = imports::work(connection, self.scope(), self.import).await?;
        let Some(work) = work.filter(|work| work.state == self.from.name()) else {
            return Ok(None);
        };
        let options = serde_json::from_value(work.options).map_err(|error| internal(&error))?;
        let file = work.file.unwrap_or_default();
        Ok(Some(Begun {
            actor: Actor {
                user: work.user_id.map(Into::into),
                name: work.actor,
                ..self.context.actor.clone()
            },
            options,
            mode: work.mode.as_deref().and_then(ImportMode::named).unwrap_or(ImportMode::All),
            sheet: open(file).await?,
        }))
    }

    async fn check(&self) -> Result<(), VehicleError> {
        let mut tx = self.platform.db.begin().await?;
        let Some(begun) = self.begin(&mut tx).await? else { return Ok(()) };
        let (to, counts, findings) = match &begun.sheet {
            Err(problem) => (ImportState::Failed, Counts::default(), refusal(problem.clone())),
            Ok(sheet) => {
                let rules = Rules::of(&mut tx, &begun.actor, &begun.options).await?;
                let verdict = check::file(&mut tx, self.scope(), sheet, &rules, KEPT, &mut self.watch()).await?;
                (ImportState::Checked, verdict.counts, verdict.findings(sheet))
            }
        };
        imports::finish(&mut tx, self.scope(), self.import, self.from, to, counts, &findings).await?;
        Ok(tx.commit().await?)
    }

    async fn apply(&self) -> Result<(), VehicleError> {
        let mut tx = self.platform.db.begin().await?;
        let Some(begun) = self.begin(&mut tx).await? else { return Ok(()) };
        let sheet = match begun.sheet {
            Ok(sheet) => sheet,
            Err(problem) => {
                let (counts, findings) = (Counts::default(), refusal(problem));
                imports::finish(&mut tx, self.scope(), self.import, self.from, ImportState::Failed, counts, &findings).await?;
                return Ok(tx.commit().await?);
            }
        };
        let rules = Rules::of(&mut tx, &begun.actor, &begun.options).await?;
        // The stock may have changed since the dry run, so it is checked again. Counting begins with the writing.
        let verdict = check::file(&mut tx, self.scope(), &sheet, &rules, KEPT, &mut Watch::none()).await?;
        let findings = verdict.findings(&sheet);
        if begun.mode == ImportMode::All && verdict.counts.bad > 0 {
            imports::finish(
                &mut tx,
                self.scope(),
                self.import,
                self.from,
                ImportState::Failed,
                verdict.counts,
                &findings,
            )
            .await?;
            return Ok(tx.commit().await?);
        }
        // Outside the transaction: who adds a vehicle by hand meanwhile does not wait for the end of the import.
        let mut beside = self.platform.db.acquire().await?;
        let numbers = write::stock_numbers(&mut beside, self.scope(), &verdict).await?;
        drop(beside);
        let file = (&sheet, &rules, &verdict);
        let (to, findings) = match write::rows(&mut tx, &begun.actor, self.import, file, numbers, &mut self.watch()).await {
            Ok(()) => (ImportState::Done, findings),
            Err(Refused::Other(error)) => return Err(error),
            Err(Refused::Lost(wanted)) => {
                tx.rollback().await?;
                tx = self.platform.db.begin().await?;
                let problems = write::holders(&mut tx, self.scope(), &sheet, &wanted).await?;
                let Some(first) = problems.first() else {
                    // Whoever had it is gone again: the next attempt goes through.
                    return Err(VehicleError::UnderWay);
                };
                let failure = Some(first.problem.clone());
                (ImportState::Failed, Findings { problems, failure, ..findings })
            }
        };
        imports::finish(&mut tx, self.scope(), self.import, self.from, to, verdict.counts, &findings).await?;
        Ok(tx.commit().await?)
    }

    /// What comes of a run; after the last attempt the import is over, so that nobody waits for it any longer.
    async fn end(&self, outcome: Result<(), VehicleError>) -> Result<(), AppError> {
        let Err(error) = outcome else { return Ok(()) };
        if self.context.is_last_attempt() && !self.context.cancellation.is_cancelled() {
            let mut connection = self.platform.db.acquire().await.map_err(VehicleError::from)?;
            let (counts, findings) = (Counts::default(), Findings::default());
            imports::finish(
                &mut connection,
                self.scope(),
                self.import,
                self.from,
                ImportState::Failed,
                counts,
                &findings,
            )
            .await
            .map_err(VehicleError::from)?;
        }
        Err(error.into())
    }
}

/// Reads a file away from the threads that serve requests: 50 MB take a second.
async fn open(file: Vec<u8>) -> Result<Result<Sheet, Problem>, AppError> {
    tokio::task::spawn_blocking(move || reader::open(&file))
        .await
        .map_err(|error| internal(&error))
}

fn refusal(problem: Problem) -> Findings {
    Findings {
        failure: Some(problem),
        ..Findings::default()
    }
}
