//! `forecourt import`: a stock list from a file, by the same rules as an upload, with every problem on stdout.

use std::path::{Path, PathBuf};

use app::{
    i18n::Locale,
    kernel::number::Notation,
    vehicle::{ImportMode, ImportOptions, ImportReport, ImportState},
};
use clap::Args;
use server::{
    config::Config,
    identity,
    platform::{self, Platform, db::Scope},
    vehicle::{import, stock_changed},
};

use super::Failure;

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The CSV file: UTF-8 or Windows-1252; commas, semicolons or tabs; the first line names the columns.
    file: PathBuf,
    /// The organisation's name or id; may be left out if there is only one.
    #[arg(long, value_name = "NAME|ID")]
    organisation: Option<String>,
    /// Check only; nothing is written.
    #[arg(long)]
    dry_run: bool,
    /// Whether one bad row keeps all others out (all), or the good rows go in (good).
    #[arg(long, default_value = "all", value_parser = mode)]
    mode: ImportMode,
    /// How numbers are written: 1,234.56 (point) or 1.234,56 (comma).
    #[arg(long, value_parser = notation)]
    notation: Notation,
}

fn mode(name: &str) -> Result<ImportMode, String> {
    ImportMode::named(name).ok_or_else(|| "all or good".into())
}

fn notation(name: &str) -> Result<Notation, String> {
    Notation::named(name).ok_or_else(|| "point or comma".into())
}

/// Ends with an error if a row was bad, or if nothing was written.
pub(super) async fn import(config: Config, arguments: Import) -> Result<(), Failure> {
    // Before anything starts: a wrong path is the most usual mistake.
    let file = read(&arguments.file, config.import_max_bytes).await?;
    let running = platform::start_or_join(config).await?;
    let outcome = run(&running, &arguments, &file).await;
    running.stop().await;
    let report = outcome?;
    print_report(&report);
    match report.state {
        ImportState::Done if report.rows_good == 0 => Err(Failure::NothingWritten),
        ImportState::Done | ImportState::Checked if report.rows_bad == 0 => Ok(()),
        ImportState::Done => Err(Failure::BadRows(report.rows_bad)),
        _ => Err(Failure::NothingWritten),
    }
}

async fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |source| Failure::Unreadable {
        path: path.to_owned(),
        source,
    };
    let size = tokio::fs::metadata(path).await.map_err(unreadable)?.len();
    if size > limit {
        return Err(Failure::TooLarge {
            path: path.to_owned(),
            size,
            limit,
        });
    }
    tokio::fs::read(path).await.map_err(unreadable)
}

async fn run(platform: &Platform, arguments: &Import, file: &[u8]) -> Result<ImportReport, Failure> {
    let organisation = match identity::organisations_named(&platform.db, arguments.organisation.as_deref())
        .await?
        .as_slice()
    {
        [(id, _)] => *id,
        [] => return Err(Failure::NoOrganisation(arguments.organisation.clone())),
        several => {
            let list = several.iter().map(|(id, name)| format!("  {id}  {name}\n")).collect();
            return Err(Failure::WhichOrganisation(list));
        }
    };
    let actor = identity::system_actor(&platform.db, organisation, "cli").await?;
    let name = arguments
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let options = ImportOptions {
        notation: arguments.notation,
    };
    let mode = (!arguments.dry_run).then_some(arguments.mode);
    let mut tx = platform.db.begin().await?;
    let report = import::run(&mut tx, Some(&platform.db), &actor, (&name, file), &options, mode).await?;
    if report.state == ImportState::Done {
        tx.commit().await?;
        stock_changed(&platform.kv, Scope::of(&actor)).await;
    }
    Ok(report)
}

#[expect(clippy::print_stdout, reason = "the result of the command")]
fn print_report(report: &ImportReport) {
    if let Some(problem) = &report.failure {
        println!("{}: {problem}", report.file_name);
        return;
    }
    for found in &report.problems {
        // {:?} shows control characters as escapes, so that a file can't write to the terminal what it likes.
        println!("line {}, {:?}: {:?}: {}", found.line, found.column, found.value, found.problem);
    }
    if !report.ignored_columns.is_empty() {
        println!("unknown columns, left out: {:?}", report.ignored_columns);
    }
    let t = Locale::En;
    println!("{}, {}", t.import_good(report.rows_good), t.import_bad(report.rows_bad));
    match report.state {
        ImportState::Done => println!("{}", t.import_done(report.rows_good)),
        ImportState::Checked => println!("checked only; nothing was saved"),
        _ if report.rows_good > 0 => println!("nothing was saved; --mode good imports the valid rows"),
        _ => println!("nothing was saved"),
    }
}
