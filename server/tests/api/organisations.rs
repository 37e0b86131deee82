//! Members of several organisations, and what a change of privileges does to a session.

use std::{collections::BTreeSet, time::Duration};

use app::identity::Preset;
use axum::{
    body::{Body, Bytes},
    http::Request,
};
use fred::{interfaces::KeysInterface, types::Expiration};
use futures::stream;
use serde_json::json;
use server::http::{auth::issuer_sessions, seal::name_of};

use crate::support::{
    self,
    browser::Answer,
    rest::rest,
    web::{Site, site},
};

const SWITCH: &str = "/rpc/app/identity/calls/identity_switch_organisation";
const COOKIE: &str = "forecourt";

/// What the audit of an organisation says about the owner, in order.
async fn audited(site: &Site, organisation: app::kernel::id::OrganisationId) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_entry WHERE organisation_id = $1 AND user_id = $2 AND subject_kind = 'user' ORDER BY id")
        .bind(organisation.0)
        .bind(site.user.0)
        .fetch_all(&site.platform.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_member_of_two_organisations_switches_without_a_script() {
    let site = site().await;
    let other = support::organisation(&site.platform, app::identity::OrganisationKind::Dealership, "Southside Motors").await;
    site.also_member_of(other, Preset::Viewer).await;
    let browser = site.signed_in().await;
    let me = browser.get("/auth/session").await.json();
    assert_eq!(me["organisation"], json!(site.organisation), "the first by name");
    let names: Vec<&str> = me["organisations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Northside Motors", "Southside Motors"]);
    let page = browser.get("/stock").await.body;
    assert!(page.contains(&format!("action=\"{SWITCH}\"")), "the menu has the form");
    assert!(page.contains(&format!("value=\"{other}\"")) && page.contains("Southside Motors"));

    let (old, window) = (browser.cookie(COOKIE).unwrap(), browser.copy());
    let answer = browser.post(SWITCH, &format!("organisation={other}")).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (302, "/stock"), "{}", answer.body);
    assert_ne!(browser.cookie(COOKIE).unwrap(), old, "under a new id");
    let me = browser.get("/auth/session").await.json();
    assert_eq!(
        (&me["organisation"], &me["organisation_name"]),
        (&json!(other), &json!("Southside Motors"))
    );
    assert!(
        !me["permissions"].as_array().unwrap().contains(&json!("vehicle:delete")),
        "the role there"
    );

    // The old id has no session; who was under way with it is told to come again, not to sign in.
    let late = window.get("/auth/session").await;
    assert_eq!((late.status.as_u16(), late.header("retry-after")), (503, "1"));
    assert_eq!(window.cookie(COOKIE), Some(old));

    assert_eq!(
        audited(&site, site.organisation).await,
        ["account_linked", "signed_in", "switched_away"]
    );
    assert_eq!(audited(&site, other).await, ["switched_here"]);
    // And the tokens came along: signing out revokes them.
    browser.post("/auth/logout", "").await;
    assert_eq!(site.oidc.revoked().len(), 2);
}

#[tokio::test]
async fn a_switch_that_does_not_come_about_leaves_no_record() {
    let site = site().await;
    let other = support::organisation(&site.platform, app::identity::OrganisationKind::Dealership, "Southside Motors").await;
    site.also_member_of(other, Preset::Viewer).await;
    let browser = site.signed_in().await;
    // As a parallel request does that gives the session a new id.
    let cycled = format!("session-cycled:{}", name_of(&browser.cookie(COOKIE).unwrap()));
    let _: () = site
        .platform
        .kv
        .set(cycled, 1, Some(Expiration::EX(60)), None, false)
        .await
        .unwrap();
    let answer = browser.call(SWITCH, &format!("organisation={other}")).await;
    assert_eq!(answer.status.as_u16(), 503, "{}", answer.body);
    assert_eq!(browser.get("/auth/session").await.json()["organisation"], json!(site.organisation));
    assert_eq!(audited(&site, site.organisation).await, ["account_linked", "signed_in"]);
    assert!(audited(&site, other).await.is_empty());
}

#[tokio::test]
async fn nobody_switches_to_an_organisation_of_others() {
    let site = site().await;
    let foreign = support::dealership(&site.platform).await;
    let browser = site.signed_in().await;
    let before = browser.cookie(COOKIE);
    for organisation in [foreign.to_string(), uuid::Uuid::now_v7().to_string()] {
        let answer = browser.call(SWITCH, &format!("organisation={organisation}")).await;
        assert_eq!(answer.status.as_u16(), 404, "{}", answer.body);
    }
    assert_eq!(browser.cookie(COOKIE), before);
    assert_eq!(browser.get("/auth/session").await.json()["organisation"], json!(site.organisation));
    let token = site.oidc.access_token(|_| {});
    let request = Request::post(SWITCH)
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", format!("Bearer {token}"));
    let body = Body::from(format!("organisation={}", site.organisation));
    let answer = support::browser::send(&site.router, request.body(body).unwrap()).await;
    assert_eq!(answer.status.as_u16(), 401, "a token has no session to switch");
    let menu = browser.get("/stock").await.body;
    assert!(!menu.contains(SWITCH), "one organisation, no choice");
}

#[tokio::test]
async fn a_session_gets_a_new_id_when_what_it_may_do_changes() {
    let site = site().await;
    let browser = site.signed_in().await;
    browser.get("/stock").await;
    let old = browser.cookie(COOKIE).unwrap();
    browser.get("/auth/session").await;
    assert_eq!(browser.cookie(COOKIE).unwrap(), old, "not without a reason");
    let known = browser.copy();
    sqlx::query("DELETE FROM role_permission WHERE permission = 'vehicle:delete'")
        .execute(&site.platform.db)
        .await
        .unwrap();
    let me = browser.get("/auth/session").await;
    assert_eq!(me.status.as_u16(), 200);
    let new = browser.cookie(COOKIE).unwrap();
    assert_ne!(new, old);
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    assert_eq!(browser.cookie(COOKIE).unwrap(), new, "once for one change");
    let answer = known.get("/auth/session").await;
    assert_eq!(answer.status.as_u16(), 503, "whoever knew the old id has nothing");
    // Its issuer can still end it.
    assert_eq!(browser.post("/auth/logout", "").await.status.as_u16(), 303);
    assert_eq!(site.oidc.revoked().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_requests_at_a_change_of_privileges_sign_nobody_out() {
    let site = site().await;
    let browser = site.signed_in().await;
    sqlx::query("DELETE FROM role_permission WHERE permission = 'vehicle:delete'")
        .execute(&site.platform.db)
        .await
        .unwrap();
    // Each of them would touch the session, had it the right to.
    site.let_touch_be_due(&browser).await;
    let old = browser.cookie(COOKIE).unwrap();
    let requests = (0..20).map(|_| {
        let window = browser.copy();
        tokio::spawn(async move { (window.get("/auth/session").await, window.cookie(COOKIE)) })
    });
    let mut ids = BTreeSet::from([old.clone()]);
    for request in requests.collect::<Vec<_>>() {
        let (answer, cookie) = request.await.unwrap();
        assert!(matches!(answer.status.as_u16(), 200 | 503), "{}", answer.status);
        assert!(!sets(&answer, &old), "the browser may have the new one by now");
        ids.insert(cookie.unwrap());
    }
    assert_eq!(ids.len(), 2, "the old one and one new one");
}

/// Whether an answer sets the session's cookie to this id.
fn sets(answer: &Answer, id: &str) -> bool {
    let cookies = answer.headers.get_all("set-cookie");
    let mut cookies = cookies.iter().map(|cookie| cookie.to_str().unwrap());
    cookies.any(|cookie| cookie.starts_with(&format!("{COOKIE}={id};")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_flight_at_a_switch_does_not_bring_the_old_id_back() {
    let site = site().await;
    let other = support::dealership(&site.platform).await;
    site.also_member_of(other, Preset::Viewer).await;
    let browser = site.signed_in().await;
    let old = browser.cookie(COOKIE).unwrap();
    site.let_touch_be_due(&browser).await;
    let (send, rest_of_form) = tokio::sync::oneshot::channel::<Bytes>();
    let body = Body::from_stream(stream::once(rest_of_form));
    let request = Request::post("/rpc/app/vehicle/calls/vehicle_branches")
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let window = browser.copy();
    let in_flight = tokio::spawn(async move { window.send(request.body(body).unwrap()).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let answer = browser.call(SWITCH, &format!("organisation={other}")).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    send.send(Bytes::new()).unwrap();
    let answer = in_flight.await.unwrap();
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert!(!sets(&answer, &old));
    assert_eq!(browser.get("/auth/session").await.json()["organisation"], json!(other));
}

#[tokio::test]
async fn a_touch_lengthens_the_cookie_of_a_session_that_stays() {
    let site = site().await;
    let browser = site.signed_in().await;
    let id = browser.cookie(COOKIE).unwrap();
    assert!(!sets(&browser.get("/auth/session").await, &id), "touched a moment ago");
    site.let_touch_be_due(&browser).await;
    assert!(sets(&browser.get("/auth/session").await, &id));
}

#[tokio::test]
async fn a_new_id_comes_with_an_answer_that_fails_too() {
    let rest = rest().await;
    rest.site.let_touch_be_due(&rest.owner).await;
    let usual = rest.get("/auth/session").await;
    let old = rest.owner.cookie(COOKIE).unwrap();
    sqlx::raw_sql("DELETE FROM role_permission WHERE permission = 'vehicle:delete'; ALTER TABLE branch RENAME TO gone")
        .execute(&rest.site.platform.db)
        .await
        .unwrap();
    let answer = rest.get("/api/v1/branches").await;
    assert_eq!(answer.status.as_u16(), 500, "{}", answer.body);
    let attributes = |answer: &Answer| answer.header("set-cookie").split_once(';').unwrap().1.to_owned();
    assert_eq!(attributes(&answer), attributes(&usual));
    assert_ne!(rest.owner.cookie(COOKIE).unwrap(), old);
    assert_eq!(rest.get("/auth/session").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_new_id_that_cannot_be_linked_to_the_issuers_session_signs_nobody_out() {
    let site = site().await;
    let subject = uuid::Uuid::now_v7().to_string();
    site.oidc.set(|settings| settings.subject.clone_from(&subject));
    let browser = site.signed_in().await;
    let kv = &site.platform.kv;
    let key = format!("issuer-subject:{}", name_of(&format!("{}\n{subject}", site.oidc.issuer)));
    let _: () = kv.rename(&key, format!("{key} away")).await.unwrap();
    let _: () = kv.set(&key, "no list", None, None, false).await.unwrap();
    sqlx::query("DELETE FROM role_permission WHERE permission = 'vehicle:delete'")
        .execute(&site.platform.db)
        .await
        .unwrap();
    let old = browser.cookie(COOKIE).unwrap();
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    assert_ne!(browser.cookie(COOKIE).unwrap(), old);
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    // The issuer still finds the tokens; after the next touch, the session too.
    let _: () = kv.rename(format!("{key} away"), &key).await.unwrap();
    let linked = async || {
        let found = issuer_sessions::find(&site.platform, &site.oidc.issuer, None, Some(&subject)).await;
        let sessions = found.unwrap().sessions.into_iter().map(|linked| linked.session.to_string());
        sessions.collect::<BTreeSet<_>>()
    };
    assert_eq!(linked().await, BTreeSet::from([old]));
    site.let_touch_be_due(&browser).await;
    browser.get("/auth/session").await;
    assert!(linked().await.contains(&browser.cookie(COOKIE).unwrap()));
}

#[tokio::test]
async fn nobody_acts_elsewhere_without_a_record_of_it() {
    let site = site().await;
    let other = support::dealership(&site.platform).await;
    site.also_member_of(other, Preset::Viewer).await;
    let browser = site.signed_in().await;
    let db = &site.platform.db;
    // As PostgreSQL does that goes away before the transaction ends.
    sqlx::raw_sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '57P01'; END $$;
         CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .execute(db)
    .await
    .unwrap();
    let form = format!("organisation={other}");
    assert_eq!(browser.call(SWITCH, &form).await.status.as_u16(), 503);
    assert_eq!(browser.post(SWITCH, &form).await.status.as_u16(), 302);
    assert_eq!(browser.get("/auth/session").await.json()["organisation"], json!(site.organisation));
    assert!(audited(&site, other).await.is_empty());
    sqlx::raw_sql("DROP TRIGGER refuse ON audit_entry").execute(db).await.unwrap();
    assert_eq!(browser.call(SWITCH, &form).await.status.as_u16(), 200, "at once");
    assert_eq!(browser.get("/auth/session").await.json()["organisation"], json!(other));
    assert_eq!(audited(&site, other).await, ["switched_here"]);
}
