//! A dealership's stock at the service.

use app::{
    identity::Preset,
    kernel::{actor::Actor, error::AppError, number::Notation},
    vehicle::{Vehicle, VehicleDraft, VehicleField, VehicleService},
};
use server::{platform::Platform, vehicle::Vehicles};

/// A dealership and its owner.
pub struct Lot {
    pub platform: Platform,
    pub vehicles: Vehicles,
    pub owner: Actor,
    /// The owner of another one.
    pub stranger: Actor,
}

impl Lot {
    pub async fn open() -> Self {
        let platform = super::platform().await;
        let (here, there) = (super::dealership(&platform).await, super::dealership(&platform).await);
        Self {
            vehicles: Vehicles::new(platform.clone()),
            platform,
            owner: super::actor(here, Preset::Owner),
            stranger: super::actor(there, Preset::Owner),
        }
    }

    pub async fn try_add(&self, fields: &[(VehicleField, &str)]) -> Result<Vehicle, AppError> {
        self.vehicles.create(&self.owner, draft(fields), Notation::Point).await
    }

    pub async fn add(&self, fields: &[(VehicleField, &str)]) -> Vehicle {
        self.try_add(fields).await.unwrap()
    }

    pub async fn edit(&self, vehicle: &Vehicle, field: VehicleField, text: &str) -> Result<Vehicle, AppError> {
        let mut draft = VehicleDraft::of(vehicle, self.owner.locale);
        draft.set(field, text);
        self.vehicles
            .update(&self.owner, vehicle.id, vehicle.version, draft, Notation::Point)
            .await
    }
}

/// A Mazda 3 with what the test says about it.
pub fn draft(fields: &[(VehicleField, &str)]) -> VehicleDraft {
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Make, "Mazda");
    draft.set(VehicleField::Model, "3");
    for (field, text) in fields {
        draft.set(*field, *text);
    }
    draft
}
