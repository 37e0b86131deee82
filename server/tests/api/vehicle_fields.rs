//! Every field of a vehicle, from the form to the row and back; who else has a value; what the audit keeps of a change.

use app::{
    kernel::number::Notation,
    vehicle::{StockStatus, VehicleDraft, VehicleField, VehicleKind, VehicleService},
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    rest::{car, rest},
    stock::{Lot, draft},
};

/// A value for every field that has one by itself, no two alike; `other` is another one. The branch is the organisation's own.
fn typed(kind: VehicleKind, branch: &str, other: bool) -> VehicleDraft {
    use VehicleField as F;
    let mut draft = VehicleDraft::default();
    for field in VehicleField::ALL {
        let (one, another) = match field {
            F::Kind => (kind.name(), kind.name()),
            F::StockNumber => ("A-1", "A-2"),
            F::Vin => ("1HGCM82633A004352", "JM1BPBLM9N1500001"),
            F::Plate => ("KEX016", "NVT918"),
            F::Make => ("Borgward", "Tatra"),
            F::Model => ("Isabella", "613"),
            F::Line => ("TS", "Special"),
            F::ModelYear => ("1999", "2004"),
            F::BodyType if kind == VehicleKind::Car => ("coupe", "sedan"),
            F::MotorcycleType if kind == VehicleKind::Motorcycle => ("touring", "sport"),
            F::BodyType | F::MotorcycleType => ("", ""),
            F::Doors => ("2", "4"),
            F::Seats => ("3", "5"),
            F::FuelType => ("diesel", "lpg"),
            F::Electrification => ("mild_hybrid", "hybrid"),
            F::Transmission => ("cvt", "manual"),
            F::Drivetrain => ("rear", "all"),
            F::DisplacementCc => ("1,498", "3,495"),
            F::Power => ("60", "168"),
            F::PowerUnit => ("hp", "kw"),
            F::EngineNumber => ("EN11", "EN12"),
            F::ChassisNumber => ("CH21", "CH22"),
            F::ColourOutside => ("Aubergine", "Black"),
            F::ColourInside => ("Cream", "Tan"),
            F::Keys => ("1", "6"),
            F::Mileage => ("82,553", "12,007"),
            F::MileageUnit => ("km", "mi"),
            F::CityRegistered => ("Bremen", "Brno"),
            F::Branch => (branch, branch),
            F::LotPlace => ("B-12", "C-7"),
            F::Status => ("in_preparation", "in_preparation"),
            F::AcquiredOn => ("2025-02-03", "2025-03-04"),
            F::PurchasePrice => ("7,000", "7,100.50"),
            F::AskingPrice => ("9,900", "9,800"),
            F::Currency => ("EUR", "GBP"),
            F::Tags => ("oldtimer, one owner", "export"),
            F::Notes => ("Whitewall tyres", "New tyres\nand brakes"),
            F::CustomFields => ("Inspected by: Ana", "Seen by: Luis"),
        };
        draft.set(*field, if other { another } else { one });
    }
    draft
}

#[rstest]
#[case(VehicleKind::Car)]
#[case(VehicleKind::Motorcycle)]
#[tokio::test]
async fn every_field_is_kept_and_changed_and_none_is_another(#[case] kind: VehicleKind) {
    let lot = Lot::open().await;
    let (branch, _) = lot.vehicles.branches(&lot.owner).await.unwrap().remove(0);
    let [first, second] = [false, true].map(|other| typed(kind, &branch.to_string(), other));
    let added = lot.vehicles.create(&lot.owner, first.clone(), Notation::Point).await.unwrap();
    let kept = lot.vehicles.find(&lot.owner, added.id).await.unwrap();
    assert_eq!(VehicleDraft::of(&kept, lot.owner.locale), first);
    let changed = lot
        .vehicles
        .update(&lot.owner, added.id, added.version, second.clone(), Notation::Point)
        .await
        .unwrap();
    assert_eq!(VehicleDraft::of(&changed, lot.owner.locale), second);
    let kept = lot.vehicles.find(&lot.owner, added.id).await.unwrap();
    assert_eq!(kept, changed);
    // And back to nothing, where nothing may stand.
    let bare = lot
        .vehicles
        .update(&lot.owner, added.id, changed.version, draft(&[]), Notation::Point)
        .await
        .unwrap();
    assert_eq!(
        (bare.line, bare.seats, bare.power, bare.branch, bare.notes),
        (None, None, None, None, None)
    );
    assert_eq!((bare.tags.len(), bare.custom_fields.len()), (0, 0));
}

#[tokio::test]
async fn a_kind_has_types_of_its_own_alone() {
    use VehicleField as F;
    let lot = Lot::open().await;
    let types = [(F::BodyType, "sedan"), (F::MotorcycleType, "sport")];
    for (kind, is_car) in [("car", true), ("motorcycle", false)] {
        let vehicle = lot.add(&[&[(F::Kind, kind)][..], &types].concat()).await;
        assert_eq!((vehicle.body_type.is_some(), vehicle.motorcycle_type.is_some()), (is_car, !is_car));
    }
}

#[tokio::test]
async fn every_field_stands_in_the_form_and_on_the_page() {
    use VehicleField as F;
    let rest = rest().await;
    let branches = rest.get("/api/v1/branches").await.json();
    let branch = branches[0]["id"].as_str().unwrap();
    for kind in [VehicleKind::Car, VehicleKind::Motorcycle] {
        let draft = typed(kind, branch, kind == VehicleKind::Motorcycle);
        let form: String = draft
            .fields
            .iter()
            .map(|(name, text)| format!("draft%5B{name}%5D={}&", text.replace(' ', "+").replace('\n', "%0A")))
            .collect();
        let created = rest
            .owner
            .call("/rpc/app/vehicle/calls/vehicle_create", &format!("{form}notation=point"))
            .await;
        assert_eq!(created.status.as_u16(), 200, "{}", created.body);
        let id = created.json()["id"].as_str().unwrap().to_owned();

        let new = rest.owner.get("/stock/new").await.body;
        let edit = rest.owner.get(&format!("/stock/{id}/edit")).await.body;
        for field in VehicleField::ALL {
            let input = format!("name=\"draft[{field}]\"");
            assert!(new.contains(&input), "{field} for a new one");
            assert_eq!(
                edit.contains(&input),
                *field != F::Status,
                "{field} for {kind}; the status moves by itself"
            );
        }
        let page = rest.owner.get(&format!("/stock/{id}")).await.body;
        let seen = [
            F::StockNumber,
            F::Vin,
            F::Plate,
            F::Make,
            F::Model,
            F::Line,
            F::ModelYear,
            F::DisplacementCc,
            F::Power,
            F::EngineNumber,
            F::ChassisNumber,
            F::ColourOutside,
            F::ColourInside,
            F::Mileage,
            F::CityRegistered,
            F::LotPlace,
            F::PurchasePrice,
            F::AskingPrice,
            F::Notes,
        ];
        for field in seen {
            assert!(page.contains(draft.get(field)), "{field} of a {kind}");
        }
    }
}

#[rstest]
#[case(VehicleField::Plate, "KEX016")]
#[case(VehicleField::Vin, "1HGCM82633A004352")]
#[case(VehicleField::StockNumber, "Q-77")]
#[case(VehicleField::EngineNumber, "EN11")]
#[case(VehicleField::ChassisNumber, "CH21")]
#[tokio::test]
async fn what_another_vehicle_has_is_refused_to_a_new_one_and_to_an_edit(#[case] field: VehicleField, #[case] text: &str) {
    let lot = Lot::open().await;
    lot.add(&[(VehicleField::Model, "6"), (field, text)]).await;
    let other = lot.add(&[]).await;
    let added = lot.try_add(&[(field, text)]).await.unwrap_err();
    let edited = lot.edit(&other, field, text).await.unwrap_err();
    for error in [added, edited] {
        assert_eq!(error.status(), 409);
        let fields = error.fields();
        assert_eq!(fields.keys().collect::<Vec<_>>(), [field.name()]);
        assert!(format!("{fields:?}").contains("Mazda 6"), "it names who has it: {fields:?}");
    }
    assert_eq!(lot.vehicles.find(&lot.owner, other.id).await.unwrap(), other);
}

#[tokio::test]
async fn an_edit_leaves_the_status_as_it_is_whatever_it_says() {
    let lot = Lot::open().await;
    let vehicle = lot.add(&[]).await;
    let edited = lot.edit(&vehicle, VehicleField::Status, "sold").await.unwrap();
    assert_eq!((edited.status, edited.version), (vehicle.status, vehicle.version));
    // Where a sale or a reservation has put it, it can still be edited.
    sqlx::query("UPDATE vehicle SET status = 'reserved'")
        .execute(&lot.platform.db)
        .await
        .unwrap();
    let reserved = lot.vehicles.find(&lot.owner, vehicle.id).await.unwrap();
    assert_eq!(reserved.status, StockStatus::Reserved);
    let edited = lot.edit(&reserved, VehicleField::Notes, "Deposit paid").await.unwrap();
    assert_eq!(edited.status, StockStatus::Reserved);
    assert_eq!(edited.notes.as_deref(), Some("Deposit paid"));
}

#[tokio::test]
async fn the_audit_keeps_who_changed_what_from_where() {
    let rest = rest().await;
    let path = rest.add(json!({ "colour_outside": "Red", "asking_price": 9000 })).await;
    let id: uuid::Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    let green = car(json!({ "colour_outside": "Green", "asking_price": 9000 }));
    let version = |version: u8| format!("\"{version}\"");
    let asked = |answer: crate::support::browser::Answer| {
        assert!(answer.status.is_success(), "{}", answer.body);
        answer.header("x-request-id").to_owned()
    };
    let mut requests = Vec::new();
    requests.push(asked(rest.ask("PUT", &path, &[("if-match", &version(1))], Some(green)).await));
    let repair = json!({ "to": "in_repair", "reason": "Gearbox" });
    requests.push(asked(
        rest.ask("POST", &format!("{path}/status"), &[("if-match", &version(2))], Some(repair))
            .await,
    ));
    requests.push(asked(rest.ask("DELETE", &path, &[], None).await));
    requests.push(asked(rest.ask("POST", &format!("{path}/restore"), &[], None).await));

    type Entry = (String, Option<Value>, Option<Value>, String, String, Option<String>, bool);
    let rows: Vec<Entry> = sqlx::query_as(
        "SELECT action, before, after, actor, channel, request_id, user_id IS NOT NULL FROM audit_entry \
         WHERE subject_kind = 'vehicle' AND subject_id = $1 ORDER BY id OFFSET 1",
    )
    .bind(id)
    .fetch_all(&rest.site.platform.db)
    .await
    .unwrap();
    let actions: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(actions, ["updated", "status_changed", "deleted", "restored"]);
    assert_eq!(rows[0].1, Some(json!({ "colour_outside": "Red" })));
    assert_eq!(rows[0].2, Some(json!({ "colour_outside": "Green" })));
    assert_eq!(rows[1].1, Some(json!({ "status": "in_preparation" })));
    assert_eq!(rows[1].2, Some(json!({ "status": "in_repair", "reason": "Gearbox" })));
    assert_eq!(rows[2].1.as_ref().unwrap()["colour_outside"], "Green");
    assert_eq!((&rows[2].2, &rows[3].1), (&None, &None));
    assert_eq!(rows[3].2.as_ref().unwrap()["colour_outside"], "Green");
    for (row, request) in rows.iter().zip(requests) {
        assert!(!row.3.is_empty() && row.6, "who: {row:?}");
        assert_eq!((row.4.as_str(), row.5.as_ref()), ("web", Some(&request)), "from where");
    }
}
