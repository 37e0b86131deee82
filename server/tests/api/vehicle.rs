//! The stock's rules at the service: lists that hold every row once, races with one winner, and each bad input at its field.

use std::collections::BTreeSet;

use app::{
    identity::Preset,
    kernel::{
        actor::Actor,
        error::{AppError, Conflict},
        id::VehicleId,
        number::Notation,
        page::{Cursor, Direction},
        problem::Problem,
        unit::DistanceUnit,
    },
    vehicle::{StockStatus, TimelineKind, Vehicle, VehicleDraft, VehicleField, VehicleQuery, VehicleService, VehicleSort},
};
use futures::future::join_all;
use rstest::rstest;
use server::{platform::Platform, vehicle::Vehicles};

use crate::support;

/// A dealership and its owner.
struct Lot {
    platform: Platform,
    vehicles: Vehicles,
    owner: Actor,
    stranger: Actor,
}

impl Lot {
    async fn open() -> Self {
        let platform = support::platform().await;
        let (here, there) = (support::dealership(&platform).await, support::dealership(&platform).await);
        Self {
            vehicles: Vehicles::new(platform.clone()),
            platform,
            owner: support::actor(here, Preset::Owner),
            stranger: support::actor(there, Preset::Owner),
        }
    }

    async fn try_add(&self, fields: &[(VehicleField, &str)]) -> Result<Vehicle, AppError> {
        self.vehicles.create(&self.owner, draft(fields), Notation::Point).await
    }

    async fn add(&self, fields: &[(VehicleField, &str)]) -> Vehicle {
        self.try_add(fields).await.unwrap()
    }

    async fn edit(&self, vehicle: &Vehicle, field: VehicleField, text: &str) -> Result<Vehicle, AppError> {
        let mut draft = VehicleDraft::of(vehicle, self.owner.locale);
        draft.set(field, text);
        self.vehicles
            .update(&self.owner, vehicle.id, vehicle.version, draft, Notation::Point)
            .await
    }
}

/// A Mazda 3 with what the test says about it.
fn draft(fields: &[(VehicleField, &str)]) -> VehicleDraft {
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Make, "Mazda");
    draft.set(VehicleField::Model, "3");
    for (field, text) in fields {
        draft.set(*field, *text);
    }
    draft
}

fn not_found(error: &AppError) -> bool {
    matches!(error, AppError::NotFound { .. })
}

#[rstest]
#[case(VehicleSort::Added)]
#[case(VehicleSort::Price)]
#[case(VehicleSort::Mileage)]
#[case(VehicleSort::Year)]
#[case(VehicleSort::DaysInStock)]
#[case(VehicleSort::Title)]
#[tokio::test]
async fn a_list_is_walked_there_and_back_and_holds_every_row_once(#[case] sort: VehicleSort) {
    use VehicleField as F;
    let lot = Lot::open().await;
    for n in 0..23 {
        // Ties in threes, and every fourth row without the key.
        let (year, price, mileage) = (
            (2010 + n / 3).to_string(),
            (9_000 + n / 3).to_string(),
            (50_000 + n / 3).to_string(),
        );
        let acquired = format!("2025-01-{:02}", 1 + n / 3);
        let mut fields = vec![(F::AcquiredOn, acquired.as_str())];
        if n % 4 > 0 {
            fields.extend([(F::ModelYear, year.as_str()), (F::AskingPrice, &price), (F::Mileage, &mileage)]);
        }
        let vehicle = lot.add(&fields).await;
        if n % 5 == 0 {
            let reason = Some("scrapped".to_owned());
            let (to, version) = (StockStatus::Inactive, vehicle.version);
            lot.vehicles
                .change_status(&lot.owner, vehicle.id, version, to, reason)
                .await
                .unwrap();
        }
    }
    for direction in [Direction::Ascending, Direction::Descending] {
        let page = async |cursor: Option<Cursor>, limit| {
            let query = VehicleQuery {
                sort: Some(sort),
                direction: Some(direction),
                cursor,
                limit: Some(limit),
                ..VehicleQuery::default()
            };
            lot.vehicles.list(&lot.owner, query).await.unwrap()
        };
        let ids = |page: &app::kernel::page::Page<app::vehicle::VehicleSummary>| page.items.iter().map(|row| row.id).collect::<Vec<_>>();
        let whole = page(None, 100).await;
        assert_eq!(whole.items.len(), 23);
        if sort == VehicleSort::Price {
            let unpriced: Vec<bool> = whole.items.iter().map(|row| row.asking_price.is_none()).collect();
            assert!(unpriced.is_sorted(), "rows without a price come last, {direction:?}: {unpriced:?}");
        }
        for limit in [1, 4, 22, 23] {
            let mut there = Vec::new();
            let mut at = page(None, limit).await;
            assert_eq!(at.previous, None);
            loop {
                there.extend(ids(&at));
                let Some(next) = at.next.clone() else { break };
                at = page(Some(next), limit).await;
            }
            assert_eq!(there, ids(&whole), "{sort:?} {direction:?} by {limit}");
            let mut back = ids(&at);
            while let Some(previous) = at.previous.clone() {
                at = page(Some(previous), limit).await;
                back.splice(0..0, ids(&at));
            }
            assert_eq!(back, ids(&whole), "back: {sort:?} {direction:?} by {limit}");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_or_organisation_is_refused() {
    let lot = Lot::open().await;
    for _ in 0..3 {
        lot.add(&[]).await;
    }
    let one = VehicleQuery {
        limit: Some(1),
        ..VehicleQuery::default()
    };
    let page = lot.vehicles.list(&lot.owner, one.clone()).await.unwrap();
    let query = VehicleQuery { cursor: page.next, ..one };
    assert!(lot.vehicles.list(&lot.owner, query.clone()).await.is_ok());
    let sorted = VehicleQuery {
        sort: Some(VehicleSort::Year),
        ..query.clone()
    };
    let filtered = VehicleQuery {
        make: Some("Mazda".into()),
        ..query.clone()
    };
    for (actor, query) in [(&lot.stranger, query), (&lot.owner, sorted), (&lot.owner, filtered)] {
        let error = lot.vehicles.list(actor, query).await.unwrap_err();
        assert!(error.status() == 422 && error.fields().contains_key("cursor"), "{error:?}");
    }
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

#[tokio::test]
async fn a_search_finds_without_accents_case_and_dashes_and_takes_signs_as_they_are() {
    let lot = Lot::open().await;
    lot.add(&[
        (VehicleField::Make, "Citroën"),
        (VehicleField::Plate, "NVT918"),
        (VehicleField::Notes, "50% paid"),
    ])
    .await;
    lot.add(&[]).await;
    for (words, found) in [
        ("citroen", 1),
        ("CITROËN nvt-918", 1),
        ("50%", 1),
        ("5_%", 0),
        ("citroen mazda", 0),
        ("", 2),
        ("'; --", 0),
    ] {
        let query = VehicleQuery {
            search: Some(words.to_owned()),
            ..VehicleQuery::default()
        };
        let page = lot.vehicles.list(&lot.owner, query.clone()).await.unwrap();
        assert_eq!(page.items.len(), found, "{words}");
        assert_eq!(
            lot.vehicles.totals(&lot.owner, query).await.unwrap().count,
            i64::try_from(found).unwrap()
        );
    }
}

/// Totals are kept in memory: every kind of change must be seen, whichever replica made it.
#[tokio::test]
async fn totals_follow_every_change_of_any_replica() {
    let lot = Lot::open().await;
    let other = Vehicles::new(support::same_database(&lot.platform).await);
    let count = async || {
        let here = lot.vehicles.totals(&lot.owner, VehicleQuery::default()).await.unwrap();
        assert_eq!(here, other.totals(&lot.owner, VehicleQuery::default()).await.unwrap());
        here
    };
    assert_eq!(count().await.count, 0);
    let vehicle = lot.add(&[(VehicleField::AskingPrice, "10000")]).await;
    assert_eq!(count().await.asking.amount, 10_000.into());
    let vehicle = lot.edit(&vehicle, VehicleField::AskingPrice, "12000").await.unwrap();
    assert_eq!(count().await.asking.amount, 12_000.into());
    let reason = Some("scrapped".to_owned());
    other
        .change_status(&lot.owner, vehicle.id, vehicle.version, StockStatus::Inactive, reason)
        .await
        .unwrap();
    assert_eq!(count().await.by_status, [(StockStatus::Inactive, 1)]);
    other.delete(&lot.owner, vehicle.id, None).await.unwrap();
    assert_eq!(count().await.count, 0);
    lot.vehicles.restore(&lot.owner, vehicle.id, None).await.unwrap();
    assert_eq!(count().await.count, 1);
    let stranger = lot.vehicles.totals(&lot.stranger, VehicleQuery::default()).await.unwrap();
    assert_eq!(stranger.count, 0);
}
