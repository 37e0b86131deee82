//! The issuer's pages: plain HTML that works without JavaScript and under a CSP that allows none.
//!
//! They are Leptos views, which escape every text and attribute; nothing is put together from strings. Style is the site's
//! stylesheet (style/_issuer.scss).

use app::{
    i18n::Locale,
    kernel::error::AppError,
    ui::{inert, logo},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;

use super::IssuerState;
use crate::{http::error_page::ErrorPage, platform::db};

/// What went wrong at the last attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoginProblem {
    EmailNeeded,
    PasswordNeeded,
    Wrong,
    Busy,
    Locked { seconds: u32 },
}

impl LoginProblem {
    fn text(self, t: Locale) -> String {
        match self {
            Self::EmailNeeded => t.issuer_email_needed().to_owned(),
            Self::PasswordNeeded => t.issuer_password_needed().to_owned(),
            Self::Wrong => t.issuer_wrong().to_owned(),
            Self::Busy => t.issuer_busy().to_owned(),
            Self::Locked { seconds } if seconds < 60 => t.issuer_wait_seconds(seconds.into()),
            Self::Locked { seconds } => t.issuer_wait_minutes(seconds.div_ceil(60).into()),
        }
    }

    const fn concerns_email(self) -> bool {
        matches!(self, Self::EmailNeeded | Self::Wrong)
    }

    const fn concerns_password(self) -> bool {
        matches!(self, Self::PasswordNeeded | Self::Wrong)
    }
}

/// What the sign-in page shows and sends.
pub(super) struct LoginForm {
    pub(super) action: String,
    pub(super) transaction: String,
    pub(super) client_name: String,
    /// Where the browser goes afterwards: browsers check `form-action` on redirects too.
    pub(super) client_origin: String,
    pub(super) email: String,
    pub(super) problem: Option<LoginProblem>,
}

/// The sign-in page.
pub(super) fn login(state: &IssuerState, t: Locale, status: StatusCode, form: &LoginForm) -> Response {
    let problem = form.problem;
    let invalid = |concerned: bool| concerned.then_some("true");
    let described = |concerned: bool| concerned.then_some("problem");
    let email_wrong = problem.is_some_and(LoginProblem::concerns_email);
    let password_wrong = problem.is_some_and(LoginProblem::concerns_password);
    let email_first = form.email.is_empty() || problem == Some(LoginProblem::EmailNeeded);
    let languages = Locale::ALL
        .into_iter()
        .map(|locale| {
            view! {
                <button class="btn ghost" type="submit" name="language" value=locale.tag() lang=locale.tag() formnovalidate=true
                    aria-pressed=if locale == t { "true" } else { "false" }>
                    {locale.own_name()}
                </button>
            }
        })
        .collect_view();
    let content = view! {
        <form class="issuer-form" method="post" action=form.action.clone()>
            <h1>{t.sign_in()}</h1>
            <p class="muted">{t.issuer_sign_in_to(&form.client_name)}</p>
            {problem.map(|problem| view! { <p class="banner bad" id="problem" role="alert">{problem.text(t)}</p> })}
            <input type="hidden" name="transaction" value=form.transaction.clone()/>
            <div class="field" class:wrong=email_wrong>
                <label for="email">{t.issuer_email()}</label>
                <div class="input-box">
                    <input class="input" id="email" name="email" type="email" inputmode="email" autocomplete="username" autocapitalize="none"
                        spellcheck="false" maxlength="254" required=true value=form.email.clone() autofocus=email_first
                        aria-invalid=invalid(email_wrong) aria-describedby=described(email_wrong)/>
                </div>
            </div>
            <div class="field" class:wrong=password_wrong>
                <label for="password">{t.issuer_password()}</label>
                <div class="input-box">
                    <input class="input" id="password" name="password" type="password" autocomplete="current-password" maxlength="256"
                        required=true autofocus=!email_first aria-invalid=invalid(password_wrong) aria-describedby=described(password_wrong)/>
                </div>
            </div>
            <button class="btn primary wide" type="submit">{t.sign_in()}</button>
            <div class="issuer-languages" role="group" aria-label=t.language()>{languages}</div>
        </form>
    };
    let mut response = document(state, t, status, t.sign_in(), content, &form.client_origin);
    let wait = match problem {
        Some(LoginProblem::Locked { seconds }) => Some(seconds),
        Some(LoginProblem::Busy) => Some(5),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The page of a request that cannot go on.
pub(super) fn error(state: &IssuerState, t: Locale, status: StatusCode, text: &str) -> Response {
    message(state, t, status, t.issuer_stopped(), text)
}

/// A heading, a sentence and the way to the site.
pub(super) fn message(state: &IssuerState, t: Locale, status: StatusCode, title: &str, text: &str) -> Response {
    let home = format!("{}/", state.origin);
    let content = view! {
        <div class="issuer-form">
            <h1>{title.to_owned()}</h1>
            <p class="muted">{text.to_owned()}</p>
            <a class="btn primary wide" href=home>{t.issuer_back_to("Forecourt")}</a>
        </div>
    };
    document(state, t, status, title, content, "")
}

/// Asks whether to sign out, where the request could have come from anybody.
pub(super) fn logout_confirmation(state: &IssuerState, t: Locale, email: &str) -> Response {
    let home = format!("{}/", state.origin);
    let content = view! {
        <form class="issuer-form" method="post" action=state.url("/logout/confirm")>
            <h1>{t.issuer_sign_out_question()}</h1>
            <p class="muted"><strong>{email.to_owned()}</strong></p>
            <p class="muted">{t.issuer_sign_out_explained()}</p>
            <button class="btn primary wide" type="submit">{t.sign_out()}</button>
            <a class="btn ghost wide" href=home>{t.issuer_stay_signed_in()}</a>
        </form>
    };
    document(state, t, StatusCode::OK, t.issuer_sign_out_question(), content, "")
}

fn document(state: &IssuerState, t: Locale, status: StatusCode, title: &str, content: impl IntoView, form_to: &str) -> Response {
    let page = view! {
        <html lang=t.tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width,initial-scale=1"/>
                <meta name="robots" content="noindex"/>
                <title>{format!("{title} · Forecourt")}</title>
                <link rel="stylesheet" href=state.stylesheet.clone()/>
                <link rel="icon" href=format!("{}/favicon.svg", state.origin) type="image/svg+xml"/>
            </head>
            <body class="issuer">
                <main class="card issuer-card">
                    <div class="brand">{inert(logo())} "Forecourt"</div>
                    {content}
                </main>
            </body>
        </html>
    };
    let mut response = (status, Html(format!("<!DOCTYPE html>{}", page.to_html()))).into_response();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self' {form_to}; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// An error of ours, for a person: what happened and what to do, without needing anything of the site.
#[derive(Debug)]
pub(super) struct PageError {
    locale: Locale,
    error: AppError,
}

impl PageError {
    pub(super) const fn new(locale: Locale, error: AppError) -> Self {
        Self { locale, error }
    }

    /// For `map_err` on queries.
    pub(super) fn database(locale: Locale) -> impl Fn(sqlx::Error) -> Self + Copy {
        move |error| Self::new(locale, db::failure(error))
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        ErrorPage::of(&self.error, self.locale).into_response()
    }
}
