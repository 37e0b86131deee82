//! Uploads: nobody's file is read for nothing, few are read at a time, and a stream of progress ends with the right to see it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use app::identity::Preset;
use axum::{
    body::{Body, Bytes},
    http::Request,
};
use futures::{StreamExt, stream};
use serde_json::json;
use server::{
    http::uploads::{MAX_CONCURRENT, MAX_OF_ORGANISATION},
    platform::db,
};
use tokio::task::JoinHandle;

use crate::support::{
    browser::{Answer, Browser},
    rest::{Rest, VEHICLES, problem, request, rest},
};

const START: &str = "/rpc/app/vehicle/calls/vehicle_import_start";
const PART: &str = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"stock.csv\"\r\n\r\nmake,model\n";

fn upload(path: &str, body: Body) -> Request<Body> {
    Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header("accept", "application/json")
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(body)
        .unwrap()
}

#[tokio::test]
async fn a_file_of_somebody_who_may_not_import_is_not_read() {
    let rest = rest().await;
    let viewer = rest.somebody(Preset::Viewer).await;
    for path in [START.to_owned(), format!("{VEHICLES}/imports")] {
        let read = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&read);
        let pieces = stream::iter(0..1_000).map(move |n| {
            count.fetch_add(1, SeqCst);
            let text = if n == 0 { PART.to_owned() } else { "Mazda,3\n".repeat(16) };
            Ok::<_, std::io::Error>(Bytes::from(text))
        });
        let answer = viewer.send(upload(&path, Body::from_stream(pieces))).await;
        assert_eq!(answer.status.as_u16(), 403, "{path}: {}", answer.body);
        assert!(read.load(SeqCst) <= 1, "{path}: {} pieces were read", read.load(SeqCst));
    }
}

/// Sends uploads that never end, one after the other; each is at its turn, or waits for it, when the next one comes.
async fn hold_turns(browser: &Browser, path: &str, count: usize) -> Vec<JoinHandle<Answer>> {
    let mut held = Vec::new();
    for _ in 0..count {
        let (browser, path) = (browser.copy(), path.to_owned());
        held.push(tokio::spawn(async move { browser.send(upload(&path, endless())).await }));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    held
}

fn endless() -> Body {
    Body::from_stream(stream::iter([Ok::<_, std::io::Error>(Bytes::from(PART))]).chain(stream::pending()))
}

fn whole() -> Body {
    let notation = "--edge\r\nContent-Disposition: form-data; name=\"notation\"\r\n\r\npoint\r\n";
    Body::from(format!("{notation}{PART}Mazda,3\n\r\n--edge--\r\n"))
}

#[tokio::test]
async fn one_upload_too_many_is_asked_to_come_back_and_no_other_organisation_with_it() {
    let rest = rest().await;
    let path = format!("{VEHICLES}/imports");
    let held = hold_turns(&rest.owner, &path, MAX_OF_ORGANISATION).await;
    let answer = rest.owner.send(upload(&path, whole())).await;
    problem(&answer, 429);
    assert!(!answer.header("retry-after").is_empty());
    let elsewhere = rest.elsewhere().await;
    assert_eq!(elsewhere.send(upload(&path, whole())).await.status.as_u16(), 202);
    held.into_iter().for_each(|task| task.abort());
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(rest.owner.send(upload(&path, whole())).await.status.as_u16(), 202);
}

#[tokio::test]
async fn all_organisations_together_upload_few_files_at_a_time() {
    let rest = rest().await;
    let path = format!("{VEHICLES}/imports");
    let mut held = Vec::new();
    for _ in 0..MAX_CONCURRENT / MAX_OF_ORGANISATION {
        held.extend(hold_turns(&rest.elsewhere().await, &path, MAX_OF_ORGANISATION).await);
    }
    problem(&rest.owner.send(upload(&path, whole())).await, 429);
    held.into_iter().for_each(|task| task.abort());
}

/// A file is in memory until PostgreSQL has it.
#[tokio::test]
async fn an_upload_keeps_its_turn_until_its_file_is_stored() {
    let rest = rest().await;
    let path = format!("{VEHICLES}/imports");
    let mut hold = rest.site.platform.db.begin().await.unwrap();
    db::advisory_lock(&mut hold, &format!("vehicle imports {}", rest.site.organisation))
        .await
        .unwrap();
    let stored: Vec<_> = (0..MAX_OF_ORGANISATION)
        .map(|_| {
            let (browser, path) = (rest.owner.copy(), path.clone());
            tokio::spawn(async move { browser.send(upload(&path, whole())).await.status.as_u16() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    problem(&rest.owner.send(upload(&path, whole())).await, 429);
    hold.commit().await.unwrap();
    for upload in stored {
        assert_eq!(upload.await.unwrap(), 202);
    }
}

/// An import that waits for its check; its path.
async fn import(rest: &Rest) -> String {
    let answer = rest.owner.send(upload(&format!("{VEHICLES}/imports"), whole())).await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.body);
    answer.location().to_owned()
}

#[tokio::test]
async fn a_stream_of_progress_ends_with_the_right_to_see_it() {
    let rest = rest().await;
    let manager = rest.somebody(Preset::Manager).await;
    let path = import(&rest).await;
    let db = rest.site.platform.db.clone();
    let revoke = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        sqlx::query("DELETE FROM role_permission WHERE permission = 'import:run'")
            .execute(&db)
            .await
            .unwrap();
    });
    let begun = Instant::now();
    let answer = manager.send(request("GET", &format!("{path}/events"), &[], None)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(answer.body.contains("checking"), "{}", answer.body);
    revoke.await.unwrap();
    problem(&manager.send(request("GET", &format!("{path}/events"), &[], None)).await, 403);
}

#[tokio::test]
async fn a_client_learns_who_it_is_where_vehicles_stand_and_which_number_comes_next() {
    let rest = rest().await;
    sqlx::query("UPDATE organisation SET distance_unit = 'mi'")
        .execute(&rest.site.platform.db)
        .await
        .unwrap();
    let me = rest.get("/api/v1/me").await.json();
    assert_eq!(
        (&me["email"], &me["distance_unit"]),
        (&json!("olga@northside.example"), &json!("mi")),
        "{me}"
    );
    let branches = rest.get("/api/v1/branches").await.json();
    let branch = branches[0]["id"].clone();
    let vehicle = rest.add(json!({ "branch": branch, "mileage": 50_000 })).await;
    let vehicle = rest.get(&vehicle).await.json();
    assert_eq!((&vehicle["branch"], &vehicle["branch_name"]), (&branch, &branches[0]["name"]));
    assert_eq!(
        vehicle["mileage"],
        json!({ "value": 50_000, "unit": "mi" }),
        "the organisation's unit"
    );
    let proposal = rest.get(&format!("{VEHICLES}/stock-number")).await.json();
    assert_eq!(
        (&vehicle["stock_number"], &proposal["stock_number"]),
        (&json!("ST-00001"), &json!("ST-00002"))
    );
}

#[tokio::test]
async fn a_stale_version_deletes_and_restores_nothing() {
    let rest = rest().await;
    let path = rest.add(json!({})).await;
    let edit = json!({ "make": "Mazda", "model": "3", "notes": "sold to Ana" });
    assert_eq!(
        rest.ask("PUT", &path, &[("if-match", "\"1\"")], Some(edit)).await.status.as_u16(),
        200
    );
    let stale = rest.ask("DELETE", &path, &[("if-match", "\"1\"")], None).await;
    problem(&stale, 412);
    assert_eq!(stale.header("etag"), "\"2\"");
    problem(&rest.ask("DELETE", &path, &[("if-match", "W/\"2\"")], None).await, 412);
    problem(&rest.ask("DELETE", &path, &[("if-match", "2")], None).await, 400);
    assert_eq!(rest.get(&path).await.status.as_u16(), 200);
    assert_eq!(
        rest.ask("DELETE", &path, &[("if-match", "\"1\", \"2\"")], None)
            .await
            .status
            .as_u16(),
        204
    );
    let restore = format!("{path}/restore");
    problem(&rest.ask("POST", &restore, &[("if-match", "\"2\"")], None).await, 412);
    let restored = rest.ask("POST", &restore, &[("if-match", "*")], None).await;
    assert_eq!((restored.status.as_u16(), restored.header("etag")), (200, "\"4\""));
}
