//! Imports as a dealer runs them: a dealership with a worker that checks and writes, and decodes.

use std::time::{Duration, Instant};

use app::{
    identity::Preset,
    kernel::{actor::Actor, id::ImportId, number::Notation},
    vehicle::{ImportMode, ImportOptions, ImportProblem, ImportReport, ImportState, VehicleService},
};
use server::{
    jobs::{Options, Registry, Worker},
    platform::Platform,
    vehicle::{Vehicles, decoding, import},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A dealership with a worker.
pub struct Lot {
    pub platform: Platform,
    pub vehicles: Vehicles,
    pub owner: Actor,
    pub stop: CancellationToken,
    pub worker: JoinHandle<()>,
}

impl Lot {
    pub async fn open() -> Self {
        let mut lot = Self::without_worker().await;
        lot.stop = CancellationToken::new();
        lot.worker = worker(&lot.platform, &lot.stop);
        lot
    }

    /// Nobody checks or writes anything here.
    pub async fn without_worker() -> Self {
        let platform = super::platform().await;
        let organisation = super::dealership(&platform).await;
        let mut owner = super::actor(organisation, Preset::Owner);
        owner.origin.address = Some([203, 0, 113, 7].into());
        owner.origin.request = Some("asked".into());
        Self {
            vehicles: Vehicles::new(platform.clone()),
            owner,
            worker: tokio::spawn(async {}),
            stop: CancellationToken::new(),
            platform,
        }
    }

    pub async fn start(&self, file: &[u8], notation: Notation) -> ImportId {
        let options = ImportOptions { notation };
        self.vehicles
            .import_start(&self.owner, "list.csv".into(), file.to_vec(), options)
            .await
            .unwrap()
    }

    pub async fn until(&self, id: ImportId, over: impl Fn(&ImportReport) -> bool) -> ImportReport {
        let begun = Instant::now();
        loop {
            let report = self.vehicles.import_find(&self.owner, id).await.unwrap();
            if over(&report) {
                return report;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "still {report:?}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    pub async fn check(&self, file: &[u8]) -> ImportReport {
        let id = self.start(file, Notation::Point).await;
        self.until(id, |report| report.state != ImportState::Checking).await
    }

    pub async fn apply(&self, id: ImportId, mode: ImportMode) -> ImportReport {
        self.vehicles.import_apply(&self.owner, id, mode).await.unwrap();
        self.until(id, |report| report.state != ImportState::Running).await
    }

    pub async fn all_good(&self, file: &[u8]) -> ImportReport {
        let report = self.check(file).await;
        assert_eq!((report.state, report.rows_bad), (ImportState::Checked, 0), "{report:?}");
        let report = self.apply(report.id, ImportMode::All).await;
        assert_eq!(report.state, ImportState::Done, "{report:?}");
        report
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.platform.db).await.unwrap()
    }

    pub async fn stock(&self) -> i64 {
        self.count("SELECT count(*) FROM vehicle").await
    }

    pub async fn close(self) {
        self.stop.cancel();
        self.worker.await.unwrap();
    }
}

pub fn worker(platform: &Platform, stop: &CancellationToken) -> JoinHandle<()> {
    let options = Options {
        poll: Duration::from_millis(50),
        backoff: Duration::from_millis(50),
        grace: Duration::from_millis(200),
        ..Options::default()
    };
    Worker::start_with(
        platform.clone(),
        decoding::register(import::register(Registry::default())),
        stop.clone(),
        options,
    )
}

pub fn at<'a>(report: &'a ImportReport, row: u64, column: &str) -> &'a ImportProblem {
    report
        .problems
        .iter()
        .find(|problem| problem.line == row && problem.column == column)
        .unwrap_or_else(|| panic!("nothing at row {row}, {column}: {:?}", report.problems))
}
