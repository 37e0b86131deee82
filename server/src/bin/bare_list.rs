//! The reference of `make bench`: bare axum handlers that run the SQL of the list page and return what they found as JSON. No session, no
//! cookie, no HTML. They call the services, so that their SQL is always that of the page.
//!
//! - `/` runs all of it: who the person is and what they may do, a page of 25 vehicles, the totals.
//! - `/vehicles` leaves the person out.
//!
//! `bare_list PORT USER`, configured as the server is (FORECOURT_DATABASE_URL, FORECOURT_REDIS_URL, …). USER is the id of a person of the
//! demo dealership.

use std::{error::Error, net::Ipv4Addr, sync::Arc};

use app::{
    kernel::{actor::Actor, error::AppError, id::UserId},
    vehicle::{VehicleQuery, VehicleService},
};
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};
use server::{
    config::{Config, Sources},
    demo::DEALERSHIP,
    identity, platform,
    vehicle::Vehicles,
};
use sqlx::PgPool;

/// As the server has it: what is compared is the work, not the allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Bare {
    db: PgPool,
    vehicles: Vehicles,
    user: UserId,
    actor: Actor,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    const USAGE: &str = "usage: bare_list PORT USER";
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().ok_or(USAGE)?.parse::<u16>()?;
    let user = arguments.next().ok_or(USAGE)?.parse()?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let platform = platform::start_or_join(Config::load(&Sources::of_process(None))?).await?;
    let named = identity::organisations_named(&platform.db, Some(DEALERSHIP)).await?;
    let organisation = named.first().ok_or("the database has no demo: forecourt demo")?.0;
    let found = identity::find_member(&platform.db, user, organisation).await?;
    let bare = Bare {
        db: platform.db.clone(),
        vehicles: Vehicles::new((*platform).clone()),
        user,
        actor: found.ok_or("USER is nobody of the demo dealership")?.0,
    };
    let router = Router::new()
        .route("/", get(page))
        .route("/vehicles", get(vehicles))
        .with_state(Arc::new(bare));
    axum::serve(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?, router).await?;
    Ok(())
}

type Answer = Result<Json<Value>, StatusCode>;

async fn page(State(bare): State<Arc<Bare>>) -> Answer {
    let all = async {
        let found = identity::find_member(&bare.db, bare.user, bare.actor.organisation).await?;
        let (actor, me) = found.ok_or(AppError::NotAuthenticated)?;
        Ok(json!({ "me": me, "list": list(&bare, &actor).await? }))
    };
    answer(all.await)
}

async fn vehicles(State(bare): State<Arc<Bare>>) -> Answer {
    answer(list(&bare, &bare.actor).await)
}

async fn list(bare: &Bare, actor: &Actor) -> Result<Value, AppError> {
    let page = bare.vehicles.list(actor, VehicleQuery::default()).await?;
    let totals = bare.vehicles.totals(actor, VehicleQuery::default()).await?;
    Ok(json!({ "page": page, "totals": totals }))
}

fn answer(found: Result<Value, AppError>) -> Answer {
    found.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
