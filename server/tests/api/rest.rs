//! The stock over REST: a vehicle's whole way, problems at their fields, versions, pages.

use app::identity::Preset;
use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::{
    browser::send,
    rest::{Rest, VEHICLES, car, problem, request, rest},
};

#[tokio::test]
async fn a_vehicle_goes_the_whole_way() {
    let rest = rest().await;
    let new =
        car(json!({ "plate": "kex-016", "asking_price": 12900.5, "tags": ["one owner"], "custom_fields": { "Inspected by": "Ana" } }));
    let created = rest.ask("POST", VEHICLES, &[], Some(new.clone())).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.body);
    let path = created.location().to_owned();
    assert_eq!(path, format!("{VEHICLES}/{}", created.json()["id"].as_str().unwrap()));
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(created.json()["plate"], "KEX016");
    assert_eq!(
        created.json()["asking_price"],
        json!({ "amount": "12900.5", "currency": "USD" }),
        "exact, as text"
    );
    assert_eq!(created.json()["custom_fields"], json!({ "Inspected by": "Ana" }));

    let found = rest.get(&path).await;
    assert_eq!((found.status.as_u16(), found.header("etag")), (200, "\"1\""));
    assert_eq!(found.json()["tags"], json!(["one owner"]));
    let known = rest.ask("GET", &path, &[("if-none-match", "\"1\"")], None).await;
    assert_eq!(
        (known.status.as_u16(), known.header("etag"), known.body.as_str()),
        (304, "\"1\"", "")
    );

    let mut change = new;
    change["colour_outside"] = json!("Red");
    let changed = rest.ask("PUT", &path, &[("if-match", "\"1\"")], Some(change)).await;
    assert_eq!(
        (changed.status.as_u16(), changed.header("etag")),
        (200, "\"2\""),
        "{}",
        changed.body
    );
    assert_eq!(changed.json()["colour_outside"], "Red");
    assert_eq!(changed.json()["stock_number"], created.json()["stock_number"]);

    let to = json!({ "to": "available" });
    let moved = rest
        .ask("POST", &format!("{path}/status"), &[("if-match", "\"2\"")], Some(to))
        .await;
    assert_eq!(
        (moved.status.as_u16(), moved.json()["status"].as_str()),
        (200, Some("available")),
        "{}",
        moved.body
    );

    let deleted = rest.ask("DELETE", &path, &[], None).await;
    assert_eq!((deleted.status.as_u16(), deleted.body.as_str()), (204, ""));
    problem(&rest.get(&path).await, 404);
    assert_eq!(rest.ask("DELETE", &path, &[], None).await.status.as_u16(), 204, "twice is as once");
    let restored = rest.ask("POST", &format!("{path}/restore"), &[], None).await;
    assert_eq!(restored.status.as_u16(), 200, "{}", restored.body);
    assert_eq!(restored.header("etag"), format!("\"{}\"", restored.json()["version"]));

    let timeline = rest.get(&format!("{path}/timeline")).await.json();
    let kinds: Vec<&str> = timeline
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"restored"), Some(&"created")), "{timeline}");
}

#[tokio::test]
async fn every_problem_is_named_at_its_field() {
    let rest = rest().await;
    let bad = json!({
        "make": "Maz\0da", "model": "", "kind": "boat", "model_year": "soon", "asking_price": "100000000000.01", "purchase_price": 1e300,
        "mileage": -1, "acquired_on": "2026-02-30", "doors": 2.5, "branch": "here", "currency": "EURO", "colour": "red",
        "notes": "x".repeat(10_001), "status": "sold",
    });
    let answer = rest.ask("POST", VEHICLES, &[], Some(bad)).await;
    assert_eq!(
        problem(&answer, 422),
        [
            "acquired_on",
            "asking_price",
            "branch",
            "colour",
            "currency",
            "doors",
            "kind",
            "make",
            "mileage",
            "model",
            "model_year",
            "notes",
            "purchase_price",
            "status"
        ]
    );
    let fields = answer.json()["fields"].clone();
    assert_eq!(fields["make"]["problem"], "control_characters");
    assert!(fields["kind"]["detail"].as_str().unwrap().contains("motorcycle"), "{fields}");
    let mixed = json!({ "make": {}, "model_year": [2019], "colour": "red", "doors": "many" });
    let answer = rest.ask("POST", VEHICLES, &[], Some(mixed)).await;
    assert_eq!(problem(&answer, 422), ["colour", "doors", "make", "model", "model_year"]);
    assert_eq!(rest.get(VEHICLES).await.json()["items"], json!([]), "nothing was stored");
}

#[tokio::test]
async fn what_another_vehicle_has_is_named_with_that_vehicle() {
    let rest = rest().await;
    let first = rest
        .add(json!({ "plate": "KEX016", "vin": "JM1BPBLM9N1500001", "stock_number": "A-1" }))
        .await;
    let again = car(json!({ "plate": "kex 016", "vin": "jm1bpblm9n1500001", "stock_number": "A-1" }));
    let answer = rest.ask("POST", VEHICLES, &[], Some(again.clone())).await;
    assert_eq!(problem(&answer, 409), ["plate", "stock_number", "vin"]);
    let plate = &answer.json()["fields"]["plate"];
    assert!(first.ends_with(plate["id"].as_str().unwrap()), "{plate}");
    assert!(plate["vehicle"].as_str().unwrap().contains("Mazda 3"), "{plate}");
    assert_eq!(answer.json()["conflict"], "taken");

    rest.ask("DELETE", &first, &[], None).await;
    assert_eq!(
        rest.ask("POST", VEHICLES, &[], Some(again)).await.status.as_u16(),
        201,
        "a deleted one holds nothing"
    );
    let back = rest.ask("POST", &format!("{first}/restore"), &[], None).await;
    assert_eq!(problem(&back, 409), ["plate", "stock_number", "vin"]);
}

#[tokio::test]
async fn a_change_names_the_version_it_was_made_from() {
    let rest = rest().await;
    let path = rest.add(json!({})).await;
    let status = format!("{path}/status");
    let red = Some(car(json!({ "colour_outside": "Red" })));
    let green = Some(car(json!({ "colour_outside": "Green" })));
    let available = Some(json!({ "to": "available" }));
    problem(&rest.ask("PUT", &path, &[], red.clone()).await, 428);
    problem(&rest.ask("POST", &status, &[], available.clone()).await, 428);
    problem(&rest.ask("PUT", &path, &[("if-match", "1")], red.clone()).await, 400);
    assert_eq!(
        rest.ask("PUT", &path, &[("if-match", "*")], red.clone()).await.header("etag"),
        "\"2\""
    );

    for (path, body) in [(&path, &green), (&status, &available)] {
        for stale in ["\"1\"", "W/\"2\"", "\"1\", \"7\"", "\"another\""] {
            let answer = rest.ask("POST", path, &[("if-match", stale)], body.clone()).await;
            let answer = if answer.status == 405 {
                rest.ask("PUT", path, &[("if-match", stale)], body.clone()).await
            } else {
                answer
            };
            problem(&answer, 412);
            assert_eq!(answer.header("etag"), "\"2\"", "{stale}");
            assert_eq!(answer.json()["conflict"], json!({ "changed": { "version": 2 } }));
        }
    }
    let either = rest.ask("PUT", &path, &[("if-match", "\"1\", \"2\"")], green).await;
    assert_eq!((either.status.as_u16(), either.header("etag")), (200, "\"3\""));

    let nowhere = format!("{VEHICLES}/{}", uuid::Uuid::now_v7());
    for headers in [&[("if-match", "\"1\"")][..], &[]] {
        problem(&rest.ask("PUT", &nowhere, headers, red.clone()).await, 404);
    }
}

#[tokio::test]
async fn a_move_that_does_not_exist_is_a_conflict_and_a_reason_may_be_needed() {
    let rest = rest().await;
    let path = format!("{}/status", rest.add(json!({})).await);
    let ask = async |body: Value| rest.ask("POST", &path, &[("if-match", "\"1\"")], Some(body)).await;
    let sold = ask(json!({ "to": "sold" })).await;
    problem(&sold, 409);
    assert_eq!(sold.json()["conflict"]["not_allowed"]["to"], "sold");
    assert_eq!(problem(&ask(json!({ "to": "in_repair" })).await, 422), ["reason"]);
    assert_eq!(problem(&ask(json!({ "to": "stolen", "why": "?" })).await, 422), ["to", "why"]);
    assert_eq!(problem(&ask(json!({ "to": 7, "reason": ["a"] })).await, 422), ["reason", "to"]);
    assert_eq!(problem(&ask(json!({})).await, 422), ["to"]);
    assert_eq!(problem(&ask(json!({ "to": "in_repair", "reason": "a\0b" })).await, 422), ["reason"]);
    let moved = ask(json!({ "to": "in_repair", "reason": "Gearbox" })).await;
    assert_eq!(moved.status.as_u16(), 200, "{}", moved.body);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let rest = rest().await;
    let post = async |kind: Option<&str>, body: &[u8]| {
        let mut request = Request::post(VEHICLES).header("sec-fetch-site", "same-origin");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        rest.owner.send(request.body(Body::from(body.to_vec())).unwrap()).await
    };
    let json = Some("application/json; charset=utf-8");
    let deep = "[".repeat(100_000);
    for bad in [
        &b""[..],
        b"{",
        b"[]",
        b"null",
        b"\"text\"",
        b"{\"make\":\"a\",\"make\":\"b\"}",
        b"{\"make\":\"\xff\"}",
        b"{} {}",
        deep.as_bytes(),
    ] {
        problem(&post(json, bad).await, 400);
    }
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data"),
    ] {
        let answer = post(kind, b"{}").await;
        problem(&answer, 415);
        assert_eq!(answer.header("accept"), "application/json");
    }
    problem(
        &post(json, format!("{{\"notes\":\"{}\"}}", "x".repeat(1_100_000)).as_bytes()).await,
        413,
    );
    assert_eq!(problem(&post(json, b"{}").await, 422), ["make", "model"]);
}

/// The stock numbers of a page.
fn numbers(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["stock_number"].as_str().unwrap().to_owned())
        .collect()
}

/// Where the header Link leads.
fn leads(link: &str, rel: &str) -> Option<String> {
    let link = link.split(", ").find(|link| link.ends_with(&format!("rel=\"{rel}\"")))?;
    Some(link.split(['<', '>']).nth(1).unwrap().to_owned())
}

#[tokio::test]
async fn the_list_is_walked_by_its_links_there_and_back() {
    let rest = rest().await;
    for (number, price) in [("A", 500), ("B", 400), ("C", 300), ("D", 200), ("E", 100)] {
        rest.add(json!({ "stock_number": number, "asking_price": price })).await;
    }
    let start = format!("{VEHICLES}?sort=price&direction=descending&limit=2&status=in_preparation,available&q=mazda%203");
    let first = rest.get(&start).await;
    assert_eq!(first.status.as_u16(), 200, "{}", first.body);
    assert_eq!(numbers(&first.json()), ["A", "B"]);
    assert_eq!(leads(first.header("link"), "prev"), None);
    let second = rest.get(&leads(first.header("link"), "next").unwrap()).await;
    assert_eq!(numbers(&second.json()), ["C", "D"]);
    let third = rest.get(&leads(second.header("link"), "next").unwrap()).await;
    assert_eq!(numbers(&third.json()), ["E"]);
    assert_eq!(leads(third.header("link"), "next"), None);
    let back = rest.get(&leads(third.header("link"), "prev").unwrap()).await;
    assert_eq!(numbers(&back.json()), ["C", "D"]);

    let cursor = first.json()["next"].as_str().unwrap().to_owned();
    let tampered = format!("{}{}", if cursor.starts_with('A') { 'B' } else { 'A' }, &cursor[1..]);
    for bad in [
        format!("{start}&cursor={tampered}"),
        format!("{VEHICLES}?sort=price&limit=2&cursor={cursor}"),
        format!("{start}&cursor=x%00y"),
    ] {
        assert_eq!(problem(&rest.get(&bad).await, 422), ["cursor"], "{bad}");
    }
    let totals = rest.get(&format!("{VEHICLES}/totals?price_from=200&price_to=400")).await.json();
    assert_eq!(
        (&totals["count"], &totals["asking"]["currency"]),
        (&json!(3), &json!("USD")),
        "{totals}"
    );
}

#[tokio::test]
async fn a_parameter_that_is_not_understood_is_named() {
    let rest = rest().await;
    for (query, fields) in [
        ("colour=red", &["colour"][..]),
        ("limit=0", &["limit"]),
        ("limit=101", &["limit"]),
        ("kind=boat&sort=luck&direction=sideways", &["direction", "kind", "sort"]),
        ("status=available,stolen", &["status"]),
        (
            "year_from=MMXX&price_to=99999999999999999999999999999999",
            &["price_to", "year_from"],
        ),
        ("price_from=400&price_to=200", &["price_to"]),
        ("q=a%00b&make=%00", &["make", "q"]),
        ("q=a+b+c+d+e+f+g+h+i+j+k+l+m", &["q"]),
        ("kind=car&kind=motorcycle", &["kind"]),
    ] {
        assert_eq!(problem(&rest.get(&format!("{VEHICLES}?{query}")).await, 422), fields, "{query}");
    }
    assert_eq!(problem(&rest.get(&format!("{VEHICLES}/totals?limit=5")).await, 422), ["limit"]);
}

#[tokio::test]
async fn a_path_that_leads_nowhere_and_a_method_that_there_is_not_are_problems_too() {
    let rest = rest().await;
    for path in ["no-uuid", "%FF", "%00", "imports/no-uuid"] {
        problem(&rest.get(&format!("{VEHICLES}/{path}")).await, 404);
    }
    let answer = rest.ask("PATCH", VEHICLES, &[], Some(json!({}))).await;
    problem(&answer, 405);
    assert!(answer.header("allow").contains("POST"), "{}", answer.header("allow"));
}

#[tokio::test]
async fn a_viewer_reads_and_changes_nothing_before_anything_else_is_looked_at() {
    let rest = rest().await;
    let path = rest.add(json!({})).await;
    let viewer = rest.somebody(Preset::Viewer).await;
    assert_eq!(viewer.send(request("GET", &path, &[], None)).await.status.as_u16(), 200);
    for (method, path, permission) in [
        ("POST", VEHICLES.to_owned(), "vehicle:create"),
        ("PUT", path.clone(), "vehicle:update"),
        ("POST", format!("{path}/status"), "vehicle:update"),
        ("DELETE", path.clone(), "vehicle:delete"),
        ("POST", format!("{path}/restore"), "vehicle:delete"),
        ("POST", format!("{VEHICLES}/imports"), "import:run"),
    ] {
        // Neither the missing body nor the missing If-Match is worth a word before the permission.
        let answer = viewer.send(request(method, &path, &[], None)).await;
        problem(&answer, 403);
        assert_eq!(answer.json()["permission"], json!(permission), "{method} {path}");
    }
}

#[tokio::test]
async fn a_program_uses_the_same_operations_with_a_token() {
    let rest: Rest = rest().await;
    let body = car(json!({}));
    let created = rest
        .with_token("openid forecourt", request("POST", VEHICLES, &[], Some(&body)))
        .await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.body);
    let narrow = "openid vehicle:read";
    let read = rest.with_token(narrow, request("GET", created.location(), &[], None)).await;
    assert_eq!(read.status.as_u16(), 200, "{}", read.body);
    problem(
        &rest.with_token(narrow, request("DELETE", created.location(), &[], None)).await,
        403,
    );
    let stranger = send(&rest.router, request("GET", VEHICLES, &[], None)).await;
    problem(&stranger, 401);
    assert!(stranger.header("www-authenticate").starts_with("Bearer"));
}
