//! The decoder's operations: authorise, decode.

use app::{
    identity::Permission,
    kernel::{actor::Actor, error::AppError, problem::Problem},
    vin::{DecodedVin, MOST_VINS, VinAnswers, VinQuery, VinService},
};
use async_trait::async_trait;

use super::decode::decode;

/// The VIN decoder for those who are signed in.
#[derive(Clone, Copy, Debug)]
pub struct Vins;

#[async_trait]
impl VinService for Vins {
    async fn decode(&self, actor: &Actor, query: VinQuery) -> Result<DecodedVin, AppError> {
        actor.require(Permission::CatalogueRead)?;
        decode(&query).map_err(|problem| match problem {
            Problem::Internal { incident } => AppError::Internal { incident },
            problem => AppError::invalid("vin", problem),
        })
    }

    async fn decode_all(&self, actor: &Actor, queries: Vec<VinQuery>) -> Result<VinAnswers, AppError> {
        actor.require(Permission::CatalogueRead)?;
        if queries.len() > MOST_VINS {
            return Err(AppError::invalid("vins", Problem::TooMany { max: MOST_VINS }));
        }
        Ok(Box::new(queries.into_iter().map(|query| decode(&query))))
    }
}
