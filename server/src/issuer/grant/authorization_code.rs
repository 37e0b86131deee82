//! Redeeming an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.6).
//!
//! The first attempt by the code's own client uses it up, right or wrong. A second one is a replay: whoever had the code is not the
//! only one to have it, so everything made from it ends (RFC 9700 section 4.5).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{GRANT_DAYS, REFRESH_DAYS, account_of};
use crate::issuer::{
    IssuerState,
    error::OAuthError,
    params::Params,
    seal::{random_token, token_hash},
    store::{self, Client, Revocation},
    token::{Issue, TokenResponse},
};

/// Tokens for `code`, if client, redirect URI and verifier are the ones of the request.
pub(in crate::issuer) async fn redeem(state: &IssuerState, client: &Client, params: &Params) -> Result<TokenResponse, OAuthError> {
    let refused = || OAuthError::invalid_grant("The code is unknown, used, expired or was not issued for this request.");
    let missing = |name: &str| OAuthError::invalid_request(format!("{name} is missing."));
    let code = params.one("code")?.ok_or_else(|| missing("code"))?;
    let redirect_uri = params.one("redirect_uri")?.ok_or_else(|| missing("redirect_uri"))?;
    let verifier = params.one("code_verifier")?.ok_or_else(|| missing("code_verifier"))?;
    let code_hash = token_hash(code);

    let mut transaction = state.db.begin().await?;
    let Some(id) = store::grant_of_code(&mut transaction, &code_hash).await? else {
        return Err(refused());
    };
    let grant = store::lock_grant(&mut transaction, id).await?;
    // Another client's code stays good for the client it belongs to.
    let Some(grant) = grant.filter(|grant| grant.client_id == client.id) else {
        return Err(refused());
    };
    let Some(used) = store::use_code(&mut transaction, &code_hash).await? else {
        tracing::warn!(grant = %grant.id, client = %client.id, "an authorization code came twice: its tokens are ended");
        metrics::counter!("issuer_replays_total", "of" => "code").increment(1);
        store::revoke_grant(&mut transaction, grant.id, Revocation::CodeReplay).await?;
        transaction.commit().await?;
        return Err(refused());
    };
    let proven = verifies_pkce(verifier, &used.code_challenge);
    if used.expired || !grant.alive || used.redirect_uri != redirect_uri || !proven {
        transaction.commit().await?;
        return Err(refused());
    }
    let Some(account) = account_of(&mut transaction, &grant).await? else {
        transaction.commit().await?;
        return Err(refused());
    };
    store::extend_grant(&mut transaction, grant.id, GRANT_DAYS).await?;
    let refresh_token = random_token();
    store::insert_refresh_token(&mut transaction, &token_hash(&refresh_token), grant.id, REFRESH_DAYS).await?;
    let response = Issue {
        client,
        account: &account,
        grant: &grant,
        scope: grant.scope.clone(),
        nonce: used.nonce.as_deref(),
        refresh_token,
    }
    .sign(state)
    .await?;
    transaction.commit().await?;
    Ok(response)
}

/// Whether the verifier is well formed (RFC 7636 section 4.1) and hashes to the challenge.
fn verifies_pkce(verifier: &str, challenge: &str) -> bool {
    let well_formed =
        (43..=128).contains(&verifier.len()) && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    well_formed && bool::from(hashed.as_bytes().ct_eq(challenge.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::verifies_pkce;

    #[test]
    fn the_example_of_rfc_7636_is_proven() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies_pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", challenge));
        assert!(!verifies_pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", challenge));
        assert!(!verifies_pkce("short", challenge));
    }
}
