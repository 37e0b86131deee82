//! Who asks, who signs in, and the operations that pages ask of identity.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Mutex, PoisonError},
};

use app::{
    i18n::Locale,
    identity::{IdentityService, Me, OrganisationKind, Permission, Preset},
    kernel::{
        actor::{Actor, Origin},
        error::AppError,
        id::{OrganisationId, UserId},
        unit::DistanceUnit,
    },
};
use async_trait::async_trait;
use iso_currency::Currency;
use serde_json::json;
use sqlx::PgPool;

use super::{IdentityError, store};
use crate::{
    audit,
    platform::{Platform, db::Scope},
};

/// The member who asks, with what the role allows at this moment. None if there is no such member, or the person is disabled.
/// The origin's channel is `web`; the HTTP layer adds address and request id.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn find_actor(db: &PgPool, user: UserId, organisation: OrganisationId) -> Result<Option<Actor>, AppError> {
    let Some(row) = store::member(db, user, organisation).await.map_err(IdentityError::from)? else {
        return Ok(None);
    };
    Ok(Some(Actor {
        organisation,
        user: Some(user),
        name: row.name,
        permissions: known_permissions(&row.permissions),
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        currency: currency(&row.currency)?,
        distance_unit: distance_unit(&row.distance_unit),
        time_zone: row.time_zone,
        origin: Origin {
            channel: "web",
            ..Origin::default()
        },
    }))
}

/// Forecourt itself, acting in one organisation by its currency, unit and time zone. `channel` is `job` or `cli`.
///
/// # Errors
/// `NotFound` if there is no such organisation; `Unavailable` while PostgreSQL is away.
pub async fn system_actor(db: &PgPool, organisation: OrganisationId, channel: &'static str) -> Result<Actor, AppError> {
    let settings = store::settings(db, organisation).await.map_err(IdentityError::from)?;
    let settings = settings.ok_or(IdentityError::NotFound("organisation"))?;
    Ok(Actor {
        distance_unit: distance_unit(&settings.distance_unit),
        time_zone: settings.time_zone,
        ..Actor::system(organisation, currency(&settings.currency)?, channel)
    })
}

/// Organisations of that name (whatever its case) or id, at most 20; every one without a name. For the command line, which serves all.
///
/// # Errors
/// As every query.
pub async fn organisations_named(db: &PgPool, name: Option<&str>) -> Result<Vec<(OrganisationId, String)>, AppError> {
    Ok(store::organisations_named(db, name).await.map_err(IdentityError::from)?)
}

/// A person and where they may act, ordered by the organisations' names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub user: UserId,
    pub organisations: Vec<OrganisationId>,
}

/// The person whom the issuer calls `subject`, enabled or not (`find_actor` decides on that); None if nobody is linked.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn find_person(db: &PgPool, issuer: &str, subject: &str) -> Result<Option<SignedIn>, AppError> {
    let mut connection = db.acquire().await.map_err(IdentityError::from)?;
    let person = store::person_by_login(&mut connection, issuer, subject)
        .await
        .map_err(IdentityError::from)?;
    let Some(person) = person else { return Ok(None) };
    let user = UserId(person.id);
    let organisations = store::organisations(&mut *connection, user).await.map_err(IdentityError::from)?;
    Ok(Some(SignedIn {
        user,
        organisations: organisations.into_iter().map(|(id, _)| id).collect(),
    }))
}

/// Finds the person behind an ID token (OpenID Connect Core 1.0 section 2): by the linked account (`iss`, `sub`), else by an
/// e-mail address that the issuer has verified, which links the account. An unverified address links nothing (section 5.7), and
/// neither does a second account of the same issuer. `email` and `name` are empty if the token has none; `organisations` of the
/// answer is never empty.
///
/// # Errors
/// `NotFound` for an account that belongs to nobody here or to nobody in an organisation, `Forbidden` for a disabled person;
/// [`super::refusal_text`] words them. `Unavailable` while PostgreSQL is away.
pub async fn sign_in(
    db: &PgPool,
    issuer: &str,
    subject: &str,
    email: &str,
    email_verified: bool,
    name: &str,
) -> Result<SignedIn, AppError> {
    let outcome = try_sign_in(db, issuer, subject, email, email_verified, name).await;
    outcome.map_err(|error| {
        if !matches!(error, IdentityError::Query(_)) {
            tracing::warn!(issuer, subject, reason = %error, "sign-in refused");
        }
        error.into()
    })
}

async fn try_sign_in(
    db: &PgPool,
    issuer: &str,
    subject: &str,
    email: &str,
    email_verified: bool,
    name: &str,
) -> Result<SignedIn, IdentityError> {
    let mut transaction = db.begin().await?;
    let person = match store::person_by_login(&mut transaction, issuer, subject).await? {
        Some(person) => person,
        None => {
            // ASCII only: full Unicode folding makes different addresses equal (the Kelvin sign and k), which would be a way in.
            let email = email.trim().to_ascii_lowercase();
            if email.is_empty() || email.contains('\0') {
                return Err(IdentityError::UnknownAccount);
            }
            let person = store::person_by_email(&mut transaction, &email)
                .await?
                .ok_or(IdentityError::UnknownAccount)?;
            if !email_verified {
                return Err(IdentityError::UnverifiedEmail);
            }
            if !store::link(&mut transaction, issuer, subject, person.id).await? {
                // Either a parallel sign-in linked the same account a moment ago, or the person has another one.
                let linked = store::person_by_login(&mut transaction, issuer, subject).await?;
                if linked.is_none_or(|linked| linked.id != person.id) {
                    return Err(IdentityError::OtherAccount);
                }
            }
            tracing::info!(issuer, subject, user = %person.id, "account linked by its verified e-mail address");
            person
        }
    };
    if !person.enabled {
        return Err(IdentityError::Disabled);
    }
    let user = UserId(person.id);
    let organisations = store::organisations(&mut *transaction, user).await?;
    if organisations.is_empty() {
        return Err(IdentityError::NoOrganisation);
    }
    let name = Some(name.trim()).filter(|name| !name.is_empty() && !name.contains('\0'));
    store::signed_in(&mut transaction, person.id, name).await?;
    transaction.commit().await?;
    Ok(SignedIn {
        user,
        organisations: organisations.into_iter().map(|(id, _)| id).collect(),
    })
}

/// The capability as pages see it.
#[derive(Clone, Debug)]
pub struct Identity {
    platform: Platform,
}

impl Identity {
    #[must_use]
    pub const fn new(platform: Platform) -> Self {
        Self { platform }
    }
}

#[async_trait]
impl IdentityService for Identity {
    async fn me(&self, actor: &Actor) -> Result<Me, AppError> {
        let user = actor.user.ok_or(AppError::NotAuthenticated)?;
        let row = store::me(&self.platform.db, Scope::of(actor), user)
            .await
            .map_err(IdentityError::from)?
            .ok_or(AppError::NotAuthenticated)?;
        let locale = Locale::from_tag(&row.locale).unwrap_or_default();
        let preset = row.preset.as_deref().and_then(Preset::named);
        Ok(Me {
            user,
            name: row.name,
            email: row.email,
            organisation: actor.organisation,
            organisation_name: row.organisation_name,
            organisation_kind: OrganisationKind::named(&row.kind).unwrap_or(OrganisationKind::Dealership),
            role: preset.map_or(row.role, |preset| preset.label(locale).to_owned()),
            permissions: actor.permissions.iter().copied().collect(),
            locale,
            currency: row.currency,
            distance_unit: distance_unit(&row.distance_unit),
        })
    }

    async fn organisations(&self, actor: &Actor) -> Result<Vec<(OrganisationId, String)>, AppError> {
        let user = actor.user.ok_or(AppError::NotAuthenticated)?;
        let rows = store::organisations(&self.platform.db, user).await;
        Ok(rows.map_err(IdentityError::from)?)
    }

    async fn set_locale(&self, actor: &Actor, locale: Locale) -> Result<(), AppError> {
        let user = actor.user.ok_or(AppError::NotAuthenticated)?;
        let mut transaction = self.platform.db.begin().await.map_err(IdentityError::from)?;
        let before = store::set_locale(&mut transaction, user, locale.tag())
            .await
            .map_err(IdentityError::from)?
            .ok_or(AppError::NotAuthenticated)?;
        if before != locale.tag() {
            let change = audit::Change {
                action: "updated",
                subject: "user",
                id: user.0,
                before: Some(json!({ "locale": before })),
                after: Some(json!({ "locale": locale.tag() })),
            };
            audit::record(&mut transaction, actor, change).await?;
        }
        transaction.commit().await.map_err(IdentityError::from)?;
        Ok(())
    }
}

/// The schema's CHECK knows the same names.
fn distance_unit(name: &str) -> DistanceUnit {
    DistanceUnit::named(name).unwrap_or_default()
}

fn currency(code: &str) -> Result<Currency, IdentityError> {
    Currency::from_code(code).ok_or_else(|| IdentityError::Currency(code.to_owned()))
}

/// The permissions that this version knows. A name it does not know (a newer replica's, or a retired one) grants nothing and is
/// logged once a process.
fn known_permissions(names: &[String]) -> BTreeSet<Permission> {
    static REPORTED: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    let known = names.iter().filter_map(|name| {
        let permission = Permission::named(name);
        if permission.is_none() {
            let mut reported = REPORTED.lock().unwrap_or_else(PoisonError::into_inner);
            if reported.get_or_insert_default().insert(name.clone()) {
                tracing::warn!(permission = %name, "a role holds a permission that this version does not know; it grants nothing");
            }
        }
        permission
    });
    known.collect()
}
