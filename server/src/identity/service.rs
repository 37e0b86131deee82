//! Who asks, who signs in, and the operations that pages ask of identity.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Mutex, PoisonError},
};

use app::{
    i18n::Locale,
    identity::{IdentityService, Me, Membership, OrganisationKind, Permission, Preset},
    kernel::{
        actor::{Actor, Origin},
        email::EmailAddress,
        error::AppError,
        id::{OrganisationId, UserId},
        unit::DistanceUnit,
    },
};
use async_trait::async_trait;
use iso_currency::Currency;
use serde_json::json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::{IdentityError, store};
use crate::{audit, platform::Platform};

/// The member who asks, with what the role allows at this moment. None if there is no such member, or the person is disabled.
/// The origin's channel is `web`; the HTTP layer adds address and request id.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn find_actor(db: &PgPool, user: UserId, organisation: OrganisationId) -> Result<Option<Actor>, AppError> {
    let row = store::member(db, user, organisation).await.map_err(IdentityError::from)?;
    let actor = row.map(|row| member_actor(user, organisation, row)).transpose()?;
    Ok(actor)
}

/// The same with what a page shows of it, in one query.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn find_member(db: &PgPool, user: UserId, organisation: OrganisationId) -> Result<Option<(Actor, Me)>, AppError> {
    let Some(row) = store::me(db, user, organisation).await.map_err(IdentityError::from)? else {
        return Ok(None);
    };
    let member = store::MemberRow {
        name: row.name.clone(),
        locale: row.locale.clone(),
        currency: row.currency.clone(),
        distance_unit: row.distance_unit.clone(),
        time_zone: row.time_zone.clone(),
        permissions: row.permissions.clone(),
    };
    let actor = member_actor(user, organisation, member)?;
    let me = me_of(db, &actor, user, row).await?;
    Ok(Some((actor, me)))
}

async fn me_of(db: &PgPool, actor: &Actor, user: UserId, row: store::MeRow) -> Result<Me, AppError> {
    let locale = Locale::from_tag(&row.locale).unwrap_or_default();
    let preset = row.preset.as_deref().and_then(Preset::named);
    // Nearly everybody belongs to one organisation, whose name is known already.
    let organisations = if row.memberships > 1 {
        memberships(db, user).await?
    } else {
        vec![Membership {
            id: actor.organisation,
            name: row.organisation_name.clone(),
        }]
    };
    Ok(Me {
        user,
        name: row.name,
        email: row.email,
        organisation: actor.organisation,
        organisation_name: row.organisation_name,
        organisation_kind: OrganisationKind::named(&row.kind).unwrap_or(OrganisationKind::Dealership),
        organisations,
        role: preset.map_or(row.role, |preset| preset.label(locale).to_owned()),
        permissions: actor.permissions.iter().copied().collect(),
        locale,
        currency: actor.currency,
        distance_unit: actor.distance_unit,
    })
}

async fn memberships(db: &PgPool, user: UserId) -> Result<Vec<Membership>, AppError> {
    let rows = store::organisations(db, user).await.map_err(IdentityError::from)?;
    Ok(rows.into_iter().map(|(id, name)| Membership { id, name }).collect())
}

fn member_actor(user: UserId, organisation: OrganisationId, row: store::MemberRow) -> Result<Actor, IdentityError> {
    Ok(Actor {
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
    })
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

/// A person with an account here, signed in or not, and where they may act, ordered by the organisations' names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    pub user: UserId,
    pub organisations: Vec<OrganisationId>,
}

/// The person whom the issuer calls `subject`, enabled or not (`find_actor` decides on that); None if nobody is linked.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn find_person(db: &PgPool, issuer: &str, subject: &str) -> Result<Option<KnownPerson>, AppError> {
    let mut connection = db.acquire().await.map_err(IdentityError::from)?;
    let person = store::person_by_login(&mut connection, issuer, subject)
        .await
        .map_err(IdentityError::from)?;
    let Some(person) = person else { return Ok(None) };
    let user = UserId(person.id);
    let organisations = store::organisations(&mut *connection, user).await.map_err(IdentityError::from)?;
    Ok(Some(KnownPerson {
        user,
        organisations: organisations.into_iter().map(|(id, _)| id).collect(),
    }))
}

/// An account of an issuer, as its ID token tells it (OpenID Connect Core 1.0 section 2). `email` and `name` are empty if it has none.
#[derive(Clone, Copy, Debug)]
pub struct IssuerAccount<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub email: &'a str,
    pub email_verified: bool,
    pub name: &'a str,
}

/// Finds the person behind an account: by the linked account (`iss`, `sub`), else by an e-mail address that the issuer has verified,
/// which links the account. An unverified address links nothing (section 5.7), and neither does a second account of the same issuer.
/// Both the link and the sign-in are audited. Gives the actor in the first of the person's organisations.
///
/// # Errors
/// A refusal ([`IdentityError::is_refusal`]) for an account that belongs to nobody here, to nobody in an organisation or to a disabled
/// person; as every query.
pub async fn sign_in(db: &PgPool, account: &IssuerAccount<'_>, origin: Origin) -> Result<Actor, IdentityError> {
    let outcome = try_sign_in(db, account, origin).await;
    if let Err(error) = &outcome
        && error.is_refusal()
    {
        tracing::warn!(issuer = account.issuer, subject = account.subject, reason = %error, "sign-in refused");
    }
    outcome
}

async fn try_sign_in(db: &PgPool, account: &IssuerAccount<'_>, origin: Origin) -> Result<Actor, IdentityError> {
    let mut transaction = db.begin().await?;
    let (person, linked) = match store::person_by_login(&mut transaction, account.issuer, account.subject).await? {
        Some(person) => (person, false),
        None => (link(&mut transaction, account).await?, true),
    };
    if !person.enabled {
        return Err(IdentityError::Disabled);
    }
    let user = UserId(person.id);
    let name = Some(account.name.trim()).filter(|name| !name.is_empty() && !name.contains('\0'));
    store::signed_in(&mut transaction, person.id, name).await?;
    let organisations = store::organisations(&mut *transaction, user).await?;
    let (organisation, _) = organisations.first().ok_or(IdentityError::NoOrganisation)?;
    let row = store::member(&mut *transaction, user, *organisation).await?;
    let mut actor = member_actor(user, *organisation, row.ok_or(IdentityError::NoOrganisation)?)?;
    actor.origin = origin;
    if linked {
        let after = json!({ "issuer": account.issuer, "subject": account.subject });
        audit::record(&mut transaction, &actor, about(user, "account_linked", Some(after))).await?;
    }
    audit::record(
        &mut transaction,
        &actor,
        about(user, "signed_in", Some(json!({ "issuer": account.issuer }))),
    )
    .await?;
    transaction.commit().await?;
    Ok(actor)
}

/// Links the account to the person who has its verified address.
async fn link(connection: &mut PgConnection, account: &IssuerAccount<'_>) -> Result<store::PersonRow, IdentityError> {
    let IssuerAccount { issuer, subject, .. } = *account;
    let email = EmailAddress::parse(account.email).ok_or(IdentityError::UnknownAccount)?;
    let person = store::person_by_email(connection, &email).await?;
    let person = person.ok_or(IdentityError::UnknownAccount)?;
    if !account.email_verified {
        return Err(IdentityError::UnverifiedEmail);
    }
    if !store::link(connection, issuer, subject, person.id).await? {
        // Either a parallel sign-in linked the same account a moment ago, or the person has another one.
        let linked = store::person_by_login(connection, issuer, subject).await?;
        if linked.is_none_or(|linked| linked.id != person.id) {
            return Err(IdentityError::OtherAccount);
        }
    }
    tracing::info!(issuer, subject, user = %person.id, "account linked by its verified e-mail address");
    Ok(person)
}

/// What the audit says of a person's coming and going.
const fn about(user: UserId, action: &'static str, after: Option<serde_json::Value>) -> audit::Change<'static> {
    audit::Change {
        action,
        subject: "user",
        id: user.0,
        before: None,
        after,
    }
}

/// The person in another organisation of theirs, and the transaction in which both organisations' audits say so: the caller commits it
/// before the session acts there.
///
/// # Errors
/// `NotFound` for an organisation that the person does not belong to; as every query.
pub async fn switch_organisation(
    db: &PgPool,
    actor: &Actor,
    organisation: OrganisationId,
) -> Result<(Actor, Transaction<'static, Postgres>), AppError> {
    let user = actor.user.ok_or(AppError::NotAuthenticated)?;
    let mut transaction = db.begin().await.map_err(IdentityError::from)?;
    let row = store::member(&mut *transaction, user, organisation)
        .await
        .map_err(IdentityError::from)?;
    let row = row.ok_or(IdentityError::NotFound("organisation"))?;
    let mut there = member_actor(user, organisation, row)?;
    there.origin = actor.origin.clone();
    audit::record(&mut transaction, actor, about(user, "switched_away", None)).await?;
    audit::record(&mut transaction, &there, about(user, "switched_here", None)).await?;
    Ok((there, transaction))
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
        let row = store::me(&self.platform.db, user, actor.organisation)
            .await
            .map_err(IdentityError::from)?
            .ok_or(AppError::NotAuthenticated)?;
        // What a token allows is less than what the role does.
        me_of(&self.platform.db, actor, user, row).await
    }

    async fn organisations(&self, actor: &Actor) -> Result<Vec<Membership>, AppError> {
        let user = actor.user.ok_or(AppError::NotAuthenticated)?;
        memberships(&self.platform.db, user).await
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
