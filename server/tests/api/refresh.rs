//! Access tokens of sessions: refreshed exactly once, whatever is slow or away meanwhile; nobody is lost by it.

use std::time::{Duration, Instant};

use axum::{body::Body, http::Request};
use fred::interfaces::{ClientLike, KeysInterface};
use server::platform::Platform;

use crate::{
    sessions::wait_for,
    support::{
        browser::Browser,
        oidc::Settings,
        web::{self, Site, site, site_with},
    },
};

const COOKIE: &str = "forecourt";

/// Forgets the tokens' good standing by asking through another replica.
fn other_replica(site: &Site, browser: &Browser) -> Browser {
    let other = Browser::new(&web::router(&site.platform));
    other.set_cookie(COOKIE, &browser.cookie(COOKIE).unwrap());
    other
}

/// A browser that is signed in and whose access token has run out; `then` is how the issuer behaves from there on.
async fn with_an_expired_token(site: &Site, then: impl FnOnce(&mut Settings)) -> Browser {
    site.oidc.set(|settings| settings.lifetime = 1);
    let browser = site.signed_in().await;
    site.oidc.set(then);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_requests_with_an_expired_token_refresh_once() {
    let site = site().await;
    site.oidc.set(|settings| {
        settings.lifetime = 1;
        settings.delay = Duration::from_millis(300);
    });
    let browser = site.signed_in().await;
    site.oidc.set(|settings| settings.lifetime = 300);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let replica = other_replica(&site, &browser);
    let requests = (0..100).map(|number| {
        let window = if number % 2 == 0 { browser.copy() } else { replica.copy() };
        tokio::spawn(async move { window.get("/auth/session").await.status.as_u16() })
    });
    for request in requests.collect::<Vec<_>>() {
        assert_eq!(request.await.unwrap(), 200);
    }
    assert_eq!(site.oidc.refreshes(), 1);
}

#[tokio::test]
async fn a_browser_that_hangs_up_does_not_lose_the_refresh() {
    let site = site().await;
    let browser = with_an_expired_token(&site, |settings| {
        settings.lifetime = 300;
        settings.delay = Duration::from_millis(400);
    })
    .await;
    let hung_up = tokio::time::timeout(Duration::from_millis(200), browser.get("/auth/session")).await;
    assert!(hung_up.is_err(), "the answer should not have come yet");
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    assert_eq!(site.oidc.refreshes(), 1);
}

#[tokio::test]
async fn a_dead_holder_of_the_lock_does_not_block_for_long() {
    let site = site().await;
    site.oidc.set(|settings| settings.lifetime = 1);
    let browser = site.signed_in().await;
    site.oidc.set(|settings| settings.lifetime = 300);
    let tokens = site.tokens_of(&browser).await;
    let _: () = site
        .platform
        .kv
        .set(
            format!("tokens-lock:{tokens}"),
            "dead",
            Some(fred::types::Expiration::PX(1500)),
            None,
            false,
        )
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let started = Instant::now();
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn the_session_dies_with_its_refresh_token() {
    let site = site().await;
    let browser = with_an_expired_token(&site, |settings| settings.refuses_refresh = true).await;
    let answer = browser.get("/stock").await;
    assert!(answer.location().starts_with("/auth/login?return_to="), "{}", answer.status);
    assert_eq!(browser.cookie(COOKIE), None);
}

#[tokio::test]
async fn nobody_is_signed_out_because_the_issuer_is_away() {
    let site = site().await;
    let browser = with_an_expired_token(&site, |settings| settings.broken = true).await;
    let answer = browser.get("/stock").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "5"));
    assert!(answer.body.contains("Temporarily unavailable"), "{}", answer.body);
    site.oidc.set(|settings| {
        settings.broken = false;
        settings.lifetime = 300;
    });
    wait_for(&browser, 200, Duration::from_secs(5)).await;
}

#[tokio::test]
async fn tokens_in_redis_cannot_be_read() {
    let site = site().await;
    let browser = site.signed_in().await;
    let tokens = site.tokens_of(&browser).await;
    let sealed: Vec<u8> = site.platform.kv.get(format!("tokens:{tokens}")).await.unwrap();
    let text = String::from_utf8_lossy(&sealed);
    assert!(!sealed.is_empty() && !text.contains("access-") && !text.contains("refresh-") && !text.contains("eyJ"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_request_does_not_revive_a_session_that_was_signed_out() {
    let site = site_with(|config| config.session_idle = Duration::from_secs(5)).await;
    site.oidc.set(|settings| settings.lifetime = 1);
    let browser = site.signed_in().await;
    let tokens = site.tokens_of(&browser).await;
    let slow = browser.copy();
    site.oidc.set(|settings| {
        settings.lifetime = 300;
        settings.delay = Duration::from_millis(700);
    });
    tokio::time::sleep(Duration::from_millis(1100)).await;
    // Its refresh is under way, and it will touch the session, when the person signs out.
    let pending = tokio::spawn(async move {
        slow.get("/auth/session").await;
        slow
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let out = browser.copy();
    assert_eq!(out.post("/auth/logout", "").await.status.as_u16(), 303);
    let slow = pending.await.unwrap();
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 401);
    assert_eq!(slow.get("/auth/session").await.status.as_u16(), 401);
    let left: i64 = site.platform.kv.exists(format!("tokens:{tokens}")).await.unwrap();
    assert_eq!(left, 0);
    // The tokens that came too late were given back: old pair and new pair.
    assert!(site.oidc.revoked().len() >= 3, "{:?}", site.oidc.revoked());
}

/// A replica with a connection of its own to Redis, which no test cuts.
async fn replica_with_its_own_redis(site: &Site, browser: &Browser) -> Browser {
    let config = fred::prelude::Config::from_url(&crate::support::redis_url()).unwrap();
    let kv = fred::prelude::Builder::from_config(config).build_pool(2).unwrap();
    kv.init().await.unwrap();
    let other = Browser::new(&web::router(&Platform {
        kv,
        ..site.platform.clone()
    }));
    other.set_cookie(COOKIE, &browser.cookie(COOKIE).unwrap());
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_outlasts_a_slow_issuer_and_a_redis_that_goes_away_in_the_middle() {
    let site = site().await;
    let browser = with_an_expired_token(&site, |settings| {
        settings.lifetime = 300;
        settings.delay = Duration::from_millis(4500);
    })
    .await;
    let other = replica_with_its_own_redis(&site, &browser).await;
    let first = tokio::spawn(async move { browser.get("/auth/session").await.status.as_u16() });
    tokio::time::sleep(Duration::from_millis(1500)).await;
    site.oidc.set(|settings| settings.delay = Duration::ZERO);
    site.redis.cut();
    // The issuer has answered long before this, and Redis is still away: more than eight seconds since the lock was taken.
    let second = tokio::spawn(async move {
        let answer = other.get("/auth/session").await.status.as_u16();
        (answer, other)
    });
    tokio::time::sleep(Duration::from_millis(7500)).await;
    assert_eq!(site.oidc.refreshes(), 1, "nobody else refreshes while the lock is held");
    site.redis.mend();
    assert!(matches!(first.await.unwrap(), 200 | 503));
    let (answer, other) = second.await.unwrap();
    assert!(matches!(answer, 200 | 503), "{answer}");
    wait_for(&other, 200, Duration::from_secs(10)).await;
    assert_eq!(site.oidc.refreshes(), 1);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_signs_nobody_out() {
    let site = site().await;
    let browser = with_an_expired_token(&site, |settings| {
        settings.lifetime = 300;
        settings.delay = Duration::from_secs(8);
    })
    .await;
    // The issuer rotates the token at once and answers after we have given up.
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 503);
    site.oidc.set(|settings| settings.delay = Duration::ZERO);
    wait_for(&browser, 200, Duration::from_secs(6)).await;
    assert_eq!(site.oidc.refreshes(), 2, "the same request, twice");
}

#[tokio::test]
async fn a_form_posted_while_the_issuer_is_away_comes_back_to_be_sent_again() {
    let site = site().await;
    let browser = with_an_expired_token(&site, |settings| settings.broken = true).await;
    let request = Request::post("/rpc/app/vehicle/calls/vehicle_create")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from("draft%5Bmake%5D=Mazda"))
        .unwrap();
    let answer = browser.send(request).await;
    assert_eq!(answer.status.as_u16(), 503);
    assert!(answer.body.contains("name=\"draft[make]\" value=\"Mazda\""), "{}", answer.body);
    // Its redirect may lead to the issuer by the time that it is sent.
    let policy = answer.header("content-security-policy");
    assert!(policy.contains(&format!("form-action 'self' {}", site.oidc.issuer)), "{policy}");
}
