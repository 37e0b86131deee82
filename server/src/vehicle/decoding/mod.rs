//! Decoding the VINs of a whole stock: fills empty fields, overwrites nothing, lists what differs.
//!
//! A job goes over the vehicles in the order in which they were added, some in each transaction, and notes in the same one how far it is:
//! after a stop or a crash it goes on behind the last that is done. `fill` does one vehicle.

mod fill;
mod jobs;

use app::{
    kernel::{actor::Actor, id::DecodingId},
    vehicle::DecodingReport,
};
use serde_json::json;

use super::{Vehicles, error::VehicleError, record, store::decodings};
use crate::platform::db::Scope;

pub use self::jobs::{clean_up, register};

/// Kind of the job.
pub const DECODE: &str = "vehicle_decoding";

/// Begins a run, or gives the one that is under way.
pub(super) async fn start(vehicles: &Vehicles, actor: &Actor) -> Result<DecodingId, VehicleError> {
    loop {
        let id = DecodingId::new();
        let mut tx = vehicles.begin().await?;
        if decodings::insert(&mut tx, actor, id).await? {
            record::decoding_started(&mut tx, actor, id).await?;
            crate::jobs::enqueue_for(&mut tx, actor, DECODE, json!({ "decoding": id })).await?;
            tx.commit().await?;
            return Ok(id);
        }
        // If it ended at this very moment, there is room for a new one.
        if let Some(running) = decodings::running(&mut tx, Scope::of(actor)).await? {
            return Ok(running);
        }
    }
}

/// The report so far.
pub(super) async fn find(vehicles: &Vehicles, actor: &Actor, id: DecodingId) -> Result<DecodingReport, VehicleError> {
    let mut connection = vehicles.connection().await?;
    decodings::find(&mut connection, Scope::of(actor), id)
        .await?
        .ok_or(VehicleError::NoSuchDecoding)
}
