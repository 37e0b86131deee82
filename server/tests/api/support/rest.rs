//! A REST client for tests: signed in by cookie or by token, at a dealership whose stock is real.

use app::identity::Preset;
use axum::{Router, body::Body, http::Request};
use serde_json::{Value, json};

use super::{
    browser::{Answer, Browser, send},
    web::{Site, member, site},
};

pub const VEHICLES: &str = "/api/v1/vehicles";

pub struct Rest {
    pub site: Site,
    pub router: Router,
    /// The owner's browser.
    pub owner: Browser,
}

pub async fn rest() -> Rest {
    let site = site().await;
    let router = server::http::router(&site.platform, server::backend(&site.platform));
    let owner = Browser::new(&router);
    site.sign_in(&owner, "/stock").await;
    Rest { site, router, owner }
}

/// A request to REST from one of our own pages.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
        None => request.body(Body::empty()).unwrap(),
    }
}

/// The draft of a car with these fields besides.
pub fn car(fields: Value) -> Value {
    let mut car = json!({ "make": "Mazda", "model": "3", "model_year": 2019 });
    if let Value::Object(fields) = fields {
        car.as_object_mut().unwrap().extend(fields);
    }
    car
}

impl Rest {
    pub async fn get(&self, path: &str) -> Answer {
        self.owner.send(request("GET", path, &[], None)).await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        self.owner.send(request(method, path, headers, body.as_ref())).await
    }

    /// Adds a car and gives its path.
    pub async fn add(&self, fields: Value) -> String {
        let answer = self.ask("POST", VEHICLES, &[], Some(car(fields))).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
        answer.location().to_owned()
    }

    /// Somebody else of this dealership, signed in.
    pub async fn somebody(&self, preset: Preset) -> Browser {
        let email = format!("{preset}@northside.example");
        member(&self.site.platform, self.site.organisation, &email, preset).await;
        self.site.oidc.set(|settings| {
            settings.subject = format!("subject of {preset}");
            settings.email = email;
        });
        let browser = Browser::new(&self.router);
        self.site.sign_in(&browser, "/stock").await;
        browser
    }

    /// The owner of another dealership, signed in there.
    pub async fn elsewhere(&self) -> Browser {
        let organisation = super::dealership(&self.site.platform).await;
        let email = format!("{organisation}@elsewhere.example");
        member(&self.site.platform, organisation, &email, Preset::Owner).await;
        self.site.oidc.set(|settings| {
            settings.subject = format!("owner of {organisation}");
            settings.email = email;
        });
        let browser = Browser::new(&self.router);
        self.site.sign_in(&browser, "/stock").await;
        browser
    }

    /// A request with an access token of the owner that lends `scope`.
    pub async fn with_token(&self, scope: &str, mut request: Request<Body>) -> Answer {
        let token = self.site.oidc.access_token(|claims| claims["scope"] = json!(scope));
        request.headers_mut().remove("sec-fetch-site");
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse().unwrap());
        send(&self.router, request).await
    }
}

/// Asserts that an answer is problem details of that status, and gives the names of its fields.
pub fn problem(answer: &Answer, status: u16) -> Vec<String> {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let details = answer.json();
    assert_eq!(details["status"], json!(status));
    assert!(details["type"].as_str().unwrap().starts_with("urn:forecourt:problem:"), "{details}");
    assert!(!details["title"].as_str().unwrap().is_empty() && !details["detail"].as_str().unwrap().is_empty());
    details["fields"]
        .as_object()
        .map(|fields| fields.keys().cloned().collect())
        .unwrap_or_default()
}
