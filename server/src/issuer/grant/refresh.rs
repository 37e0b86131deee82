//! Redeeming a refresh token (RFC 6749 section 6) with rotation and reuse detection (RFC 9700 section 4.14.2).
//!
//! Each token works once. A second use, however soon after the first, ends the whole family: there is no grace in time, since a thief
//! is as quick as a retry. A client that may have lost an answer repeats its request with the same Idempotency-Key, which it makes so
//! that nobody else can: then it gets the same new refresh token again, until that one was used.

use subtle::ConstantTimeEq;

use super::{REFRESH_DAYS, account_of};
use crate::issuer::{
    IssuerState,
    error::OAuthError,
    params::Params,
    seal::{random_token, token_hash},
    store::{self, Client, Grant, Revocation},
    token::{Issue, TokenResponse},
};
use sqlx::PgConnection;

fn refused() -> OAuthError {
    OAuthError::invalid_grant("The refresh token is unknown, used, expired or revoked.")
}

/// New tokens for `refresh_token`, with the granted scope or the narrower one asked for.
pub(in crate::issuer) async fn redeem(
    state: &IssuerState,
    client: &Client,
    params: &Params,
    idempotency_key: Option<&str>,
) -> Result<TokenResponse, OAuthError> {
    let old = params.one("refresh_token")?;
    let old = old.ok_or_else(|| OAuthError::invalid_request("refresh_token is missing."))?;
    let asked = params.one("scope")?;
    let mut transaction = state.db.begin().await?;
    let Some(id) = store::grant_of_refresh_token(&mut transaction, &token_hash(old)).await? else {
        return Err(refused());
    };
    let grant = store::lock_grant(&mut transaction, id).await?;
    let Some(grant) = grant.filter(|grant| grant.client_id == client.id) else {
        return Err(refused());
    };
    // Asking for too much is a mistake of the client, not a use of the token.
    let scope = asked.map_or_else(|| Some(grant.scope.clone()), |asked| narrowed(&grant.scope, asked));
    let scope = scope.ok_or_else(OAuthError::invalid_scope)?;
    let refresh_token = match rotate(state, &mut transaction, &grant, old, idempotency_key).await? {
        Rotated::To(token) => token,
        Rotated::Refused => {
            transaction.commit().await?;
            return Err(refused());
        }
    };
    let Some(account) = account_of(&mut transaction, &grant).await? else {
        transaction.commit().await?;
        return Err(refused());
    };
    let response = Issue {
        client,
        account: &account,
        grant: &grant,
        scope,
        nonce: None,
        refresh_token,
    }
    .sign(state)
    .await?;
    transaction.commit().await?;
    Ok(response)
}

enum Rotated {
    To(String),
    Refused,
}

/// Uses the old token up and makes the next, or gives the same next one again to a repeated request; ends the family on a replay.
async fn rotate(
    state: &IssuerState,
    transaction: &mut PgConnection,
    grant: &Grant,
    old: &str,
    idempotency_key: Option<&str>,
) -> Result<Rotated, OAuthError> {
    let old_hash = token_hash(old);
    let Some(expired) = store::use_refresh_token(transaction, grant.id, &old_hash).await? else {
        if let Some(successor) = successor(state, transaction, old, idempotency_key).await? {
            return Ok(if grant.alive { Rotated::To(successor) } else { Rotated::Refused });
        }
        tracing::warn!(grant = %grant.id, client = %grant.client_id, "a refresh token came twice: its family is ended");
        metrics::counter!("issuer_replays_total", "of" => "refresh_token").increment(1);
        store::revoke_grant(transaction, grant.id, Revocation::RefreshReplay).await?;
        return Ok(Rotated::Refused);
    };
    if expired || !grant.alive {
        return Ok(Rotated::Refused);
    }
    let new = random_token();
    store::insert_refresh_token(transaction, &token_hash(&new), grant.id, REFRESH_DAYS).await?;
    if let Some(key) = idempotency_key
        && let Some(sealed) = state.successors.seal(old.as_bytes(), new.as_bytes())
    {
        store::keep_successor(transaction, &old_hash, &token_hash(key), &sealed).await?;
    }
    Ok(Rotated::To(new))
}

/// What was given for `old`, if the same request is repeated and it has not been used since.
async fn successor(
    state: &IssuerState,
    transaction: &mut PgConnection,
    old: &str,
    idempotency_key: Option<&str>,
) -> Result<Option<String>, OAuthError> {
    let Some(key) = idempotency_key else { return Ok(None) };
    let Some(kept) = store::find_successor(transaction, &token_hash(old)).await? else {
        return Ok(None);
    };
    if !bool::from(kept.retry_hash.ct_eq(&token_hash(key))) {
        return Ok(None);
    }
    let token = state.successors.open(old.as_bytes(), &kept.sealed);
    Ok(token.and_then(|token| String::from_utf8(token).ok()))
}

/// The scope asked for, if all of it was granted.
fn narrowed(granted: &str, asked: &str) -> Option<String> {
    let granted: Vec<&str> = granted.split(' ').collect();
    let asked: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    (!asked.is_empty() && asked.iter().all(|scope| granted.contains(scope))).then(|| asked.join(" "))
}

#[cfg(test)]
mod tests {
    use super::narrowed;

    #[test]
    fn a_scope_only_gets_narrower() {
        assert_eq!(narrowed("openid email", "openid").as_deref(), Some("openid"));
        assert_eq!(narrowed("openid email", "openid profile"), None);
        assert_eq!(narrowed("openid email", " "), None);
    }
}
