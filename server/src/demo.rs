//! The demo: a dealership with its people and a thousand vehicles, and a private garage. It goes into an empty database only.
//!
//! One transaction: it is there whole or not at all. The stock comes in through the import, as a dealer's own list would.

use app::{
    i18n::Locale,
    identity::{OrganisationKind, Preset},
    kernel::{
        actor::{Actor, Origin},
        error::AppError,
        id::OrganisationId,
        unit::DistanceUnit,
    },
    vehicle::{ImportMode, ImportOptions, ImportState},
};
use iso_currency::Currency;
use secrecy::SecretString;
use sqlx::{Connection, PgConnection};

use crate::{
    config::Config,
    identity::provision::{self, NewMember, NewOrganisation},
    issuer::{
        self,
        accounts::{self, AccountError, NewAccount},
    },
    platform::{Platform, StartError},
    vehicle::import,
};

/// The dealership's name: how a demo is recognised.
pub const DEALERSHIP: &str = "Northside Motors";
/// Known to everybody who can read: only for a server that nobody else reaches.
pub const KNOWN_PASSWORD: &str = "forecourt-demo";
const TIME_ZONE: &str = "America/Bogota";

/// What lies on the dealership's lot; data/README.md says where it comes from.
const STOCK: &[u8] = include_bytes!("../data/stock-sample.csv");
/// What stands in the garage.
const GARAGE: &[u8] = include_bytes!("../data/garage-sample.csv");

/// Somebody who can sign in to the demo.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub email: &'static str,
    pub name: &'static str,
    pub preset: Preset,
}

const fn person(email: &'static str, name: &'static str, preset: Preset) -> Person {
    Person { email, name, preset }
}

const OWNER: Person = person("owner@northside.example", "Olivia Reyes", Preset::Owner);
const GARAGE_OWNER: Person = person("ana@garage.example", "Ana Torres", Preset::Owner);

/// Everybody of the demo, the owner of the private garage last.
pub const PEOPLE: [Person; 5] = [
    OWNER,
    person("manager@northside.example", "Marco Duarte", Preset::Manager),
    person("sales@northside.example", "Sara Lindqvist", Preset::Sales),
    person("viewer@northside.example", "Victor Chen", Preset::Viewer),
    GARAGE_OWNER,
];

/// What came of loading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there now.
    Loaded,
    /// It was there before; nothing was touched.
    Present,
    /// There are other organisations; nothing was touched.
    NotEmpty,
}

/// Why the demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the demo's sign-ins need a password of their own on a server with a public address: FORECOURT_DEMO_PASSWORD")]
    Password,
    #[error("the demo's list {list} does not go in: {why}")]
    List { list: &'static str, why: String },
    #[error("a demo account can't be made: {0}")]
    Account(#[from] AccountError),
    #[error(transparent)]
    Issuer(#[from] StartError),
    #[error("a query failed: {0}")]
    Query(#[from] sqlx::Error),
    #[error(transparent)]
    App(#[from] AppError),
}

/// The password of the demo's accounts: the one given; the known one only where nobody else comes in.
///
/// # Errors
/// `Password` for a server with a public address and no password given.
pub fn password(config: &Config, given: Option<SecretString>) -> Result<SecretString, DemoError> {
    let is_local = config
        .public_url
        .host_str()
        .is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"));
    match given {
        Some(given) => Ok(given),
        None if is_local || config.development => Ok(KNOWN_PASSWORD.to_owned().into()),
        None => Err(DemoError::Password),
    }
}

/// Puts the demo into an empty database; a second time does nothing.
///
/// # Errors
/// As every query; an account that can't be made; a list that is not good throughout.
pub async fn load(platform: &Platform, password: &SecretString) -> Result<Outcome, DemoError> {
    let mut connection = platform.db.acquire().await?;
    let mut lock = connection.begin().await?;
    match provision::lock(&mut lock, DEALERSHIP).await? {
        Some(name) if name == DEALERSHIP => return Ok(Outcome::Present),
        Some(_) => return Ok(Outcome::NotEmpty),
        None => {}
    }
    dealership(&mut lock).await?;
    garage(&mut lock).await?;
    if platform.config.issuer_is_embedded() {
        sign_ins(platform, password).await?;
    } else {
        tracing::info!("the demo's people sign in at {}, if it knows them", platform.config.oidc.issuer);
    }
    lock.commit().await?;
    Ok(Outcome::Loaded)
}

fn organisation(kind: OrganisationKind, name: &str, address: Option<&str>) -> NewOrganisation {
    NewOrganisation {
        kind,
        name: name.into(),
        tax_id: None,
        address: address.map(str::to_owned),
        currency: Currency::USD,
        time_zone: TIME_ZONE.into(),
        distance_unit: DistanceUnit::Km,
        locale: Locale::En,
    }
}

async fn dealership(connection: &mut PgConnection) -> Result<(), DemoError> {
    let new = organisation(OrganisationKind::Dealership, DEALERSHIP, Some("1200 North Avenue"));
    let id = provision::organisation(connection, new).await?;
    let owner = member(connection, id, OWNER).await?;
    for person in PEOPLE.iter().filter(|person| person.email.ends_with("@northside.example")).skip(1) {
        member(connection, id, *person).await?;
    }
    stock(connection, &owner, "stock-sample.csv", STOCK).await
}

async fn garage(connection: &mut PgConnection) -> Result<(), DemoError> {
    let new = organisation(OrganisationKind::Private, "Ana Torres’ garage", None);
    let id = provision::organisation(connection, new).await?;
    let owner = member(connection, id, GARAGE_OWNER).await?;
    stock(connection, &owner, "garage-sample.csv", GARAGE).await
}

/// Makes somebody a member; they act from then on.
async fn member(connection: &mut PgConnection, organisation: OrganisationId, person: Person) -> Result<Actor, DemoError> {
    let new = NewMember {
        email: person.email.into(),
        name: person.name.into(),
        preset: person.preset,
        locale: Locale::En,
    };
    let user = provision::member(connection, organisation, new).await?;
    Ok(Actor {
        organisation,
        user: Some(user),
        name: person.name.into(),
        permissions: person.preset.permissions().into_iter().collect(),
        locale: Locale::En,
        currency: Currency::USD,
        distance_unit: DistanceUnit::Km,
        time_zone: TIME_ZONE.into(),
        origin: Origin {
            channel: "cli",
            ..Origin::default()
        },
    })
}

async fn stock(connection: &mut PgConnection, owner: &Actor, list: &'static str, file: &[u8]) -> Result<(), DemoError> {
    let report = import::run(
        connection,
        None,
        owner,
        (list, file),
        &ImportOptions::default(),
        Some(ImportMode::All),
    )
    .await?;
    if report.state == ImportState::Done {
        return Ok(());
    }
    let first = report
        .problems
        .first()
        .map(|found| format!("line {}, {}: {}", found.line, found.column, found.problem));
    let why = report.failure.map(|problem| problem.to_string()).or(first).unwrap_or_default();
    Err(DemoError::List { list, why })
}

/// Accounts at the embedded issuer. Signing in links them to the members by their verified addresses.
async fn sign_ins(platform: &Platform, password: &SecretString) -> Result<(), DemoError> {
    let mut connection = issuer::database(platform, 1)?.acquire().await?;
    for person in PEOPLE {
        let account = NewAccount {
            email: person.email.into(),
            name: person.name.into(),
            password: password.clone(),
            email_verified: true,
        };
        match accounts::create(&mut connection, account).await {
            // Left by an attempt that was cut off before it was committed.
            Ok(_) | Err(AccountError::Taken) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
