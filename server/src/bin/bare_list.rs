//! The reference of `make bench`: a bare axum handler that runs the SQL of the list page (a page of 25 and the totals) and returns it as JSON.
//! No session, no permissions, no HTML. It calls the vehicles' service, so that its SQL is always that of the page.
//!
//! `bare_list PORT`, configured as the server is (FORECOURT_DATABASE_URL, FORECOURT_REDIS_URL, …).

use std::{error::Error, net::Ipv4Addr, sync::Arc};

use app::{
    kernel::{actor::Actor, error::AppError},
    vehicle::{VehicleQuery, VehicleService},
};
use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use server::{
    config::{Config, Sources},
    demo::DEALERSHIP,
    identity, platform,
    vehicle::Vehicles,
};

/// As the server has it: what is compared is the work, not the allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Bare = Arc<(Vehicles, Actor)>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).ok_or("usage: bare_list PORT")?.parse::<u16>()?;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let platform = platform::start_or_join(Config::load(&Sources::of_process(None))?).await?;
    let named = identity::organisations_named(&platform.db, Some(DEALERSHIP)).await?;
    let (organisation, _) = named.first().ok_or("the database has no demo: forecourt demo")?;
    let actor = identity::system_actor(&platform.db, *organisation, "bench").await?;
    let bare: Bare = Arc::new((Vehicles::new((*platform).clone()), actor));
    let router = Router::new().route("/", get(list)).with_state(bare);
    axum::serve(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?, router).await?;
    Ok(())
}

async fn list(State(bare): State<Bare>) -> Result<Json<serde_json::Value>, StatusCode> {
    let (vehicles, actor) = &*bare;
    let both = async {
        let page = vehicles.list(actor, VehicleQuery::default()).await?;
        let totals = vehicles.totals(actor, VehicleQuery::default()).await?;
        Ok::<_, AppError>(serde_json::json!({ "page": page, "totals": totals }))
    };
    both.await.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
