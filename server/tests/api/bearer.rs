//! The same operations for programs: access tokens of the configured issuer.

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{
    browser::{Answer, send},
    oidc::{now, sign},
    web::{Site, site},
};

const ME: &str = "/api/v1/me";

async fn call(site: &Site, token: &str, organisation: Option<String>) -> Answer {
    let mut request = Request::get(ME).header("authorization", format!("Bearer {token}"));
    if let Some(organisation) = organisation {
        request = request.header("forecourt-organisation", organisation);
    }
    send(&site.router, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_token_of_the_issuer_acts_for_its_person_within_its_scope() {
    let site = site().await;
    // The account is linked at the person's first sign-in.
    assert_eq!(call(&site, &site.oidc.access_token(|_| {}), None).await.status.as_u16(), 401);
    site.signed_in().await;
    let whole = call(&site, &site.oidc.access_token(|_| {}), None).await;
    assert_eq!(whole.status.as_u16(), 200, "{}", whole.body);
    assert_eq!(whole.json()["user"], json!(site.user));
    let narrow = site.oidc.access_token(|claims| claims["scope"] = json!("openid vehicle:read"));
    assert_eq!(call(&site, &narrow, None).await.json()["permissions"], json!(["vehicle:read"]));
    let nothing = site.oidc.access_token(|claims| claims["scope"] = json!("openid profile"));
    let refused = call(&site, &nothing, None).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["type"]),
        (403, &json!("urn:forecourt:problem:forbidden"))
    );
    let request = Request::get("/api/v1/vehicles").header("authorization", format!("Bearer {nothing}"));
    let refused = send(&site.router, request.body(Body::empty()).unwrap()).await;
    assert!(refused.header("www-authenticate").contains("error=\"insufficient_scope\""));
    let without = send(&site.router, Request::get("/api/v1/vehicles").body(Body::empty()).unwrap()).await;
    assert_eq!(
        without.header("www-authenticate"),
        "Bearer realm=\"forecourt\"",
        "no error where there was no token"
    );
}

#[tokio::test]
async fn a_token_that_is_not_meant_for_us_is_refused() {
    let site = site().await;
    site.signed_in().await;
    let changes: [&dyn Fn(&mut Value); 7] = [
        &|claims| claims["iss"] = json!("https://evil.example"),
        &|claims| claims["aud"] = json!("another-api"),
        &|claims| claims["exp"] = json!(now() - 60),
        &|claims| claims["nbf"] = json!(now() + 600),
        &|claims| claims["sub"] = json!("nobody"),
        &|claims| {
            claims.as_object_mut().unwrap().remove("exp");
        },
        &|claims| {
            claims.as_object_mut().unwrap().remove("aud");
        },
    ];
    for change in changes {
        let token = site.oidc.access_token(change);
        let answer = call(&site, &token, None).await;
        assert_eq!(answer.status.as_u16(), 401);
        let challenge = answer.header("www-authenticate");
        assert_eq!(
            challenge, "Bearer realm=\"forecourt\", error=\"invalid_token\"",
            "RFC 6750 section 3.1"
        );
    }
    let good = site.oidc.access_token(|_| {});
    let mut changed = good.clone().into_bytes();
    let last = changed.len() - 10;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let parts: Vec<&str> = good.split('.').collect();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    // Signed with HMAC and the public key's own text: the old confusion of algorithms.
    let hmac = jsonwebtoken::encode(
        &jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256),
        &json!({ "iss": site.oidc.issuer, "sub": "subject-1", "aud": "forecourt", "exp": now() + 300, "scope": "forecourt" }),
        &jsonwebtoken::EncodingKey::from_secret(b"rsa"),
    )
    .unwrap();
    let id_token = sign(
        "rsa",
        "JWT",
        &json!({ "iss": site.oidc.issuer, "sub": "subject-1", "aud": "forecourt", "exp": now() + 300, "scope": "forecourt", "nonce": "n" }),
    );
    for bad in [
        String::from_utf8(changed).unwrap(),
        unsigned,
        hmac,
        id_token,
        String::new(),
        "x".into(),
        "a.b.c".into(),
    ] {
        assert_eq!(call(&site, &bad, None).await.status.as_u16(), 401, "{bad}");
    }
}

#[tokio::test]
async fn a_new_key_of_the_issuer_is_found_and_made_up_ones_do_not_hammer_it() {
    let site = site().await;
    site.signed_in().await;
    let with = |key: &str| {
        let claims = json!({ "iss": site.oidc.issuer, "sub": "subject-1", "aud": "forecourt", "exp": now() + 300, "scope": "forecourt" });
        sign(key, "at+jwt", &claims)
    };
    assert_eq!(call(&site, &with("rsa"), None).await.status.as_u16(), 200);
    assert_eq!(call(&site, &with("ed"), None).await.status.as_u16(), 401, "not published");
    site.oidc.set(|settings| settings.publishes_ed = true);
    let fresh = crate::support::web::router(&site.platform);
    let request = Request::get(ME).header("authorization", format!("Bearer {}", with("ed")));
    assert_eq!(send(&fresh, request.body(Body::empty()).unwrap()).await.status.as_u16(), 200);
    let before = site.oidc.keys_fetched();
    for number in 0..20 {
        let token = with("ed");
        let (header, rest) = token.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        let made_up = json!({ "alg": header["alg"], "typ": header["typ"], "kid": format!("made-up-{number}") });
        let made_up = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(made_up.to_string()));
        assert_eq!(call(&site, &made_up, None).await.status.as_u16(), 401);
    }
    assert!(
        site.oidc.keys_fetched() <= before + 1,
        "{} fetches",
        site.oidc.keys_fetched() - before
    );
}

#[tokio::test]
async fn who_belongs_to_several_organisations_names_one() {
    let site = site().await;
    site.signed_in().await;
    let token = site.oidc.access_token(|_| {});
    let other = crate::support::dealership(&site.platform).await;
    let foreign = crate::support::dealership(&site.platform).await;
    let second = crate::support::web::member(&site.platform, other, "b@northside.example", app::identity::Preset::Viewer).await;
    sqlx::query("UPDATE member SET user_id = $1 WHERE user_id = $2")
        .bind(site.user.0)
        .bind(second.0)
        .execute(&site.platform.db)
        .await
        .unwrap();
    assert_eq!(call(&site, &token, None).await.status.as_u16(), 422);
    let answer = call(&site, &token, Some(other.to_string())).await;
    assert_eq!(answer.json()["organisation"], json!(other));
    for bad in [foreign.to_string(), "x".into()] {
        assert_eq!(call(&site, &token, Some(bad)).await.status.as_u16(), 422);
    }
}
