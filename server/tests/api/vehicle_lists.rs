//! The stock's lists at the service: every row once and in its order, each filter and search word, totals.

use app::{
    kernel::page::{Cursor, Direction},
    vehicle::{StockStatus, VehicleField, VehicleKind, VehicleQuery, VehicleService, VehicleSort},
};
use rstest::rstest;
use server::vehicle::Vehicles;

use crate::support::{self, stock::Lot};

/// The models of a list, in its order.
async fn models(lot: &Lot, query: VehicleQuery) -> Vec<String> {
    let page = lot.vehicles.list(&lot.owner, query).await.unwrap();
    page.items.into_iter().map(|row| row.model).collect()
}

/// Four vehicles that each order puts differently; those that know nothing come last, either way.
#[rstest]
#[case(VehicleSort::Added, &["Bora", "Arabella", "Duna", "Civic"], &["Civic", "Duna", "Arabella", "Bora"])]
#[case(VehicleSort::Price, &["Civic", "Arabella", "Bora", "Duna"], &["Bora", "Arabella", "Civic", "Duna"])]
#[case(VehicleSort::Mileage, &["Arabella", "Bora", "Civic", "Duna"], &["Civic", "Bora", "Arabella", "Duna"])]
#[case(VehicleSort::Year, &["Bora", "Civic", "Arabella", "Duna"], &["Arabella", "Civic", "Bora", "Duna"])]
#[case(VehicleSort::DaysInStock, &["Arabella", "Civic", "Duna", "Bora"], &["Bora", "Duna", "Civic", "Arabella"])]
#[case(VehicleSort::Title, &["Duna", "Bora", "Arabella", "Civic"], &["Civic", "Arabella", "Bora", "Duna"])]
#[tokio::test]
async fn each_order_goes_by_its_own_column(#[case] sort: VehicleSort, #[case] ascending: &[&str], #[case] descending: &[&str]) {
    use VehicleField as F;
    let lot = Lot::open().await;
    for (make, model, year, price, miles, acquired) in [
        ("Mazda", "Bora", "2011", "9000", "40,000", "2025-01-01"),
        ("Mitsubishi", "Arabella", "2019", "8000", "30,000", "2025-01-09"),
        ("Fiat", "Duna", "", "", "", "2025-01-03"),
        ("Zastava", "Civic", "2015", "7000", "50,000", "2025-01-05"),
    ] {
        let fields = [
            (F::Make, make),
            (F::Model, model),
            (F::ModelYear, year),
            (F::AskingPrice, price),
            (F::Mileage, miles),
        ];
        lot.add(&[&fields[..], &[(F::AcquiredOn, acquired)]].concat()).await;
    }
    for (direction, expected) in [(Direction::Ascending, ascending), (Direction::Descending, descending)] {
        let query = VehicleQuery {
            sort: Some(sort),
            direction: Some(direction),
            ..VehicleQuery::default()
        };
        assert_eq!(models(&lot, query).await, expected, "{sort:?} {direction:?}");
    }
}

#[tokio::test]
async fn each_filter_leaves_its_own_rows() {
    use VehicleField as F;
    let lot = Lot::open().await;
    lot.add(&[(F::Model, "2"), (F::ModelYear, "2010"), (F::AskingPrice, "5000")]).await;
    let available = [(F::Status, "available")];
    lot.add(&[&[(F::Model, "3"), (F::ModelYear, "2015"), (F::AskingPrice, "9000")][..], &available].concat())
        .await;
    lot.add(&[
        (F::Make, "BMW"),
        (F::Model, "R 80"),
        (F::Kind, "motorcycle"),
        (F::ModelYear, "2020"),
    ])
    .await;
    let every = VehicleQuery {
        sort: Some(VehicleSort::Added),
        direction: Some(Direction::Ascending),
        ..VehicleQuery::default()
    };
    type Narrow = fn(&mut VehicleQuery);
    let cases: [(Narrow, &[&str]); 10] = [
        (|_| (), &["2", "3", "R 80"]),
        (|query| query.kind = Some(VehicleKind::Motorcycle), &["R 80"]),
        (|query| query.kind = Some(VehicleKind::Car), &["2", "3"]),
        (|query| query.make = Some("bmw".into()), &["R 80"]),
        (|query| query.model = Some("3".into()), &["3"]),
        (|query| query.year_from = Some(2015), &["3", "R 80"]),
        (|query| query.year_to = Some(2015), &["2", "3"]),
        (|query| query.price_from = Some(9000.into()), &["3"]),
        (|query| query.price_to = Some(8999.into()), &["2"]),
        (|query| query.status = vec![StockStatus::Available], &["3"]),
    ];
    for (case, (narrow, expected)) in cases.into_iter().enumerate() {
        let mut query = every.clone();
        narrow(&mut query);
        let totals = lot.vehicles.totals(&lot.owner, query.clone()).await.unwrap();
        assert_eq!(models(&lot, query).await, expected, "case {case}");
        assert_eq!(totals.count, i64::try_from(expected.len()).unwrap(), "case {case}");
    }
}

#[tokio::test]
async fn a_search_looks_into_everything_by_which_people_know_a_vehicle() {
    use VehicleField as F;
    let lot = Lot::open().await;
    let vehicle = lot
        .add(&[
            (F::Vin, "1HGCM82633A004352"),
            (F::Plate, "NVT918"),
            (F::StockNumber, "Q-77"),
            (F::Make, "Borgward"),
            (F::Model, "Isabella"),
            (F::Line, "Coupé TS"),
            (F::ColourOutside, "Aubergine"),
            (F::Notes, "Whitewall tyres"),
        ])
        .await;
    lot.add(&[]).await;
    for words in [
        "82633A004352",
        "nvt918",
        "q-77",
        "borgward",
        "isabella",
        "coupe",
        "aubergine",
        "whitewall",
    ] {
        let query = VehicleQuery {
            search: Some(words.to_owned()),
            ..VehicleQuery::default()
        };
        let page = lot.vehicles.list(&lot.owner, query).await.unwrap();
        assert_eq!(page.items.iter().map(|row| row.id).collect::<Vec<_>>(), [vehicle.id], "{words}");
    }
}

#[tokio::test]
async fn totals_add_up_what_is_in_the_organisations_currency() {
    use VehicleField as F;
    let lot = Lot::open().await;
    lot.add(&[(F::PurchasePrice, "7000"), (F::AskingPrice, "9000")]).await;
    lot.add(&[(F::PurchasePrice, "5000"), (F::AskingPrice, "5500.50")]).await;
    lot.add(&[(F::AskingPrice, "100")]).await;
    lot.add(&[(F::PurchasePrice, "100")]).await;
    lot.add(&[(F::PurchasePrice, "1"), (F::AskingPrice, "1000000"), (F::Currency, "EUR")])
        .await;
    let totals = lot.vehicles.totals(&lot.owner, VehicleQuery::default()).await.unwrap();
    assert_eq!(totals.count, 5);
    assert_eq!(totals.asking.amount, "14600.50".parse().unwrap());
    assert_eq!(totals.margin.amount, "2500.50".parse().unwrap(), "where both prices are known");
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
