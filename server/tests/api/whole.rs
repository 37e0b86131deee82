//! Forecourt with its own issuer in one process, over TCP: sign in, refresh with rotation, sign out.

use std::{net::SocketAddr, sync::Arc};

use app::identity::Preset;
use axum::Router;
use reqwest::header::LOCATION;
use server::{
    http,
    issuer::{self, IssuerState, accounts::NewAccount},
    platform::Platform,
};

use crate::support::{
    self,
    issuer::{Browser, EMAIL, PASSWORD, share_keys, transaction},
    web::member,
};

struct Whole {
    platform: Platform,
    origin: String,
}

async fn start() -> Whole {
    let platform = support::platform().await;
    share_keys(&platform.db).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut config = (*platform.config).clone();
    config.public_url = origin.parse().unwrap();
    config.oidc.issuer = format!("{origin}/issuer").parse().unwrap();
    let platform = Platform {
        config: Arc::new(config),
        ..platform
    };
    let mut connection = platform.db.acquire().await.unwrap();
    issuer::clients::ensure_first_party(&mut connection, &platform.config)
        .await
        .unwrap();
    let account = NewAccount {
        email: EMAIL.into(),
        name: "Ana Ruiz".into(),
        password: PASSWORD.to_owned().into(),
        email_verified: true,
    };
    issuer::accounts::create(&mut connection, account).await.unwrap();
    let organisation = support::dealership(&platform).await;
    member(&platform, organisation, EMAIL, Preset::Owner).await;
    let state = IssuerState::new(platform.db.clone(), &platform.config, &platform.keys);
    let beside = Router::new().nest("/issuer", issuer::router(state));
    let router = http::whole(&platform, server::backend(&platform), beside);
    tokio::spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .await
            .unwrap();
    });
    Whole { platform, origin }
}

fn location(response: &reqwest::Response, origin: &str) -> String {
    let location = response.headers()[LOCATION].to_str().unwrap();
    if location.starts_with('/') {
        format!("{origin}{location}")
    } else {
        location.to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dealer_signs_in_at_the_embedded_issuer_and_out_again() {
    let whole = start().await;
    let at = |path: &str| format!("{}{path}", whole.origin);
    let mut browser = Browser::new();
    browser.origin = Some(whole.origin.clone());

    let page = browser.get(&at("/stock?status=available")).await;
    let login = browser.get(&location(&page, &whole.origin)).await;
    let form = browser.get(&location(&login, &whole.origin)).await;
    assert_eq!(form.status(), 200);
    let policy = form.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("style-src"), "the issuer's page keeps its own policy: {policy}");
    let html = form.text().await.unwrap();
    let fields = [
        ("transaction", transaction(&html)),
        ("email", EMAIL.to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let agreed = browser.post(&at("/issuer/login"), &fields).await;
    let back = browser.get(&location(&agreed, &whole.origin)).await;
    assert_eq!(location(&back, &whole.origin), at("/stock?status=available"));

    let me: serde_json::Value = browser.get(&at("/auth/session")).await.json().await.unwrap();
    assert_eq!((me["email"].as_str(), me["role"].as_str().is_some()), (Some(EMAIL), true), "{me}");
    let stock = browser.get(&at("/stock")).await;
    assert!(
        stock.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("'strict-dynamic'")
    );

    let out = browser.post(&at("/auth/logout"), &[]).await;
    assert_eq!(out.status(), 303);
    assert!(location(&out, &whole.origin).starts_with(&at("/issuer/logout?")));
    let ended = browser.get(&location(&out, &whole.origin)).await;
    assert_eq!(
        location(&ended, &whole.origin),
        at("/"),
        "an ID token of this session needs no question"
    );
    assert_eq!(browser.get(&at("/auth/session")).await.status(), 401);
    let living: i64 = sqlx::query_scalar("SELECT count(*) FROM user_login")
        .fetch_one(&whole.platform.db)
        .await
        .unwrap();
    assert_eq!(living, 1);
}
