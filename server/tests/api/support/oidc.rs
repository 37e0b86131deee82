//! A small OpenID provider for tests: real signatures, PKCE and client authentication checked, refresh tokens that serve once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{method, path},
};

const RSA: &str = include_str!("oidc_rsa.pem");
const ED: &str = include_str!("oidc_ed.pem");
const RSA_N: &str = "3uKBfc_w03enXNs8563RgRXNszegzw_aMg99j6mJzF_iH-7RdyO2mG6mEjdIs3wZ0Xsv3Iz6jo98lKVP_8X1VVUV6IQqekO8z0oahoF1sF2sOFkWt_Gx8PSCe4LT2uusVa544cPXCTLqyWEMjdOUEKgfJ8RR5s9jtwr5zwYXZngPgZVpt8J9FEAGm6ddiriOPqiPbR2Wpj6CiFy8zvGi55csOk2yF-9kYImuDzROMjM3C6K-zZt_5RTw9LaoVnmBr9HaAX1zvpyJxNOyG6D7KbTeVUUKMtwomjsvigmbltIAb97lekQvVDmTaMGswZ_B67zf6wpGfUff17MKzNeipw";
const ED_X: &str = "SCXKoDFLlzGmkivAyCL5qE_mLqzp4d6fxHoYExPXGLk";

/// What the provider does; a test changes it as it goes.
pub struct Settings {
    pub subject: String,
    pub email: String,
    /// Lifetime of access tokens, seconds.
    pub lifetime: u64,
    /// How long the token endpoint takes.
    pub delay: Duration,
    /// Answers 503 to everything but metadata.
    pub broken: bool,
    /// Answers 503 to everything.
    pub away: bool,
    /// Takes no refresh token.
    pub refuses_refresh: bool,
    /// Puts another nonce into ID tokens.
    pub forges_nonce: bool,
    /// Puts this into ID tokens as `at_hash`.
    pub at_hash: Option<&'static str>,
    /// Another origin for the pages that browsers are sent to.
    pub pages: Option<&'static str>,
    /// The key that signs: `rsa` or `ed`, and whether both are published.
    pub key: &'static str,
    pub publishes_ed: bool,
}

#[derive(Default)]
struct Memory {
    codes: HashMap<String, (String, String)>,
    refresh: Vec<String>,
    /// Answers by Idempotency-Key.
    answered: HashMap<String, Value>,
    keys_fetched: usize,
    refreshes: usize,
    revoked: Vec<String>,
    made: usize,
}

#[derive(Clone)]
pub struct Oidc {
    pub issuer: String,
    pub settings: Arc<Mutex<Settings>>,
    memory: Arc<Mutex<Memory>>,
    _server: Arc<MockServer>,
}

#[derive(Clone)]
struct Endpoint {
    name: &'static str,
    issuer: String,
    settings: Arc<Mutex<Settings>>,
    memory: Arc<Mutex<Memory>>,
}

pub fn sign(key: &str, header_type: &str, claims: &Value) -> String {
    let (algorithm, pem) = if key == "ed" {
        (Algorithm::EdDSA, EncodingKey::from_ed_pem(ED.as_bytes()))
    } else {
        (Algorithm::RS256, EncodingKey::from_rsa_pem(RSA.as_bytes()))
    };
    let mut header = Header::new(algorithm);
    header.kid = Some(key.into());
    header.typ = Some(header_type.into());
    encode(&header, claims, &pem.unwrap()).unwrap()
}

pub fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

impl Oidc {
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        let oidc = Self {
            issuer: server.uri(),
            settings: Arc::new(Mutex::new(Settings {
                subject: "subject-1".into(),
                email: "olga@northside.example".into(),
                lifetime: 300,
                delay: Duration::ZERO,
                broken: false,
                away: false,
                refuses_refresh: false,
                forges_nonce: false,
                at_hash: None,
                pages: None,
                key: "rsa",
                publishes_ed: false,
            })),
            memory: Arc::default(),
            _server: Arc::new(server),
        };
        for (verb, place, name) in [
            ("GET", "/.well-known/openid-configuration", "metadata"),
            ("GET", "/jwks", "jwks"),
            ("POST", "/token", "token"),
            ("POST", "/revoke", "revoke"),
        ] {
            let endpoint = Endpoint {
                name,
                issuer: oidc.issuer.clone(),
                settings: Arc::clone(&oidc.settings),
                memory: Arc::clone(&oidc.memory),
            };
            Mock::given(method(verb))
                .and(path(place))
                .respond_with(endpoint)
                .mount(&oidc._server)
                .await;
        }
        oidc
    }

    pub fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings.lock().unwrap());
    }

    /// The person agrees: where the provider sends the browser back to.
    pub fn approve(&self, authorize: &str) -> String {
        let url = Url::parse(authorize).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert!(query["scope"].contains("openid"));
        let mut memory = self.memory.lock().unwrap();
        memory.made += 1;
        let code = format!("code-{}", memory.made);
        memory
            .codes
            .insert(code.clone(), (query["nonce"].clone(), query["code_challenge"].clone()));
        let state: String = url::form_urlencoded::byte_serialize(query["state"].as_bytes()).collect();
        format!("/auth/callback?code={code}&state={state}&iss={}", self.issuer)
    }

    pub fn refreshes(&self) -> usize {
        self.memory.lock().unwrap().refreshes
    }

    /// How often the keys were fetched.
    pub fn keys_fetched(&self) -> usize {
        self.memory.lock().unwrap().keys_fetched
    }

    pub fn revoked(&self) -> Vec<String> {
        self.memory.lock().unwrap().revoked.clone()
    }

    /// An access token for programs.
    pub fn access_token(&self, change: impl FnOnce(&mut Value)) -> String {
        let settings = self.settings.lock().unwrap();
        let mut claims = json!({
            "iss": self.issuer, "sub": settings.subject, "aud": "forecourt", "exp": now() + 300, "iat": now(),
            "scope": "forecourt", "client_id": "partner",
        });
        change(&mut claims);
        sign(settings.key, "at+jwt", &claims)
    }
}

impl Respond for Endpoint {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let settings = self.settings.lock().unwrap();
        let mut memory = self.memory.lock().unwrap();
        match self.name {
            _ if settings.away => ResponseTemplate::new(503),
            "metadata" => ResponseTemplate::new(200).set_body_json(json!({
                "issuer": self.issuer,
                "authorization_endpoint": format!("{}/authorize", settings.pages.unwrap_or(&self.issuer)),
                "token_endpoint": format!("{}/token", self.issuer),
                "jwks_uri": format!("{}/jwks", self.issuer),
                "revocation_endpoint": format!("{}/revoke", self.issuer),
                "end_session_endpoint": format!("{}/logout", settings.pages.unwrap_or(&self.issuer)),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "EdDSA"],
                "authorization_response_iss_parameter_supported": true,
            })),
            "jwks" => {
                memory.keys_fetched += 1;
                let mut keys = vec![json!({ "kty": "RSA", "kid": "rsa", "alg": "RS256", "use": "sig", "n": RSA_N, "e": "AQAB" })];
                if settings.publishes_ed {
                    keys.push(json!({ "kty": "OKP", "crv": "Ed25519", "kid": "ed", "alg": "EdDSA", "use": "sig", "x": ED_X }));
                }
                ResponseTemplate::new(200).set_body_json(json!({ "keys": keys }))
            }
            _ if settings.broken => ResponseTemplate::new(503),
            _ if !authenticated(request) => ResponseTemplate::new(401).set_body_json(json!({ "error": "invalid_client" })),
            "revoke" => {
                memory.revoked.push(form(request)["token"].clone());
                ResponseTemplate::new(200)
            }
            _ => {
                let key = request.headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
                let answer = token(&self.issuer, &settings, &mut memory, &form(request), key);
                let answer = match answer {
                    Some(answer) => ResponseTemplate::new(200).set_body_json(answer),
                    None => ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_grant" })),
                };
                answer.set_delay(settings.delay)
            }
        }
    }
}

fn form(request: &Request) -> HashMap<String, String> {
    url::form_urlencoded::parse(&request.body).into_owned().collect()
}

fn authenticated(request: &Request) -> bool {
    let expected = format!("Basic {}", STANDARD.encode("forecourt:test-client-secret"));
    request.headers.get("authorization").is_some_and(|value| value == expected.as_str())
}

fn token(
    issuer: &str,
    settings: &Settings,
    memory: &mut Memory,
    form: &HashMap<String, String>,
    idempotency_key: Option<String>,
) -> Option<Value> {
    let nonce = match form["grant_type"].as_str() {
        "authorization_code" => {
            let (nonce, challenge) = memory.codes.remove(&form["code"])?;
            if URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes())) != challenge {
                return None;
            }
            Some(if settings.forges_nonce { "another".into() } else { nonce })
        }
        _ => {
            memory.refreshes += 1;
            if let Some(answer) = idempotency_key.as_ref().and_then(|key| memory.answered.get(key)) {
                return Some(answer.clone());
            }
            // A refresh token serves once: whoever refreshes twice with the same one is found out.
            let known = memory.refresh.iter().position(|token| *token == form["refresh_token"]);
            memory.refresh.remove(known.filter(|_| !settings.refuses_refresh)?);
            None
        }
    };
    memory.made += 1;
    let refresh = format!("refresh-{}", memory.made);
    memory.refresh.push(refresh.clone());
    let mut id_token = json!({
        "iss": issuer, "sub": settings.subject, "aud": "forecourt", "exp": now() + 300, "iat": now(), "nonce": nonce,
        "email": settings.email, "email_verified": true, "name": "Olga Owner", "sid": format!("sid-{}", settings.subject),
    });
    if let Some(at_hash) = settings.at_hash {
        id_token["at_hash"] = json!(at_hash);
    }
    let answer = json!({
        "access_token": format!("access-{}", memory.made),
        "token_type": "Bearer",
        "expires_in": settings.lifetime,
        "refresh_token": refresh,
        "id_token": sign(settings.key, "JWT", &id_token),
    });
    if let Some(key) = idempotency_key {
        memory.answered.insert(key, answer.clone());
    }
    Some(answer)
}
