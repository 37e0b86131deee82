//! The identity provider as its clients and browsers see it: over TCP, with the `openidconnect` crate as the client.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::Router;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use reqwest::{Method, Response, header};
use serde_json::Value;
use server::issuer::{self, IssuerState, accounts::NewAccount};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use tokio::sync::OnceCell;
use url::Url;

use crate::support;

pub const EMAIL: &str = "ana@northside.example";
pub const PASSWORD: &str = "a long enough password";
pub const SECRET: &str = "test-client-secret";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A provider on its own port, with one account and Forecourt as its client.
pub struct TestIssuer {
    pub db: PgPool,
    pub state: IssuerState,
    pub issuer: String,
    pub origin: String,
    pub callback: String,
    pub subject: String,
}

pub async fn start() -> TestIssuer {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let platform = support::platform().await;
    share_keys(&platform.db).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut config = (*platform.config).clone();
    config.oidc.issuer = format!("{origin}/issuer").parse().unwrap();
    let mut connection = platform.db.acquire().await.unwrap();
    issuer::clients::ensure_first_party(&mut connection, &config).await.unwrap();
    let subject = issuer::accounts::create(
        &mut connection,
        NewAccount {
            email: EMAIL.into(),
            name: "Ana Ruiz".into(),
            password: PASSWORD.to_owned().into(),
            email_verified: true,
        },
    )
    .await
    .unwrap();
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
pub async fn share_keys(db: &PgPool) {
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

pub fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A browser: cookies, and what it sends along with a form.
pub struct Browser {
    client: reqwest::Client,
    pub cookies: BTreeMap<String, String>,
    /// Sec-Fetch-Site of its form posts.
    pub site: Option<&'static str>,
    pub origin: Option<String>,
    pub language: &'static str,
}

impl Browser {
    pub fn new() -> Self {
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

    pub async fn get(&mut self, url: &str) -> Response {
        self.send(Method::GET, url, None).await
    }

    pub async fn post(&mut self, url: &str, form: &[(&str, &str)]) -> Response {
        self.send(Method::POST, url, Some(form)).await
    }
}

impl TestIssuer {
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// An authorization request that is right, with some parameters changed (None: left out).
    pub fn authorize_url(&self, changes: &[(&str, Option<&str>)]) -> String {
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
    pub async fn sign_in(&self, browser: &mut Browser, url: &str, email: &str, password: &str) -> Response {
        let page = browser.get(url).await;
        assert_eq!(page.status(), 200);
        let html = page.text().await.unwrap();
        self.send_form(browser, &html, email, password).await
    }

    pub async fn send_form(&self, browser: &mut Browser, html: &str, email: &str, password: &str) -> Response {
        let transaction = transaction(html);
        browser
            .post(
                &self.at("/login"),
                &[("transaction", &transaction), ("email", email), ("password", password)],
            )
            .await
    }

    /// A code for Ana.
    pub async fn code(&self, browser: &mut Browser) -> String {
        let response = self.sign_in(browser, &self.authorize_url(&[]), EMAIL, PASSWORD).await;
        answer(&response)["code"].clone()
    }

    pub async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
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

    pub async fn redeem(&self, code: &str) -> (u16, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.callback),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub async fn refresh(&self, token: &str) -> (u16, Value) {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub async fn userinfo(&self, token: &str) -> u16 {
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
pub fn transaction(html: &str) -> String {
    let input = html.split("<input").find(|input| input.contains("name=\"transaction\"")).unwrap();
    input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The parameters that a redirect carries to the client.
pub fn answer(response: &Response) -> BTreeMap<String, String> {
    assert_eq!(response.status(), 303);
    let location = Url::parse(response.headers()[header::LOCATION].to_str().unwrap()).unwrap();
    location.query_pairs().into_owned().collect()
}

fn field<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_third_party_client_signs_somebody_in_refreshes_revokes_and_signs_out() {
    let issuer = start().await;
    let send = |request: openidconnect::HttpRequest| async move {
        let response = http().execute(request.try_into().unwrap()).await?;
        let mut built = http::Response::builder().status(response.status());
        *built.headers_mut().unwrap() = response.headers().clone();
        Ok::<_, reqwest::Error>(built.body(response.bytes().await?.to_vec()).unwrap())
    };
    let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.issuer.clone()).unwrap(), &send)
        .await
        .unwrap();
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new("forecourt".into()), Some(ClientSecret::new(SECRET.into())))
        .set_redirect_uri(RedirectUrl::new(issuer.callback.clone()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".into()))
        .add_scope(Scope::new("email".into()))
        .set_pkce_challenge(challenge)
        .url();

    let mut browser = Browser::new();
    let response = issuer
        .sign_in(&mut browser, url.as_str(), " ANA@northside.example ", PASSWORD)
        .await;
    let answer = answer(&response);
    assert_eq!(answer["state"], *state.secret());
    assert_eq!(answer["iss"], issuer.issuer);

    let tokens = client
        .exchange_code(AuthorizationCode::new(answer["code"].clone()))
        .unwrap()
        .set_pkce_verifier(verifier)
        .request_async(&send)
        .await
        .unwrap();
    let id_token = tokens.id_token().unwrap();
    let verifier = client.id_token_verifier();
    let id = id_token.claims(&verifier, &nonce).unwrap();
    assert_eq!(id.subject().as_str(), issuer.subject);
    assert_eq!(id.email().unwrap().as_str(), EMAIL);
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().unwrap(),
        id_token.signing_key(&verifier).unwrap(),
    );
    assert_eq!(id.access_token_hash(), Some(&hash.unwrap()));
    let about: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(id.subject().clone()))
        .unwrap()
        .request_async(&send)
        .await
        .unwrap();
    assert_eq!(about.email_verified(), Some(true));
    assert_eq!(about.name().unwrap().get(None).unwrap().as_str(), "Ana Ruiz");

    let renewed = client
        .exchange_refresh_token(tokens.refresh_token().unwrap())
        .unwrap()
        .request_async(&send)
        .await
        .unwrap();
    let again = renewed.id_token().unwrap().claims(&verifier, |_: Option<&Nonce>| Ok(())).unwrap();
    assert_eq!((again.subject(), again.auth_time()), (id.subject(), id.auth_time()));
    assert!(again.nonce().is_none());
    assert_ne!(renewed.refresh_token().unwrap().secret(), tokens.refresh_token().unwrap().secret());

    let revoked = http()
        .post(issuer.at("/revoke"))
        .form(&[
            ("token", renewed.refresh_token().unwrap().secret().as_str()),
            ("client_id", "forecourt"),
            ("client_secret", SECRET),
        ])
        .send();
    assert_eq!(revoked.await.unwrap().status(), 200);
    assert_eq!(issuer.userinfo(renewed.access_token().secret()).await, 401);
    assert_eq!(issuer.refresh(renewed.refresh_token().unwrap().secret()).await.0, 400);

    let logout = Url::parse_with_params(
        &issuer.at("/logout"),
        [
            ("id_token_hint", id_token.to_string().as_str()),
            ("post_logout_redirect_uri", "http://localhost:3000/"),
            ("state", "bye"),
        ],
    );
    let response = browser.get(logout.unwrap().as_str()).await;
    assert_eq!(response.headers()["location"], "http://localhost:3000/?state=bye");
    assert!(!browser.cookies.contains_key("forecourt-issuer"));
    assert_eq!(
        browser.get(&issuer.authorize_url(&[])).await.status(),
        200,
        "the page asks for the password again"
    );
}

#[tokio::test]
async fn the_metadata_names_endpoints_that_are_there_and_keys_that_are_public() {
    let issuer = start().await;
    let metadata: Value = http()
        .get(issuer.at("/.well-known/openid-configuration"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(metadata["issuer"], issuer.issuer);
    for endpoint in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "revocation_endpoint",
        "end_session_endpoint",
    ] {
        let status = http().get(metadata[endpoint].as_str().unwrap()).send().await.unwrap().status();
        assert_ne!(status, 404, "{endpoint}");
    }
    let keys: Value = http().get(issuer.at("/jwks")).send().await.unwrap().json().await.unwrap();
    let keys = keys["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!(key["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(key.get(private).is_none(), "{private} is published");
        }
    }
}

#[tokio::test]
async fn an_access_token_says_what_rfc_9068_asks_for() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let (status, tokens) = issuer.redeem(&code).await;
    assert_eq!(
        (status, tokens["token_type"].as_str(), tokens["expires_in"].as_i64()),
        (200, Some("Bearer"), Some(300))
    );
    let token = field(&tokens, "access_token");
    let head: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!((head["typ"].as_str(), head["alg"].as_str()), (Some("at+jwt"), Some("RS256")));
    let access = claims(token);
    assert_eq!(
        (access["iss"].as_str(), access["sub"].as_str()),
        (Some(issuer.issuer.as_str()), Some(issuer.subject.as_str()))
    );
    assert_eq!(
        (access["aud"].as_str(), access["client_id"].as_str()),
        (Some("forecourt"), Some("forecourt"))
    );
    assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 300);
    assert_eq!(access["scope"], "openid profile email");
    assert!(access["jti"].is_string());
    let id = claims(field(&tokens, "id_token"));
    assert_eq!((id["nonce"].as_str(), id["aud"].as_str()), (Some("nonce-1"), Some("forecourt")));
    assert!(id["sid"].is_string() && id["auth_time"].is_i64());
    // An ID token is no access token.
    assert_eq!(issuer.userinfo(field(&tokens, "id_token")).await, 401);
    assert_eq!(issuer.userinfo(token).await, 200);
}

#[tokio::test]
async fn a_client_registered_with_eddsa_gets_eddsa() {
    let issuer = start().await;
    sqlx::query("UPDATE issuer.client SET signing_algorithm = 'EdDSA'")
        .execute(&issuer.db)
        .await
        .unwrap();
    let code = issuer.code(&mut Browser::new()).await;
    let (_, tokens) = issuer.redeem(&code).await;
    let head = URL_SAFE_NO_PAD
        .decode(field(&tokens, "id_token").split('.').next().unwrap())
        .unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&head).unwrap()["alg"], "EdDSA");
    assert_eq!(issuer.userinfo(field(&tokens, "access_token")).await, 200);
}

#[tokio::test]
async fn prompt_and_max_age_decide_whether_the_password_is_asked_for() {
    let issuer = start().await;
    let mut browser = Browser::new();
    let response = browser.get(&issuer.authorize_url(&[("prompt", Some("none"))])).await;
    assert_eq!(answer(&response)["error"], "login_required");
    assert_eq!(answer(&response)["iss"], issuer.issuer);

    let response = issuer.sign_in(&mut browser, &issuer.authorize_url(&[]), EMAIL, PASSWORD).await;
    let (_, first) = issuer.redeem(&answer(&response)["code"]).await;
    let cookie = browser.cookies["forecourt-issuer"].clone();
    for changes in [vec![], vec![("prompt", Some("none"))], vec![("max_age", Some("600"))]] {
        assert!(
            answer(&browser.get(&issuer.authorize_url(&changes)).await).contains_key("code"),
            "{changes:?}"
        );
    }
    sqlx::query("UPDATE issuer.browser_session SET auth_time = auth_time - interval '20 minutes'")
        .execute(&issuer.db)
        .await
        .unwrap();
    for changes in [
        ("prompt", Some("login")),
        ("prompt", Some("select_account")),
        ("max_age", Some("600")),
    ] {
        assert_eq!(browser.get(&issuer.authorize_url(&[changes])).await.status(), 200, "{changes:?}");
    }
    let response = browser
        .get(&issuer.authorize_url(&[("prompt", Some("none")), ("max_age", Some("600"))]))
        .await;
    assert_eq!(answer(&response)["error"], "login_required");

    // Asked again, the same person keeps `sid` but gets a new cookie and a new auth_time.
    let response = issuer
        .sign_in(&mut browser, &issuer.authorize_url(&[("prompt", Some("login"))]), EMAIL, PASSWORD)
        .await;
    let (_, second) = issuer.redeem(&answer(&response)["code"]).await;
    assert_eq!(claims(field(&first, "id_token"))["sid"], claims(field(&second, "id_token"))["sid"]);
    assert_ne!(browser.cookies["forecourt-issuer"], cookie);
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_and_keeps_what_was_typed() {
    let issuer = start().await;
    let mut browser = Browser::new();
    browser.language = "es-CO,es;q=0.9";
    let page = browser.get(&issuer.authorize_url(&[("login_hint", Some(EMAIL))])).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("form-action 'self' http://localhost:3000;"),
        "{policy}"
    );
    assert_eq!(page.headers()["cache-control"], "no-store");
    let html = page.text().await.unwrap();
    assert!(html.contains("<html lang=\"es\"") && html.contains("Iniciar sesión") && html.contains(EMAIL) && !html.contains("<script"));

    let wrong = issuer
        .send_form(&mut browser, &html, "otra@northside.example", "wrong password")
        .await;
    assert_eq!(wrong.status(), 422);
    let html = wrong.text().await.unwrap();
    assert!(html.contains("role=\"alert\"") && html.contains("otra@northside.example") && !html.contains("wrong password"));

    // A language button sends the form: the address stays, nothing is tried.
    let before = issuer.state.passwords.verifications();
    let form = [
        ("transaction", transaction(&html)),
        ("email", "half@".into()),
        ("password", "x".into()),
        ("language", "en".into()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = browser.post(&issuer.at("/login"), &form).await;
    let html = page.text().await.unwrap();
    assert!(html.contains("<html lang=\"en\"") && html.contains("half@"));
    assert_eq!(issuer.state.passwords.verifications(), before);
    assert_eq!(issuer.send_form(&mut browser, &html, EMAIL, PASSWORD).await.status(), 303);
}

#[tokio::test]
async fn the_sweep_removes_what_ran_out_and_nothing_else() {
    let issuer = start().await;
    let mut browser = Browser::new();
    let code = issuer.code(&mut browser).await;
    let (_, tokens) = issuer.redeem(&code).await;
    issuer.code(&mut Browser::new()).await;
    assert_eq!(issuer::sweep(&issuer.db).await.unwrap(), 0);
    sqlx::query("UPDATE issuer.token_grant SET expires_at = expires_at - interval '2 days'")
        .execute(&issuer.db)
        .await
        .unwrap();
    sqlx::query("UPDATE issuer.browser_session SET expires_at = now() - interval '1 s'")
        .execute(&issuer.db)
        .await
        .unwrap();
    // Two sessions; the grant that was never redeemed, with its code.
    assert_eq!(issuer::sweep(&issuer.db).await.unwrap(), 4);
    assert_eq!(issuer.refresh(field(&tokens, "refresh_token")).await.0, 200);
}
