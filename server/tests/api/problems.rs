//! Errors, uploads, limits and documentation.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use app::kernel::error::AppError;
use axum::{body::Body, http::Request};
use serde_json::json;
use server::platform::db;

use crate::support::{
    self,
    browser::{Answer, Browser},
    web::{Site, site, site_with},
};

const CREATE: &str = "/rpc/app/vehicle/calls/vehicle_create";
const IMPORT: &str = "/rpc/app/vehicle/calls/vehicle_import_start";
const BOUNDARY: &str = "----forecourt";

#[tokio::test]
async fn an_error_is_said_in_the_callers_way() {
    let site = site().await;
    let browser = site.browser();
    let api = browser.send(Request::get("/api/v1/nothing").body(Body::empty()).unwrap()).await;
    assert_eq!((api.status.as_u16(), api.header("content-type")), (404, "application/problem+json"));
    assert_eq!(api.json()["type"], "urn:forecourt:problem:not-found");
    assert_eq!(api.json()["status"], 404);
    let call = browser.call("/rpc/app/vehicle/calls/vehicle_branches", "").await;
    assert_eq!((call.status.as_u16(), &call.json()["error"]), (401, &json!("not_authenticated")));
    let page = browser.get("/nowhere").await;
    assert_eq!(page.status.as_u16(), 404);
    assert!(page.body.contains("Page not found") && page.body.contains("lang=\"en\""));
    let request = Request::get("/nowhere")
        .header("accept", "text/html")
        .header("accept-language", "es-CO");
    let page = browser.send(request.body(Body::empty()).unwrap()).await;
    assert!(page.body.contains("No se encontró la página") && page.body.contains("lang=\"es\""));
}

#[tokio::test]
async fn who_waits_in_vain_for_others_is_asked_to_come_back() {
    let platform = support::platform().await;
    let mut hold = platform.db.begin().await.unwrap();
    sqlx::query("LOCK TABLE vehicle").execute(&mut *hold).await.unwrap();
    for limit in ["SET lock_timeout = '50ms'", "SET lock_timeout = 0; SET statement_timeout = '50ms'"] {
        let mut connection = platform.db.acquire().await.unwrap();
        sqlx::raw_sql(limit).execute(&mut *connection).await.unwrap();
        let error = sqlx::query("SELECT FROM vehicle").execute(&mut *connection).await.unwrap_err();
        assert_eq!(db::failure(error), AppError::Timeout { retry_after: 5 }, "{limit}");
    }
}

fn multipart(file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"notation\"\r\n\r\npoint\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\fake\\\\stock.csv\"\r\nContent-Type: text/csv\r\n\r\n"
    );
    [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

async fn upload(browser: &Browser, kind: &str, length: Option<u64>, body: Body) -> Answer {
    let mut request = Request::post(IMPORT)
        .header("accept", "application/json")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", kind);
    if let Some(length) = length {
        request = request.header("content-length", length);
    }
    browser.send(request.body(body).unwrap()).await
}

fn kind() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

#[tokio::test]
async fn a_file_is_read_with_its_fields() {
    let site = site().await;
    let browser = site.signed_in().await;
    let answer = upload(&browser, &kind(), None, Body::from(multipart(b"make\nMazda\n"))).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
}

/// A body that never ends, in pieces.
fn endless() -> Body {
    let head = multipart(b"");
    let head = head[..head.len() - BOUNDARY.len() - 8].to_vec();
    let pieces = futures::stream::unfold(0_u32, |number| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Some((Ok::<_, std::io::Error>(vec![b'x'; 10_000]), number + 1))
    });
    Body::from_stream(futures::StreamExt::chain(
        futures::stream::once(async { Ok::<_, std::io::Error>(head) }),
        pieces,
    ))
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_early() {
    let site: Site = site().await;
    let browser = site.signed_in().await;
    let announced = upload(&browser, &kind(), Some(200_000_000), Body::empty()).await;
    assert_eq!(announced.status.as_u16(), 413);
    assert_eq!(
        (&announced.json()["error"], &announced.json()["number"]),
        (&json!("too_large"), &json!(200_000))
    );
    let endless = tokio::time::timeout(Duration::from_secs(5), upload(&browser, &kind(), None, endless())).await;
    assert_eq!(endless.expect("reading stops at the limit").status.as_u16(), 413);
    let form = browser.call(CREATE, &format!("draft%5Bnotes%5D={}", "x".repeat(1_100_000))).await;
    assert_eq!(form.status.as_u16(), 413);
}

#[tokio::test]
async fn a_browser_is_heard_out_and_told_the_limit_that_was_configured() {
    let site = site().await;
    let browser = site.signed_in().await;
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let pieces = (0..30).map(move |_| {
        count.fetch_add(1, SeqCst);
        Ok::<_, std::io::Error>(vec![b'x'; 10_000])
    });
    let pieces = futures::stream::iter(pieces);
    let request = Request::post(IMPORT)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", kind())
        .header("content-length", 300_000);
    let page = browser.send(request.body(Body::from_stream(pieces)).unwrap()).await;
    assert_eq!(page.status.as_u16(), 413);
    assert!(
        page.body.contains("Too large") && page.body.contains("maximum 200 kB"),
        "{}",
        page.body
    );
    assert_eq!(read.load(SeqCst), 30, "it sends everything before it looks at an answer");
}

#[tokio::test]
async fn only_where_files_are_taken_a_body_may_be_as_large_as_one() {
    let site = site_with(|config| config.import_max_bytes = 8_000_000).await;
    let browser = site.signed_in().await;
    let post = async |path: &str| {
        let mut body = multipart(&vec![b'x'; 1_100_000]);
        body.truncate(body.len() - 20);
        let request = Request::post(path)
            .header("accept", "application/json")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", kind());
        browser.send(request.body(Body::from(body)).unwrap()).await.status.as_u16()
    };
    for path in [IMPORT, "/api/v1/vehicles/imports"] {
        assert_eq!(post(path).await, 422, "{path}: read up to the end that it lacks");
    }
    for path in [
        "/rpc/app/vehicle/calls/vehicle_import_find",
        "/rpc/app/vehicle/calls/vehicle_import_apply",
        "/api/v1/vehicles/imports/1/apply",
    ] {
        assert_eq!(post(path).await, 413, "{path}");
    }
}

#[tokio::test]
async fn a_strangers_file_is_not_read() {
    let site = site().await;
    let browser = site.browser();
    let refused = tokio::time::timeout(Duration::from_secs(2), upload(&browser, &kind(), None, endless())).await;
    assert_eq!(refused.expect("nobody reads it").status.as_u16(), 401);
    let form = Request::post(IMPORT)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("referer", "http://localhost:3000/stock/import")
        .header("content-type", kind());
    let answer = browser.send(form.body(endless()).unwrap()).await;
    assert_eq!(answer.location(), "/auth/login?return_to=%2Fstock%2Fimport");
}

#[tokio::test]
async fn a_broken_upload_is_the_clients_mistake() {
    let site = site().await;
    let browser = site.signed_in().await;
    let whole = multipart(b"make\nMazda\n");
    for (kind, body) in [
        (kind(), whole[..whole.len() / 2].to_vec()),
        (kind(), Vec::new()),
        (kind(), b"nonsense".to_vec()),
        ("multipart/form-data".to_owned(), whole.clone()),
        ("application/x-www-form-urlencoded".to_owned(), b"a=b".to_vec()),
    ] {
        let answer = upload(&browser, &kind, None, Body::from(body)).await;
        assert_eq!(answer.status.as_u16(), 422, "{kind} {}", answer.body);
    }
}

#[tokio::test]
async fn the_documentation_is_there_without_signing_in() {
    let site = site().await;
    let browser = site.browser();
    let document = browser.get("/api/openapi.json").await;
    assert_eq!(document.status.as_u16(), 200);
    assert!(document.json()["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document.json()["components"]["schemas"]["ProblemDetails"].is_object());
    let docs = browser.get("/api/docs/").await;
    assert_eq!(docs.status.as_u16(), 200);
    assert!(!docs.body.contains("<script>"), "an inline script would not run under the policy");
    let script = browser.get("/api/docs/swagger-initializer.js").await;
    assert!(script.body.contains("/api/openapi.json"));
}

#[tokio::test]
async fn documents_are_compressed() {
    let site = site().await;
    let request = Request::get("/api/openapi.json")
        .header("accept-encoding", "br")
        .body(Body::empty())
        .unwrap();
    assert_eq!(site.browser().send(request).await.header("content-encoding"), "br");
}
