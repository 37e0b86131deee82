//! The stock import: files as dealers have them, all rows or the good ones, once and only once.

use std::time::{Duration, Instant};

use app::{
    kernel::{number::Notation, problem::Problem},
    vehicle::{ImportMode, ImportState, VehicleDraft, VehicleField, VehicleService},
};
use futures::future::join_all;
use rstest::rstest;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::imports::{Lot, at, worker};

const SAMPLE: &[u8] = include_bytes!("../../data/stock-sample.csv");

#[rstest]
#[case::byte_order_mark(b"\xef\xbb\xbfmake,model\nMazda,3\n", "utf-8", ",", "Mazda")]
#[case::semicolons(b"make;model;asking_price\r\nMazda;3;12900.50\r\n", "utf-8", ";", "Mazda")]
#[case::latin_1(b"make,model\nCitro\xebn,C4\n", "windows-1252", ",", "Citro\u{eb}n")]
#[case::tabs(b"make\tmodel\nMazda\t3\n", "utf-8", "\t", "Mazda")]
#[case::spanish(b"Marca;Modelo;A\xc3\xb1o;Placa;Kilometraje\nMazda;3;2019;abc-123;40000\n", "utf-8", ";", "Mazda")]
#[case::quotes_and_lines(b"make,model,notes\nMazda,3,\"one\ntwo, \"\"three\"\"\"\n", "utf-8", ",", "Mazda")]
#[case::columns_nobody_knows(b"make,model,shoe size\nMazda,3,42\n", "utf-8", ",", "Mazda")]
#[case::nul_in_a_column_nobody_knows(b"make,model,a\0b\nMazda,3,c\0d\n", "utf-8", ",", "Mazda")]
#[case::too_few_cells(b"make,model,line,notes\nMazda,3\n", "utf-8", ",", "Mazda")]
#[case::status_sold(b"make,model,status\nMazda,3,sold\n", "utf-8", ",", "Mazda")]
#[tokio::test(flavor = "multi_thread")]
async fn files_that_can_be_read(#[case] file: &[u8], #[case] encoding: &str, #[case] delimiter: &str, #[case] make: &str) {
    let lot = Lot::open().await;
    let report = lot.all_good(file).await;
    assert_eq!((report.encoding.as_str(), report.delimiter.as_str()), (encoding, delimiter));
    assert_eq!((report.rows, report.rows_done, report.rows_good), (Some(1), 1, 1));
    let found: String = sqlx::query_scalar("SELECT make FROM vehicle")
        .fetch_one(&lot.platform.db)
        .await
        .unwrap();
    assert_eq!(found, make);
    lot.close().await;
}

#[rstest]
#[case::empty(b"", Problem::EmptyFile)]
#[case::blank(b" \n\n", Problem::EmptyFile)]
#[case::unclosed_quote(b"make,model\nMazda,\"3\nVespa,PX\n", Problem::UnclosedQuote { line: 2 })]
#[case::column_twice(b"make,model,Make\nMazda,3,BMW\n", Problem::DuplicateColumn { first: "make".into(), second: "Make".into() })]
#[case::no_known_column(b"foo,bar\n1,2\n", Problem::NoHeader)]
#[case::too_many_columns(&[b'x', b','].repeat(501), Problem::TooManyColumns { max: 500 })]
#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_refused_whole(#[case] file: &[u8], #[case] problem: Problem) {
    let lot = Lot::open().await;
    let report = lot.check(file).await;
    assert_eq!(report.state, ImportState::Failed);
    assert!(report.failure == Some(problem) && report.finished_at.is_some(), "{report:?}");
    assert_eq!(lot.stock().await, 0);
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_with_a_dash_for_a_plate_go_in() {
    let lot = Lot::open().await;
    lot.all_good(b"make,model,plate,vin,engine_number\nMazda,3,-,---,-\nMazda,6,-,.,-\n")
        .await;
    assert_eq!(
        lot.count("SELECT count(*) FROM vehicle WHERE plate IS NULL AND vin IS NULL").await,
        2
    );
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_alone_is_a_list_of_nothing() {
    let lot = Lot::open().await;
    let report = lot.check(b"make,model\n").await;
    assert_eq!((report.state, report.rows, report.rows_good), (ImportState::Checked, Some(0), 0));
    lot.close().await;
}

#[rstest]
#[case::too_many_cells("make,model\nMazda,3,surplus\n", "3", Some(Problem::TooManyCells { columns: 2 }))]
#[case::no_model("make,model\nMazda,\n", "model", Some(Problem::Required))]
#[case::no_model_column("make,plate\nMazda,ABC123\n", "model", Some(Problem::Required))]
#[case::nul("make,model,notes\nMazda,3,a\0b\n", "notes", Some(Problem::ControlCharacters))]
#[case::negative_mileage("make,model,mileage_km\nMazda,3,-1\n", "mileage_km", Some(Problem::OutOfRange { min: "0".into(), max: "3000000".into() }))]
#[case::bad_date("make,model,acquired_on\nMazda,3,2026-02-30\n", "acquired_on", Some(Problem::NotADate))]
#[case::far_future("make,model,acquired_on\nMazda,3,9999-12-31\n", "acquired_on", Some(Problem::InTheFuture))]
#[case::unknown_status("make,model,Status\nMazda,3,exploded\n", "Status", None)]
#[case::unknown_branch("make,model,branch\nMazda,3,Atlantis\n", "branch", None)]
#[case::not_a_number("make,model,asking_price\nMazda,3,cheap\n", "asking_price", Some(Problem::NotANumber))]
#[case::long_notes(&format!("make,model,notes\nMazda,3,{}\n", "x".repeat(20_000)), "notes", Some(Problem::TooLong { max: 10_000 }))]
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_bad(#[case] file: &str, #[case] column: &str, #[case] problem: Option<Problem>) {
    let lot = Lot::open().await;
    let report = lot.check(file.as_bytes()).await;
    assert_eq!(
        (report.state, report.rows_good, report.rows_bad),
        (ImportState::Checked, 0, 1),
        "{report:?}"
    );
    let found = at(&report, 2, column);
    assert!(found.value.chars().count() <= 80);
    if let Some(problem) = problem {
        assert_eq!(found.problem, problem);
    }
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_read_as_the_person_says_they_are_written() {
    let lot = Lot::open().await;
    let file = b"make;model;asking_price\nMazda;3;12.900,50\n";
    let bad = lot.check(file).await;
    assert_eq!(at(&bad, 2, "asking_price").problem, Problem::NotANumber);
    // A whole column in the other notation would be prices a thousand times too small.
    let thousands = lot
        .check(b"make;model;asking_price;mileage\nMazda;3;12.900;80.000\nMazda;6;8.000;1.500\n")
        .await;
    for row in [2, 3] {
        assert_eq!(at(&thousands, row, "asking_price").problem, Problem::TooPrecise { decimals: 2 });
        assert_eq!(at(&thousands, row, "mileage").problem, Problem::NotWhole);
    }
    let id = lot.start(file, Notation::Comma).await;
    lot.until(id, |report| report.state == ImportState::Checked).await;
    lot.apply(id, ImportMode::All).await;
    let price: String = sqlx::query_scalar("SELECT asking_amount::float8::text FROM vehicle")
        .fetch_one(&lot.platform.db)
        .await
        .unwrap();
    assert_eq!(price, "12900.5");
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_are_named_by_their_row_and_what_the_stock_has_by_its_vehicle() {
    let lot = Lot::open().await;
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Make, "BMW");
    draft.set(VehicleField::Model, "R 80");
    draft.set(VehicleField::Plate, "MOT 01A");
    draft.set(VehicleField::StockNumber, "a-1");
    let there = lot.vehicles.create(&lot.owner, draft, Notation::Point).await.unwrap();
    let file = "make,model,plate,stock_number,vin,mileage_km\n\
                Mazda,3,abc-123,,,\n\
                Mazda,6,ABC 123,,,\n\
                Vespa,PX,mot01a,,,\n\
                Fiat,500,,A-1,,\n\
                Fiat,Panda,,B-7,,\n\
                Fiat,Uno,,b-7,,-5\n";
    let report = lot.check(file.as_bytes()).await;
    assert_eq!((report.rows_good, report.rows_bad), (2, 4), "{report:?}");
    assert_eq!(at(&report, 3, "plate").problem, Problem::Repeated { line: 2 });
    for (row, column) in [(4, "plate"), (5, "stock_number")] {
        let Problem::Taken { vehicle, id } = &at(&report, row, column).problem else {
            panic!("{report:?}")
        };
        assert!(vehicle.contains("BMW R 80") && *id == there.id.to_string(), "{vehicle} {id}");
    }
    // Everything about a row is said at once.
    assert_eq!(at(&report, 7, "stock_number").problem, Problem::Repeated { line: 6 });
    assert!(matches!(at(&report, 7, "mileage_km").problem, Problem::OutOfRange { .. }));
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing_and_the_good_rows() {
    let lot = Lot::open().await;
    let file = b"make,model,stock_number,plate,asking_price,status\n\
                 Mazda,3,,AAA111,12900,sold\n\
                 ,6,,AAA222,,available\n\
                 Fiat,500,ST-00001,AAA333,,inactive\n";
    let first = lot.check(file).await;
    assert_eq!((first.rows_good, first.rows_bad), (2, 1));
    let failed = lot.apply(first.id, ImportMode::All).await;
    assert_eq!((failed.state, failed.problems.len()), (ImportState::Failed, 1));
    assert_eq!(lot.stock().await, 0);

    let second = lot.check(file).await;
    let done = lot.apply(second.id, ImportMode::Good).await;
    assert_eq!((done.state, done.rows_good, done.rows_bad), (ImportState::Done, 2, 1));
    let rows: Vec<(String, String, bool)> =
        sqlx::query_as("SELECT make, stock_number, left_on IS NOT NULL FROM vehicle WHERE import_id = $1 ORDER BY id")
            .bind(second.id.0)
            .fetch_all(&lot.platform.db)
            .await
            .unwrap();
    // The file's own ST-00001 is not given to the row that brings none.
    assert_eq!(
        rows,
        [("Mazda".into(), "ST-00002".into(), true), ("Fiat".into(), "ST-00001".into(), true)]
    );
    assert_eq!(lot.count("SELECT count(*) FROM vehicle_status_change").await, 2);
    assert_eq!(lot.count("SELECT count(*) FROM vehicle_price_change").await, 1);
    let audited: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT actor, channel, host(address), request_id FROM audit_entry WHERE subject_kind = 'vehicle' AND action = 'created'",
    )
    .fetch_all(&lot.platform.db)
    .await
    .unwrap();
    let from = |text: &str| text.to_owned();
    assert_eq!(
        audited,
        vec![(lot.owner.name.clone(), from("job"), from("203.0.113.7"), from("asked")); 2],
        "who asked for it, and from where"
    );
    let steps: Vec<(String, serde_json::Value)> =
        sqlx::query_as("SELECT action, after FROM audit_entry WHERE subject_kind = 'vehicle_import' AND subject_id = $1 ORDER BY id")
            .bind(second.id.0)
            .fetch_all(&lot.platform.db)
            .await
            .unwrap();
    let uploaded = json!({ "file_name": "list.csv", "bytes": file.len(), "notation": "point" });
    assert_eq!(
        steps,
        [(from("uploaded"), uploaded), (from("confirmed"), json!({ "mode": "good" }))]
    );
    assert_eq!(
        lot.count("SELECT count(*) FROM vehicle_import WHERE state = 'done' AND file IS NOT NULL")
            .await,
        0
    );
    assert_eq!(lot.vehicles.propose_stock_number(&lot.owner).await.unwrap(), "ST-00003");
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_runs_again_writes_nothing_twice() {
    let lot = Lot::open().await;
    let report = lot.all_good(b"make,model\nMazda,3\nVespa,PX\n").await;
    sqlx::query("UPDATE job SET state = 'queued', attempts = 0, run_at = now(), finished_at = NULL")
        .execute(&lot.platform.db)
        .await
        .unwrap();
    let begun = Instant::now();
    while lot.count("SELECT count(*) FROM job WHERE state <> 'done'").await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(lot.stock().await, 2);
    let again = lot.vehicles.import_find(&lot.owner, report.id).await.unwrap();
    assert_eq!(again, report);
    assert!(lot.vehicles.import_apply(&lot.owner, report.id, ImportMode::All).await.is_err());
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vehicle_added_between_check_and_writing_keeps_the_whole_list_out() {
    let lot = Lot::open().await;
    let report = lot.check(b"make,model,plate\nMazda,3,AAA111\nVespa,PX,AAA222\n").await;
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Make, "BMW");
    draft.set(VehicleField::Model, "R 80");
    draft.set(VehicleField::Plate, "AAA222");
    lot.vehicles.create(&lot.owner, draft, Notation::Point).await.unwrap();
    let failed = lot.apply(report.id, ImportMode::All).await;
    assert_eq!(failed.state, ImportState::Failed);
    assert!(matches!(at(&failed, 3, "plate").problem, Problem::Taken { .. }));
    assert_eq!(lot.stock().await, 1);
    lot.close().await;
}

/// The race itself: the other vehicle is inserted, not yet committed, when the import checks; then it commits.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_race_is_named_and_writes_nothing() {
    let lot = Lot::open().await;
    let report = lot.check(b"make,model,plate\nMazda,3,AAA111\nVespa,PX,AAA222\n").await;
    let mut other = lot.platform.db.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO vehicle (organisation_id, id, kind, stock_number, make, model, plate, status, acquired_on)
         VALUES ($1, $2, 'car', 'X-1', 'BMW', 'R 80', 'AAA222', 'available', '2026-01-01')",
    )
    .bind(lot.owner.organisation.0)
    .bind(uuid::Uuid::now_v7())
    .execute(&mut *other)
    .await
    .unwrap();
    lot.vehicles.import_apply(&lot.owner, report.id, ImportMode::Good).await.unwrap();
    let begun = Instant::now();
    while lot
        .count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        .await
        == 0
    {
        assert!(begun.elapsed() < Duration::from_secs(8), "the import never waited");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.commit().await.unwrap();
    let failed = lot.until(report.id, |report| report.state != ImportState::Running).await;
    assert_eq!(failed.state, ImportState::Failed);
    assert!(matches!(failed.failure, Some(Problem::Taken { .. })), "{failed:?}");
    assert!(matches!(at(&failed, 3, "plate").problem, Problem::Taken { .. }));
    assert_eq!(lot.stock().await, 1);
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_a_stopping_worker_drops_is_done_by_the_next() {
    let lot = Lot::open().await;
    let report = lot.check(&long_list(6_000)).await;
    lot.vehicles.import_apply(&lot.owner, report.id, ImportMode::All).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    lot.stop.cancel();
    lot.worker.await.unwrap();
    let stop = CancellationToken::new();
    let next = worker(&lot.platform, &stop);
    let begun = Instant::now();
    loop {
        let report = lot.vehicles.import_find(&lot.owner, report.id).await.unwrap();
        if report.state == ImportState::Done {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "still {:?}", report.state);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM vehicle")
        .fetch_one(&lot.platform.db)
        .await
        .unwrap();
    assert_eq!(count, 6_000);
    stop.cancel();
    next.await.unwrap();
}

fn long_list(rows: usize) -> Vec<u8> {
    let mut file = String::from("stock_number,make,model,plate,asking_price,mileage_km\n");
    for row in 1..=rows {
        file.push_str(&format!("ST-{row:05},Mazda,3,P{row:06},{}.50,{row}\n", 5_000 + row));
    }
    file.into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_rows_go_in_and_the_counter_follows_them() {
    let lot = Lot::open().await;
    // Every connection has planned its look for used numbers while there were none.
    let numbers = async || join_all((0..64).map(|_| lot.vehicles.propose_stock_number(&lot.owner))).await;
    assert!(numbers().await.iter().all(Result::is_ok));
    let report = lot.all_good(&long_list(20_000)).await;
    assert_eq!((report.rows_good, report.rows_done), (20_000, 20_000));
    assert_eq!(lot.stock().await, 20_000);
    assert_eq!(
        lot.count("SELECT count(*) FROM audit_entry WHERE subject_kind = 'vehicle'").await,
        20_000
    );
    let proposed = tokio::time::timeout(Duration::from_secs(20), numbers())
        .await
        .expect("the stock is not walked for each");
    assert!(proposed.into_iter().all(|number| number.unwrap() == "ST-20001"));
    lot.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_list_goes_in_whole_and_once() {
    let lot = Lot::open().await;
    let report = lot.all_good(SAMPLE).await;
    assert_eq!(report.rows_good, 1_000);
    let again = lot.check(SAMPLE).await;
    assert_eq!((again.rows_good, again.rows_bad, again.problems.len()), (0, 1_000, 200));
    lot.close().await;
}
