//! What an attacker tries at the issuer's pages: forms from elsewhere, guessing, open redirects, HTML.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use url::Url;

use crate::support::issuer::{Browser, EMAIL, PASSWORD, http, start, transaction};

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
    for page in &pages[1..] {
        assert_eq!(page, &pages[0]);
    }
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
