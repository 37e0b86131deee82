//! VINs over REST, in plain forms and on the command line.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use app::identity::Preset;
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::{
    browser::send,
    rest::{problem, request, rest},
};

const VINS: &str = "/api/v1/vins";
const ACCORD: &str = "1HGCM82633A004352";

fn lines(body: &str) -> Vec<Value> {
    body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_vin_says_what_a_vehicle_takes_and_where_it_comes_from() {
    let rest = rest().await;
    let decoded = rest.get(&format!("{VINS}/1hg-cm82633a004352")).await;
    assert_eq!(decoded.status.as_u16(), 200, "{}", decoded.body);
    let decoded = decoded.json();
    assert_eq!(
        (&decoded["vin"], &decoded["is_fine"], &decoded["error_code"]),
        (&json!(ACCORD), &json!(true), &json!("0"))
    );
    let make = decoded["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|attribute| attribute["element"] == 26)
        .unwrap();
    assert_eq!((&make["value"], &make["origin"]), (&json!("HONDA"), &json!("derived")));

    // What it says about a vehicle is a vehicle.
    let mut vehicle = decoded["vehicle"].clone();
    vehicle["vin"] = json!(ACCORD);
    let created = rest.ask("POST", "/api/v1/vehicles", &[], Some(vehicle)).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.body);
    assert_eq!(
        (&created.json()["make"], &created.json()["model_year"], &created.json()["body_type"]),
        (&json!("Honda"), &json!(2003), &json!("coupe"))
    );

    let other = rest.get(&format!("{VINS}/{ACCORD}?model_year=2004")).await.json();
    assert!(other["codes"].as_array().unwrap().contains(&json!("model_year_entered")), "{other}");
}

#[tokio::test]
async fn what_cannot_be_a_vin_is_named_with_its_position() {
    let rest = rest().await;
    let answer = rest.get(&format!("{VINS}/1HGCI82633A004352")).await;
    assert_eq!(problem(&answer, 422), ["vin"]);
    assert!(
        answer.body.contains("Position 5: I is never used; did you mean 1?"),
        "{}",
        answer.body
    );
    let named = answer.json()["fields"]["vin"].clone();
    assert_eq!(
        (&named["position"], &named["found"], &named["instead"]),
        (&json!(5), &json!("I"), &json!("1"))
    );
    for (path, field) in [
        ("%F0%9F%9A%97%F0%9F%9A%97%F0%9F%9A%97%F0%9F%9A%97", "vin"),
        ("%00%00%00", "vin"),
        ("1H", "vin"),
        ("%20", "vin"),
        ("1HGCM82633A004352?model_year=soon", "model_year"),
        ("1HGCM82633A004352?model_year=2003&model_year=2004", "model_year"),
        ("1HGCM82633A004352?year=2003", "year"),
    ] {
        assert_eq!(problem(&rest.get(&format!("{VINS}/{path}")).await, 422), [field], "{path}");
    }
    assert_eq!(problem(&rest.get(&format!("{VINS}/{}", "A".repeat(50_000))).await, 422), ["vin"]);
    // The beginning of a VIN, and one with a character that nobody can read, say what they say.
    for vin in ["1HG", "1HGCM8*6*3A"] {
        assert_eq!(rest.get(&format!("{VINS}/{vin}")).await.json()["vehicle"]["make"], "Honda", "{vin}");
    }
}

#[tokio::test]
async fn many_vins_are_answered_one_a_line_in_order() {
    let rest = rest().await;
    let asked =
        json!([ACCORD, { "vin": "1hgcm82633a004352", "model_year": 2003 }, "1HGCI82633A004352", 7, { "vin": ACCORD, "year": 1 }, "", "🚗"]);
    let answer = rest.ask("POST", &format!("{VINS}/decode"), &[], Some(asked)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "application/x-ndjson"),
        "{}",
        answer.body
    );
    let lines = lines(&answer.body);
    assert_eq!(lines.len(), 7);
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["line"], index + 1);
        assert_eq!(line.get("error").is_none(), index < 2, "{line}");
    }
    assert_eq!(lines[1]["vehicle"]["model"], "Accord");
    assert_eq!(
        (&lines[2]["vin"], &lines[2]["error"]["position"]),
        (&json!("1HGCI82633A004352"), &json!(5))
    );
    assert_eq!(lines[2]["detail"], "Position 5: I is never used; did you mean 1?");
    assert_eq!(
        (&lines[3]["error"]["problem"], &lines[4]["error"]["problem"]),
        (&json!("malformed"), &json!("malformed"))
    );
    assert_eq!(lines[5]["error"]["problem"], "required");
}

#[tokio::test]
async fn ten_thousand_vins_are_streamed_and_one_more_is_refused() {
    let rest = rest().await;
    let path = format!("{VINS}/decode");
    let mut asked = vec![json!({ "vin": ACCORD, "model_year": 2003 }); 9_999];
    asked.push(json!("1HGCM82633A00435O"));
    let answer = rest.ask("POST", &path, &[], Some(json!(asked))).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.body.lines().count(), 10_000);
    let last: Value = serde_json::from_str(answer.body.lines().last().unwrap()).unwrap();
    assert_eq!((&last["line"], &last["error"]["position"]), (&json!(10_000), &json!(17)));
    asked.push(json!(ACCORD));
    assert_eq!(problem(&rest.ask("POST", &path, &[], Some(json!(asked))).await, 422), ["vins"]);
    problem(&rest.ask("POST", &path, &[], Some(json!(["A".repeat(1_100_000)]))).await, 413);
    problem(&rest.ask("POST", &path, &[], Some(json!({ "vin": ACCORD }))).await, 400);
    let form = Request::post(&path)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("vin=1"))
        .unwrap();
    problem(&rest.owner.send(form).await, 415);
}

#[tokio::test]
async fn everybody_who_may_read_the_catalogue_decodes_and_nobody_else() {
    let rest = rest().await;
    let viewer = rest.somebody(Preset::Viewer).await;
    let answer = viewer.send(request("GET", &format!("{VINS}/{ACCORD}"), &[], None)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    problem(
        &send(&rest.router, request("GET", &format!("{VINS}/{ACCORD}"), &[], None)).await,
        401,
    );
    let few = rest
        .with_token("vehicle:read", request("GET", &format!("{VINS}/{ACCORD}"), &[], None))
        .await;
    problem(&few, 403);
}

#[tokio::test]
async fn a_plain_form_comes_back_filled_and_what_was_typed_is_kept() {
    let rest = rest().await;
    let decode = |form: String| {
        let rest = &rest;
        async move {
            let answer = rest.owner.post("/rpc/app/vehicle/calls/vehicle_decode", &form).await;
            assert_eq!(answer.status.as_u16(), 302, "{}", answer.body);
            let back = answer.location().to_owned();
            assert!(back.starts_with("/stock/new?form="), "{back}");
            rest.owner.get(&back).await.body
        }
    };
    let page = decode(format!(
        "draft[vin]={ACCORD}&draft[kind]=car&draft[make]=Acura&draft[asking_price]=12.900&notation=comma"
    ))
    .await;
    assert!(page.contains("value=\"Accord\"") && page.contains("from VIN"), "{page}");
    assert!(
        page.contains("value=\"Acura\"") && page.contains("Differs from the VIN: Honda"),
        "{page}"
    );
    assert!(page.contains("value=\"12,900\""), "the price means what it meant");

    let taken = decode(format!(
        "draft[vin]={ACCORD}&draft[kind]=car&draft[make]=Acura&notation=point&take=make"
    ))
    .await;
    assert!(
        taken.contains("value=\"Honda\"") && !taken.contains("Differs from the VIN"),
        "{taken}"
    );

    let wrong = decode("draft[vin]=1HGCI82633A004352&draft[make]=Acura&notation=point".into()).await;
    assert!(
        wrong.contains("Position 5: I is never used; did you mean 1?") && wrong.contains("value=\"Acura\""),
        "{wrong}"
    );
}

#[tokio::test]
async fn the_page_and_the_link_into_the_stock_work_without_wasm() {
    let rest = rest().await;
    let page = rest.owner.get(&format!("/vin?vin={ACCORD}")).await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(
        page.body.contains("2003 Honda Accord") && page.body.contains(&format!("/stock/new?vin={ACCORD}")),
        "{}",
        page.body
    );
    let wrong = rest.owner.get("/vin?vin=1HGCI82633A004352").await;
    assert!(
        wrong.body.contains("Position 5: I is never used; did you mean 1?"),
        "{}",
        wrong.body
    );
    let unknown = rest.owner.get("/vin?vin=00000000000000000").await;
    assert!(unknown.body.contains("Nothing is known about this VIN"), "{}", unknown.body);
    assert_eq!(
        rest.owner.get(&format!("/vin?vin={}", "9".repeat(20_000))).await.status.as_u16(),
        422
    );
    let form = rest.owner.get(&format!("/stock/new?vin={ACCORD}")).await;
    assert!(
        form.body.contains(&format!("value=\"{ACCORD}\"")) && form.body.contains("value=\"Accord\""),
        "{}",
        form.body
    );
}

/// The binary as a person types it, without any configuration; exit code, stdout, stderr.
fn decode(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_forecourt"))
        .env_clear()
        .current_dir(folder.path())
        .args(["vin", "decode"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_line_decodes_arguments_and_lines() {
    let (code, shown, told) = decode(&[ACCORD], b"");
    assert!(code == 0 && shown.contains("2003 Honda Accord") && told.is_empty(), "{shown}{told}");
    let (code, shown, told) = decode(&["--jsonl", ACCORD, "1HGCI82633A004352"], b"");
    assert_eq!((code, told.as_str()), (1, "forecourt: 1 of 2 VINs could not be decoded\n"));
    let found = lines(&shown);
    assert_eq!(
        (&found[0]["vehicle"]["make"], &found[1]["error"]["position"]),
        (&json!("Honda"), &json!(5))
    );
    let mut input = format!("{ACCORD}\r\n\n 1hg cm8-2633a004352 \n").into_bytes();
    input.extend(b"\xff\n");
    let (code, shown, _) = decode(&["--jsonl"], &input);
    assert_eq!((code, lines(&shown).len()), (1, 3));
    let (code, shown, _) = decode(&[], b"");
    assert_eq!((code, shown.as_str()), (0, ""));
    let (code, shown, told) = decode(&["ZZZZZZZZZZZZZZZZZ"], b"");
    assert!(code == 1 && told.contains("could not be decoded"), "{shown}{told}");
}
