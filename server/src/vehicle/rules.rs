//! The rules that the operations share: what a draft must hold, which vehicle and version may be changed, when a reason is needed.

use app::{
    kernel::{
        actor::Actor,
        id::{BranchId, VehicleId},
        number::Notation,
        problem::{FieldProblems, Problem},
    },
    vehicle::{CheckContext, LONGEST_REASON, NewVehicle, StockStatus, Vehicle, VehicleDraft, VehicleField},
};
use sqlx::PgConnection;

use super::{error::VehicleError, store};
use crate::platform::{db::Scope, version::expect_living_at};

/// What a draft is checked against: the organisation's currency, unit and today.
pub(super) async fn context(
    connection: &mut PgConnection,
    actor: &Actor,
    notation: Notation,
    any_status: bool,
) -> Result<CheckContext, VehicleError> {
    Ok(CheckContext {
        notation,
        currency: actor.currency,
        distance_unit: actor.distance_unit,
        today: store::today(connection, &actor.time_zone).await?,
        any_status,
    })
}

/// The draft's own rules, and that the branch is one of this organisation. `kept` is where the vehicle stands already: it may stay there
/// though the branch is closed.
pub(super) async fn check(
    connection: &mut PgConnection,
    actor: &Actor,
    draft: &VehicleDraft,
    context: &CheckContext,
    kept: Option<BranchId>,
) -> Result<NewVehicle, VehicleError> {
    let (new, mut problems) = match draft.check(context) {
        Ok(new) => (Some(new), FieldProblems::new()),
        Err(problems) => (None, problems),
    };
    let branch = new.as_ref().and_then(|new| new.branch).filter(|branch| Some(*branch) != kept);
    if let Some(branch) = branch {
        let branches = store::branches(connection, Scope::of(actor)).await?;
        if !branches.iter().any(|(id, _)| *id == branch) {
            let allowed = branches.into_iter().map(|(_, name)| name).collect();
            problems.insert(VehicleField::Branch.name().into(), Problem::Unknown { allowed });
        }
    }
    match new {
        Some(new) if problems.is_empty() => Ok(new),
        _ => Err(VehicleError::Invalid(problems)),
    }
}

/// A vehicle that is not deleted.
pub(super) async fn living(connection: &mut PgConnection, actor: &Actor, id: VehicleId) -> Result<Vehicle, VehicleError> {
    store::find(connection, Scope::of(actor), id, &actor.time_zone)
        .await?
        .ok_or(VehicleError::NotFound)
}

/// The vehicle as it stands at `version`, held until the transaction ends.
pub(super) async fn locked(connection: &mut PgConnection, actor: &Actor, id: VehicleId, version: i64) -> Result<Vehicle, VehicleError> {
    expect_living_at(store::lock(connection, Scope::of(actor), id).await?, version)?;
    living(connection, actor, id).await
}

/// The reason of a move, without which some statuses cannot be entered.
pub(super) fn checked_reason(to: StockStatus, reason: Option<String>) -> Result<Option<String>, VehicleError> {
    let reason = reason
        .map(|reason| reason.trim().replace("\r\n", "\n"))
        .filter(|reason| !reason.is_empty());
    let problem = match &reason {
        None if to.needs_reason() => Problem::Required,
        Some(text) if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => Problem::ControlCharacters,
        Some(text) if text.chars().count() > LONGEST_REASON => Problem::TooLong { max: LONGEST_REASON },
        _ => return Ok(reason),
    };
    Err(VehicleError::Invalid(FieldProblems::from([("reason".into(), problem)])))
}
