//! Forecourt with its own issuer in one process, over TCP: sign in, refresh with rotation, sign out.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use app::identity::Preset;
use axum::Router;
use fred::interfaces::KeysInterface;
use server::{
    http::{self, seal::Sealer, session::SignedIn, tokens::TokenSet},
    issuer::{self, IssuerState},
    platform::Platform,
};

use crate::support::{
    self,
    issuer::{Browser, EMAIL, PASSWORD, SECRET, account, http as client, location, share_keys, transaction},
    proxy::Wire,
    web::member,
};

struct Whole {
    platform: Platform,
    origin: String,
    postgres: Wire,
}

async fn start() -> Whole {
    let platform = support::platform().await;
    share_keys(&platform.db).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut config = (*platform.config).clone();
    config.public_url = origin.parse().unwrap();
    config.oidc.issuer = format!("{origin}/issuer").parse().unwrap();
    let options = platform.db.connect_options();
    let (postgres, url) = Wire::to_postgres(&support::url_of(options.get_database().unwrap())).await;
    let db = sqlx::postgres::PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(2))
        .connect(&url)
        .await
        .unwrap();
    let platform = Platform {
        config: Arc::new(config),
        db,
        ..platform
    };
    let mut connection = platform.db.acquire().await.unwrap();
    issuer::clients::ensure_first_party(&mut connection, &platform.config)
        .await
        .unwrap();
    account(&platform.db).await;
    let organisation = support::dealership(&platform).await;
    member(&platform, organisation, EMAIL, Preset::Owner).await;
    let state = IssuerState::new(platform.db.clone(), &platform.config, &platform.keys);
    let beside = Router::new().nest("/issuer", issuer::router(state));
    let router = http::with_routes(&platform, server::backend(&platform), beside);
    tokio::spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .await
            .unwrap();
    });
    Whole {
        platform,
        origin,
        postgres,
    }
}

impl Whole {
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Ana, back from the sign-in.
    async fn signed_in(&self) -> Browser {
        Browser::signed_in(&self.origin).await
    }

    /// Makes the access token of a session that has not been used yet one that has run out.
    async fn age_tokens(&self, browser: &Browser) {
        let store = tower_sessions_redis_store::RedisStore::new(self.platform.kv.clone());
        let id = browser.cookies["forecourt"].parse().unwrap();
        let record = tower_sessions::SessionStore::load(&store, &id).await.unwrap().unwrap();
        let who: SignedIn = serde_json::from_value(record.data["signed_in"].clone()).unwrap();
        let sealer = Sealer::new(self.platform.keys.seal, "tokens 1");
        let (name, key) = (who.tokens.to_string(), format!("tokens:{}", who.tokens));
        let sealed: Vec<u8> = self.platform.kv.get(&key).await.unwrap();
        let mut tokens: TokenSet = sealer.open(&name, &sealed).unwrap();
        (tokens.expires_at, tokens.refresh_at) = (0, 0);
        let sealed = sealer.seal(&name, &tokens).unwrap();
        let _: () = self.platform.kv.set(&key, sealed.as_slice(), None, None, false).await.unwrap();
    }

    /// Waits until the session is good again, at most ten seconds; false if it ended.
    async fn is_good_again(&self, browser: &mut Browser) -> bool {
        for _ in 0..100 {
            match browser.get(&self.at("/auth/session")).await.status().as_u16() {
                200 => return true,
                401 => return false,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        false
    }
}

/// The issuer and the pages share one PostgreSQL: it goes away when the access token must be refreshed.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_out_because_postgresql_is_away_when_the_token_runs_out() {
    let whole = start().await;
    let mut browser = whole.signed_in().await;
    whole.age_tokens(&browser).await;
    whole.postgres.cut();
    let away = browser.get(&whole.at("/auth/session")).await;
    assert_eq!(away.status(), 503);
    whole.postgres.mend();
    assert!(whole.is_good_again(&mut browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_says_when_to_come_back_while_postgresql_is_away() {
    let whole = start().await;
    let mut browser = Browser::new();
    browser.origin = Some(whole.origin.clone());
    let login = browser.get(&whole.at("/auth/login?return_to=/stock")).await;
    let authorize = location(&login, &whole.origin);
    let transaction = transaction(&browser.get(&authorize).await.text().await.unwrap());
    let fields = [("transaction", transaction.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    whole.postgres.cut();
    let page = browser.get(&authorize).await;
    let form = browser.post(&whole.at("/issuer/login"), &fields).await;
    let token = client()
        .post(whole.at("/issuer/token"))
        .basic_auth("forecourt", Some(SECRET))
        .form(&[("grant_type", "refresh_token"), ("refresh_token", "any")])
        .send()
        .await
        .unwrap();
    for (answer, kind) in [(&page, "text/html"), (&form, "text/html"), (&token, "application/json")] {
        assert_eq!(answer.status(), 503, "{}", answer.url());
        assert_eq!(answer.headers()["retry-after"], "5", "{}", answer.url());
        assert!(
            answer.headers()["content-type"].to_str().unwrap().starts_with(kind),
            "{}",
            answer.url()
        );
    }
    assert_eq!(token.json::<serde_json::Value>().await.unwrap()["error"], "temporarily_unavailable");
    whole.postgres.mend();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_out_because_postgresql_holds_a_refresh_up() {
    let whole = start().await;
    let mut browser = whole.signed_in().await;
    whole.age_tokens(&browser).await;
    let mut held = whole.platform.db.begin().await.unwrap();
    sqlx::query("SELECT id FROM issuer.token_grant FOR UPDATE")
        .execute(&mut *held)
        .await
        .unwrap();
    let slow = browser.get(&whole.at("/auth/session")).await;
    assert_eq!(slow.status(), 503, "given up, while the issuer still waits");
    held.rollback().await.unwrap();
    assert!(whole.is_good_again(&mut browser).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dealer_signs_in_at_the_embedded_issuer_and_out_again() {
    let whole = start().await;
    let at = |path: &str| whole.at(path);
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
