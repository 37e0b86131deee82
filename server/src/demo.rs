//! The demo: a dealership with its people and stock, and a private garage. It goes into an empty database only.

use app::{
    i18n::Locale,
    identity::{OrganisationKind, Preset},
    kernel::id::OrganisationId,
    vehicle::DistanceUnit,
};
use iso_currency::Currency;
use secrecy::SecretString;
use server::{
    config::Config,
    identity::provision::{self, NewMember, NewOrganisation},
    issuer::accounts::{self, AccountError, NewAccount},
    platform::{Platform, db},
};
use sqlx::{Acquire, PgConnection};

use crate::cli::Failure;

const DEALERSHIP: &str = "Northside Motors";
/// Known to everybody who can read: only for a server that nobody else reaches.
const KNOWN_PASSWORD: &str = "forecourt-demo";

/// Who can sign in to the demo: address, name, role in which organisation.
const PEOPLE: [(&str, &str, Preset); 4] = [
    ("owner@northside.example", "Olivia Brooks", Preset::Owner),
    ("manager@northside.example", "Marcus Hale", Preset::Manager),
    ("sales@northside.example", "Sofia Reyes", Preset::Sales),
    ("viewer@northside.example", "Victor Lund", Preset::Viewer),
];
const GARAGE_OWNER: (&str, &str) = ("ana@garage.example", "Ana Torres");

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The demo is there, made now or before.
    Loaded,
    /// There are other organisations: nothing was touched.
    NotEmpty,
}

/// The password of the demo's accounts: the one given; the known one only where nobody else comes in.
///
/// # Errors
/// `DemoPassword` for a server with a public address and no password given.
pub(crate) fn password(config: &Config, given: Option<String>) -> Result<SecretString, Failure> {
    let is_local = config
        .public_url
        .host_str()
        .is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
    match given {
        Some(given) => Ok(given.into()),
        None if is_local || config.development => Ok(KNOWN_PASSWORD.to_owned().into()),
        None => Err(Failure::DemoPassword),
    }
}

/// Puts the demo into an empty database; a second time does nothing.
///
/// # Errors
/// As every query; an account that can't be made.
pub(crate) async fn load(platform: &Platform, password: &SecretString) -> Result<Outcome, Failure> {
    let mut connection = platform.db.acquire().await?;
    let mut turn = connection.begin().await?;
    // Replicas that start together: one loads, the others find it done.
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('forecourt demo'))")
        .execute(&mut *turn)
        .await?;
    let found = sqlx::query!(
        "SELECT organisation_id, name FROM organisation ORDER BY name = $1 DESC LIMIT 1",
        DEALERSHIP
    )
    .fetch_optional(&mut *turn)
    .await?;
    let dealership = match found {
        Some(demo) if demo.name == DEALERSHIP => OrganisationId(demo.organisation_id),
        Some(_) => return Ok(Outcome::NotEmpty),
        None => organisations(&mut turn).await?,
    };
    if platform.config.issuer_is_embedded() {
        sign_ins(platform, password).await?;
    } else {
        tracing::info!("the demo's people sign in at {}, if it knows them", platform.config.oidc.issuer);
    }
    turn.commit().await?;
    drop(connection);
    tracing::debug!(%dealership, "demo dealership");
    Ok(Outcome::Loaded)
}

async fn organisations(connection: &mut PgConnection) -> Result<OrganisationId, Failure> {
    let dealership = NewOrganisation {
        kind: OrganisationKind::Dealership,
        name: DEALERSHIP.into(),
        tax_id: None,
        address: Some("1200 North Avenue".into()),
        currency: Currency::USD,
        time_zone: "America/Bogota".into(),
        distance_unit: DistanceUnit::Km,
        locale: Locale::En,
    };
    let garage = NewOrganisation {
        kind: OrganisationKind::Private,
        name: "Ana Torres".into(),
        address: None,
        locale: Locale::Es,
        ..dealership.clone()
    };
    let dealership = provision::organisation(connection, dealership).await?;
    for (email, name, preset) in PEOPLE {
        let member = member(email, name, preset, Locale::En);
        provision::member(connection, dealership, member).await?;
    }
    let garage = provision::organisation(connection, garage).await?;
    let (email, name) = GARAGE_OWNER;
    provision::member(connection, garage, member(email, name, Preset::Owner, Locale::Es)).await?;
    Ok(dealership)
}

fn member(email: &str, name: &str, preset: Preset, locale: Locale) -> NewMember {
    NewMember {
        email: email.into(),
        name: name.into(),
        preset,
        locale,
    }
}

/// Accounts at the embedded issuer. Signing in links them to the members by their verified addresses.
async fn sign_ins(platform: &Platform, password: &SecretString) -> Result<(), Failure> {
    let db = match &platform.config.issuer_database_url {
        Some(url) => db::pool(url, 1)?,
        None => platform.db.clone(),
    };
    let mut connection = db.acquire().await?;
    let people = PEOPLE.iter().map(|(email, name, _)| (*email, *name)).chain([GARAGE_OWNER]);
    for (email, name) in people {
        let account = NewAccount {
            email: email.into(),
            name: name.into(),
            password: password.clone(),
            email_verified: true,
        };
        match accounts::create(&mut connection, account).await {
            Ok(_) | Err(AccountError::Taken) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The sign-ins, for people.
pub(crate) fn addresses() -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(|(email, _, _)| *email).chain([GARAGE_OWNER.0])
}
