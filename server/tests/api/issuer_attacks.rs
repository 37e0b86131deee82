//! What an attacker tries at the identity provider, and what it answers: codes, tokens, clients.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::issuer::{Browser, SECRET, TestIssuer, VERIFIER, answer, http, start};

fn refused(answer: &(u16, Value)) -> bool {
    answer.0 == 400 && answer.1["error"] == "invalid_grant"
}

async fn redeem_with(issuer: &TestIssuer, code: &str, redirect_uri: &str, verifier: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
    ];
    issuer.token(&form).await
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_the_tokens_made_from_it() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let (status, tokens) = issuer.redeem(&code).await;
    assert_eq!(status, 200);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(issuer.userinfo(access).await, 200);
    assert!(refused(&issuer.redeem(&code).await));
    assert_eq!(issuer.userinfo(access).await, 401);
    assert!(refused(&issuer.refresh(tokens["refresh_token"].as_str().unwrap()).await));
    let why: String = sqlx::query_scalar("SELECT ended_because FROM issuer.token_grant")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    assert_eq!(why, "code_replay");
}

#[tokio::test]
async fn one_code_used_by_twenty_at_once_gives_tokens_at_most_once() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let answers = futures::future::join_all((0..20).map(|_| issuer.redeem(&code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.0 == 200).count(), 1);
}

#[tokio::test]
async fn a_code_needs_its_verifier_and_its_redirect_uri_at_the_first_attempt() {
    let issuer = start().await;
    let wrong_verifier = "x".repeat(43);
    let with_slash = format!("{}/", issuer.callback);
    for (redirect_uri, verifier) in [(issuer.callback.as_str(), wrong_verifier.as_str()), (with_slash.as_str(), VERIFIER)] {
        let code = issuer.code(&mut Browser::new()).await;
        assert!(refused(&redeem_with(&issuer, &code, redirect_uri, verifier).await));
        assert!(refused(&issuer.redeem(&code).await), "the attempt used it up");
    }
    let code = issuer.code(&mut Browser::new()).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &issuer.callback),
    ];
    assert_eq!(issuer.token(&form).await.1["error"], "invalid_request", "no verifier");
}

#[tokio::test]
async fn a_code_older_than_a_minute_is_refused() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let life: f64 = sqlx::query_scalar("SELECT extract(epoch FROM expires_at - now())::float8 FROM issuer.authorization_code")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    assert!(life <= 60.0, "{life}");
    sqlx::query("UPDATE issuer.authorization_code SET expires_at = now() - interval '1 s'")
        .execute(&issuer.db)
        .await
        .unwrap();
    assert!(refused(&issuer.redeem(&code).await));
}

#[tokio::test]
async fn pkce_is_required_and_plain_is_refused() {
    let issuer = start().await;
    let changes: [&[(&str, Option<&str>)]; 4] = [
        &[("code_challenge", None)],
        &[("code_challenge_method", Some("plain")), ("code_challenge", Some(VERIFIER))],
        &[("code_challenge_method", None)],
        &[("code_challenge", Some("short"))],
    ];
    for changes in changes {
        let response = http().get(issuer.authorize_url(changes)).send().await.unwrap();
        let answer = answer(&response);
        assert_eq!(
            (answer["error"].as_str(), answer["state"].as_str(), &answer["iss"]),
            ("invalid_request", "state-1", &issuer.issuer)
        );
    }
}

#[tokio::test]
async fn a_redirect_uri_is_compared_character_by_character_and_never_followed_when_wrong() {
    let issuer = start().await;
    for wrong in [
        "http://localhost:3000/auth/callback/",
        "http://localhost:3000/auth/callback?x=1",
        "http://localhost:3000/auth/callback#x",
        "http://localhost:3000/auth/../auth/callback",
        "http://LOCALHOST:3000/auth/callback",
        "http://localhost:3000/auth/callback.attacker.example",
        "https://attacker.example/",
        "",
    ] {
        let response = http()
            .get(issuer.authorize_url(&[("redirect_uri", Some(wrong))]))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 400, "{wrong}");
        assert!(response.headers().get("location").is_none(), "{wrong}");
    }
    let response = http()
        .get(issuer.authorize_url(&[("client_id", Some("stranger\0"))]))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status(), response.headers().get("location")),
        (StatusCode::BAD_REQUEST, None)
    );
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fattacker.example", issuer.authorize_url(&[]));
    assert_eq!(http().get(twice).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn bad_requests_of_a_good_client_go_back_to_it() {
    let issuer = start().await;
    for (change, error) in [
        (("response_type", Some("token")), "unsupported_response_type"),
        (("response_type", None), "invalid_request"),
        (("response_mode", Some("fragment")), "invalid_request"),
        (("scope", Some("profile")), "invalid_scope"),
        (("prompt", Some("none login")), "invalid_request"),
        (("prompt", Some("consent")), "invalid_request"),
        (("max_age", Some("-1")), "invalid_request"),
        (("nonce", Some("a\0b")), "invalid_request"),
        (("request", Some("e30.e30.")), "request_not_supported"),
        (("request_uri", Some("https://attacker.example/")), "request_uri_not_supported"),
        (("id_token_hint", Some("e30.e30.e30")), "invalid_request"),
    ] {
        let response = http().get(issuer.authorize_url(&[change])).send().await.unwrap();
        assert_eq!(answer(&response)["error"], error, "{change:?}");
    }
}

#[tokio::test]
async fn a_replayed_refresh_token_ends_its_family() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let first = issuer.redeem(&code).await.1;
    let stolen = first["refresh_token"].as_str().unwrap();
    let (status, second) = issuer.refresh(stolen).await;
    assert_eq!(status, 200);
    assert!(refused(&issuer.refresh(stolen).await));
    assert!(
        refused(&issuer.refresh(second["refresh_token"].as_str().unwrap()).await),
        "the family is dead"
    );
    assert_eq!(issuer.userinfo(second["access_token"].as_str().unwrap()).await, 401);
}

#[tokio::test]
async fn of_twenty_uses_of_one_refresh_token_at_once_one_wins_and_the_family_is_dead_afterwards() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let first = issuer.redeem(&code).await.1;
    let token = first["refresh_token"].as_str().unwrap();
    let answers = futures::future::join_all((0..20).map(|_| issuer.refresh(token))).await;
    let won: Vec<&(u16, Value)> = answers.iter().filter(|answer| answer.0 == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(answers.iter().filter(|answer| refused(answer)).count(), 19);
    assert!(refused(&issuer.refresh(won[0].1["refresh_token"].as_str().unwrap()).await));
}

const ATTEMPT: &str = "\"0f3a9c5e7b1d8264a0c9e3f5b7d18264\"";

/// The answer to a refresh may be lost on its way: whoever can repeat the very same request gets the same token again.
#[tokio::test]
async fn a_repeated_refresh_gets_the_same_token_and_only_the_one_who_made_it_can_repeat_it() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let first = issuer.redeem(&code).await.1;
    let old = first["refresh_token"].as_str().unwrap();
    let answers = futures::future::join_all((0..10).map(|_| issuer.refresh_as(SECRET, old, ATTEMPT))).await;
    let new = answers[0].1["refresh_token"].as_str().unwrap().to_owned();
    assert!(
        answers
            .iter()
            .all(|(status, answer)| *status == 200 && answer["refresh_token"] == new.as_str())
    );
    let kept: Vec<u8> = sqlx::query_scalar("SELECT successor FROM issuer.refresh_token WHERE successor IS NOT NULL")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains(&new), "it does not lie there to be read");
    assert_eq!(
        issuer.refresh_as("guess", old, ATTEMPT).await.0,
        401,
        "not without the client's secret"
    );
    assert_eq!(
        issuer.refresh_as(SECRET, &new, "\"another-attempt-another-attempt-0000\"").await.0,
        200
    );
    // Now the answer is known to have arrived: the same request is a replay.
    assert!(refused(&issuer.refresh_as(SECRET, old, ATTEMPT).await));
    let living: i64 = sqlx::query_scalar("SELECT count(*) FROM issuer.token_grant WHERE ended_at IS NULL")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    assert_eq!(living, 0);
}

#[tokio::test]
async fn a_stolen_refresh_token_without_the_attempts_key_ends_the_family_at_once() {
    for key in ["\"ffffffffffffffffffffffffffffffff\"", "short", ""] {
        let issuer = start().await;
        let code = issuer.code(&mut Browser::new()).await;
        let first = issuer.redeem(&code).await.1;
        let stolen = first["refresh_token"].as_str().unwrap();
        let second = issuer.refresh_as(SECRET, stolen, ATTEMPT).await.1;
        assert!(refused(&issuer.refresh_as(SECRET, stolen, key).await), "{key}");
        assert!(refused(&issuer.refresh(second["refresh_token"].as_str().unwrap()).await), "{key}");
        assert!(refused(&issuer.refresh_as(SECRET, stolen, ATTEMPT).await), "what ended stays ended");
    }
}

#[tokio::test]
async fn a_refresh_never_widens_and_never_serves_a_disabled_account() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let tokens = issuer.redeem(&code).await.1;
    let token = tokens["refresh_token"].as_str().unwrap();
    let wider = issuer
        .token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid admin")])
        .await;
    assert_eq!(wider.1["error"], "invalid_scope");
    let narrow = issuer
        .token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid")])
        .await;
    assert_eq!((narrow.0, narrow.1["scope"].as_str()), (200, Some("openid")));
    sqlx::query("UPDATE issuer.account SET enabled = false")
        .execute(&issuer.db)
        .await
        .unwrap();
    assert!(refused(&issuer.refresh(narrow.1["refresh_token"].as_str().unwrap()).await));
    assert_eq!(issuer.userinfo(narrow.1["access_token"].as_str().unwrap()).await, 401);
}

#[tokio::test]
async fn a_client_without_its_secret_gets_nothing() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &issuer.callback),
        ("code_verifier", VERIFIER),
    ];
    let wrong = http()
        .post(issuer.at("/token"))
        .basic_auth("forecourt", Some("guess"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (wrong.status(), wrong.headers().contains_key("www-authenticate")),
        (StatusCode::UNAUTHORIZED, true)
    );
    assert_eq!(wrong.json::<Value>().await.unwrap()["error"], "invalid_client");
    assert_eq!(http().post(issuer.at("/token")).form(&form).send().await.unwrap().status(), 401);
    let unknown = http()
        .post(issuer.at("/token"))
        .basic_auth("nobody", Some(SECRET))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 401);
    let json = http()
        .post(issuer.at("/token"))
        .basic_auth("forecourt", Some(SECRET))
        .json(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(json.status(), 400);
    let large = "x".repeat(17 * 1024);
    let large = http()
        .post(issuer.at("/token"))
        .form(&[("code", large.as_str())])
        .send()
        .await
        .unwrap();
    assert_eq!(large.status(), 413);
    assert_eq!(issuer.redeem(&code).await.0, 200, "the code is still good for its client");
}

#[tokio::test]
async fn a_client_cannot_use_or_revoke_what_belongs_to_another() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    // A second client with a secret of its own: the same registration under another id and hash.
    let mut config = crate::support::config();
    config.oidc.client_id = "other".into();
    let mut connection = issuer.db.acquire().await.unwrap();
    server::issuer::clients::ensure_first_party(&mut connection, &config).await.unwrap();
    let as_other =
        |path: &str, form: Vec<(&'static str, String)>| http().post(issuer.at(path)).basic_auth("other", Some(SECRET)).form(&form).send();
    let form = vec![
        ("grant_type", "authorization_code".into()),
        ("code", code.clone()),
        ("redirect_uri", issuer.callback.clone()),
        ("code_verifier", VERIFIER.into()),
    ];
    assert_eq!(as_other("/token", form).await.unwrap().status(), 400);
    let tokens = issuer.redeem(&code).await.1;
    let token = tokens["refresh_token"].as_str().unwrap();
    let form = vec![("grant_type", "refresh_token".into()), ("refresh_token", token.into())];
    assert_eq!(as_other("/token", form).await.unwrap().status(), 400);
    assert_eq!(as_other("/revoke", vec![("token", token.into())]).await.unwrap().status(), 400);
    assert_eq!(issuer.refresh(token).await.0, 200);
}

#[tokio::test]
async fn two_replicas_that_start_at_once_make_one_set_of_keys() {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let platform = crate::support::platform().await;
    let show = || async {
        let state = server::issuer::IssuerState::new(platform.db.clone(), &platform.config, &platform.keys);
        let request = http::Request::get("/jwks").body(axum::body::Body::empty()).unwrap();
        let response = tower::ServiceExt::oneshot(server::issuer::router(state), request).await.unwrap();
        axum::body::to_bytes(response.into_body(), 65_536).await.unwrap()
    };
    let (one, other) = tokio::join!(show(), show());
    assert_eq!(one, other);
    assert_eq!(serde_json::from_slice::<Value>(&one).unwrap()["keys"].as_array().unwrap().len(), 2);
    let sealed: Vec<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM issuer.signing_key")
        .fetch_all(&platform.db)
        .await
        .unwrap();
    assert!(
        sealed.iter().all(|sealed| sealed[24] != 0x30 || sealed[25] != 0x82),
        "not a plain DER key"
    );
}
