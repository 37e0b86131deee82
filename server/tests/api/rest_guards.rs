//! Every documented operation, taken from the document itself: valid OpenAPI 3.1, with what it needs and how it fails. That each is
//! guarded and blind to other organisations is shown in `coverage.rs`.

use serde_json::{Value, json};

fn document() -> Value {
    serde_json::to_value(server::http::api::document()).unwrap()
}

/// Method, path and operation, in the document's order.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    all.collect()
}

#[test]
fn the_document_is_openapi_3_1_and_lists_every_operation() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["security"], json!([{ "bearer": [] }, { "session": [] }]));
    let mut lines: Vec<String> = operations(&document)
        .into_iter()
        .filter(|(_, path, _)| path.starts_with("/api/v1/vehicles"))
        .map(|(method, path, operation)| format!("{method} {path} {}", operation["operationId"].as_str().unwrap()))
        .collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @r"
    DELETE /api/v1/vehicles/{id} vehicle_delete
    GET /api/v1/vehicles vehicle_list
    GET /api/v1/vehicles/decodings/{id} vehicle_decoding_find
    GET /api/v1/vehicles/decodings/{id}/events vehicle_decoding_events
    GET /api/v1/vehicles/imports/{id} vehicle_import_find
    GET /api/v1/vehicles/imports/{id}/events vehicle_import_events
    GET /api/v1/vehicles/stock-number vehicle_propose_stock_number
    GET /api/v1/vehicles/totals vehicle_totals
    GET /api/v1/vehicles/{id} vehicle_find
    GET /api/v1/vehicles/{id}/timeline vehicle_timeline
    POST /api/v1/vehicles vehicle_create
    POST /api/v1/vehicles/decodings vehicle_decoding_start
    POST /api/v1/vehicles/imports vehicle_import_start
    POST /api/v1/vehicles/imports/{id}/apply vehicle_import_apply
    POST /api/v1/vehicles/{id}/restore vehicle_restore
    POST /api/v1/vehicles/{id}/status vehicle_change_status
    PUT /api/v1/vehicles/{id} vehicle_update
    ");
}

/// Every `$ref` in a document.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_operation_says_what_it_is_what_it_needs_and_how_it_fails() {
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].to_string()), "{name}: its id is used twice");
        assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{name}");
        assert!(
            operation["description"].as_str().unwrap_or_default().contains("Permission: "),
            "{name}"
        );
        assert!(operation["tags"].as_array().is_some_and(|tags| !tags.is_empty()), "{name}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(!response["description"].as_str().unwrap_or_default().is_empty(), "{name} {status}");
            if status.as_str() >= "400" {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/ProblemDetails", "{name} {status}");
            }
        }
        for status in ["401", "403", "500", "503"] {
            assert!(operation["responses"][status].is_object(), "{name} {status}");
        }
        // A token's owner may belong to several organisations, whatever is asked.
        assert!(operation["responses"]["422"].is_object(), "{name}");
        let names_organisation = |one: &Value| one["in"] == "header" && one["name"] == "Forecourt-Organisation";
        assert!(
            operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(names_organisation)),
            "{name}"
        );
        let placeholders = path.matches('{').count();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        assert_eq!(parameters.iter().filter(|one| one["in"] == "path").count(), placeholders, "{name}");
    }
}
