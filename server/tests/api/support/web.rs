//! Forecourt's HTTP as a test meets it: a router beside a provider, and somebody who can sign in.

use std::sync::Arc;

use app::{
    identity::Preset,
    kernel::{
        backend::Backend,
        id::{OrganisationId, UserId},
    },
};
use axum::Router;
use fred::{
    clients::Pool,
    prelude::{Builder, ClientLike, Config as RedisConfig, ReconnectPolicy},
};
use server::{
    catalogue::Catalogue,
    http::{self, forms::Forms, organisation::Sessions, uploads::Uploads},
    identity::Identity,
    platform::Platform,
    vin::Vins,
};
use tower_sessions::{SessionStore, session::Record};
use tower_sessions_redis_store::RedisStore;
use uuid::Uuid;

use super::{
    browser::{Answer, Browser},
    fakes::NoVehicles,
    oidc::Oidc,
    proxy::Wire,
};

pub struct Site {
    pub platform: Platform,
    pub router: Router,
    pub oidc: Oidc,
    pub organisation: OrganisationId,
    pub user: UserId,
    pub postgres: Wire,
    pub redis: Wire,
}

/// A dealership with an owner whom the provider knows.
pub async fn site() -> Site {
    site_with(|_| {}).await
}

pub async fn site_with(change: impl FnOnce(&mut server::config::Config)) -> Site {
    let direct = super::platform().await;
    let oidc = Oidc::start().await;
    let mut config = (*direct.config).clone();
    config.oidc.issuer = oidc.issuer.parse().unwrap();
    config.import_max_bytes = 200_000;
    change(&mut config);
    let (postgres, database_url) = Wire::to_postgres(&super::fresh_database().await).await;
    let db = super::pool()
        .acquire_timeout(std::time::Duration::from_secs(2))
        .connect(&database_url)
        .await
        .unwrap();
    let (redis, redis_url) = Wire::to_redis(&super::redis_url()).await;
    let kv = Builder::from_config(RedisConfig::from_url(&redis_url).unwrap())
        .set_policy(ReconnectPolicy::new_constant(0, 200))
        .build_pool(4)
        .unwrap();
    kv.init().await.unwrap();
    let platform = Platform {
        config: Arc::new(config),
        db,
        kv,
        keys: direct.keys,
    };
    let organisation = super::dealership(&platform).await;
    let user = member(&platform, organisation, "olga@northside.example", Preset::Owner).await;
    let router = router(&platform);
    Site {
        platform,
        router,
        oidc,
        organisation,
        user,
        postgres,
        redis,
    }
}

/// Another replica on the same platform.
pub fn router(platform: &Platform) -> Router {
    let backend = Backend {
        catalogue: Arc::new(Catalogue::new(platform.clone())),
        forms: Arc::new(Forms::new(platform.clone())),
        identity: Arc::new(Identity::new(platform.clone())),
        sessions: Arc::new(Sessions::new(platform.clone())),
        uploads: Arc::new(Uploads::new(platform.clone())),
        vehicles: Arc::new(NoVehicles),
        vins: Arc::new(Vins),
    };
    http::router(platform, backend)
}

/// A person with a role of that preset.
pub async fn member(platform: &Platform, organisation: OrganisationId, email: &str, preset: Preset) -> UserId {
    let (role, user) = (Uuid::now_v7(), UserId::new());
    let permissions: Vec<String> = preset.permissions().iter().map(|permission| permission.name().to_owned()).collect();
    let queries = [
        sqlx::query("INSERT INTO role (organisation_id, id, name) VALUES ($1, $2, $3)")
            .bind(organisation.0)
            .bind(role)
            .bind(format!("{preset} {role}")),
        sqlx::query("INSERT INTO role_permission (organisation_id, role_id, permission) SELECT $1, $2, unnest($3::text[])")
            .bind(organisation.0)
            .bind(role)
            .bind(permissions),
        sqlx::query("INSERT INTO app_user (id, name, email) VALUES ($1, 'Olga Owner', $2)")
            .bind(user.0)
            .bind(email),
        sqlx::query("INSERT INTO member (organisation_id, user_id, role_id) VALUES ($1, $2, $3)")
            .bind(organisation.0)
            .bind(user.0)
            .bind(role),
    ];
    for query in queries {
        query.execute(&platform.db).await.unwrap();
    }
    user
}

impl Site {
    pub fn browser(&self) -> Browser {
        Browser::new(&self.router)
    }

    /// A browser in which the owner has signed in.
    pub async fn signed_in(&self) -> Browser {
        let browser = self.browser();
        let answer = self.sign_in(&browser, "/stock").await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/stock"), "{}", answer.body);
        browser
    }

    /// The name of the tokens that belong to a browser's session.
    pub async fn tokens_of(&self, browser: &Browser) -> String {
        let (_, record) = self.record_of(browser).await;
        let signed_in: http::session::SignedIn = serde_json::from_value(record.data["signed_in"].clone()).unwrap();
        signed_in.tokens.to_string()
    }

    async fn record_of(&self, browser: &Browser) -> (RedisStore<Pool>, Record) {
        let id = browser.cookie("forecourt").unwrap().parse().unwrap();
        let store = RedisStore::new(self.platform.kv.clone());
        let record = store.load(&id).await.unwrap().unwrap();
        (store, record)
    }

    /// The browser's session was touched two minutes ago: its next request touches it again.
    pub async fn let_touch_be_due(&self, browser: &Browser) {
        let (store, mut record) = self.record_of(browser).await;
        let at = chrono::Utc::now() - chrono::TimeDelta::minutes(2);
        record.data.insert("touched".into(), serde_json::json!(at));
        store.save(&record).await.unwrap();
    }

    /// Makes the owner a member of another organisation too, with a role of that preset.
    pub async fn also_member_of(&self, organisation: OrganisationId, preset: Preset) {
        let email = format!("{}@elsewhere.example", Uuid::now_v7().simple());
        let second = member(&self.platform, organisation, &email, preset).await;
        sqlx::query("UPDATE member SET user_id = $1 WHERE user_id = $2")
            .bind(self.user.0)
            .bind(second.0)
            .execute(&self.platform.db)
            .await
            .unwrap();
    }

    /// The whole way: off to the provider, agreed, and back.
    pub async fn sign_in(&self, browser: &Browser, return_to: &str) -> Answer {
        let answer = browser.get(&format!("/auth/login?return_to={return_to}")).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
        browser.get(&self.oidc.approve(answer.location())).await
    }
}
