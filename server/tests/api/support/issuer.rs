//! A provider on its own port, and a browser for it: what the tests of the issuer stand on.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::Router;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, Response, header};
use serde_json::Value;
use server::issuer::{self, IssuerState, accounts::NewAccount};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::sync::OnceCell;
use url::Url;

use crate::support;

pub(crate) const EMAIL: &str = "ana@northside.example";
pub(crate) const PASSWORD: &str = "a long enough password";
pub(crate) const SECRET: &str = "test-client-secret";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A provider on its own port, with one account and Forecourt as its client.
pub(crate) struct TestIssuer {
    pub(crate) db: PgPool,
    pub(crate) state: IssuerState,
    pub(crate) issuer: String,
    pub(crate) origin: String,
    pub(crate) callback: String,
    pub(crate) subject: String,
}

pub(crate) async fn start() -> TestIssuer {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let platform = support::platform().await;
    share_keys(&platform.db).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut config = (*platform.config).clone();
    config.oidc.issuer = format!("{origin}/issuer").parse().unwrap();
    let mut connection = platform.db.acquire().await.unwrap();
    issuer::clients::ensure_first_party(&mut connection, &config).await.unwrap();
    let subject = account(&platform.db).await;
    let state = IssuerState::new(platform.db.clone(), &config, &platform.keys);
    let router = Router::new().nest("/issuer", issuer::router(state.clone()));
    tokio::spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .await
            .unwrap();
    });
    TestIssuer {
        db: platform.db,
        state,
        issuer: config.oidc.issuer.to_string(),
        callback: "http://localhost:3000/auth/callback".into(),
        origin,
        subject,
    }
}

/// Making an RSA key takes seconds without optimisation, so one process makes it once for all its databases.
pub(crate) async fn share_keys(db: &PgPool) {
    type Row = (String, String, Vec<u8>);
    static KEYS: OnceCell<Vec<Row>> = OnceCell::const_new();
    let keys = KEYS
        .get_or_init(|| async {
            let platform = support::platform().await;
            let state = IssuerState::new(platform.db.clone(), &platform.config, &platform.keys);
            let response = tower::ServiceExt::oneshot(
                issuer::router(state),
                http::Request::get("/jwks").body(axum::body::Body::empty()).unwrap(),
            );
            assert_eq!(response.await.unwrap().status(), 200);
            sqlx::query_as("SELECT kid, algorithm, sealed FROM issuer.signing_key")
                .fetch_all(&platform.db)
                .await
                .unwrap()
        })
        .await;
    for (kid, algorithm, sealed) in keys {
        sqlx::query("INSERT INTO issuer.signing_key (kid, algorithm, sealed) VALUES ($1, $2, $3)")
            .bind(kid)
            .bind(algorithm)
            .bind(sealed)
            .execute(db)
            .await
            .unwrap();
    }
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A browser: cookies, and what it sends along with a form.
pub(crate) struct Browser {
    client: reqwest::Client,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sec-Fetch-Site of its form posts.
    pub(crate) site: Option<&'static str>,
    pub(crate) origin: Option<String>,
    pub(crate) language: &'static str,
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self {
            client: http(),
            cookies: BTreeMap::new(),
            site: Some("same-origin"),
            origin: None,
            language: "en",
        }
    }

    async fn send(&mut self, method: Method, url: &str, form: Option<&[(&str, &str)]>) -> Response {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self
            .client
            .request(method, url)
            .header("accept-language", self.language)
            .header("cookie", cookies.join("; "));
        if let Some(form) = form {
            request = request.form(form);
            if let Some(site) = self.site {
                request = request.header("sec-fetch-site", site);
            }
            if let Some(origin) = &self.origin {
                request = request.header("origin", origin);
            }
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(
                cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
                "{cookie}"
            );
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        response
    }

    /// [`EMAIL`] at a Forecourt with its own issuer, back from the sign-in.
    pub(crate) async fn signed_in(origin: &str) -> Self {
        let mut browser = Self::new();
        browser.origin = Some(origin.to_owned());
        let at = |path: &str| format!("{origin}{path}");
        let login = browser.get(&at("/auth/login?return_to=/stock")).await;
        let form = browser.get(&location(&login, origin)).await;
        let transaction = transaction(&form.text().await.unwrap());
        let fields = [("transaction", transaction.as_str()), ("email", EMAIL), ("password", PASSWORD)];
        let agreed = browser.post(&at("/issuer/login"), &fields).await;
        let back = browser.get(&location(&agreed, origin)).await;
        assert_eq!(location(&back, origin), at("/stock"));
        browser
    }

    pub(crate) async fn get(&mut self, url: &str) -> Response {
        self.send(Method::GET, url, None).await
    }

    pub(crate) async fn post(&mut self, url: &str, form: &[(&str, &str)]) -> Response {
        self.send(Method::POST, url, Some(form)).await
    }
}

/// Where an answer leads.
pub(crate) fn location(response: &Response, origin: &str) -> String {
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    if location.starts_with('/') {
        format!("{origin}{location}")
    } else {
        location.to_owned()
    }
}

/// An account at the issuer: [`EMAIL`] with [`PASSWORD`].
pub(crate) async fn account(db: &PgPool) -> String {
    let account = NewAccount {
        email: EMAIL.into(),
        name: "Ana Ruiz".into(),
        password: PASSWORD.to_owned().into(),
        email_verified: true,
    };
    issuer::accounts::create(&mut db.acquire().await.unwrap(), account).await.unwrap()
}

impl TestIssuer {
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// An authorization request that is right, with some parameters changed (None: left out).
    pub(crate) fn authorize_url(&self, changes: &[(&str, Option<&str>)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let mut params = BTreeMap::from([
            ("client_id", "forecourt"),
            ("redirect_uri", &self.callback),
            ("response_type", "code"),
            ("scope", "openid profile email"),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        for (name, value) in changes {
            match value {
                Some(value) => params.insert(name, value),
                None => params.remove(name),
            };
        }
        Url::parse_with_params(&self.at("/authorize"), params).unwrap().into()
    }

    /// Opens the page and sends the form.
    pub(crate) async fn sign_in(&self, browser: &mut Browser, url: &str, email: &str, password: &str) -> Response {
        let page = browser.get(url).await;
        assert_eq!(page.status(), 200);
        let html = page.text().await.unwrap();
        self.send_form(browser, &html, email, password).await
    }

    pub(crate) async fn send_form(&self, browser: &mut Browser, html: &str, email: &str, password: &str) -> Response {
        let transaction = transaction(html);
        browser
            .post(
                &self.at("/login"),
                &[("transaction", &transaction), ("email", email), ("password", password)],
            )
            .await
    }

    /// A code for Ana.
    pub(crate) async fn code(&self, browser: &mut Browser) -> String {
        let response = self.sign_in(browser, &self.authorize_url(&[]), EMAIL, PASSWORD).await;
        answer(&response)["code"].clone()
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let response = http()
            .post(self.at("/token"))
            .basic_auth("forecourt", Some(SECRET))
            .form(form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn redeem(&self, code: &str) -> (u16, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.callback),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> (u16, Value) {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// A refresh that is marked as the same attempt as others with that key.
    pub(crate) async fn refresh_as(&self, secret: &str, token: &str, idempotency_key: &str) -> (u16, Value) {
        let response = http()
            .post(self.at("/token"))
            .basic_auth("forecourt", Some(secret))
            .header("idempotency-key", idempotency_key)
            .form(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn userinfo(&self, token: &str) -> u16 {
        http()
            .get(self.at("/userinfo"))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    }
}

/// The hidden field of the sign-in page.
pub(crate) fn transaction(html: &str) -> String {
    let input = html.split("<input").find(|input| input.contains("name=\"transaction\"")).unwrap();
    input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The parameters that a redirect carries to the client.
pub(crate) fn answer(response: &Response) -> BTreeMap<String, String> {
    assert_eq!(response.status(), 303);
    let location = Url::parse(response.headers()[header::LOCATION].to_str().unwrap()).unwrap();
    location.query_pairs().into_owned().collect()
}
