//! The identity provider as its clients and browsers see it: over TCP, with the `openidconnect` crate as the client.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use serde_json::Value;
use server::issuer;
use url::Url;

use crate::support::issuer::{Browser, EMAIL, PASSWORD, SECRET, answer, http, start, transaction};

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
async fn a_scope_is_granted_if_the_api_knows_it() {
    let issuer = start().await;
    let url = issuer.authorize_url(&[("scope", Some("openid vehicle:read world:rule"))]);
    let response = issuer.sign_in(&mut Browser::new(), &url, EMAIL, PASSWORD).await;
    let (_, tokens) = issuer.redeem(&answer(&response)["code"]).await;
    assert_eq!(tokens["scope"], "openid vehicle:read");
    assert!(
        claims(field(&tokens, "id_token")).get("email").is_none(),
        "the scope email was not asked for"
    );
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
