//! The browser's sign-in at the issuer: its cookie, its life, its end.

use axum::http::{HeaderMap, HeaderValue};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    IssuerState,
    cookies::Cookie,
    seal::{random_token, token_hash},
    store::{self, BrowserSession},
};

/// How long a browser stays signed in at the issuer, hours. Clients have their own, longer or shorter, sessions.
const HOURS: i32 = 12;

/// The living session of this browser.
pub(super) async fn find(state: &IssuerState, headers: &HeaderMap) -> sqlx::Result<Option<BrowserSession>> {
    let Some(cookie) = Cookie::Session.read(state, headers) else {
        return Ok(None);
    };
    let mut connection = state.db.acquire().await?;
    store::find_session(&mut connection, &token_hash(&cookie)).await
}

/// A sign-in that has just happened, and the cookie that carries it.
pub(super) struct Started {
    pub(super) id: Uuid,
    pub(super) auth_time: chrono::DateTime<chrono::Utc>,
    pub(super) cookie: Option<HeaderValue>,
}

/// Starts a session after the password was right. The cookie's value is always new (no fixation). The same person keeps the
/// session's id; another person's session in this browser ends like at logout.
pub(super) async fn start(
    state: &IssuerState,
    connection: &mut PgConnection,
    before: Option<BrowserSession>,
    account: Uuid,
) -> sqlx::Result<Started> {
    let token = random_token();
    let hash = token_hash(&token);
    let cookie = Cookie::Session.set(state, &token, HOURS * 3600);
    if let Some(before) = before {
        if before.account_id == account {
            if let Some(auth_time) = store::renew_session(connection, before.id, &hash, HOURS).await? {
                let id = before.id;
                return Ok(Started { id, auth_time, cookie });
            }
        } else {
            store::end_session(connection, before.id).await?;
        }
    }
    let id = Uuid::now_v7();
    let auth_time = store::insert_session(connection, id, &hash, account, HOURS).await?;
    Ok(Started { id, auth_time, cookie })
}
