//! The two jobs of an uploaded list: its dry run, and writing it. They act in the name of the person who asked for it.
//!
//! Both hold the import while they run and end it in their one transaction, so a job that runs again after a crash does its work once.

use std::time::Duration;

use app::{
    kernel::{
        actor::Actor,
        error::AppError,
        id::{ImportId, OrganisationId},
        problem::Problem,
    },
    vehicle::{ImportMode, ImportOptions, ImportState, PROBLEMS_SHOWN},
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio_util::sync::CancellationToken;

use super::{
    APPLY, CHECK,
    check::{self, Rules},
    progress::Progress,
    reader::{self, Sheet},
    write::{self, Refused, Wanted},
};
use crate::{
    jobs::{Job, JobContext, Registry},
    platform::{
        Platform,
        db::{Scope, internal, is_data_error},
    },
    vehicle::{
        error::VehicleError,
        stock_changed,
        store::imports::{self, Counts, Findings},
    },
};

/// How often to look for imports that nobody works on or confirms any more.
const CLEAN_UP: Duration = Duration::from_secs(3600);
/// How long a checked import waits to be confirmed.
const CONFIRM_WITHIN_DAYS: i32 = 7;

/// Adds the jobs of an import, and its clean-up, to what a worker can do.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry.job(CheckFile).job(ApplyFile).every(
        CLEAN_UP,
        "stock import clean-up",
        |platform| async move { clean_up(&platform.db).await },
    )
}

/// Ends imports whose job is gone without having ended them, and those that nobody confirmed; their files go with them.
///
/// # Errors
/// As every query.
pub async fn clean_up(db: &PgPool) -> Result<(), AppError> {
    let unconfirmed = Problem::NotConfirmed {
        days: i64::from(CONFIRM_WITHIN_DAYS),
    };
    let ended = async {
        let mut connection = db.acquire().await?;
        let abandoned = imports::fail_abandoned(&mut connection, &[CHECK, APPLY], &Problem::Interrupted).await?;
        let unconfirmed = imports::fail_unconfirmed(&mut connection, CONFIRM_WITHIN_DAYS, &unconfirmed).await?;
        Ok::<_, VehicleError>((abandoned, unconfirmed))
    };
    let (abandoned, unconfirmed) = ended.await?;
    if abandoned + unconfirmed > 0 {
        tracing::info!(
            abandoned,
            unconfirmed,
            "imports that nobody works on or confirms any more were ended"
        );
    }
    Ok(())
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

    async fn on_dead(&self, platform: &Platform, organisation: OrganisationId, payload: serde_json::Value) -> Result<(), AppError> {
        interrupted(platform, organisation, &payload, ImportState::Checking).await
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

    async fn on_dead(&self, platform: &Platform, organisation: OrganisationId, payload: serde_json::Value) -> Result<(), AppError> {
        interrupted(platform, organisation, &payload, ImportState::Running).await
    }
}

/// No attempt will follow: the import is over, so that nobody waits for it any longer.
async fn interrupted(
    platform: &Platform,
    organisation: OrganisationId,
    payload: &serde_json::Value,
    from: ImportState,
) -> Result<(), AppError> {
    let import = import_of(payload)?;
    let failed = async {
        let mut connection = platform.db.acquire().await?;
        imports::fail(&mut connection, Scope::to(organisation), import, from, &Problem::Interrupted).await
    };
    failed.await.map_err(VehicleError::from)?;
    Ok(())
}

fn import_of(payload: &serde_json::Value) -> Result<ImportId, AppError> {
    let import = payload["import"].as_str().and_then(|id| id.parse().ok());
    import.ok_or_else(|| internal(&sqlx::Error::Decode(format!("a job's payload: {payload}").into())))
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
        Ok(Self {
            platform,
            context,
            import: import_of(payload)?,
            from,
        })
    }

    const fn scope(&self) -> Scope {
        Scope::of(&self.context.actor)
    }

    fn progress(&self) -> Progress {
        let stop: CancellationToken = self.context.cancellation.clone();
        Progress::of(self.platform.db.clone(), self.scope(), self.import, stop)
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
                let verdict = check::file(&mut tx, self.scope(), sheet, &rules, PROBLEMS_SHOWN, &mut self.progress()).await?;
                (ImportState::Checked, verdict.counts, verdict.findings(sheet))
            }
        };
        self.finish(tx, to, counts, &findings).await
    }

    async fn apply(&self) -> Result<(), VehicleError> {
        let mut tx = self.platform.db.begin().await?;
        let Some(begun) = self.begin(&mut tx).await? else { return Ok(()) };
        let sheet = match begun.sheet {
            Ok(sheet) => sheet,
            Err(problem) => return self.finish(tx, ImportState::Failed, Counts::default(), &refusal(problem)).await,
        };
        let rules = Rules::of(&mut tx, &begun.actor, &begun.options).await?;
        // The stock may have changed since the dry run, so it is checked again. Counting begins with the writing.
        let verdict = check::file(&mut tx, self.scope(), &sheet, &rules, PROBLEMS_SHOWN, &mut Progress::none()).await?;
        let (counts, findings) = (verdict.counts, verdict.findings(&sheet));
        if begun.mode == ImportMode::All && counts.bad > 0 {
            return self.finish(tx, ImportState::Failed, counts, &findings).await;
        }
        // Outside the transaction: who adds a vehicle by hand meanwhile does not wait for the end of the import.
        let mut beside = self.platform.db.acquire().await?;
        let numbers = write::assign_stock_numbers(&mut beside, self.scope(), &verdict).await?;
        drop(beside);
        let file = (&sheet, &rules, &verdict);
        match write::rows(&mut tx, &begun.actor, self.import, file, numbers, &mut self.progress()).await {
            Ok(()) => self.finish(tx, ImportState::Done, counts, &findings).await,
            Err(Refused::Other(error)) => Err(error),
            Err(Refused::Lost(wanted)) => {
                tx.rollback().await?;
                self.lost(&sheet, &wanted, counts, findings).await
            }
        }
    }

    /// Ends an import that lost a race for unique values: it names who has them now.
    async fn lost(&self, sheet: &Sheet, wanted: &[Wanted], counts: Counts, findings: Findings) -> Result<(), VehicleError> {
        let mut tx = self.platform.db.begin().await?;
        let problems = write::holders(&mut tx, self.scope(), sheet, wanted).await?;
        let Some(first) = problems.first() else {
            // Whoever had it is gone again: the next attempt goes through.
            return Err(VehicleError::UnderWay);
        };
        let failure = Some(first.problem.clone());
        let findings = Findings {
            problems,
            failure,
            ..findings
        };
        self.finish(tx, ImportState::Failed, counts, &findings).await
    }

    /// Ends the step in its transaction. If the import was ended meanwhile, what was done for it goes with the transaction; the next attempt
    /// finds it over.
    async fn finish(
        &self,
        mut tx: Transaction<'static, Postgres>,
        to: ImportState,
        counts: Counts,
        findings: &Findings,
    ) -> Result<(), VehicleError> {
        if !imports::finish(&mut tx, self.scope(), self.import, self.from, to, counts, findings).await? {
            tx.rollback().await?;
            return Err(VehicleError::UnderWay);
        }
        tx.commit().await?;
        stock_changed(&self.platform.kv, self.scope()).await;
        Ok(())
    }

    /// What comes of a run. A rule of the database that the rows break, they break at every attempt: the import is over.
    async fn end(&self, outcome: Result<(), VehicleError>) -> Result<(), AppError> {
        match outcome {
            Err(VehicleError::Database(error)) if is_data_error(&error) => {
                let problem = match internal(&error) {
                    AppError::Internal { incident } => Problem::Internal { incident },
                    _ => Problem::Interrupted,
                };
                let failed = async {
                    let mut connection = self.platform.db.acquire().await?;
                    imports::fail(&mut connection, self.scope(), self.import, self.from, &problem).await
                };
                failed.await.map_err(VehicleError::from)?;
                Ok(())
            }
            outcome => Ok(outcome?),
        }
    }
}

/// Reads a file away from the threads that serve requests: 50 MB take a second.
async fn open(file: Vec<u8>) -> Result<Result<Sheet, Problem>, AppError> {
    tokio::task::spawn_blocking(move || reader::open(file))
        .await
        .map_err(|error| internal(&error))
}

fn refusal(problem: Problem) -> Findings {
    Findings {
        failure: Some(problem),
        ..Findings::default()
    }
}
