//! Relying parties: who may ask for tokens, and how they prove who they are (RFC 6749 section 2.3.1).

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use sqlx::PgConnection;
use subtle::ConstantTimeEq;

use super::{
    IssuerState,
    error::OAuthError,
    params::Params,
    seal::Digester,
    store::{self, Client},
};
use crate::{config::Config, platform::keys::Keys};

/// How client secrets are hashed: keyed, so that a stolen table alone allows no guessing, and quick, since clients come often.
pub(super) fn digester(keys: &Keys) -> Digester {
    Digester::new(&keys.seal, "issuer client secrets 1")
}

/// Registers Forecourt itself, as configured, or brings its registration up to date. Run it at every start.
///
/// # Errors
/// Whatever PostgreSQL says.
pub async fn ensure_first_party(connection: &mut PgConnection, config: &Config) -> sqlx::Result<()> {
    let home = config.public_url.as_str().trim_end_matches('/');
    let id = &config.oidc.client_id;
    let secret = config.oidc.client_secret.expose_secret();
    let client = Client {
        id: id.clone(),
        name: "Forecourt".to_owned(),
        secret_hash: digester(&Keys::derive(&config.secret_key)).digest(&[id, secret]).to_vec(),
        redirect_uris: vec![format!("{home}/auth/callback")],
        post_logout_redirect_uris: vec![format!("{home}/")],
        audience: config.oidc.audience.clone(),
        signing_algorithm: "RS256".to_owned(),
    };
    store::save_client(connection, &client).await
}

/// The client that sent a request to the token or revocation endpoint, by `client_secret_basic` or `client_secret_post`.
pub(super) async fn authenticate(state: &IssuerState, headers: &HeaderMap, params: &Params) -> Result<Client, OAuthError> {
    let posted = params.one("client_secret")?;
    let (id, secret) = match (headers.get(header::AUTHORIZATION), posted) {
        (Some(_), Some(_)) => return Err(OAuthError::invalid_request("Two ways of client authentication at once.")),
        (Some(basic), None) => {
            let (id, secret) = basic.to_str().ok().and_then(decode_basic).ok_or_else(OAuthError::invalid_client)?;
            if params.one("client_id")?.is_some_and(|named| named != id) {
                return Err(OAuthError::invalid_request("client_id is not the authenticated client."));
            }
            (id, secret)
        }
        (None, Some(secret)) => {
            let id = params.one("client_id")?.ok_or_else(OAuthError::invalid_client)?;
            (id.to_owned(), secret.to_owned())
        }
        (None, None) => return Err(OAuthError::invalid_client()),
    };
    let mut connection = state.db.acquire().await?;
    let client = store::find_client(&mut connection, &id).await?;
    let given = state.client_secrets.digest(&[&id, &secret]);
    // An unknown client is compared too, so that it takes the same time.
    let kept = client.as_ref().map_or([0; 32].as_slice(), |client| &client.secret_hash);
    let right = bool::from(given.as_slice().ct_eq(kept));
    client.filter(|_| right).ok_or_else(|| {
        tracing::warn!(client = %id, "a client failed to authenticate");
        OAuthError::invalid_client()
    })
}

/// Id and secret, each form-encoded before they were joined (RFC 6749 section 2.3.1).
fn decode_basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = credentials.split_once(':')?;
    let decode = |text: &str| {
        let decoded = url::form_urlencoded::parse(text.as_bytes())
            .next()
            .map(|(name, _)| name.into_owned());
        decoded.filter(|decoded| !decoded.contains(char::is_control))
    };
    Some((decode(id)?, decode(&secret.replace('=', "%3D").replace('&', "%26"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_decoded() {
        let header = format!("Basic {}", STANDARD.encode("my+client:se%3Acret=%26"));
        assert_eq!(decode_basic(&header), Some(("my client".into(), "se:cret=&".into())));
        assert_eq!(decode_basic("Basic ???"), None);
        assert_eq!(decode_basic("Bearer abc"), None);
    }
}
