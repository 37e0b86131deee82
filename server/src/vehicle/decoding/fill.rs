//! One vehicle of a run: decode, fill what is empty, store, record; or only note what differs.

use std::collections::BTreeSet;

use app::{
    i18n::Locale,
    kernel::{actor::Actor, number::Notation},
    vehicle::{CheckContext, DecodingDifference, Vehicle, VehicleDraft, VehicleField, VinFill, VinMark, as_typed},
    vin::{DecodedVin, VinQuery},
};
use sqlx::PgConnection;

use crate::{
    platform::db::Scope,
    vehicle::{
        error::VehicleError,
        record,
        row::Columns,
        rules,
        store::{self, decodings::Found},
    },
    vin,
};

/// Decodes the VIN of one vehicle, which the caller has locked, fills its empty fields and adds what came of it to `found`.
pub(super) async fn one(
    connection: &mut PgConnection,
    actor: &Actor,
    before: &Vehicle,
    context: &CheckContext,
    found: &mut Found,
) -> Result<(), VehicleError> {
    found.done += 1;
    let id = before.id;
    let Some(decoded) = decode(before) else { return Ok(()) };
    found.decoded += 1;
    let mut draft = VehicleDraft::of(before, Locale::En);
    let mut fill = VinFill::default();
    fill.fill(of_its_kind(decoded.vehicle, before), &mut draft, &[], Notation::Point);
    for (field, mark) in fill.marks(&draft, Notation::Point) {
        if let VinMark::Differs(decoded) = mark {
            found.differences.push(DecodingDifference {
                vehicle: id,
                title: before.title(),
                field,
                stored: draft.get(field).to_owned(),
                decoded,
            });
        }
    }
    if fill.filled.is_empty() {
        return Ok(());
    }
    let Ok(new) = draft.check(context) else {
        // What is stored would not be taken today; that is no reason to leave out the others.
        tracing::warn!(vehicle = %id, "a vehicle could not be filled from its VIN: its fields do not pass the check");
        return Ok(());
    };
    let columns = Columns::of(id.0, before.stock_number.clone(), new);
    store::update(connection, Scope::of(actor), id, &columns).await?;
    let after = rules::living(connection, actor, id).await?;
    let filled = changed(before, &after);
    record::updated(connection, actor, before, &after).await?;
    found.changed += 1;
    found.filled += i64::try_from(filled.len()).unwrap_or(i64::MAX);
    Ok(())
}

/// What a VIN says, without the build of another kind of vehicle than it is stored as.
fn of_its_kind(mut says: VehicleDraft, vehicle: &Vehicle) -> VehicleDraft {
    if says.get(VehicleField::Kind) != vehicle.kind.name() {
        says.fields.remove(VehicleField::BodyType.name());
        says.fields.remove(VehicleField::MotorcycleType.name());
    }
    as_typed(says, Notation::Point)
}

fn decode(vehicle: &Vehicle) -> Option<DecodedVin> {
    let query = VinQuery {
        vin: vehicle.vin.clone()?,
        model_year: None,
    };
    vin::decode(&query).ok().filter(DecodedVin::is_decoded)
}

/// The fields that are filled now; the unit of a power is none of its own.
fn changed(before: &Vehicle, after: &Vehicle) -> BTreeSet<String> {
    let (_, mut new) = record::difference(before, after);
    new.remove(VehicleField::PowerUnit.name());
    new.into_keys().collect()
}
