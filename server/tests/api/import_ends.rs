//! Imports that can't go on: each ends, says why, and leaves no file behind.

use std::time::{Duration, Instant};

use app::{
    kernel::{error::AppError, id::ImportId, number::Notation, problem::Problem},
    vehicle::{ImportMode, ImportOptions, ImportReport, ImportState, VehicleService},
};
use rstest::rstest;
use server::vehicle::import;

use crate::support::imports::{Lot, worker};

const LIST: &[u8] = b"make,model\nMazda,3\nLada,Niva\n";

impl Lot {
    async fn execute(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.platform.db).await.unwrap();
    }

    /// Waits until somebody waits for the table of vehicles.
    async fn until_writing(&self) {
        let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'vehicle'::regclass";
        let begun = Instant::now();
        while self.count(waits).await == 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "nobody writes");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn ended(&self, id: ImportId) -> ImportReport {
        let report = self.until(id, |report| report.finished_at.is_some()).await;
        assert_eq!(report.state, ImportState::Failed, "{report:?}");
        assert_eq!(self.count("SELECT count(*) FROM vehicle_import WHERE file IS NOT NULL").await, 0);
        report
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_break_a_rule_of_the_database_end_the_import_at_the_first_attempt() {
    let lot = Lot::open().await;
    lot.execute("ALTER TABLE vehicle ADD CONSTRAINT no_lada CHECK (make <> 'Lada')")
        .await;
    let checked = lot.check(LIST).await;
    lot.vehicles.import_apply(&lot.owner, checked.id, ImportMode::All).await.unwrap();
    let report = lot.ended(checked.id).await;
    assert!(matches!(report.failure, Some(Problem::Internal { .. })), "{report:?}");
    assert_eq!(lot.stock().await, 0);
    assert_eq!(
        lot.count("SELECT count(*) FROM job WHERE attempts > 1 OR state = 'queued'").await,
        0
    );
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_whose_job_died_with_its_worker_is_over() {
    let mut lot = Lot::without_worker().await;
    let id = lot.start(LIST, Notation::Point).await;
    lot.execute(
        "UPDATE job SET state = 'running', attempts = max_attempts, locked_by = 'gone', locked_until = now() - interval '1 second'",
    )
    .await;
    lot.worker = worker(&lot.platform, &lot.stop);
    assert_eq!(lot.ended(id).await.failure, Some(Problem::Interrupted));
    assert_eq!(lot.count("SELECT count(*) FROM job WHERE state = 'dead'").await, 1);
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_whose_last_attempt_failed_is_over() {
    let mut lot = Lot::without_worker().await;
    let id = lot.start(LIST, Notation::Point).await;
    // What no version can read fails every attempt.
    lot.execute("UPDATE vehicle_import SET options = '7'; UPDATE job SET attempts = max_attempts - 1")
        .await;
    lot.worker = worker(&lot.platform, &lot.stop);
    assert_eq!(lot.ended(id).await.failure, Some(Problem::Interrupted));
    lot.close().await;
}

#[rstest]
#[case::job_gone("DELETE FROM job", "checking", "2 hours", Some(Problem::Interrupted))]
#[case::job_waits("SELECT 1", "checking", "2 hours", None)]
#[case::young("DELETE FROM job", "checking", "10 minutes", None)]
#[case::unconfirmed("DELETE FROM job", "checked", "8 days", Some(Problem::NotConfirmed { days: 7 }))]
#[case::confirmable("DELETE FROM job", "checked", "6 days", None)]
#[tokio::test]
async fn the_clean_up_ends_what_nobody_works_on_or_confirms(
    #[case] jobs: &'static str,
    #[case] state: &str,
    #[case] age: &str,
    #[case] why: Option<Problem>,
) {
    let lot = Lot::without_worker().await;
    let id = lot.start(LIST, Notation::Point).await;
    lot.execute(jobs).await;
    sqlx::query("UPDATE vehicle_import SET state = $1, state_since = now() - $2::text::interval")
        .bind(state)
        .bind(age)
        .execute(&lot.platform.db)
        .await
        .unwrap();
    import::clean_up(&lot.platform.db).await.unwrap();
    let report = lot.vehicles.import_find(&lot.owner, id).await.unwrap();
    assert_eq!(report.state == ImportState::Failed, why.is_some(), "{report:?}");
    assert_eq!(report.failure, why);
    let files = lot.count("SELECT count(*) FROM vehicle_import WHERE file IS NOT NULL").await;
    assert_eq!(files == 0, why.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_for_an_import_that_was_ended_meanwhile() {
    let lot = Lot::open().await;
    let checked = lot.check(LIST).await;
    let mut hold = lot.platform.db.begin().await.unwrap();
    sqlx::query("LOCK TABLE vehicle IN SHARE MODE").execute(&mut *hold).await.unwrap();
    lot.vehicles.import_apply(&lot.owner, checked.id, ImportMode::All).await.unwrap();
    lot.until_writing().await;
    lot.execute("UPDATE vehicle_import SET state = 'failed', finished_at = now(), file = NULL")
        .await;
    hold.commit().await.unwrap();
    while lot.count("SELECT count(*) FROM job WHERE state <> 'done'").await > 0 {
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(lot.ended(checked.id).await.rows_done, 0);
    assert_eq!(lot.stock().await, 0);
    lot.close().await;
}

#[tokio::test]
async fn one_import_too_many_ends_the_one_that_waits_longest_to_be_confirmed() {
    let lot = Lot::without_worker().await;
    let first = lot.start(LIST, Notation::Point).await;
    for _ in 1..10 {
        lot.start(LIST, Notation::Point).await;
    }
    let options = ImportOptions { notation: Notation::Point };
    let refused = lot
        .vehicles
        .import_start(&lot.owner, "list.csv".into(), LIST.to_vec(), options)
        .await;
    assert!(matches!(refused, Err(AppError::TooMany { .. })), "none of them waits: {refused:?}");
    assert_eq!(lot.count("SELECT count(*) FROM vehicle_import").await, 10);
    lot.execute("UPDATE vehicle_import SET state = 'checked'").await;
    let last = lot.start(LIST, Notation::Point).await;
    let ended = lot.vehicles.import_find(&lot.owner, first).await.unwrap();
    assert_eq!((ended.state, ended.failure), (ImportState::Failed, Some(Problem::Superseded)));
    assert_eq!(lot.count("SELECT count(*) FROM vehicle_import WHERE file IS NOT NULL").await, 10);
    let started = lot.vehicles.import_find(&lot.owner, last).await.unwrap();
    assert_eq!(started.state, ImportState::Checking);
}
