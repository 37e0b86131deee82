//! The project's most important test: every server function and every REST operation stands in one table with what it needs, and
//! keeps to it: 401 for a stranger, 403 without exactly that permission, 403 for another site, 404 for another organisation's id.
//!
//! Something new that is missing in the table fails the test. Add a row; if it needs no permission, say why.

mod table;

use std::collections::BTreeSet;

use app::{
    catalogue::CatalogueDraft,
    identity::{Permission, Preset},
    kernel::{
        id::{OrganisationId, UserId},
        number::Notation,
    },
    vehicle::{ImportOptions, VehicleDraft},
};
use axum::{
    Router,
    body::{Body, Bytes},
    http::Request,
};
use http_body_util::BodyExt;
use leptos::server_fn::axum::server_fn_paths;
use server::{http, http::api};
use tower::ServiceExt;

use table::{Empty, Form, Json, Needs, Query, Row, TABLE, To, Upload};

use crate::support::{
    self,
    browser::{Answer, Browser},
    web::{Site, site},
};

/// Something that can be called.
#[derive(Debug)]
struct Operation {
    name: String,
    method: String,
    /// Of REST with the document's `{id}`.
    path: String,
}

/// Everything that can be called: what leptos has registered and what the OpenAPI document names.
fn operations() -> Vec<Operation> {
    let functions = server_fn_paths().map(|(path, method)| Operation {
        name: format!("fn {}", path.rsplit('/').next().unwrap_or_default()),
        method: method.to_string(),
        path: path.to_owned(),
    });
    let mut operations: Vec<_> = functions.collect();
    let document = serde_json::to_value(api::document()).unwrap();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in ["get", "put", "post", "delete", "patch", "query"] {
            if item.get(method).is_some() {
                let method = method.to_uppercase();
                operations.push(Operation {
                    name: format!("{method} {path}"),
                    method,
                    path: path.clone(),
                });
            }
        }
    }
    operations
}

/// The operations with their rows; REST paths with the row's placeholders.
fn covered() -> Vec<(Operation, &'static Row)> {
    let with_row = operations().into_iter().filter_map(|mut operation| {
        let row = TABLE.iter().find(|row| row.is_of(&operation))?;
        if let Some((_, path)) = row.name.split_once(' ')
            && path.starts_with('/')
        {
            operation.path = path.to_owned();
        }
        Some((operation, row))
    });
    with_row.collect()
}

impl Row {
    /// `GET /api/v1/vehicles/{vehicle}` is of the operation `GET /api/v1/vehicles/{id}`.
    fn is_of(&self, operation: &Operation) -> bool {
        self.name
            .replace("{vehicle}", "{id}")
            .replace("{import}", "{id}")
            .replace("{decoding}", "{id}")
            .replace("{entry}", "{id}")
            == operation.name
    }

    fn names_a_row(&self) -> bool {
        let body = match self.body {
            Form(text) | Json(text) | Query(text) => text,
            Empty | Upload => "",
        };
        [self.name, body].iter().any(|text| {
            ["{vehicle}", "{import}", "{decoding}", "{entry}", "{organisation}"]
                .iter()
                .any(|place| text.contains(place))
        })
    }
}

/// What stands for the placeholders.
struct Rows {
    organisation: String,
    vehicle: String,
    import: String,
    decoding: String,
    entry: String,
}

struct Fixture {
    site: Site,
    router: Router,
    organisation: OrganisationId,
    user: UserId,
    browser: Browser,
    foreign: Rows,
}

/// Who calls, and from where.
#[derive(Clone, Copy, PartialEq)]
enum Caller {
    Stranger,
    Member,
    /// The member's browser, on a page of somebody else.
    OtherSite,
}

impl Fixture {
    async fn new() -> Self {
        let site = site().await;
        let router = http::router(&site.platform, server::backend(&site.platform));
        let browser = Browser::new(&router);
        let answer = site.sign_in(&browser, "/stock").await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
        let elsewhere = support::dealership(&site.platform).await;
        let foreign = rows(&site, elsewhere).await;
        let (organisation, user) = (site.organisation, site.user);
        Self {
            site,
            router,
            organisation,
            user,
            browser,
            foreign,
        }
    }

    /// Gives the member's role these permissions; it acts on the next request.
    async fn grant(&self, permissions: impl IntoIterator<Item = Permission>) {
        let names: Vec<&str> = permissions.into_iter().map(Permission::name).collect();
        sqlx::query(
            "WITH role AS (SELECT organisation_id, role_id FROM member WHERE organisation_id = $1 AND user_id = $2),
                  gone AS (DELETE FROM role_permission p USING role
                           WHERE p.organisation_id = role.organisation_id AND p.role_id = role.role_id AND p.permission <> ALL($3))
             INSERT INTO role_permission SELECT organisation_id, role_id, unnest($3::text[]) FROM role ON CONFLICT DO NOTHING",
        )
        .bind(self.organisation.0)
        .bind(self.user.0)
        .bind(names)
        .execute(&self.site.platform.db)
        .await
        .unwrap();
    }

    async fn call(&self, operation: &Operation, row: &Row, rows: &Rows, caller: Caller) -> Answer {
        let fill = |text: &str| {
            text.replace("{vehicle}", &rows.vehicle)
                .replace("{import}", &rows.import)
                .replace("{decoding}", &rows.decoding)
                .replace("{entry}", &rows.entry)
                .replace("{organisation}", &rows.organisation)
                .replace("{vin}", "1HGCM82633A004352")
        };
        let mut request = Request::builder()
            .method(operation.method.as_str())
            .uri(match row.body {
                Query(query) => format!("{}?{}", fill(&operation.path), fill(query)),
                _ => fill(&operation.path),
            })
            .header("accept", "application/json")
            .header("if-match", "\"1\"")
            .header(
                "sec-fetch-site",
                if caller == Caller::OtherSite { "cross-site" } else { "same-origin" },
            );
        let body = match row.body {
            Empty | Query(_) => String::new(),
            Form(form) => {
                request = request.header("content-type", "application/x-www-form-urlencoded");
                fill(form)
            }
            Json(json) => {
                request = request.header("content-type", "application/json");
                fill(json)
            }
            Upload => {
                request = request.header("content-type", "multipart/form-data; boundary=edge");
                "--edge\r\nContent-Disposition: form-data; name=\"notation\"\r\n\r\npoint\r\n\
                 --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"stock.csv\"\r\nContent-Type: text/csv\r\n\r\n\
                 make,model\r\nMazda,3\r\n\r\n--edge--\r\n"
                    .into()
            }
        };
        if caller != Caller::Stranger {
            let cookie = self.browser.cookie("forecourt").expect("the member is signed in");
            request = request.header("cookie", format!("forecourt={cookie}"));
        }
        let request = request.body(Body::from(body)).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        if caller != Caller::Stranger {
            // A change of permissions gives the session a new id.
            self.browser.keep_cookies(&parts.headers);
        }
        // A stream of events has no end to wait for.
        let is_stream = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream {
            Bytes::new()
        } else {
            body.collect().await.unwrap().to_bytes()
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

/// A vehicle, an import, a decoding and an entry of the catalogue of that organisation.
async fn rows(site: &Site, organisation: OrganisationId) -> Rows {
    let backend = server::backend(&site.platform);
    let owner = support::actor(organisation, Preset::Owner);
    let fields = [("kind", "car"), ("make", "Foreignmake"), ("model", "3"), ("model_year", "2020")];
    let draft = VehicleDraft {
        fields: fields.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
    };
    let vehicle = backend.vehicles.create(&owner, draft, Notation::Point).await.unwrap();
    let options = ImportOptions { notation: Notation::Point };
    let file = b"make,model\nMazda,3\n".to_vec();
    // Every call gets an import of its own too; nobody works on them, and only so many may be open.
    sqlx::query("DELETE FROM vehicle_import WHERE organisation_id = $1")
        .bind(organisation.0)
        .execute(&site.platform.db)
        .await
        .unwrap();
    let import = backend
        .vehicles
        .import_start(&owner, "stock.csv".into(), file, options)
        .await
        .unwrap();
    // Every call gets an entry of its own, and none may have another's name.
    let own = [("level", "make".to_owned()), ("name", format!("Own {}", vehicle.id))];
    let entry = CatalogueDraft {
        fields: own.map(|(name, text)| (name.to_owned(), text)).into(),
    };
    let entry = backend.catalogue.create(&owner, entry, Notation::Point).await.unwrap();
    Rows {
        entry: entry.id.to_string(),
        organisation: organisation.to_string(),
        vehicle: vehicle.id.to_string(),
        import: import.to_string(),
        decoding: backend.vehicles.decoding_start(&owner).await.unwrap().to_string(),
    }
}

#[test]
fn every_operation_stands_in_the_table_and_every_row_has_its_operation() {
    let operations = operations();
    assert!(operations.len() > 10, "the app is linked: {operations:?}");
    let names: BTreeSet<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
    assert_eq!(names.len(), operations.len(), "two operations have one name");
    let missing: Vec<_> = operations
        .iter()
        .filter(|operation| !TABLE.iter().any(|row| row.is_of(operation)))
        .collect();
    assert!(missing.is_empty(), "add to the table, with what they need: {missing:#?}");
    let stale: Vec<_> = TABLE
        .iter()
        .filter(|row| !operations.iter().any(|operation| row.is_of(operation)))
        .map(|row| row.name)
        .collect();
    assert!(stale.is_empty(), "remove from the table: {stale:#?}");
    for Operation { name, method, .. } in &operations {
        let reads = TABLE.iter().any(|row| row.name == name && matches!(row.body, Query(_)));
        assert!(
            !name.starts_with("fn ") || method == "POST" || method == "GET" && reads,
            "{name} is a {method}: it would escape the check of the origin, unless it only reads and its row says so"
        );
    }
}

#[tokio::test]
async fn every_operation_keeps_to_what_it_needs() {
    let fixture = Fixture::new().await;
    let mut faults = Vec::new();
    let mut probes = 0;
    for (operation, row) in covered() {
        fixture.grant(Permission::ALL.iter().copied()).await;
        let own = rows(&fixture.site, fixture.organisation).await;
        let mut expect = |what: &str, answer: &Answer, fits: bool| {
            probes += 1;
            if !fits {
                faults.push(format!("{}: {what}: {} {}", row.name, answer.status, answer.body));
            }
            if answer.body.contains(&fixture.foreign.vehicle) {
                faults.push(format!("{}: {what}: shows a row of another organisation", row.name));
            }
        };

        let answer = fixture.call(&operation, row, &own, Caller::Stranger).await;
        let open = matches!(row.needs, Needs::Nothing(_));
        expect("a stranger", &answer, open == (answer.status != 401));

        if operation.method != "GET" {
            let answer = fixture.call(&operation, row, &own, Caller::OtherSite).await;
            expect("another site", &answer, answer.status == 403 && answer.body.contains("cross_site"));
        }

        if row.names_a_row() {
            let answer = fixture.call(&operation, row, &fixture.foreign, Caller::Member).await;
            expect("another organisation's id", &answer, answer.status == 404);
            let nowhere = Rows {
                organisation: uuid::Uuid::now_v7().to_string(),
                vehicle: uuid::Uuid::now_v7().to_string(),
                import: uuid::Uuid::now_v7().to_string(),
                decoding: uuid::Uuid::now_v7().to_string(),
                entry: uuid::Uuid::now_v7().to_string(),
            };
            let unknown = fixture.call(&operation, row, &nowhere, Caller::Member).await;
            // Problem details and bodies are the same word for word: nobody learns whether an id exists elsewhere.
            expect("an id that does not exist, told apart", &unknown, unknown.body == answer.body);
            expect("an id that does not exist", &unknown, unknown.status == 404);
        }

        if let To(permission) = row.needs {
            let others = Permission::ALL.iter().copied().filter(|other| *other != permission);
            fixture.grant(others).await;
            let answer = fixture.call(&operation, row, &own, Caller::Member).await;
            expect(
                "without the permission",
                &answer,
                answer.status == 403 && answer.body.contains(permission.name()),
            );
            fixture.grant([permission]).await;
        } else {
            fixture.grant([]).await;
        }
        let answer = fixture.call(&operation, row, &own, Caller::Member).await;
        let taken = !matches!(answer.status.as_u16(), 401 | 403 | 405 | 500..);
        let found = !row.names_a_row() || answer.status != 404;
        expect("with nothing but what it needs", &answer, taken && found);
    }
    assert!(faults.is_empty(), "{} of {probes} probes:\n{}", faults.len(), faults.join("\n"));
    assert!(probes >= TABLE.len() * 3);
}

/// What another organisation's members did must have left no trace in this one's rows: the foreign vehicle and entry are as they were made.
#[tokio::test]
async fn attempts_on_another_organisations_rows_change_nothing() {
    let fixture = Fixture::new().await;
    let before: Vec<String> = sqlx::query_scalar("SELECT v::text FROM vehicle v UNION ALL SELECT e::text FROM catalogue_entry e")
        .fetch_all(&fixture.site.platform.db)
        .await
        .unwrap();
    for (operation, row) in covered().iter().filter(|(_, row)| row.names_a_row()) {
        fixture.call(operation, row, &fixture.foreign, Caller::Member).await;
    }
    let after: Vec<String> = sqlx::query_scalar("SELECT v::text FROM vehicle v UNION ALL SELECT e::text FROM catalogue_entry e")
        .fetch_all(&fixture.site.platform.db)
        .await
        .unwrap();
    assert_eq!(before, after);
}

/// Arguments that fit no type are the caller's mistake, told at once, but not to strangers.
#[tokio::test]
async fn arguments_that_fit_no_type_are_422_and_a_stranger_stays_a_stranger() {
    const WRONG: [(&str, &str); 5] = [
        ("/rpc/app/vehicle/calls/vehicle_find", "id=no-id"),
        ("/rpc/app/vehicle/calls/vehicle_find", ""),
        ("/rpc/app/vehicle/calls/vehicle_list", "query[sort]=nonsense"),
        ("/rpc/app/identity/calls/identity_set_locale", "locale=xx"),
        ("/rpc/app/vehicle/calls/vehicle_import_find", "id=%00"),
    ];
    let fixture = Fixture::new().await;
    for (path, form) in WRONG {
        let answer = fixture.browser.call(path, form).await;
        assert_eq!(answer.status, 422, "{path} {form}: {}", answer.body);
        assert_eq!(answer.json()["error"], "invalid");
        let answer = Browser::new(&fixture.router).call(path, form).await;
        assert_eq!(answer.status, 401, "{path} {form}: {}", answer.body);
        assert_eq!(answer.json()["error"], "not_authenticated");
    }
}
