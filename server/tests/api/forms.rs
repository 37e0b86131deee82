//! Forms that could not be taken: kept for the one who typed them, within limits, and never lost.

use app::identity::Preset;
use axum::{body::Body, extract::ConnectInfo, http::Request};

use crate::support::{
    browser::{Answer, Browser},
    web::{self, Site, site},
};

const CREATE: &str = "/rpc/app/vehicle/calls/vehicle_create";
const KEPT: &str = "/rpc/app/kernel/form/form_kept";

#[tokio::test]
async fn a_plain_form_that_fails_comes_back_filled() {
    let site = site().await;
    let browser = site.signed_in().await;
    let answer = browser.post(CREATE, "draft%5Bnotes%5D=two+owners&draft%5Bmake%5D=").await;
    assert_eq!(answer.status.as_u16(), 302);
    let key = answer.location().strip_prefix("/stock/new?form=").unwrap().to_owned();
    let kept = browser.call("/rpc/app/kernel/form/form_kept", &format!("key={key}")).await;
    assert_eq!(kept.status.as_u16(), 200, "{}", kept.body);
    assert_eq!(kept.json()["values"]["notes"], "two owners");
    assert_eq!(kept.json()["error"]["error"], "invalid");
    let unknown = browser.call("/rpc/app/kernel/form/form_kept", "key=guessed").await;
    assert_eq!(unknown.status.as_u16(), 404);
    let stranger = site.browser().call("/rpc/app/kernel/form/form_kept", &format!("key={key}")).await;
    assert_eq!(stranger.status.as_u16(), 401);
}

#[tokio::test]
async fn a_form_outlives_the_session_it_was_typed_in() {
    let site = site().await;
    let browser = site.browser();
    let answer = browser.post(CREATE, "draft%5Bmake%5D=Mazda").await;
    assert_eq!(answer.status.as_u16(), 302);
    let login = answer.location().to_owned();
    assert!(login.starts_with("/auth/login?return_to="), "{login}");
    let off = browser.get(&login).await;
    let back = browser.get(&site.oidc.approve(off.location())).await;
    let key = back.location().strip_prefix("/stock/new?form=").unwrap().to_owned();
    let kept = browser.call("/rpc/app/kernel/form/form_kept", &format!("key={key}")).await;
    assert_eq!(kept.json()["values"]["make"], "Mazda");
}

async fn kept(browser: &Browser, key: &str) -> Answer {
    browser.call(KEPT, &format!("key={key}")).await
}

async fn kept_notes(browser: &Browser, key: &str) -> String {
    let answer = kept(browser, key).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.json()["values"]["notes"].as_str().unwrap().to_owned()
}

/// The key in the address that a refused form is answered with.
fn key_of(location: &str) -> String {
    let key = location.split_once("form=").or_else(|| location.split_once("form%3D"));
    key.unwrap().1.to_owned()
}

/// Another member of the dealership, signed in.
async fn colleague(site: &Site) -> Browser {
    web::member(&site.platform, site.organisation, "c@northside.example", Preset::Owner).await;
    site.oidc.set(|settings| {
        settings.subject = "subject-2".into();
        settings.email = "c@northside.example".into();
    });
    site.signed_in().await
}

#[tokio::test]
async fn a_members_form_opens_for_nobody_else() {
    let site = site().await;
    let browser = site.signed_in().await;
    let refused = browser.post(CREATE, "draft%5Bnotes%5D=confidential").await;
    let key = key_of(refused.location());
    let thief = colleague(&site).await;
    let stolen = kept(&thief, &key).await;
    assert_eq!(stolen.status.as_u16(), 404);
    assert!(!stolen.body.contains("confidential"));
    assert_eq!(kept_notes(&browser, &key).await, "confidential");
}

#[tokio::test]
async fn a_members_form_stays_in_the_organisation_it_was_typed_in() {
    let site = site().await;
    let other = crate::support::dealership(&site.platform).await;
    site.also_member_of(other, Preset::Owner).await;
    let browser = site.signed_in().await;
    let key = key_of(browser.post(CREATE, "draft%5Bnotes%5D=here").await.location());
    let here = browser.get("/auth/session").await.json()["organisation"].clone();
    let there = [site.organisation, other]
        .into_iter()
        .find(|id| serde_json::json!(id) != here)
        .unwrap();
    let switched = browser
        .call(
            "/rpc/app/identity/calls/identity_switch_organisation",
            &format!("organisation={there}"),
        )
        .await;
    assert_eq!(switched.status.as_u16(), 200, "{}", switched.body);
    assert_eq!(kept(&browser, &key).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_form_left_without_a_session_opens_in_that_browser_only_and_then_for_one_person_only() {
    let site = site().await;
    let browser = site.browser();
    let refused = browser.post(CREATE, "draft%5Bnotes%5D=typed+before").await;
    let key = key_of(refused.location());
    let cookie = refused
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .find(|cookie| cookie.starts_with("forecourt-form="))
        .expect("the browser is known again by a cookie")
        .to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3600"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    // Somebody who got hold of the address alone.
    let thief = site.signed_in().await;
    assert_eq!(kept(&thief, &key).await.status.as_u16(), 404);
    let shared = browser.copy();
    site.sign_in(&browser, "/stock").await;
    assert_eq!(kept_notes(&browser, &key).await, "typed before");
    assert_eq!(kept(&browser, &key).await.status.as_u16(), 200, "and again, for a reload");
    // The next person at the same machine.
    let next = colleague(&site).await;
    let window = shared.copy();
    window.set_cookie("forecourt", &next.cookie("forecourt").unwrap());
    assert_eq!(kept(&window, &key).await.status.as_u16(), 404);
}

fn from(address: &str, form: &str) -> Request<Body> {
    let mut request = Request::post(CREATE)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form.to_owned()))
        .unwrap();
    let peer: std::net::SocketAddr = format!("{address}:1234").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// An address of the test's own: counts are in the shared Redis.
fn address() -> String {
    let bytes = uuid::Uuid::new_v4().into_bytes();
    format!("10.{}.{}.{}", bytes[0], bytes[1], bytes[2])
}

#[tokio::test]
async fn strangers_cannot_fill_redis_with_forms() {
    let site = site().await;
    let address = address();
    let large = format!("draft%5Bnotes%5D={}", "x".repeat(200_000));
    let mut kept = 0;
    for _ in 0..20 {
        let answer = site.browser().send(from(&address, &large)).await;
        if answer.status.as_u16() == 302 {
            kept += 1;
        } else {
            // Not kept, and not lost either.
            assert_eq!(answer.status.as_u16(), 401, "{}", answer.body);
            assert!(answer.body.contains("name=\"draft[notes]\""));
        }
    }
    assert!((1..=5).contains(&kept), "a megabyte of forms from one address: {kept}");
    let small = site.browser().send(from(&address, "draft%5Bnotes%5D=x")).await;
    assert!(matches!(small.status.as_u16(), 302 | 401));
    let address = self::address();
    let mut kept = 0;
    for _ in 0..60 {
        kept += usize::from(site.browser().send(from(&address, "draft%5Bnotes%5D=x")).await.status.as_u16() == 302);
    }
    assert!((30..60).contains(&kept), "thirty forms a minute from one address: {kept}");
}

#[tokio::test]
async fn a_form_too_large_to_keep_is_answered_with_the_form_itself() {
    let site = site().await;
    let browser = Browser::new(&server::http::router(&site.platform, server::backend(&site.platform)));
    site.sign_in(&browser, "/stock").await;
    let notes = "long ".repeat(60_000);
    let body = format!("notation=point&draft%5Bmake%5D=%22Mazda%22&draft%5Bmodel%5D=3&draft%5Bnotes%5D={notes}").replace(' ', "+");
    let answer = browser.post(CREATE, &body).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", &answer.body[..answer.body.len().min(600)]);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.header("location").is_empty());
    let page = &answer.body;
    assert!(page.contains("action=\"/rpc/app/vehicle/calls/vehicle_create\""));
    assert!(
        page.contains("name=\"draft[make]\" value=\"&quot;Mazda&quot;\""),
        "what was right is sent again as it was"
    );
    assert!(page.contains("<textarea name=\"draft[notes]\""), "what was wrong can be corrected");
    assert!(page.contains(notes.trim_end()), "all of it is there");
    assert!(page.contains("What you typed is on this page"));
}

#[tokio::test]
async fn a_form_that_redis_does_not_keep_is_not_lost() {
    let site = site().await;
    let browser = site.browser();
    site.redis.cut();
    let answer = browser.post(CREATE, "draft%5Bnotes%5D=typed").await;
    assert!(
        answer.body.contains("name=\"draft[notes]\" value=\"typed\""),
        "{} {}",
        answer.status,
        answer.body
    );
}
