//! No other site acts in a person's name.

use axum::{body::Body, http::Request};

use crate::support::{
    browser::{Answer, Browser},
    web::{site, site_with},
};

const CALL: &str = "/rpc/app/vehicle/calls/vehicle_branches";

async fn send(browser: &Browser, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn another_sites_request_is_refused_whatever_its_method() {
    let site = site().await;
    let browser = site.signed_in().await;
    let attacks: [&[(&str, &str)]; 9] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:3000")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost:3000.evil.example")],
        &[("referer", "http://localhost:3000/stock")],
        &[],
    ];
    for method in ["POST", "PUT", "PATCH", "DELETE", "PURGE"] {
        for attack in attacks {
            for path in [CALL, "/auth/logout", "/api/v1/vehicles", "/stock", "/nowhere"] {
                let answer = send(&browser, method, path, attack).await;
                assert_eq!(answer.status.as_u16(), 403, "{method} {path} {attack:?}");
                assert!(answer.body.contains("cross_site"), "{method} {path}: {}", answer.body);
            }
        }
    }
    assert_eq!(
        browser.get("/auth/session").await.status.as_u16(),
        200,
        "nobody was signed out by it"
    );
}

#[tokio::test]
async fn our_own_pages_are_let_through() {
    let site = site().await;
    let browser = site.signed_in().await;
    for headers in [
        [("sec-fetch-site", "same-origin"), ("x-a", "b")],
        [("origin", "http://localhost:3000"), ("x-a", "b")],
    ] {
        let answer = send(&browser, "POST", CALL, &headers).await;
        assert_eq!(answer.status.as_u16(), 200, "{headers:?} {}", answer.body);
    }
}

#[tokio::test]
async fn a_bearer_token_goes_through_only_without_the_cookie() {
    let site = site().await;
    let token = format!("Bearer {}", site.oidc.access_token(|_| {}));
    let browser = site.signed_in().await;
    let answer = send(
        &browser,
        "POST",
        CALL,
        &[("authorization", &token), ("sec-fetch-site", "cross-site")],
    )
    .await;
    assert_eq!(answer.status.as_u16(), 403, "a browser with a session is held to the rule");
    let program = site.browser();
    let answer = send(&program, "POST", CALL, &[("authorization", &token)]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
}

#[tokio::test]
async fn back_channels_are_exempt_and_nothing_that_looks_like_them() {
    let site = site().await;
    let browser = site.browser();
    let answer = send(&browser, "POST", "/auth/backchannel-logout", &[]).await;
    assert_ne!(answer.status.as_u16(), 403);
    for path in [
        "/auth/backchannel-logout/",
        "/auth//backchannel-logout",
        "/issuer/login",
        "/x/issuer/token",
    ] {
        assert_eq!(send(&browser, "POST", path, &[]).await.status.as_u16(), 403, "{path}");
    }
}

#[tokio::test]
async fn a_foreign_issuers_paths_are_not_exempt_here() {
    let site = site_with(|config| config.oidc.issuer = "http://127.0.0.1:9/auth".parse().unwrap()).await;
    let browser = site.browser();
    for path in ["/auth/logout", "/auth/token"] {
        let answer = send(&browser, "POST", path, &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!(answer.status.as_u16(), 403, "{path}");
        assert!(answer.body.contains("cross_site"), "{path}: {}", answer.body);
    }
}
