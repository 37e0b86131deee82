//! Imports over REST: upload, report, apply, and the stream of events.

use std::time::Duration;

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::{
    browser::Answer,
    rest::{Rest, VEHICLES, problem, request, rest},
};

const BOUNDARY: &str = "----forecourt";

fn part(name: &str, extra: &str, value: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n{value}\r\n")
}

fn file() -> String {
    part("file", "; filename=\"stock.csv\"", "make,model\nMazda,3\n")
}

async fn upload(rest: &Rest, kind: &str, parts: &str) -> Answer {
    let request = Request::post(format!("{VEHICLES}/imports"))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", kind);
    rest.owner.send(request.body(Body::from(parts.to_owned())).unwrap()).await
}

async fn upload_parts(rest: &Rest, parts: &[String]) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    upload(rest, &kind, &format!("{}--{BOUNDARY}--\r\n", parts.concat())).await
}

/// An import that waits for its check; its path.
async fn import(rest: &Rest) -> String {
    let answer = upload_parts(rest, &[part("notation", "", "point"), file()]).await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.body);
    assert_eq!(
        answer.location(),
        format!("{VEHICLES}/imports/{}", answer.json()["id"].as_str().unwrap())
    );
    answer.location().to_owned()
}

/// What the job does to an import.
async fn come(db: &PgPool, path: &str, state: &str, done: i64) {
    let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    sqlx::query("UPDATE vehicle_import SET state = $2, rows = 1000, rows_done = $3 WHERE id = $1")
        .bind(id)
        .bind(state)
        .bind(done)
        .execute(db)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_file_is_taken_reported_on_and_applied_once() {
    let rest = rest().await;
    let path = import(&rest).await;
    let report = rest.get(&path).await.json();
    assert_eq!((&report["file_name"], &report["state"]), (&json!("stock.csv"), &json!("checking")));
    let apply = format!("{path}/apply");
    let mode = Some(json!({ "mode": "good" }));
    problem(&rest.ask("POST", &apply, &[], mode.clone()).await, 409);
    come(&rest.site.platform.db, &path, "checked", 1000).await;
    assert_eq!(
        problem(&rest.ask("POST", &apply, &[], Some(json!({ "mode": "some" }))).await, 422),
        ["mode"]
    );
    assert_eq!(
        problem(&rest.ask("POST", &apply, &[], Some(json!({ "modus": "good" }))).await, 422),
        ["mode", "modus"]
    );
    let applied = rest.ask("POST", &apply, &[], mode.clone()).await;
    assert_eq!(
        (applied.status.as_u16(), applied.json()["state"].as_str()),
        (202, Some("running")),
        "{}",
        applied.body
    );
    let again = rest.ask("POST", &apply, &[], mode).await;
    problem(&again, 409);
    assert_eq!(again.json()["conflict"], "under_way");
}

#[tokio::test]
async fn an_upload_that_does_not_fit_is_a_problem() {
    let rest = rest().await;
    let notation = || part("notation", "", "comma");
    assert_eq!(problem(&upload_parts(&rest, &[file()]).await, 422), ["notation"]);
    assert_eq!(
        problem(&upload_parts(&rest, &[part("notation", "", "dot"), file()]).await, 422),
        ["notation"]
    );
    assert_eq!(problem(&upload_parts(&rest, &[notation()]).await, 422), ["file"]);
    assert_eq!(
        problem(&upload_parts(&rest, &[notation(), part("mode", "", "all"), file()]).await, 422),
        ["mode"]
    );
    let large = part("file", "; filename=\"stock.csv\"", &"x".repeat(300_000));
    problem(&upload_parts(&rest, &[notation(), large]).await, 413);
    for kind in ["application/json", "text/csv", "multipart/form-data", "multipart/mixed; boundary=a"] {
        let answer = upload(&rest, kind, "{}").await;
        problem(&answer, 415);
        assert_eq!(answer.header("accept"), "multipart/form-data");
    }
    let broken = upload(&rest, "multipart/form-data; boundary=a", "nonsense").await;
    assert_eq!(problem(&broken, 422), ["file"]);
}

/// The ids and reports of a whole stream.
fn events(answer: &Answer) -> Vec<(u64, Value)> {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("x-accel-buffering"), "no");
    let field = |event: &str, name: &str| {
        event
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|text| text.trim().to_owned())
    };
    answer
        .body
        .split("\n\n")
        .filter_map(|event| {
            Some((
                field(event, "id:")?.parse().unwrap(),
                serde_json::from_str(&field(event, "data:")?).unwrap(),
            ))
        })
        .collect()
}

async fn follow(rest: &Rest, path: &str, last: Option<u64>) -> Answer {
    let last = last.map(|id| id.to_string());
    let headers: Vec<(&str, &str)> = last.iter().map(|id| ("last-event-id", id.as_str())).collect();
    let answer = rest.owner.send(request("GET", &format!("{path}/events"), &headers, None));
    tokio::time::timeout(Duration::from_secs(20), answer)
        .await
        .expect("the stream ends")
}

#[tokio::test]
async fn the_events_of_an_import_rise_until_it_is_checked_and_end_there() {
    let rest = rest().await;
    let path = import(&rest).await;
    let (db, imported) = (rest.site.platform.db.clone(), path.clone());
    let job = tokio::spawn(async move {
        for (state, done) in [("checking", 400), ("checking", 0), ("checking", 800), ("checked", 1000)] {
            tokio::time::sleep(Duration::from_millis(1200)).await;
            come(&db, &imported, state, done).await;
        }
    });
    let seen = events(&follow(&rest, &path, None).await);
    job.await.unwrap();
    let done: Vec<&Value> = seen.iter().map(|(_, report)| &report["rows_done"]).collect();
    assert_eq!(done, [0, 400, 0, 800, 1000], "also where a job began again");
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0), "{seen:?}");
    assert_eq!(seen.last().unwrap().1["state"], "checked");
}

#[tokio::test]
async fn who_comes_back_gets_what_is_new_and_is_sent_away_for_good_at_the_end() {
    let rest = rest().await;
    let path = import(&rest).await;
    come(&rest.site.platform.db, &path, "checked", 1000).await;
    let checked = events(&follow(&rest, &path, None).await);
    assert_eq!(checked.len(), 1);
    let last = checked[0].0;
    assert_eq!(follow(&rest, &path, Some(last)).await.status.as_u16(), 204);
    come(&rest.site.platform.db, &path, "done", 1000).await;
    let done = events(&follow(&rest, &path, Some(last)).await);
    assert_eq!((done.len(), &done[0].1["state"]), (1, &json!("done")));
    assert!(done[0].0 > last);
    let odd = rest
        .ask("GET", &format!("{path}/events"), &[("last-event-id", "no number")], None)
        .await;
    assert_eq!(events(&odd).len(), 1);
    problem(&rest.get(&format!("{VEHICLES}/imports/{}/events", Uuid::now_v7())).await, 404);
}
