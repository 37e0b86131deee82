//! Members of several organisations, and what a change of privileges does to a session.

use app::identity::Preset;
use fred::{interfaces::KeysInterface, types::Expiration};
use serde_json::json;
use server::http::seal::name_of;

use crate::support::{
    self,
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
    let request = http::Request::post(SWITCH)
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", format!("Bearer {token}"));
    let body = axum::body::Body::from(format!("organisation={}", site.organisation));
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
    let requests = (0..20).map(|_| {
        let window = browser.copy();
        tokio::spawn(async move { (window.get("/auth/session").await.status.as_u16(), window.cookie(COOKIE)) })
    });
    let mut ids = std::collections::BTreeSet::from([browser.cookie(COOKIE).unwrap()]);
    for request in requests.collect::<Vec<_>>() {
        let (status, cookie) = request.await.unwrap();
        assert!(matches!(status, 200 | 503), "{status}");
        ids.insert(cookie.unwrap());
    }
    assert_eq!(ids.len(), 2, "the old one and one new one");
}
