//! Sessions and tokens: sign-in, refresh exactly once, sign-out, and what happens while something is away.

use std::time::{Duration, Instant};

use app::identity::Preset;
use axum::{body::Body, http::Request};
use fred::interfaces::{KeysInterface, SetsInterface, SortedSetsInterface};
use serde_json::{Value, json};

use crate::support::{
    browser::Browser,
    oidc::{now, sign},
    web::{self, site, site_with},
};

const COOKIE: &str = "forecourt";

/// Waits until `/auth/session` answers `status`, at most `most`.
pub async fn wait_for(browser: &Browser, status: u16, most: Duration) {
    let started = Instant::now();
    loop {
        let answer = browser.get("/auth/session").await;
        if answer.status.as_u16() == status {
            return;
        }
        assert!(started.elapsed() < most, "still {} after {most:?}", answer.status);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_stranger_is_led_to_the_sign_in_and_back_to_the_page() {
    let site = site().await;
    let browser = site.browser();
    let answer = browser.get("/stock?q=mazda&status=available").await;
    assert_eq!(answer.status.as_u16(), 302);
    assert_eq!(answer.location(), "/auth/login?return_to=%2Fstock%3Fq%3Dmazda%26status%3Davailable");
    let answer = browser.get(answer.location()).await;
    let back = browser.get(&site.oidc.approve(answer.location())).await;
    assert_eq!((back.status.as_u16(), back.location()), (303, "/stock?q=mazda&status=available"));
    let me = browser.get("/auth/session").await.json();
    assert_eq!(me["user"], json!(site.user));
    assert_eq!(me["organisation"], json!(site.organisation));
    assert!(me["permissions"].as_array().unwrap().contains(&json!("vehicle:create")));
    assert!(me["expires_at"].as_str().unwrap() > "2026");
}

#[tokio::test]
async fn the_cookie_holds_an_opaque_id_and_is_guarded() {
    let site = site().await;
    let browser = site.browser();
    let answer = browser.get("/auth/login").await;
    let cookie = answer.header("set-cookie");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Secure"), "{cookie}");
    let https = site_with(|config| config.public_url = "https://cars.example".parse().unwrap()).await;
    let answer = https.browser().get("/auth/login").await;
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-forecourt=") && cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
}

#[tokio::test]
async fn signing_in_changes_the_session_id_and_the_old_one_is_dead() {
    let site = site().await;
    let browser = site.browser();
    let off = browser.get("/auth/login").await;
    let before = browser.cookie(COOKIE).unwrap();
    let fixed = browser.copy();
    browser.get(&site.oidc.approve(off.location())).await;
    let after = browser.cookie(COOKIE).unwrap();
    assert_ne!(before, after);
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    assert_eq!(fixed.get("/auth/session").await.status.as_u16(), 401);
}

#[tokio::test]
async fn an_answer_that_somebody_else_began_signs_nobody_in() {
    let site = site().await;
    let attacker = site.browser();
    let off = attacker.get("/auth/login").await;
    let callback = site.oidc.approve(off.location());
    let victim = site.browser();
    victim.get("/auth/login").await;
    let answer = victim.get(&callback).await;
    assert!(answer.location().starts_with("/auth/login"), "{}", answer.location());
    assert_eq!(victim.get("/auth/session").await.status.as_u16(), 401);
    // And the state has served: not even the attacker can use it now.
    assert_eq!(attacker.get(&callback).await.status.as_u16(), 400);
}

#[tokio::test]
async fn several_tabs_sign_in_at_once() {
    let site = site().await;
    let browser = site.browser();
    let first = browser.get("/auth/login?return_to=/stock/new").await;
    let second = browser.get("/auth/login?return_to=/stock?page=2").await;
    let second = browser.get(&site.oidc.approve(second.location())).await;
    assert_eq!(second.location(), "/stock?page=2");
    let first = browser.get(&site.oidc.approve(first.location())).await;
    assert_eq!(first.location(), "/stock/new");
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
}

#[tokio::test]
async fn return_to_never_leads_elsewhere() {
    let site = site().await;
    for attack in [
        "//evil.example",
        "https://evil.example",
        "/%5Cevil.example",
        "%09//evil.example",
        "/auth/logout",
        "/.//evil.example",
    ] {
        let answer = site.sign_in(&site.browser(), attack).await;
        assert_eq!(answer.location(), "/", "{attack}");
    }
}

#[tokio::test]
async fn what_goes_wrong_at_the_issuer_is_said_on_a_page() {
    let site = site().await;
    let browser = site.browser();
    let state = |location: &str| {
        let url = url::Url::parse(location).unwrap();
        url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
    };
    let off = browser.get("/auth/login").await;
    let callback = format!(
        "/auth/callback?error=access_denied&state={}&iss={}",
        state(off.location()),
        site.oidc.issuer
    );
    let denied = browser.get(&callback).await;
    assert_eq!(denied.status.as_u16(), 403);
    assert!(denied.body.contains("Sign-in canceled"), "{}", denied.body);

    let unknown = browser.get("/auth/callback?code=x&state=never").await;
    assert_eq!(unknown.status.as_u16(), 400);
    assert!(unknown.body.contains("This sign-in has expired"));

    let off = browser.get("/auth/login").await;
    let mixed = site.oidc.approve(off.location()).replace(&site.oidc.issuer, "https://evil.example");
    assert_eq!(browser.get(&mixed).await.status.as_u16(), 400);
    let off = browser.get("/auth/login").await;
    let unnamed = site.oidc.approve(off.location());
    let unnamed = unnamed.split("&iss=").next().unwrap();
    assert_eq!(
        browser.get(unnamed).await.status.as_u16(),
        400,
        "an issuer that promises iss must send it"
    );

    site.oidc.set(|settings| settings.forges_nonce = true);
    assert_eq!(site.sign_in(&browser, "/").await.status.as_u16(), 400);
    site.oidc.set(|settings| settings.forges_nonce = false);

    site.oidc.set(|settings| settings.broken = true);
    let away = site.sign_in(&browser, "/").await;
    assert_eq!((away.status.as_u16(), away.header("retry-after")), (503, "5"));
    site.oidc.set(|settings| settings.broken = false);

    site.oidc.set(|settings| {
        settings.subject = "stranger".into();
        settings.email = "stranger@elsewhere.example".into();
    });
    let stranger = site.sign_in(&browser, "/").await;
    assert_eq!(stranger.status.as_u16(), 403, "{}", stranger.body);
    assert!(stranger.body.contains("/logout?client_id=forecourt"), "{}", stranger.body);
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 401);
}

#[tokio::test]
async fn the_server_runs_without_the_issuer_and_finds_it_later() {
    let site = site_with(|config| config.oidc.issuer = "http://127.0.0.1:9/".parse().unwrap()).await;
    let answer = site.browser().get("/auth/login").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "5"));
    assert!(answer.header("content-type").starts_with("text/html"));
    assert_eq!(site.browser().get("/stock").await.status.as_u16(), 302);

    let site = self::site().await;
    site.oidc.set(|settings| settings.away = true);
    let browser = site.browser();
    assert_eq!(browser.get("/auth/login").await.status.as_u16(), 503);
    site.oidc.set(|settings| settings.away = false);
    // Left alone for a second after it did not answer.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(site.sign_in(&browser, "/stock").await.location(), "/stock");
}

#[tokio::test]
async fn an_access_token_that_the_id_token_does_not_vouch_for_signs_nobody_in() {
    let site = site().await;
    site.oidc.set(|settings| settings.at_hash = Some("AAAAAAAAAAAAAAAAAAAAAA"));
    let browser = site.browser();
    assert_eq!(site.sign_in(&browser, "/").await.status.as_u16(), 400);
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 401);
}

/// A form whose redirect leads to the issuer's pages must be allowed to lead there, wherever they are.
#[tokio::test]
async fn pages_may_send_forms_to_where_the_issuer_says_its_pages_are() {
    let site = site().await;
    site.oidc.set(|settings| settings.pages = Some("https://login.example"));
    let browser = site.signed_in().await;
    let policy = browser.get("/stock").await.header("content-security-policy").to_owned();
    let forms = policy.split(';').find(|part| part.contains("form-action")).unwrap();
    assert!(forms.contains("'self'") && forms.contains("https://login.example"), "{policy}");
    let out = browser.post("/auth/logout", "").await;
    assert!(out.location().starts_with("https://login.example/logout?"), "{}", out.location());
}

#[tokio::test]
async fn signing_out_revokes_both_tokens_and_ends_every_way_in() {
    let site = site().await;
    let browser = site.signed_in().await;
    let window = browser.copy();
    let answer = browser.post("/auth/logout", "").await;
    assert_eq!(answer.status.as_u16(), 303);
    assert!(
        answer.location().starts_with(&format!("{}/logout?", site.oidc.issuer)),
        "{}",
        answer.location()
    );
    assert!(answer.location().contains("id_token_hint=") && answer.location().contains("post_logout_redirect_uri="));
    let mut revoked = site.oidc.revoked();
    revoked.sort();
    assert_eq!(revoked.len(), 2);
    assert!(revoked[0].starts_with("access-") && revoked[1].starts_with("refresh-"));
    assert_eq!(browser.cookie(COOKIE), None);
    assert_eq!(window.get("/auth/session").await.status.as_u16(), 401);
    assert_eq!(browser.get("/auth/logout").await.status.as_u16(), 405, "no link signs anybody out");
}

#[tokio::test]
async fn a_cookie_that_is_unknown_or_changed_is_no_session() {
    let site = site().await;
    let browser = site.signed_in().await;
    let good = browser.cookie(COOKIE).unwrap();
    let mut changed = good.clone().into_bytes();
    changed[3] = if changed[3] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for bad in [
        changed.as_str(),
        "",
        "x",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "../../etc/passwd",
        "%00",
        &"A".repeat(5000),
    ] {
        let window = site.browser();
        window.set_cookie(COOKIE, bad);
        assert_eq!(window.get("/auth/session").await.status.as_u16(), 401, "{bad}");
        assert_eq!(window.get("/stock").await.status.as_u16(), 302, "{bad}");
    }
    // Names of other things in Redis are no sessions either.
    let window = site.browser();
    window.set_cookie(COOKIE, &format!("tokens:{good}"));
    assert_eq!(window.get("/auth/session").await.status.as_u16(), 401);
}

#[tokio::test]
async fn a_person_who_is_disabled_or_removed_is_out_with_the_next_request() {
    let site = site().await;
    let browser = site.signed_in().await;
    sqlx::query("UPDATE app_user SET enabled = false")
        .execute(&site.platform.db)
        .await
        .unwrap();
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 401);
    assert_eq!(browser.cookie(COOKIE), None);
    sqlx::query("UPDATE app_user SET enabled = true")
        .execute(&site.platform.db)
        .await
        .unwrap();
    let browser = site.signed_in().await;
    sqlx::query("DELETE FROM member").execute(&site.platform.db).await.unwrap();
    assert_eq!(browser.get("/stock").await.status.as_u16(), 302);
}

#[tokio::test]
async fn a_change_of_role_takes_effect_with_the_next_request() {
    let site = site().await;
    let browser = site.signed_in().await;
    let may = |me: Value| me["permissions"].as_array().unwrap().contains(&json!("vehicle:delete"));
    assert!(may(browser.get("/auth/session").await.json()));
    let viewer = web::member(&site.platform, site.organisation, "v@northside.example", Preset::Viewer).await;
    sqlx::query("UPDATE member SET role_id = (SELECT role_id FROM member WHERE user_id = $1) WHERE user_id = $2")
        .bind(viewer.0)
        .bind(site.user.0)
        .execute(&site.platform.db)
        .await
        .unwrap();
    assert!(!may(browser.get("/auth/session").await.json()));
}

#[tokio::test]
async fn the_issuer_can_sign_somebody_out_without_a_browser() {
    let site = site().await;
    let browser = site.signed_in().await;
    let token = |change: &dyn Fn(&mut Value)| {
        let mut claims = json!({
            "iss": site.oidc.issuer, "aud": "forecourt", "iat": now(), "exp": now() + 100, "jti": uuid::Uuid::now_v7().to_string(),
            "sid": "sid-subject-1", "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        change(&mut claims);
        sign("rsa", "logout+jwt", &claims)
    };
    let post = async |token: &str| {
        let request = Request::post("/auth/backchannel-logout").header("content-type", "application/x-www-form-urlencoded");
        site.browser()
            .send(request.body(Body::from(format!("logout_token={token}"))).unwrap())
            .await
            .status
            .as_u16()
    };
    let forgeries: [&dyn Fn(&mut Value); 6] = [
        &|claims| claims["events"] = json!({}),
        &|claims| claims["nonce"] = json!("x"),
        &|claims| claims["aud"] = json!("another"),
        &|claims| claims["iss"] = json!("https://evil.example"),
        &|claims| claims["iat"] = json!(now() - 4000),
        &|claims| {
            claims.as_object_mut().unwrap().remove("sid");
        },
    ];
    for forge in forgeries {
        assert_eq!(post(&token(forge)).await, 400);
    }
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    let good = token(&|_| {});
    assert_eq!(post(&good).await, 200);
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 401);
    assert_eq!(post(&good).await, 400, "a logout token serves once");

    // What fails halfway is carried out when the issuer sends it again.
    let (one, two) = (site.signed_in().await, site.signed_in().await);
    let broken = site.tokens_of(&one).await;
    let kv = &site.platform.kv;
    let _: () = kv.del(format!("tokens:{broken}")).await.unwrap();
    let _: () = kv.sadd(format!("tokens:{broken}"), "no string").await.unwrap();
    let again = token(&|_| {});
    assert_eq!(post(&again).await, 500);
    let _: () = kv.del(format!("tokens:{broken}")).await.unwrap();
    assert_eq!(post(&again).await, 200);
    for browser in [one, two] {
        assert_eq!(browser.get("/auth/session").await.status.as_u16(), 401);
    }
}

#[tokio::test]
async fn sessions_that_ended_by_themselves_leave_the_issuers_list() {
    let site = site_with(|config| config.session_idle = Duration::from_secs(1)).await;
    let subject = uuid::Uuid::now_v7().to_string();
    let listed = async || {
        let found = server::http::auth::issuer_sessions::find(&site.platform, &site.oidc.issuer, None, Some(&subject)).await;
        found.unwrap().sessions.len()
    };
    site.oidc.set(|settings| settings.subject.clone_from(&subject));
    site.signed_in().await;
    assert_eq!(listed().await, 1);
    let kv = &site.platform.kv;
    // The list keeps an entry two minutes longer than the session: make it older than that.
    let name = server::http::seal::name_of(&format!("{}\n{subject}", site.oidc.issuer));
    let key = format!("issuer-subject:{name}");
    let members: Vec<String> = kv.zrange(&key, 0, -1, None, false, None, false).await.unwrap();
    let _: () = kv.zadd(&key, None, None, false, false, (1.0, members[0].clone())).await.unwrap();
    assert_eq!(listed().await, 0);
    site.signed_in().await;
    let all: i64 = kv.zcard(&key).await.unwrap();
    assert_eq!(all, 1, "the one that ended is gone");
}

#[tokio::test]
async fn while_postgresql_is_away_pages_say_so_and_the_session_survives() {
    let site = site().await;
    let browser = site.signed_in().await;
    site.postgres.cut();
    let answer = browser.get("/stock").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "5"));
    assert!(answer.body.contains("Temporarily unavailable") && answer.header("content-type").starts_with("text/html"));
    let call = browser.call("/rpc/app/vehicle/calls/vehicle_branches", "").await;
    assert_eq!((call.status.as_u16(), &call.json()["error"]), (503, &json!("unavailable")));
    assert_eq!(call.header("retry-after"), "5");
    site.postgres.mend();
    wait_for(&browser, 200, Duration::from_secs(5)).await;
}

#[tokio::test]
async fn while_redis_is_away_pages_say_so_and_recover_by_themselves() {
    let site = site().await;
    let browser = site.signed_in().await;
    site.redis.cut();
    let started = Instant::now();
    let answer = browser.get("/stock").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "5"));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(browser.get("/auth/login").await.status.as_u16(), 503);
    // What was typed meanwhile comes back on the page, to be sent again.
    let form = browser
        .post(
            "/rpc/app/vehicle/calls/vehicle_create",
            "draft%5Bmake%5D=Mazda&draft%5Bnotes%5D=%22quoted%22",
        )
        .await;
    assert_eq!(form.status.as_u16(), 503);
    assert!(
        form.body.contains("name=\"draft[make]\" value=\"Mazda\"") && form.body.contains("&quot;quoted&quot;"),
        "{}",
        form.body
    );
    site.redis.mend();
    wait_for(&browser, 200, Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_session_lasts_while_it_is_used_and_ends_when_it_is_not() {
    let site = site_with(|config| config.session_idle = Duration::from_secs(4)).await;
    let browser = site.signed_in().await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(browser.get("/auth/session").await.status.as_u16(), 200);
    }
    tokio::time::sleep(Duration::from_millis(5200)).await;
    assert_eq!(browser.get("/auth/session").await.status.as_u16(), 401);
}

#[tokio::test]
async fn signing_in_is_limited_by_network() {
    let site = site().await;
    let from = async |address: String, path: &str| {
        let mut request = Request::get(path).header("accept", "text/html").body(Body::empty()).unwrap();
        let peer: std::net::SocketAddr = format!("[{address}]:1234").parse().unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        site.browser().send(request).await.status.as_u16()
    };
    // A network of this test's own: the count is in the shared Redis.
    let bytes = uuid::Uuid::new_v4().into_bytes();
    let network = format!("2001:db8:{:x}{:02x}:{:x}{:02x}", bytes[0], bytes[1], bytes[2], bytes[3]);
    let mut begun = 0;
    let last = loop {
        let address = format!("{network}::{begun:x}");
        let status = from(address.clone(), "/auth/login").await;
        if status != 303 || begun == 250 {
            break status;
        }
        assert_eq!(from(address, "/auth/callback?state=x").await, 400);
        begun += 1;
    };
    assert_eq!(last, 429);
    assert!(begun >= 120, "a sign-in counts once, not again on its way back: {begun}");
    let another = "2001:db8::1".to_owned();
    assert_eq!(from(another, "/auth/login").await, 303, "another network is not held back");
}

#[tokio::test]
async fn an_answer_with_a_parameter_twice_signs_nobody_in() {
    let site = site().await;
    let browser = site.browser();
    let off = browser.get("/auth/login?return_to=/a&return_to=/b").await;
    let callback = format!("{}&code=another", site.oidc.approve(off.location()));
    let answer = browser.get(&callback).await;
    assert_eq!(answer.status.as_u16(), 400);
    assert!(answer.body.contains("This sign-in has expired"));
}
