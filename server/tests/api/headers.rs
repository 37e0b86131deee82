//! What every answer bears.

use axum::{body::Body, http::Request};

use crate::support::{
    browser::Answer,
    web::{site, site_with},
};

/// The value of a directive of a Content-Security-Policy.
fn directive<'a>(policy: &'a str, name: &str) -> &'a str {
    policy
        .split(';')
        .map(str::trim)
        .find_map(|directive| directive.strip_prefix(name)?.strip_prefix(' '))
        .unwrap_or_else(|| panic!("no {name} in {policy}"))
}

/// The nonce of a page, which its policy names and every script of it bears.
fn nonce_of(page: &Answer) -> &str {
    let scripts = directive(page.header("content-security-policy"), "script-src");
    let nonce = scripts.strip_prefix("'nonce-").unwrap().split('\'').next().unwrap();
    assert!(nonce.len() >= 16);
    assert_eq!(scripts, format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"));
    assert!(page.body.contains("<script"), "{}", page.body);
    for script in page.body.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}>");
    }
    nonce
}

#[tokio::test]
async fn a_pages_policy_names_the_nonce_of_its_scripts_and_nothing_inline_runs() {
    // What loads the app is written for every page in development, and once in a process elsewhere.
    for development in [true, false] {
        let site = site_with(|config| config.development = development).await;
        let browser = site.signed_in().await;
        let page = browser.get("/stock").await;
        let nonce = nonce_of(&page);
        assert_eq!(directive(page.header("content-security-policy"), "worker-src"), "'self'");
        assert!(!page.body.contains(" style=\""), "style-src 'self' forbids style attributes");
        let again = browser.get("/stock").await;
        assert_ne!(nonce_of(&again), nonce, "a nonce serves once");
        assert!(!again.body.contains(nonce), "nor is it left over in the next page");
    }
}

#[tokio::test]
async fn the_showcase_is_there_in_development_only() {
    for (development, status) in [(true, 200), (false, 404)] {
        let site = site_with(|config| config.development = development).await;
        let page = site.signed_in().await.get("/ui").await;
        assert_eq!(page.status.as_u16(), status, "development = {development}");
    }
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let site = site().await;
    let browser = site.signed_in().await;
    for path in [
        "/stock",
        "/auth/session",
        "/nowhere",
        "/api/openapi.json",
        "/auth/callback",
        "/pkg/nothing.js",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert_eq!(directive(policy, "frame-ancestors"), "'none'", "{path}");
        assert_eq!(directive(policy, "base-uri"), "'none'", "{path}");
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let features = answer.header("permissions-policy");
        assert!(features.contains("geolocation=()") && features.contains("camera=(self)"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "not without TLS");
    }
}

/// Swagger UI sets styles on elements; its page gets that and nothing more.
#[tokio::test]
async fn the_documentations_scripts_are_files_of_ours() {
    let site = site().await;
    let docs = site.browser().get("/api/docs/").await;
    let policy = docs.header("content-security-policy");
    for (name, value) in [
        ("default-src", "'none'"),
        ("script-src", "'self'"),
        ("style-src", "'self' 'unsafe-inline'"),
        ("connect-src", "'self'"),
        ("form-action", "'self'"),
        ("frame-ancestors", "'none'"),
    ] {
        assert_eq!(directive(policy, name), value, "{name}");
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there_and_may_post_to_the_issuer() {
    let site = site_with(|config| config.public_url = "https://cars.example".parse().unwrap()).await;
    let answer = site.browser().get("/nowhere").await;
    assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"));
    let issuer = site.oidc.issuer.clone();
    let answer = site.browser().get("/api/openapi.json").await;
    assert_eq!(
        directive(answer.header("content-security-policy"), "form-action"),
        format!("'self' {issuer}")
    );
}

#[tokio::test]
async fn a_request_id_is_taken_over_if_it_is_harmless() {
    let site = site().await;
    let send = async |id: &str| {
        let request = Request::get("/nowhere").header("x-request-id", id).body(Body::empty()).unwrap();
        site.browser().send(request).await.header("x-request-id").to_owned()
    };
    assert_eq!(send("from-proxy-1").await, "from-proxy-1");
    assert_ne!(send("a b\"c").await, "a b\"c");
}

#[tokio::test]
async fn files_are_cached_by_their_names_and_hidden_ones_are_not_served() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("pkg")).unwrap();
    let hashed = "forecourt.1jR3Ej7Lsw9mWyDJmOJkQg.js";
    std::fs::write(root.path().join("pkg").join(hashed), "let a = 1;".repeat(100)).unwrap();
    std::fs::write(root.path().join("pkg").join(format!("{hashed}.br")), "compressed").unwrap();
    std::fs::write(root.path().join("favicon.svg"), "<svg/>").unwrap();
    std::fs::write(root.path().join(".secret"), "x").unwrap();
    std::fs::create_dir(root.path().join("barcode")).unwrap();
    std::fs::write(root.path().join("barcode/worker.js"), "postMessage(true)").unwrap();
    let folder = root.path().to_owned();
    let site = site_with(move |config| config.site_root = folder).await;
    let browser = site.browser();

    let request = Request::get(format!("/pkg/{hashed}")).header("accept-encoding", "br, gzip");
    let file = browser.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((file.status.as_u16(), file.header("content-encoding")), (200, "br"));
    assert_eq!(file.body, "compressed");
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(file.header("content-type").contains("javascript"));

    let icon = browser.get("/favicon.svg").await;
    assert_eq!((icon.status.as_u16(), icon.header("cache-control")), (200, "public, no-cache"));
    let tag = icon.header("etag").to_owned();
    assert!(tag.starts_with("W/\""));
    // Caches send the tags of several stored answers, and may have lost the mark of a weak one.
    for known in [&tag, &format!("\"other\", {tag}"), tag.trim_start_matches("W/")] {
        let request = Request::get("/favicon.svg").header("if-none-match", known);
        let same = browser.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((same.status.as_u16(), same.body.as_str()), (304, ""), "{known}");
    }

    // A worker obeys the policy of its own script: it may compile WASM and reaches nobody else.
    let worker = browser.get("/barcode/worker.js").await;
    let policy = worker.header("content-security-policy");
    assert_eq!(directive(policy, "default-src"), "'none'");
    assert_eq!(directive(policy, "script-src"), "'self' 'wasm-unsafe-eval'");
    assert_eq!(directive(policy, "connect-src"), "'self'");
    assert_eq!(directive(icon.header("content-security-policy"), "script-src"), "'none'");

    for path in [
        "/.secret",
        "/pkg/../.secret",
        "/%2esecret",
        "/pkg/",
        "/pkg",
        "/..%2f..%2fetc/passwd",
    ] {
        assert_eq!(browser.get(path).await.status.as_u16(), 404, "{path}");
    }
}
