//! The contract of the capability; `server::vin` keeps it.

use async_trait::async_trait;

use super::{DecodedVin, VinQuery};
use crate::kernel::{actor::Actor, error::AppError, problem::Problem};

/// One answer a VIN, in the order of the questions; decoded as they are taken.
pub type VinAnswers = Box<dyn Iterator<Item = Result<DecodedVin, Problem>> + Send>;

/// The catalogue of VINs, from NHTSA's vPIC: the same for every organisation. Every method is `Forbidden` without its permission.
#[async_trait]
pub trait VinService: Send + Sync {
    /// What one VIN says. Permission: `catalogue:read`. `Invalid` at `vin` for what cannot be one: nothing, characters that stand in no
    /// VIN, fewer than 3 or more than 17 of them. Whatever else is wrong is part of the answer.
    async fn decode(&self, actor: &Actor, query: VinQuery) -> Result<DecodedVin, AppError>;

    /// What each of many VINs says. Permission: `catalogue:read`. `Invalid` at `vins` above [`super::MOST_VINS`].
    async fn decode_all(&self, actor: &Actor, queries: Vec<VinQuery>) -> Result<VinAnswers, AppError>;
}
