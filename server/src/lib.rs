//! What the browser never sees: HTTP, sessions, SQL, jobs, the identity provider; the binary `forecourt`.

pub mod audit;
pub mod catalogue;
pub mod config;
pub mod demo;
pub mod http;
pub mod identity;
pub mod issuer;
pub mod jobs;
pub mod platform;
pub mod vehicle;
pub mod vin;

use std::sync::Arc;

use app::kernel::backend::Backend;

use crate::{
    catalogue::Catalogue,
    http::{forms::Forms, organisation::Sessions, uploads::Uploads},
    identity::Identity,
    platform::Platform,
    vehicle::Vehicles,
    vin::Vins,
};

/// Every service on one platform: what pages, REST and jobs call.
#[must_use]
pub fn backend(platform: &Platform) -> Backend {
    let catalogue = Catalogue::new(platform.clone());
    Backend {
        forms: Arc::new(Forms::new(platform.clone())),
        identity: Arc::new(Identity::new(platform.clone())),
        sessions: Arc::new(Sessions::new(platform.clone())),
        uploads: Arc::new(Uploads::new(platform.clone())),
        vehicles: Arc::new(Vehicles::new(platform.clone()).with_catalogue(catalogue.clone())),
        catalogue: Arc::new(catalogue),
        vins: Arc::new(Vins),
    }
}
