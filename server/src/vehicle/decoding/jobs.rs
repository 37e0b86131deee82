//! The job of a run over the VINs. It acts in the name of the person who asked for it.

use std::time::Duration;

use app::kernel::{
    actor::Actor,
    error::AppError,
    id::{DecodingId, OrganisationId},
    number::Notation,
    problem::Problem,
};
use async_trait::async_trait;
use sqlx::PgPool;

use super::{DECODE, fill};
use crate::{
    jobs::{Job, JobContext, Registry},
    platform::{
        Platform,
        db::{Scope, internal},
    },
    vehicle::{
        error::VehicleError,
        rules, stock_changed,
        store::decodings::{self, Found},
    },
};

/// Vehicles of one transaction: they are locked until it ends, and nobody shall wait long for one of them.
const TOGETHER: i64 = 50;
/// How often to look for runs that nobody works on any more.
const CLEAN_UP: Duration = Duration::from_secs(3600);

/// Adds the job and its clean-up to what a worker can do.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .job(Decode)
        .every(CLEAN_UP, "stock decoding clean-up", |platform| async move {
            clean_up(&platform.db).await
        })
}

/// Ends runs whose job is gone without having ended them: nobody could begin another one else.
///
/// # Errors
/// As every query.
pub async fn clean_up(db: &PgPool) -> Result<(), AppError> {
    let ended = async {
        let mut connection = db.acquire().await?;
        decodings::fail_abandoned(&mut connection, DECODE, &Problem::BrokenOff).await
    };
    let abandoned = ended.await.map_err(VehicleError::from)?;
    if abandoned > 0 {
        tracing::info!(abandoned, "runs over the VINs that nobody works on any more were ended");
    }
    Ok(())
}

/// [`DECODE`].
#[derive(Debug)]
struct Decode;

#[async_trait]
impl Job for Decode {
    const KIND: &'static str = DECODE;

    async fn run(&self, platform: &Platform, _: OrganisationId, payload: serde_json::Value, context: &JobContext) -> Result<(), AppError> {
        let run = Run {
            platform,
            context,
            decoding: decoding_of(&payload)?,
        };
        while run.some().await? {
            if context.cancellation.is_cancelled() {
                // Another worker goes on behind what is done.
                return Err(AppError::Unavailable {
                    dependency: "a worker".into(),
                    retry_after: 5,
                });
            }
        }
        Ok(())
    }

    async fn on_dead(&self, platform: &Platform, organisation: OrganisationId, payload: serde_json::Value) -> Result<(), AppError> {
        let decoding = decoding_of(&payload)?;
        let failed = async {
            let mut connection = platform.db.acquire().await?;
            decodings::finish(&mut connection, Scope::to(organisation), decoding, Some(&Problem::BrokenOff)).await
        };
        failed.await.map_err(VehicleError::from)?;
        Ok(())
    }
}

fn decoding_of(payload: &serde_json::Value) -> Result<DecodingId, AppError> {
    let decoding = payload["decoding"].as_str().and_then(|id| id.parse().ok());
    decoding.ok_or_else(|| internal(&sqlx::Error::Decode(format!("a job's payload: {payload}").into())))
}

struct Run<'a> {
    platform: &'a Platform,
    context: &'a JobContext,
    decoding: DecodingId,
}

impl Run<'_> {
    /// Does the next vehicles in one transaction; false if there are none left, or the run is over.
    async fn some(&self) -> Result<bool, VehicleError> {
        let scope = Scope::of(&self.context.actor);
        let mut tx = self.platform.db.begin().await?;
        let Some(work) = decodings::hold(&mut tx, scope, self.decoding).await? else {
            return Ok(false);
        };
        let actor = Actor {
            user: work.user_id.map(Into::into),
            name: work.actor,
            ..self.context.actor.clone()
        };
        let vehicles = match work.vehicles {
            Some(vehicles) => vehicles,
            None => decodings::count(&mut tx, scope).await?,
        };
        let next = decodings::next(&mut tx, scope, work.after_id, TOGETHER, &actor.time_zone).await?;
        let Some(last) = next.last().map(|vehicle| vehicle.id) else {
            decodings::finish(&mut tx, scope, self.decoding, None).await?;
            tx.commit().await?;
            return Ok(false);
        };
        let context = rules::context(&mut tx, &actor, Notation::Point, true).await?;
        let mut found = Found::default();
        for vehicle in &next {
            fill::one(&mut tx, &actor, vehicle, &context, &mut found).await?;
        }
        decodings::advance(&mut tx, scope, self.decoding, last, vehicles, &found).await?;
        tx.commit().await?;
        if found.changed > 0 {
            stock_changed(&self.platform.kv, scope).await;
        }
        Ok(true)
    }
}
