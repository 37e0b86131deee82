//! Every service behind one door. `server` fills it once at start; `call` hands it to server functions.

use std::sync::Arc;

use super::form::{FormService, UploadService};
use crate::{
    catalogue::CatalogueService,
    identity::{IdentityService, SessionService},
    vehicle::VehicleService,
    vin::VinService,
};

/// The services of all capabilities.
#[derive(Clone)]
pub struct Backend {
    pub catalogue: Arc<dyn CatalogueService>,
    pub forms: Arc<dyn FormService>,
    pub identity: Arc<dyn IdentityService>,
    pub sessions: Arc<dyn SessionService>,
    pub uploads: Arc<dyn UploadService>,
    pub vehicles: Arc<dyn VehicleService>,
    pub vins: Arc<dyn VinService>,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Backend")
    }
}
