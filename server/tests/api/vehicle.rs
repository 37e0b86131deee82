//! The stock's rules at the service: lists that hold every row once, races with one winner, and each bad input at its field.

use std::collections::BTreeSet;

use app::{
    kernel::{
        error::{AppError, Conflict},
        id::VehicleId,
        number::Notation,
        problem::Problem,
        unit::DistanceUnit,
    },
    vehicle::{StockStatus, TimelineKind, VehicleField, VehicleQuery, VehicleService},
};
use futures::future::join_all;
use rstest::rstest;

use crate::support::stock::{Lot, draft};

fn not_found(error: &AppError) -> bool {
    matches!(error, AppError::NotFound { .. })
}

#[tokio::test]
async fn a_hundred_vehicles_added_at_once_have_a_hundred_numbers() {
    let lot = Lot::open().await;
    lot.add(&[(VehicleField::StockNumber, "ST-00007")]).await;
    let added = join_all((0..100).map(|_| lot.add(&[]))).await;
    let numbers: BTreeSet<String> = added.into_iter().map(|vehicle| vehicle.stock_number).collect();
    assert_eq!(numbers.len(), 100);
    assert!(!numbers.contains("ST-00007"));
}

#[tokio::test]
async fn of_ten_who_want_one_plate_one_gets_it_and_nine_learn_who() {
    let lot = Lot::open().await;
    let answers = join_all((0..10).map(|_| lot.try_add(&[(VehicleField::Plate, "nvt-918")]))).await;
    let (added, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(added.len(), 1);
    let winner = added.into_iter().next().unwrap().unwrap();
    for error in refused.into_iter().map(Result::unwrap_err) {
        let Some(Problem::Taken { vehicle, id }) = error.fields().remove("plate") else {
            panic!("{error:?}");
        };
        assert_eq!(id, winner.id.to_string());
        assert!(vehicle.contains("Mazda 3") && vehicle.contains(&winner.stock_number), "{vehicle}");
    }
}

#[tokio::test]
async fn of_two_who_edit_at_once_one_learns_that_it_changed() {
    let lot = Lot::open().await;
    let vehicle = lot.add(&[]).await;
    let (one, other) = futures::join!(
        lot.edit(&vehicle, VehicleField::Notes, "one"),
        lot.edit(&vehicle, VehicleField::Notes, "other")
    );
    let (saved, refused) = match (one, other) {
        (Ok(saved), Err(refused)) | (Err(refused), Ok(saved)) => (saved, refused),
        both => panic!("{both:?}"),
    };
    assert!(matches!(refused, AppError::Conflict { reason: Conflict::Changed { version }, .. } if version == saved.version));
    let now = lot.vehicles.find(&lot.owner, vehicle.id).await.unwrap();
    assert_eq!(now.notes, saved.notes);
}

#[tokio::test]
async fn saving_without_a_change_makes_no_version_and_no_entry() {
    let lot = Lot::open().await;
    let vehicle = lot
        .add(&[(VehicleField::AskingPrice, "12900.50"), (VehicleField::Mileage, "83716")])
        .await;
    let same = lot.edit(&vehicle, VehicleField::Make, "Mazda").await.unwrap();
    assert_eq!(same.version, vehicle.version);
    let priced = lot.edit(&vehicle, VehicleField::AskingPrice, "11900").await.unwrap();
    assert_eq!(priced.version, vehicle.version + 1);
    let timeline = lot.vehicles.timeline(&lot.owner, vehicle.id).await.unwrap();
    let prices = timeline
        .iter()
        .filter(|entry| matches!(entry.kind, TimelineKind::PriceChanged { .. }))
        .count();
    let edits = timeline
        .iter()
        .filter(|entry| matches!(entry.kind, TimelineKind::Edited { .. }))
        .count();
    assert_eq!((prices, edits), (2, 0), "{timeline:?}");
}

#[tokio::test]
async fn a_timeline_runs_by_the_clock_of_the_organisation() {
    let lot = Lot::open().await;
    let vehicle = lot.add(&[]).await;
    let mut far_east = lot.owner.clone();
    far_east.time_zone = "Pacific/Kiritimati".into();
    let timeline = lot.vehicles.timeline(&far_east, vehicle.id).await.unwrap();
    assert_eq!(timeline[0].at.offset().local_minus_utc(), 14 * 3_600);
    assert_eq!(
        timeline[0].at.to_utc(),
        lot.vehicles.timeline(&lot.owner, vehicle.id).await.unwrap()[0].at.to_utc()
    );
}

#[tokio::test]
async fn two_values_in_use_are_both_named() {
    let lot = Lot::open().await;
    lot.add(&[(VehicleField::Plate, "AAA111")]).await;
    lot.add(&[(VehicleField::EngineNumber, "EN1")]).await;
    let error = lot
        .try_add(&[(VehicleField::Plate, "aaa 111"), (VehicleField::EngineNumber, "en1")])
        .await
        .unwrap_err();
    assert_eq!(error.status(), 409);
    assert_eq!(error.fields().into_keys().collect::<Vec<_>>(), ["engine_number", "plate"]);
}

#[tokio::test]
async fn a_deleted_vehicle_frees_its_plate_and_comes_back_only_if_it_is_still_free() {
    let lot = Lot::open().await;
    let gone = lot.add(&[(VehicleField::Plate, "AAA111")]).await;
    for _ in 0..2 {
        lot.vehicles.delete(&lot.owner, gone.id, None).await.unwrap();
    }
    assert!(not_found(&lot.vehicles.find(&lot.owner, gone.id).await.unwrap_err()));
    let heir = lot.add(&[(VehicleField::Plate, "AAA111")]).await;
    let error = lot.vehicles.restore(&lot.owner, gone.id, None).await.unwrap_err();
    assert!(
        matches!(error.fields().get("plate"), Some(Problem::Taken { id, .. }) if *id == heir.id.to_string()),
        "{error:?}"
    );
    lot.vehicles.delete(&lot.owner, heir.id, None).await.unwrap();
    let back = lot.vehicles.restore(&lot.owner, gone.id, None).await.unwrap();
    assert_eq!(back.plate.as_deref(), Some("AAA111"));
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_not_deleted_by_who_has_not_seen_it() {
    let lot = Lot::open().await;
    let read = lot.add(&[]).await;
    let changed = lot.edit(&read, VehicleField::Notes, "reserved for Ana").await.unwrap();
    let delete = async |versions: Vec<i64>| lot.vehicles.delete(&lot.owner, read.id, Some(versions)).await;
    for stale in [vec![read.version], Vec::new()] {
        let error = delete(stale).await.unwrap_err();
        assert!(matches!(error, AppError::Conflict { reason: Conflict::Changed { version }, .. } if version == changed.version));
    }
    assert!(lot.vehicles.find(&lot.owner, read.id).await.is_ok());
    delete(vec![read.version, changed.version]).await.unwrap();
    delete(vec![changed.version]).await.unwrap();
    let restored = lot.vehicles.restore(&lot.owner, read.id, Some(vec![changed.version])).await;
    assert!(matches!(
        restored.unwrap_err(),
        AppError::Conflict {
            reason: Conflict::Changed { .. },
            ..
        }
    ));
    assert!(
        lot.vehicles
            .restore(&lot.owner, read.id, Some(vec![changed.version + 1]))
            .await
            .is_ok()
    );
}

#[rstest]
#[case(VehicleField::Vin)]
#[case(VehicleField::Plate)]
#[case(VehicleField::EngineNumber)]
#[case(VehicleField::ChassisNumber)]
#[tokio::test]
async fn a_dash_where_there_is_no_number_is_taken_twice(#[case] field: VehicleField) {
    let lot = Lot::open().await;
    for dash in ["---", " - "] {
        let vehicle = lot.add(&[(field, dash)]).await;
        let numbers = [vehicle.vin, vehicle.plate, vehicle.engine_number, vehicle.chassis_number];
        assert_eq!(numbers, [None, None, None, None]);
    }
}

#[tokio::test]
async fn prices_keep_the_four_decimals_of_the_finest_currencies() {
    let lot = Lot::open().await;
    let vehicle = lot
        .add(&[(VehicleField::Currency, "CLF"), (VehicleField::AskingPrice, "1234.5678")])
        .await;
    assert_eq!(vehicle.asking_price.map(|price| price.amount.to_string()), Some("1234.5678".into()));
}

#[tokio::test]
async fn a_make_is_found_whatever_its_case_and_accents() {
    let lot = Lot::open().await;
    lot.add(&[(VehicleField::Make, "Citroën")]).await;
    lot.add(&[]).await;
    let query = VehicleQuery {
        make: Some("CITROEN".into()),
        ..VehicleQuery::default()
    };
    assert_eq!(lot.vehicles.list(&lot.owner, query.clone()).await.unwrap().items.len(), 1);
    assert_eq!(lot.vehicles.totals(&lot.owner, query).await.unwrap().count, 1);
}

#[tokio::test]
async fn a_mileage_without_a_unit_is_in_the_organisations() {
    let mut lot = Lot::open().await;
    lot.owner.distance_unit = DistanceUnit::Mi;
    let vehicle = lot.add(&[(VehicleField::Mileage, "50000")]).await;
    assert_eq!(vehicle.mileage.map(|mileage| mileage.unit), Some(DistanceUnit::Mi));
}

#[tokio::test]
async fn days_in_stock_stand_still_once_it_has_left() {
    let lot = Lot::open().await;
    let vehicle = lot.add(&[(VehicleField::AcquiredOn, "2026-01-01")]).await;
    let reason = Some("export".to_owned());
    let left = lot
        .vehicles
        .change_status(&lot.owner, vehicle.id, vehicle.version, StockStatus::Inactive, reason)
        .await
        .unwrap();
    sqlx::query("UPDATE vehicle SET left_on = '2026-01-31'")
        .execute(&lot.platform.db)
        .await
        .unwrap();
    assert_eq!(lot.vehicles.find(&lot.owner, left.id).await.unwrap().days_in_stock, 30);
}

#[tokio::test]
async fn another_organisation_neither_sees_nor_touches_it() {
    let lot = Lot::open().await;
    let vehicle = lot.add(&[(VehicleField::Plate, "AAA111")]).await;
    let (who, id, version) = (&lot.stranger, vehicle.id, vehicle.version);
    assert!(lot.vehicles.list(who, VehicleQuery::default()).await.unwrap().items.is_empty());
    assert!(not_found(&lot.vehicles.find(who, id).await.unwrap_err()));
    assert!(not_found(&lot.vehicles.timeline(who, id).await.unwrap_err()));
    let changed = lot.vehicles.update(who, id, version, draft(&[]), Notation::Point).await;
    assert!(not_found(&changed.unwrap_err()));
    let moved = lot.vehicles.change_status(who, id, version, StockStatus::Available, None).await;
    assert!(not_found(&moved.unwrap_err()));
    assert!(not_found(&lot.vehicles.delete(who, id, None).await.unwrap_err()));
    assert!(not_found(&lot.vehicles.restore(who, id, None).await.unwrap_err()));
    assert!(not_found(&lot.vehicles.find(&lot.owner, VehicleId::new()).await.unwrap_err()));
    // What is unique is unique in each organisation.
    let twin = lot
        .vehicles
        .create(who, draft(&[(VehicleField::Plate, "AAA111")]), Notation::Point)
        .await;
    assert!(twin.is_ok());
    // A branch of the neighbour is no place for our vehicles.
    let branches = lot.vehicles.branches(who).await.unwrap();
    let (branch, _) = branches.first().expect("an organisation is made with its main branch");
    let error = lot.try_add(&[(VehicleField::Branch, &branch.to_string())]).await.unwrap_err();
    assert!(error.fields().contains_key("branch"), "{error:?}");
}

#[rstest]
#[case(VehicleField::AskingPrice, "-1")]
#[case(VehicleField::AskingPrice, "999999999999999")]
#[case(VehicleField::AskingPrice, "cheap")]
#[case(VehicleField::PurchasePrice, "1.999")]
#[case(VehicleField::Mileage, "-5")]
#[case(VehicleField::Mileage, "9999999999999999999999999999999999")]
#[case(VehicleField::Mileage, "12.5")]
#[case(VehicleField::AcquiredOn, "2026-02-30")]
#[case(VehicleField::AcquiredOn, "2999-01-01")]
#[case(VehicleField::Status, "sold")]
#[case(VehicleField::Status, "stolen")]
#[case(VehicleField::Kind, "boat")]
#[case(VehicleField::Make, "Maz\0da")]
#[case(VehicleField::Make, "   ")]
#[case(VehicleField::Branch, "0193aaaa-0000-7000-8000-000000000000")]
#[case(VehicleField::Branch, "'; DROP TABLE vehicle; --")]
#[case(VehicleField::Currency, "DOGE")]
#[tokio::test]
async fn what_cannot_be_is_named_at_its_field(#[case] field: VehicleField, #[case] text: &str) {
    let lot = Lot::open().await;
    let error = lot.try_add(&[(field, text)]).await.unwrap_err();
    assert_eq!(error.status(), 422, "{error:?}");
    assert!(error.fields().contains_key(field.name()), "{error:?}");
}

#[tokio::test]
async fn twenty_thousand_characters_of_notes_are_refused_and_ten_thousand_kept() {
    let lot = Lot::open().await;
    let error = lot.try_add(&[(VehicleField::Notes, &"ñ".repeat(20_000))]).await.unwrap_err();
    assert_eq!(error.fields().get("notes"), Some(&Problem::TooLong { max: 10_000 }));
    let kept = lot.add(&[(VehicleField::Notes, &"ñ".repeat(10_000))]).await;
    assert_eq!(kept.notes.map(|notes| notes.chars().count()), Some(10_000));
}
