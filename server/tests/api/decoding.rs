//! Decoding the VINs of a whole stock: what is filled, what is left alone, and what happens when it breaks off.

use std::time::{Duration, Instant};

use app::{
    identity::Preset,
    kernel::{
        error::AppError,
        id::{DecodingId, VehicleId},
        number::Notation,
        problem::Problem,
    },
    vehicle::{BodyType, DecodingReport, DecodingState, TimelineKind, Vehicle, VehicleDraft, VehicleField, VehicleService},
};
use server::vehicle::decoding;
use tokio_util::sync::CancellationToken;

use crate::support::{
    self,
    imports::{Lot, worker},
};

async fn add(lot: &Lot, fields: &[(VehicleField, &str)]) -> Vehicle {
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Make, "Honda");
    draft.set(VehicleField::Model, "Accord");
    for (field, text) in fields {
        draft.set(*field, *text);
    }
    lot.vehicles.create(&lot.owner, draft, Notation::Point).await.unwrap()
}

async fn until_over(lot: &Lot, id: DecodingId) -> DecodingReport {
    let begun = Instant::now();
    loop {
        let report = lot.vehicles.decoding_find(&lot.owner, id).await.unwrap();
        if report.state != DecodingState::Running {
            return report;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "still {report:?}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

async fn decode(lot: &Lot) -> DecodingReport {
    let id = lot.vehicles.decoding_start(&lot.owner).await.unwrap();
    until_over(lot, id).await
}

async fn now(lot: &Lot, id: VehicleId) -> Vehicle {
    lot.vehicles.find(&lot.owner, id).await.unwrap()
}

fn accord(number: usize) -> String {
    format!("1HGCM82633A{number:06}")
}

#[tokio::test]
async fn empty_fields_are_filled_and_nothing_is_overwritten() {
    let lot = Lot::open().await;
    let bare = add(
        &lot,
        &[(VehicleField::Vin, "1HGCM82633A004352"), (VehicleField::AskingPrice, "12900.50")],
    )
    .await;
    let other = add(
        &lot,
        &[
            (VehicleField::Vin, "5YJ3E1EA7KF317000"),
            (VehicleField::ModelYear, "2018"),
            (VehicleField::Notes, "as it is"),
        ],
    )
    .await;
    let without = add(&lot, &[]).await;
    let unknown = add(&lot, &[(VehicleField::Vin, "00000000000000000")]).await;
    let short = add(&lot, &[(VehicleField::Vin, "AB")]).await;

    let report = decode(&lot).await;
    assert_eq!(
        (report.state, report.vehicles, report.done),
        (DecodingState::Done, Some(4), 4),
        "{report:?}"
    );
    assert_eq!((report.decoded, report.changed), (2, 2), "{report:?}");

    let filled = now(&lot, bare.id).await;
    assert_eq!((filled.version, filled.model_year), (2, Some(2003)));
    assert_eq!((filled.body_type.map(BodyType::name), filled.doors), (Some("coupe"), Some(2)));
    assert_eq!(
        (&filled.asking_price, &filled.stock_number),
        (&bare.asking_price, &bare.stock_number)
    );
    let timeline = lot.vehicles.timeline(&lot.owner, bare.id).await.unwrap();
    let TimelineKind::Edited { changes } = &timeline[0].kind else {
        panic!("{timeline:?}")
    };
    assert!(changes.iter().all(|(_, before, _)| before.is_none()), "{changes:?}");
    assert_eq!(timeline[0].by, lot.owner.name, "in the name of the person who asked");

    let kept = now(&lot, other.id).await;
    assert_eq!(
        (kept.make.as_str(), kept.model_year, kept.notes.as_deref()),
        ("Honda", Some(2018), Some("as it is"))
    );
    let differing: Vec<_> = report
        .differences
        .iter()
        .map(|found| (found.vehicle, found.field, found.decoded.as_str()))
        .collect();
    assert_eq!(report.differing, 3);
    assert_eq!(
        differing,
        [
            (other.id, VehicleField::Make, "Tesla"),
            (other.id, VehicleField::Model, "Model 3"),
            (other.id, VehicleField::ModelYear, "2019"),
        ]
    );
    for id in [without.id, unknown.id, short.id] {
        assert_eq!(now(&lot, id).await.version, 1);
    }

    let again = decode(&lot).await;
    assert_ne!(again.id, report.id);
    assert_eq!(
        (again.decoded, again.changed, again.filled, again.differing),
        (2, 0, 0, 3),
        "{again:?}"
    );
    lot.close().await;
}

#[tokio::test]
async fn a_run_that_a_worker_leaves_goes_on_behind_the_last_that_is_done() {
    let mut lot = Lot::without_worker().await;
    for number in 0..170 {
        add(&lot, &[(VehicleField::Vin, &accord(number))]).await;
    }
    let id = lot.vehicles.decoding_start(&lot.owner).await.unwrap();
    assert_eq!(lot.vehicles.decoding_start(&lot.owner).await.unwrap(), id, "one at a time");
    let first = CancellationToken::new();
    let stopped = worker(&lot.platform, &first);
    let begun = Instant::now();
    while lot.vehicles.decoding_find(&lot.owner, id).await.unwrap().done == 0 && begun.elapsed() < Duration::from_secs(30) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    first.cancel();
    stopped.await.unwrap();
    lot.stop = CancellationToken::new();
    lot.worker = worker(&lot.platform, &lot.stop);
    let report = until_over(&lot, id).await;
    assert_eq!((report.state, report.vehicles), (DecodingState::Done, Some(170)), "{report:?}");
    assert_eq!((report.done, report.decoded, report.changed), (170, 170, 170), "{report:?}");
    assert_eq!(lot.count("SELECT count(*) FROM vehicle WHERE version = 2").await, 170, "once each");
    assert_eq!(lot.count("SELECT count(*) FROM audit_entry WHERE action = 'updated'").await, 170);
    let started = "SELECT count(*) FROM audit_entry WHERE subject_kind = 'vehicle_decoding' AND action = 'started'";
    assert_eq!(lot.count(started).await, 1, "once, however often it was asked for");
    lot.close().await;
}

#[tokio::test]
async fn a_run_waits_for_whoever_changes_a_vehicle_and_goes_by_what_came_of_it() {
    let lot = Lot::open().await;
    let edited = add(&lot, &[(VehicleField::Vin, "1HGCM82633A004352")]).await;
    let deleted = add(&lot, &[(VehicleField::Vin, &accord(7))]).await;
    let mut other = lot.platform.db.begin().await.unwrap();
    for (statement, vehicle) in [
        (
            "UPDATE vehicle v
             SET model_year = 2001, branch_id = (SELECT b.id FROM branch b WHERE b.organisation_id = v.organisation_id)
             WHERE v.id = $1",
            &edited,
        ),
        ("UPDATE vehicle SET deleted_at = now() WHERE id = $1", &deleted),
    ] {
        sqlx::query(statement).bind(vehicle.id.0).execute(&mut *other).await.unwrap();
    }
    let id = lot.vehicles.decoding_start(&lot.owner).await.unwrap();
    let begun = Instant::now();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while lot.count(waiting).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(8), "the run never waited");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.commit().await.unwrap();
    let report = until_over(&lot, id).await;
    assert_eq!(
        (report.state, report.done, report.changed, report.differing),
        (DecodingState::Done, 1, 1, 1),
        "{report:?}"
    );
    let filled = now(&lot, edited.id).await;
    assert_eq!((filled.model_year, filled.doors), (Some(2001), Some(2)));
    let timeline = lot.vehicles.timeline(&lot.owner, edited.id).await.unwrap();
    let TimelineKind::Edited { changes } = &timeline[0].kind else {
        panic!("{timeline:?}")
    };
    assert!(
        changes.iter().all(|(field, ..)| field != VehicleField::Branch.name()),
        "{changes:?}"
    );
    lot.close().await;
}

#[tokio::test]
async fn two_who_start_at_once_follow_the_same_run() {
    let lot = Lot::without_worker().await;
    let starts = (0..8).map(|_| lot.vehicles.decoding_start(&lot.owner));
    let ids: Vec<_> = futures::future::join_all(starts).await.into_iter().map(Result::unwrap).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    assert_eq!(lot.count("SELECT count(*) FROM job WHERE kind = 'vehicle_decoding'").await, 1);
}

#[tokio::test]
async fn only_the_own_stock_is_decoded_and_only_its_members_see_the_report() {
    let lot = Lot::open().await;
    let elsewhere = support::dealership(&lot.platform).await;
    let stranger = support::actor(elsewhere, Preset::Owner);
    let mut draft = VehicleDraft::default();
    for (field, text) in [
        (VehicleField::Make, "Honda"),
        (VehicleField::Model, "Accord"),
        (VehicleField::Vin, "1HGCM82633A004352"),
    ] {
        draft.set(field, text);
    }
    let foreign = lot.vehicles.create(&stranger, draft, Notation::Point).await.unwrap();
    let report = decode(&lot).await;
    assert_eq!((report.vehicles, report.done), (Some(0), 0), "nothing to do is done");
    assert_eq!(lot.vehicles.find(&stranger, foreign.id).await.unwrap().version, 1);
    assert!(matches!(
        lot.vehicles.decoding_find(&stranger, report.id).await,
        Err(AppError::NotFound { .. })
    ));
    let viewer = support::actor(lot.owner.organisation, Preset::Viewer);
    assert!(matches!(
        lot.vehicles.decoding_start(&viewer).await,
        Err(AppError::Forbidden { .. })
    ));
    lot.close().await;
}

#[tokio::test]
async fn a_run_that_nobody_works_on_any_more_is_ended_so_that_another_can_begin() {
    let lot = Lot::without_worker().await;
    let id = lot.vehicles.decoding_start(&lot.owner).await.unwrap();
    decoding::clean_up(&lot.platform.db).await.unwrap();
    assert_eq!(
        lot.vehicles.decoding_find(&lot.owner, id).await.unwrap().state,
        DecodingState::Running
    );
    for statement in [
        "UPDATE vehicle_decoding SET created_at = now() - interval '2 hours'",
        "UPDATE job SET state = 'dead'",
    ] {
        sqlx::query(statement).execute(&lot.platform.db).await.unwrap();
    }
    decoding::clean_up(&lot.platform.db).await.unwrap();
    let ended = lot.vehicles.decoding_find(&lot.owner, id).await.unwrap();
    assert_eq!((ended.state, ended.failure), (DecodingState::Failed, Some(Problem::BrokenOff)));
    assert_ne!(lot.vehicles.decoding_start(&lot.owner).await.unwrap(), id);
}
