//! What an attacker tries at the identity provider, and what it answers.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use crate::issuer::{Browser, EMAIL, PASSWORD, SECRET, TestIssuer, VERIFIER, answer, http, start, transaction};

fn refused(answer: &(u16, Value)) -> bool {
    answer.0 == 400 && answer.1["error"] == "invalid_grant"
}

async fn redeem_with(issuer: &TestIssuer, code: &str, redirect_uri: &str, verifier: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
    ];
    issuer.token(&form).await
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_the_tokens_made_from_it() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let (status, tokens) = issuer.redeem(&code).await;
    assert_eq!(status, 200);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(issuer.userinfo(access).await, 200);
    assert!(refused(&issuer.redeem(&code).await));
    assert_eq!(issuer.userinfo(access).await, 401);
    assert!(refused(&issuer.refresh(tokens["refresh_token"].as_str().unwrap()).await));
    let why: String = sqlx::query_scalar("SELECT ended_because FROM issuer.token_grant")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    assert_eq!(why, "code_replay");
}

#[tokio::test]
async fn one_code_used_by_twenty_at_once_gives_tokens_at_most_once() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let answers = futures::future::join_all((0..20).map(|_| issuer.redeem(&code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.0 == 200).count(), 1);
}

#[tokio::test]
async fn a_code_needs_its_verifier_and_its_redirect_uri_at_the_first_attempt() {
    let issuer = start().await;
    let wrong_verifier = "x".repeat(43);
    let with_slash = format!("{}/", issuer.callback);
    for (redirect_uri, verifier) in [(issuer.callback.as_str(), wrong_verifier.as_str()), (with_slash.as_str(), VERIFIER)] {
        let code = issuer.code(&mut Browser::new()).await;
        assert!(refused(&redeem_with(&issuer, &code, redirect_uri, verifier).await));
        assert!(refused(&issuer.redeem(&code).await), "the attempt used it up");
    }
    let code = issuer.code(&mut Browser::new()).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &issuer.callback),
    ];
    assert_eq!(issuer.token(&form).await.1["error"], "invalid_request", "no verifier");
}

#[tokio::test]
async fn a_code_older_than_a_minute_is_refused() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let life: f64 = sqlx::query_scalar("SELECT extract(epoch FROM expires_at - now())::float8 FROM issuer.authorization_code")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    assert!(life <= 60.0, "{life}");
    sqlx::query("UPDATE issuer.authorization_code SET expires_at = now() - interval '1 s'")
        .execute(&issuer.db)
        .await
        .unwrap();
    assert!(refused(&issuer.redeem(&code).await));
}

#[tokio::test]
async fn pkce_is_required_and_plain_is_refused() {
    let issuer = start().await;
    let changes: [&[(&str, Option<&str>)]; 4] = [
        &[("code_challenge", None)],
        &[("code_challenge_method", Some("plain")), ("code_challenge", Some(VERIFIER))],
        &[("code_challenge_method", None)],
        &[("code_challenge", Some("short"))],
    ];
    for changes in changes {
        let response = http().get(issuer.authorize_url(changes)).send().await.unwrap();
        let answer = answer(&response);
        assert_eq!(
            (answer["error"].as_str(), answer["state"].as_str(), &answer["iss"]),
            ("invalid_request", "state-1", &issuer.issuer)
        );
    }
}

#[tokio::test]
async fn a_redirect_uri_is_compared_character_by_character_and_never_followed_when_wrong() {
    let issuer = start().await;
    for wrong in [
        "http://localhost:3000/auth/callback/",
        "http://localhost:3000/auth/callback?x=1",
        "http://localhost:3000/auth/callback#x",
        "http://localhost:3000/auth/../auth/callback",
        "http://LOCALHOST:3000/auth/callback",
        "http://localhost:3000/auth/callback.attacker.example",
        "https://attacker.example/",
        "",
    ] {
        let response = http()
            .get(issuer.authorize_url(&[("redirect_uri", Some(wrong))]))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 400, "{wrong}");
        assert!(response.headers().get("location").is_none(), "{wrong}");
    }
    let response = http()
        .get(issuer.authorize_url(&[("client_id", Some("stranger\0"))]))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status(), response.headers().get("location")),
        (StatusCode::BAD_REQUEST, None)
    );
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fattacker.example", issuer.authorize_url(&[]));
    assert_eq!(http().get(twice).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn bad_requests_of_a_good_client_go_back_to_it() {
    let issuer = start().await;
    for (change, error) in [
        (("response_type", Some("token")), "unsupported_response_type"),
        (("response_type", None), "invalid_request"),
        (("response_mode", Some("fragment")), "invalid_request"),
        (("scope", Some("profile")), "invalid_scope"),
        (("prompt", Some("none login")), "invalid_request"),
        (("prompt", Some("consent")), "invalid_request"),
        (("max_age", Some("-1")), "invalid_request"),
        (("nonce", Some("a\0b")), "invalid_request"),
        (("request", Some("e30.e30.")), "request_not_supported"),
        (("request_uri", Some("https://attacker.example/")), "request_uri_not_supported"),
        (("id_token_hint", Some("e30.e30.e30")), "invalid_request"),
    ] {
        let response = http().get(issuer.authorize_url(&[change])).send().await.unwrap();
        assert_eq!(answer(&response)["error"], error, "{change:?}");
    }
}

#[tokio::test]
async fn a_replayed_refresh_token_ends_its_family() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let first = issuer.redeem(&code).await.1;
    let stolen = first["refresh_token"].as_str().unwrap();
    let (status, second) = issuer.refresh(stolen).await;
    assert_eq!(status, 200);
    assert!(refused(&issuer.refresh(stolen).await));
    assert!(
        refused(&issuer.refresh(second["refresh_token"].as_str().unwrap()).await),
        "the family is dead"
    );
    assert_eq!(issuer.userinfo(second["access_token"].as_str().unwrap()).await, 401);
}

#[tokio::test]
async fn of_twenty_uses_of_one_refresh_token_at_once_one_wins_and_the_family_is_dead_afterwards() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let first = issuer.redeem(&code).await.1;
    let token = first["refresh_token"].as_str().unwrap();
    let answers = futures::future::join_all((0..20).map(|_| issuer.refresh(token))).await;
    let won: Vec<&(u16, Value)> = answers.iter().filter(|answer| answer.0 == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(answers.iter().filter(|answer| refused(answer)).count(), 19);
    assert!(refused(&issuer.refresh(won[0].1["refresh_token"].as_str().unwrap()).await));
}

#[tokio::test]
async fn a_refresh_never_widens_and_never_serves_a_disabled_account() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let tokens = issuer.redeem(&code).await.1;
    let token = tokens["refresh_token"].as_str().unwrap();
    let wider = issuer
        .token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid admin")])
        .await;
    assert_eq!(wider.1["error"], "invalid_scope");
    let narrow = issuer
        .token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid")])
        .await;
    assert_eq!((narrow.0, narrow.1["scope"].as_str()), (200, Some("openid")));
    sqlx::query("UPDATE issuer.account SET enabled = false")
        .execute(&issuer.db)
        .await
        .unwrap();
    assert!(refused(&issuer.refresh(narrow.1["refresh_token"].as_str().unwrap()).await));
    assert_eq!(issuer.userinfo(narrow.1["access_token"].as_str().unwrap()).await, 401);
}

#[tokio::test]
async fn a_client_without_its_secret_gets_nothing() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &issuer.callback),
        ("code_verifier", VERIFIER),
    ];
    let wrong = http()
        .post(issuer.at("/token"))
        .basic_auth("forecourt", Some("guess"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (wrong.status(), wrong.headers().contains_key("www-authenticate")),
        (StatusCode::UNAUTHORIZED, true)
    );
    assert_eq!(wrong.json::<Value>().await.unwrap()["error"], "invalid_client");
    assert_eq!(http().post(issuer.at("/token")).form(&form).send().await.unwrap().status(), 401);
    let unknown = http()
        .post(issuer.at("/token"))
        .basic_auth("nobody", Some(SECRET))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 401);
    let json = http()
        .post(issuer.at("/token"))
        .basic_auth("forecourt", Some(SECRET))
        .json(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(json.status(), 400);
    let large = "x".repeat(17 * 1024);
    let large = http()
        .post(issuer.at("/token"))
        .form(&[("code", large.as_str())])
        .send()
        .await
        .unwrap();
    assert_eq!(large.status(), 413);
    assert_eq!(issuer.redeem(&code).await.0, 200, "the code is still good for its client");
}

#[tokio::test]
async fn a_client_cannot_use_or_revoke_what_belongs_to_another() {
    let issuer = start().await;
    let code = issuer.code(&mut Browser::new()).await;
    // A second client with a secret of its own: the same registration under another id and hash.
    let mut config = crate::support::config();
    config.oidc.client_id = "other".into();
    let mut connection = issuer.db.acquire().await.unwrap();
    server::issuer::clients::ensure_first_party(&mut connection, &config).await.unwrap();
    let as_other =
        |path: &str, form: Vec<(&'static str, String)>| http().post(issuer.at(path)).basic_auth("other", Some(SECRET)).form(&form).send();
    let form = vec![
        ("grant_type", "authorization_code".into()),
        ("code", code.clone()),
        ("redirect_uri", issuer.callback.clone()),
        ("code_verifier", VERIFIER.into()),
    ];
    assert_eq!(as_other("/token", form).await.unwrap().status(), 400);
    let tokens = issuer.redeem(&code).await.1;
    let token = tokens["refresh_token"].as_str().unwrap();
    let form = vec![("grant_type", "refresh_token".into()), ("refresh_token", token.into())];
    assert_eq!(as_other("/token", form).await.unwrap().status(), 400);
    assert_eq!(as_other("/revoke", vec![("token", token.into())]).await.unwrap().status(), 400);
    assert_eq!(issuer.refresh(token).await.0, 200);
}

#[tokio::test]
async fn a_sign_in_form_from_another_site_or_another_browser_is_refused() {
    let issuer = start().await;
    let mut attacker = Browser::new();
    let html = attacker.get(&issuer.authorize_url(&[])).await.text().await.unwrap();
    for (site, origin) in [
        (Some("cross-site"), None),
        (Some("same-site"), Some(issuer.origin.clone())),
        (None, Some("https://attacker.example".to_owned())),
        (None, Some("null".to_owned())),
        (None, None),
    ] {
        (attacker.site, attacker.origin) = (site, origin);
        assert_eq!(
            issuer.send_form(&mut attacker, &html, EMAIL, PASSWORD).await.status(),
            403,
            "{site:?}"
        );
    }
    // The attacker's page in the victim's browser: the transaction does not belong to it.
    let mut victim = Browser::new();
    assert_eq!(issuer.send_form(&mut victim, &html, EMAIL, PASSWORD).await.status(), 400);
    victim.get(&issuer.authorize_url(&[])).await;
    assert_eq!(issuer.send_form(&mut victim, &html, EMAIL, PASSWORD).await.status(), 400);
    let changed = html.replace(&transaction(&html), &format!("A{}", transaction(&html)));
    (attacker.site, attacker.origin) = (None, Some(issuer.origin.clone()));
    assert_eq!(issuer.send_form(&mut attacker, &changed, EMAIL, PASSWORD).await.status(), 400);
    assert_eq!(
        issuer.send_form(&mut attacker, &html, EMAIL, PASSWORD).await.status(),
        303,
        "the right Origin is enough"
    );
}

#[tokio::test]
async fn guessing_locks_the_address_typed_whether_or_not_it_has_an_account() {
    let issuer = start().await;
    for email in [EMAIL, "nobody@northside.example"] {
        let mut browser = Browser::new();
        let html = browser.get(&issuer.authorize_url(&[])).await.text().await.unwrap();
        let mut pages = Vec::new();
        for attempt in 0..7 {
            // The last ones with the right password: locked is locked.
            let password = if attempt < 5 { "a wrong password" } else { PASSWORD };
            let response = issuer.send_form(&mut browser, &html, email, password).await;
            let locked = attempt >= 5;
            assert_eq!(response.status(), if locked { 429 } else { 422 }, "{email}, attempt {attempt}");
            if locked {
                let wait: u32 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
                assert!((25..=30).contains(&wait), "{wait}");
            }
            let page = response.text().await.unwrap();
            pages.push((
                page.len() - transaction(&page).len() - email.len(),
                page.contains("Too many attempts"),
            ));
        }
        assert!(pages[6].1, "the page tells the wait");
        assert_eq!(pages[0].0, pages[4].0);
    }
    // A new process finds the lock; once it has passed, the next failure costs twice as much, and a success forgets it all.
    let mut browser = Browser::new();
    let pass = "UPDATE issuer.attempt SET locked_until = now() - interval '1 s'";
    sqlx::query(pass).execute(&issuer.db).await.unwrap();
    let html = browser.get(&issuer.authorize_url(&[])).await.text().await.unwrap();
    assert_eq!(issuer.send_form(&mut browser, &html, EMAIL, "wrong again").await.status(), 422);
    let locked = issuer.send_form(&mut browser, &html, EMAIL, PASSWORD).await;
    let wait: u32 = locked.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((55..=60).contains(&wait), "{wait}");
    sqlx::query(pass).execute(&issuer.db).await.unwrap();
    assert_eq!(issuer.send_form(&mut browser, &html, EMAIL, PASSWORD).await.status(), 303);
    assert_eq!(
        issuer.send_form(&mut browser, &html, EMAIL, "wrong").await.status(),
        422,
        "free attempts again"
    );
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_checked_five_times() {
    let issuer = start().await;
    let mut browser = Browser::new();
    let html = browser.get(&issuer.authorize_url(&[])).await.text().await.unwrap();
    let form = [
        ("transaction", transaction(&html)),
        ("email", EMAIL.into()),
        ("password", "a guess".into()),
    ];
    let cookie = format!("forecourt-issuer-login={}", browser.cookies["forecourt-issuer-login"]);
    let post = || {
        http()
            .post(issuer.at("/login"))
            .header("cookie", &cookie)
            .header("sec-fetch-site", "same-origin")
            .form(&form)
            .send()
    };
    let answers = futures::future::join_all((0..100).map(|_| post())).await;
    let checked = answers.iter().filter(|answer| answer.as_ref().unwrap().status() == 422).count();
    assert_eq!((checked, issuer.state.passwords.verifications()), (5, 5));
}

#[tokio::test]
async fn one_network_address_that_guesses_many_accounts_has_to_wait() {
    let issuer = start().await;
    let mut browser = Browser::new();
    let html = browser.get(&issuer.authorize_url(&[])).await.text().await.unwrap();
    for account in 0..30 {
        let response = issuer
            .send_form(&mut browser, &html, &format!("user{account}@northside.example"), "123456")
            .await;
        assert_eq!(response.status(), 422);
    }
    assert_eq!(
        issuer
            .send_form(&mut browser, &html, "user30@northside.example", "123456")
            .await
            .status(),
        429
    );
}

#[tokio::test]
async fn an_unknown_address_a_wrong_password_and_a_disabled_account_cost_and_answer_the_same() {
    let issuer = start().await;
    let mut connection = issuer.db.acquire().await.unwrap();
    let account = server::issuer::accounts::NewAccount {
        email: "gone@northside.example".into(),
        name: "Gone".into(),
        password: PASSWORD.to_owned().into(),
        email_verified: true,
    };
    server::issuer::accounts::create(&mut connection, account.clone()).await.unwrap();
    assert!(
        server::issuer::accounts::create(&mut connection, account).await.is_err(),
        "the address is taken"
    );
    sqlx::query("UPDATE issuer.account SET enabled = false WHERE name = 'Gone'")
        .execute(&issuer.db)
        .await
        .unwrap();
    let mut pages = Vec::new();
    for (email, password) in [
        (EMAIL, "a wrong password"),
        ("nobody@northside.example", "a wrong password"),
        ("gone@northside.example", PASSWORD),
        ("not an address\0", "a wrong password"),
    ] {
        let before = issuer.state.passwords.verifications();
        let response = issuer
            .sign_in(&mut Browser::new(), &issuer.authorize_url(&[]), email, password)
            .await;
        assert_eq!(response.status(), 422);
        assert_eq!(
            issuer.state.passwords.verifications(),
            before + 1,
            "{email:?}: the password was hashed"
        );
        let html = response.text().await.unwrap();
        pages.push(html.replace(&transaction(&html), "").replace(email, ""));
    }
    assert_eq!((&pages[0], &pages[0]), (&pages[1], &pages[2]));
}

#[tokio::test]
async fn logout_redirects_only_where_it_is_registered_and_asks_when_anybody_could_have_sent_it() {
    let issuer = start().await;
    let mut browser = Browser::new();
    let code = issuer.code(&mut browser).await;
    let id_token = issuer.redeem(&code).await.1["id_token"].as_str().unwrap().to_owned();

    let by_anybody = Url::parse_with_params(&issuer.at("/logout"), [("post_logout_redirect_uri", "http://localhost:3000/")]).unwrap();
    let page = browser.get(by_anybody.as_str()).await;
    assert_eq!((page.status(), page.headers().get("location")), (StatusCode::OK, None));
    assert!(page.text().await.unwrap().contains("Sign out of Forecourt?"));
    browser.site = Some("cross-site");
    assert_eq!(browser.post(&issuer.at("/logout/confirm"), &[]).await.status(), 403);
    browser.site = Some("same-origin");
    assert!(browser.cookies.contains_key("forecourt-issuer"), "still signed in");

    // A hint that is no ID token of ours is no hint.
    let mut parts: Vec<&str> = id_token.split('.').collect();
    let forged = URL_SAFE_NO_PAD.encode("{}");
    parts[2] = &forged;
    let url = Url::parse_with_params(&issuer.at("/logout"), [("id_token_hint", parts.join(".").as_str())]).unwrap();
    assert!(
        browser
            .get(url.as_str())
            .await
            .text()
            .await
            .unwrap()
            .contains("Sign out of Forecourt?")
    );

    for wrong in [
        "https://attacker.example/",
        "http://localhost:3000",
        "http://localhost:3000/?x",
        "//attacker.example",
    ] {
        let mut browser = Browser::new();
        let code = issuer.code(&mut browser).await;
        let id_token = issuer.redeem(&code).await.1["id_token"].as_str().unwrap().to_owned();
        let url = Url::parse_with_params(
            &issuer.at("/logout"),
            [("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", wrong)],
        )
        .unwrap();
        let response = browser.get(url.as_str()).await;
        assert_eq!(
            (response.status(), response.headers().get("location")),
            (StatusCode::BAD_REQUEST, None),
            "{wrong}"
        );
        assert!(!browser.cookies.contains_key("forecourt-issuer"), "signed out all the same");
    }

    // The session's grants end with it.
    assert_eq!(browser.post(&issuer.at("/logout/confirm"), &[]).await.status(), 200);
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM issuer.browser_session")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    let living: i64 = sqlx::query_scalar("SELECT count(*) FROM issuer.token_grant WHERE ended_at IS NULL")
        .fetch_one(&issuer.db)
        .await
        .unwrap();
    assert_eq!((sessions, living), (0, 0));
}

#[tokio::test]
async fn what_comes_from_outside_is_text_on_the_page() {
    let issuer = start().await;
    let mut browser = Browser::new();
    let attack = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>@x";
    let page = browser.get(&issuer.authorize_url(&[("login_hint", Some(attack))])).await;
    let html = page.text().await.unwrap();
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    let again = issuer.send_form(&mut browser, &html, attack, "x").await.text().await.unwrap();
    assert!(!again.contains("<script") && !again.contains("<img"), "{again}");
    sqlx::query("UPDATE issuer.client SET name = '<b>Name</b>'")
        .execute(&issuer.db)
        .await
        .unwrap();
    let html = browser.get(&issuer.authorize_url(&[])).await.text().await.unwrap();
    assert!(
        !html.contains("<b>Name") && html.contains("&lt;b>Name") || html.contains("&lt;b&gt;Name"),
        "{html}"
    );
}

#[tokio::test]
async fn two_replicas_that_start_at_once_make_one_set_of_keys() {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let platform = crate::support::platform().await;
    let show = || async {
        let state = server::issuer::IssuerState::new(platform.db.clone(), &platform.config, &platform.keys);
        let request = http::Request::get("/jwks").body(axum::body::Body::empty()).unwrap();
        let response = tower::ServiceExt::oneshot(server::issuer::router(state), request).await.unwrap();
        axum::body::to_bytes(response.into_body(), 65_536).await.unwrap()
    };
    let (one, other) = tokio::join!(show(), show());
    assert_eq!(one, other);
    assert_eq!(serde_json::from_slice::<Value>(&one).unwrap()["keys"].as_array().unwrap().len(), 2);
    let sealed: Vec<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM issuer.signing_key")
        .fetch_all(&platform.db)
        .await
        .unwrap();
    assert!(
        sealed.iter().all(|sealed| sealed[24] != 0x30 || sealed[25] != 0x82),
        "not a plain DER key"
    );
}
