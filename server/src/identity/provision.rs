//! Making organisations and members: for the command line, the demo and tests. Every row made is audited.

use app::{
    i18n::Locale,
    identity::{OrganisationKind, Preset},
    kernel::{
        actor::Actor,
        email::EmailAddress,
        error::AppError,
        id::{BranchId, OrganisationId, RoleId, UserId},
        unit::DistanceUnit,
    },
};
use iso_currency::Currency;
use serde_json::json;
use sqlx::PgConnection;

use super::{IdentityError, store};
use crate::{audit, platform::db::Scope};

/// An organisation to be made.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub kind: OrganisationKind,
    pub name: String,
    pub tax_id: Option<String>,
    pub address: Option<String>,
    pub currency: Currency,
    /// IANA name, such as `America/Bogota`.
    pub time_zone: String,
    pub distance_unit: DistanceUnit,
    /// The language in which its first roles and its main branch are named.
    pub locale: Locale,
}

/// Somebody to be made a member.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub email: String,
    /// Empty: the address, until the first sign-in brings a name.
    pub name: String,
    pub preset: Preset,
    pub locale: Locale,
}

/// Waits for the lock under which an empty database is provisioned, and gives the name of an organisation that is there already: the one of that name
/// if there is one, else any. The lock ends with the transaction.
///
/// # Errors
/// As every query.
pub async fn lock(connection: &mut PgConnection, name: &str) -> Result<Option<String>, AppError> {
    // Replicas that start together: one provisions, the others find it done; they wait as long as that takes.
    store::advisory_lock(connection, "forecourt demo")
        .await
        .map_err(IdentityError::from)?;
    let found = store::any_organisation(connection, name).await;
    Ok(found.map_err(IdentityError::from)?)
}

/// Makes an organisation with its main branch and every preset role; the permissions become rows, which are the truth from then on.
///
/// # Errors
/// `Invalid` at `name` or `time_zone`; as every query.
pub async fn organisation(connection: &mut PgConnection, new: NewOrganisation) -> Result<OrganisationId, AppError> {
    if new.name.trim().is_empty() {
        return Err(IdentityError::Required("name").into());
    }
    let id = OrganisationId::new();
    let actor = Actor {
        time_zone: new.time_zone.clone(),
        ..Actor::system(id, new.currency, "cli")
    };
    let scope = Scope::of(&actor);
    store::insert_organisation(connection, id, &new).await.map_err(|error| {
        let unknown_zone = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code == "22023");
        if unknown_zone {
            IdentityError::TimeZone(new.time_zone.clone())
        } else {
            error.into()
        }
    })?;
    store::insert_branch(connection, scope, BranchId::new().0, new.locale.main_branch())
        .await
        .map_err(IdentityError::from)?;
    for preset in Preset::ALL {
        let permissions: Vec<String> = preset.permissions().iter().map(ToString::to_string).collect();
        let name = preset.label(new.locale);
        store::insert_role(connection, scope, RoleId::new().0, preset.name(), name, &permissions)
            .await
            .map_err(IdentityError::from)?;
    }
    let change = audit::Change {
        action: "created",
        subject: "organisation",
        id: id.0,
        before: None,
        after: Some(json!({
            "name": new.name.trim(), "kind": new.kind, "currency": new.currency.code(), "time_zone": new.time_zone,
        })),
    };
    audit::record(connection, &actor, change).await?;
    Ok(id)
}

/// Makes somebody a member with a preset role; the person is made too, unless the address is known already.
///
/// # Errors
/// `Invalid` at `email`; `Conflict` if the person is a member already; `NotFound` without such an organisation; as every query.
pub async fn member(connection: &mut PgConnection, organisation: OrganisationId, new: NewMember) -> Result<UserId, AppError> {
    let email = EmailAddress::parse(&new.email).ok_or(IdentityError::Email)?;
    let settings = store::settings(&mut *connection, organisation).await.map_err(IdentityError::from)?;
    let store::Settings {
        currency: code, time_zone, ..
    } = settings.ok_or(IdentityError::NotFound("organisation"))?;
    let currency = Currency::from_code(&code).ok_or(IdentityError::Currency(code))?;
    let actor = Actor {
        time_zone,
        ..Actor::system(organisation, currency, "cli")
    };
    let scope = Scope::of(&actor);
    let role = store::role_of_preset(connection, scope, new.preset.name())
        .await
        .map_err(IdentityError::from)?
        .ok_or(IdentityError::NotFound("role"))?;
    let name = match new.name.trim() {
        "" => email.as_str(),
        name => name,
    };
    let user = store::ensure_person(connection, UserId::new(), &email, name, new.locale.tag())
        .await
        .map_err(IdentityError::from)?;
    let added = store::insert_member(connection, scope, user, role)
        .await
        .map_err(IdentityError::from)?;
    if !added {
        return Err(IdentityError::AlreadyMember.into());
    }
    let change = audit::Change {
        action: "created",
        subject: "member",
        id: user.0,
        before: None,
        after: Some(json!({ "email": email.as_str(), "role": new.preset })),
    };
    audit::record(connection, &actor, change).await?;
    Ok(user)
}
