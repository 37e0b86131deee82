//! Redeeming a refresh token (RFC 6749 section 6) with rotation and reuse detection (RFC 9700 section 4.14.2).
//!
//! Each token works once. A second use, however soon after the first, ends the whole family: there is no grace, since a thief
//! is as quick as a retry. A client must therefore refresh once at a time, and one that lost an answer signs in again.

use super::REFRESH_DAYS;
use crate::issuer::{
    IssuerState,
    error::ProtocolError,
    params::Params,
    seal::{random_token, token_hash},
    store::{self, Client, Ended},
    token::{Issue, TokenResponse},
};

/// New tokens for `refresh_token`, with the granted scope or the narrower one asked for.
pub(in crate::issuer) async fn redeem(state: &IssuerState, client: &Client, params: &Params) -> Result<TokenResponse, ProtocolError> {
    let refused = || ProtocolError::invalid_grant("The refresh token is unknown, used, expired or revoked.");
    let token = params.one("refresh_token")?;
    let token_hash_of_old = token_hash(token.ok_or_else(|| ProtocolError::invalid_request("refresh_token is missing."))?);
    let asked = params.one("scope")?;

    let mut transaction = state.db.begin().await?;
    let Some(id) = store::grant_of_refresh_token(&mut transaction, &token_hash_of_old).await? else {
        return Err(refused());
    };
    let grant = store::lock_grant(&mut transaction, id).await?;
    let Some(grant) = grant.filter(|grant| grant.client_id == client.id) else {
        return Err(refused());
    };
    // Asking for too much is a mistake of the client, not a use of the token.
    let scope = asked.map_or_else(|| Some(grant.scope.clone()), |asked| narrowed(&grant.scope, asked));
    let scope = scope.ok_or_else(ProtocolError::invalid_scope)?;
    let Some(expired) = store::use_refresh_token(&mut transaction, &token_hash_of_old).await? else {
        tracing::warn!(grant = %grant.id, client = %client.id, "a refresh token came twice: its family is ended");
        metrics::counter!("issuer_replays_total", "of" => "refresh_token").increment(1);
        store::end_grant(&mut transaction, grant.id, Ended::RefreshReplay).await?;
        transaction.commit().await?;
        return Err(refused());
    };
    if expired || !grant.alive {
        transaction.commit().await?;
        return Err(refused());
    }
    let account = store::find_account(&mut transaction, grant.account_id).await?;
    let Some(account) = account.filter(|account| account.enabled) else {
        store::end_grant(&mut transaction, grant.id, Ended::AccountDisabled).await?;
        transaction.commit().await?;
        return Err(refused());
    };
    let refresh_token = random_token();
    store::insert_refresh_token(&mut transaction, &token_hash(&refresh_token), grant.id, REFRESH_DAYS).await?;
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
