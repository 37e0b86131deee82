//! Taking a stock list in: upload, dry run, then all rows or the good ones.
//!
//! `reader` finds encoding, separator and columns (`columns`, `values`: what they are called out there), `check` looks at every row,
//! `write` writes the good ones, `jobs` does both for uploads in the background; [`run`] does both at once for the command line and the demo.

mod check;
mod columns;
mod jobs;
mod progress;
mod reader;
mod values;
mod write;

use app::{
    kernel::{
        actor::Actor,
        error::AppError,
        id::ImportId,
        problem::{FieldProblems, Problem},
    },
    vehicle::{ImportMode, ImportOptions, ImportReport, ImportState, PROBLEMS_SHOWN},
};
use chrono::Utc;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use self::{check::Rules, progress::Progress, write::Refused};
use super::{
    Vehicles,
    error::VehicleError,
    record,
    store::imports::{self, Counts, Findings},
};
use crate::{
    http::uploads::base_name,
    platform::db::{self, Scope},
};

pub use self::jobs::{clean_up, register};

/// Kind of the job that checks a file.
pub const CHECK: &str = "vehicle_import_check";
/// Kind of the job that writes it.
pub const APPLY: &str = "vehicle_import_apply";

/// Most open imports of an organisation: each keeps a file of up to `import_max_bytes`.
const MOST_OPEN: i64 = 10;
/// When there may be room again where all of them are being checked or written, in seconds.
const RETRY_AFTER: u32 = 60;

/// Keeps the file and asks for its dry run.
pub(super) async fn start(
    vehicles: &Vehicles,
    actor: &Actor,
    file_name: String,
    file: Vec<u8>,
    options: ImportOptions,
) -> Result<ImportId, VehicleError> {
    let limit = vehicles.platform.config.import_max_bytes;
    if file.len() as u64 > limit {
        return Err(AppError::TooLarge { limit }.into());
    }
    let file_name = base_name(&file_name);
    if file_name.is_empty() {
        return Err(VehicleError::Invalid(FieldProblems::from([("file".into(), Problem::Required)])));
    }
    let id = ImportId::new();
    let mut tx = vehicles.begin().await?;
    make_room(&mut tx, Scope::of(actor)).await?;
    imports::insert(&mut tx, actor, id, &file_name, &file, &options).await?;
    record::import_uploaded(&mut tx, actor, id, (&file_name, file.len()), &options).await?;
    crate::jobs::enqueue_for(&mut tx, actor, CHECK, json!({ "import": id })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes room for one more file. Who mends a list uploads it again and again without confirming it, so the oldest of those goes first.
/// Others who start an import wait until the transaction ends, so that no two take the same place.
async fn make_room(connection: &mut PgConnection, scope: Scope) -> Result<(), VehicleError> {
    db::advisory_lock(connection, &format!("vehicle imports {}", scope.organisation())).await?;
    while imports::count_open(connection, scope).await? >= MOST_OPEN {
        if !imports::fail_longest_unconfirmed(connection, scope, &Problem::Superseded).await? {
            return Err(AppError::TooMany { retry_after: RETRY_AFTER }.into());
        }
    }
    Ok(())
}

/// The report so far.
pub(super) async fn find(vehicles: &Vehicles, actor: &Actor, id: ImportId) -> Result<ImportReport, VehicleError> {
    let mut connection = vehicles.connection().await?;
    imports::find(&mut connection, Scope::of(actor), id)
        .await?
        .ok_or(VehicleError::NoSuchImport)
}

/// Asks for a checked import to be written.
pub(super) async fn apply(vehicles: &Vehicles, actor: &Actor, id: ImportId, mode: ImportMode) -> Result<ImportReport, VehicleError> {
    let mut tx = vehicles.begin().await?;
    if !imports::ask(&mut tx, actor, id, mode).await? {
        imports::find(&mut tx, Scope::of(actor), id)
            .await?
            .ok_or(VehicleError::NoSuchImport)?;
        return Err(VehicleError::UnderWay);
    }
    record::import_confirmed(&mut tx, actor, id, mode).await?;
    crate::jobs::enqueue_for(&mut tx, actor, APPLY, json!({ "import": id })).await?;
    let report = imports::find(&mut tx, Scope::of(actor), id)
        .await?
        .ok_or(VehicleError::NoSuchImport)?;
    tx.commit().await?;
    Ok(report)
}

/// Checks a file and, with a mode, writes it at once in the caller's transaction: nothing is queued, every problem is in the report.
/// Without a mode nothing is written. The caller commits what is `Done`; a report that is `Failed` has written nothing.
///
/// Stock numbers are taken on a connection of `beside`, so that who adds a vehicle by hand meanwhile does not wait for the end of the
/// transaction; without it in the transaction itself, for an organisation that was made in it.
///
/// # Errors
/// `Conflict` if somebody added one of the vehicles at the same moment: the transaction is broken then; as every query.
pub async fn run(
    connection: &mut PgConnection,
    beside: Option<&PgPool>,
    actor: &Actor,
    (file_name, file): (&str, &[u8]),
    options: &ImportOptions,
    mode: Option<ImportMode>,
) -> Result<ImportReport, AppError> {
    let (scope, id) = (Scope::of(actor), ImportId::new());
    let sheet = match reader::open(file.to_vec()) {
        Ok(sheet) => sheet,
        Err(problem) => {
            let findings = Findings {
                failure: Some(problem),
                ..Findings::default()
            };
            return Ok(report(id, file_name, ImportState::Failed, Counts::default(), findings));
        }
    };
    let rules = Rules::of(connection, actor, options).await?;
    let verdict = check::file(connection, scope, &sheet, &rules, usize::MAX, &mut Progress::none()).await?;
    let findings = verdict.findings(&sheet);
    let counts = verdict.counts;
    let state = match mode {
        None => ImportState::Checked,
        Some(ImportMode::All) if counts.bad > 0 => ImportState::Failed,
        Some(mode) => {
            let failed = |error: sqlx::Error| AppError::from(VehicleError::from(error));
            imports::insert(connection, actor, id, file_name, &[], options)
                .await
                .map_err(failed)?;
            record::import_uploaded(connection, actor, id, (file_name, file.len()), options).await?;
            let (checking, checked) = (ImportState::Checking, ImportState::Checked);
            imports::finish(connection, scope, id, checking, checked, counts, &kept(&findings))
                .await
                .map_err(failed)?;
            imports::ask(connection, actor, id, mode).await.map_err(failed)?;
            record::import_confirmed(connection, actor, id, mode).await?;
            let numbers = match beside {
                Some(db) => {
                    let mut beside = db.acquire().await.map_err(db::failure)?;
                    write::assign_stock_numbers(&mut beside, scope, &verdict).await?
                }
                None => write::assign_stock_numbers(connection, scope, &verdict).await?,
            };
            let file = (&sheet, &rules, &verdict);
            write::rows(connection, actor, id, file, numbers, &mut Progress::none())
                .await
                .map_err(|refused| match refused {
                    Refused::Lost(_) => VehicleError::Taken(FieldProblems::new()),
                    Refused::Other(error) => error,
                })?;
            let (running, done) = (ImportState::Running, ImportState::Done);
            imports::finish(connection, scope, id, running, done, counts, &kept(&findings))
                .await
                .map_err(failed)?;
            done
        }
    };
    Ok(report(id, file_name, state, counts, findings))
}

/// What is kept of the findings with the import.
fn kept(findings: &Findings) -> Findings {
    let mut kept = findings.clone();
    kept.problems.truncate(PROBLEMS_SHOWN);
    kept
}

fn report(id: ImportId, file_name: &str, state: ImportState, counts: Counts, findings: Findings) -> ImportReport {
    ImportReport {
        id,
        file_name: file_name.to_owned(),
        state,
        rows: Some(counts.rows),
        rows_done: counts.done,
        rows_good: counts.good,
        rows_bad: counts.bad,
        ignored_columns: findings.ignored_columns,
        encoding: findings.encoding,
        delimiter: findings.delimiter,
        problems: findings.problems,
        failure: findings.failure,
        created_at: Utc::now(),
        finished_at: Some(Utc::now()),
    }
}
