//! The same API for programs: `Authorization: Bearer` with a JWT access token of the configured issuer (RFC 6750, RFC 9068).
//!
//! Checked: signature by the issuer's keys, `iss`, `aud`, `exp`, `nbf`, type, scope. The scope `forecourt` gives the program all that the
//! person may; a scope that names a permission (`vehicle:read`) gives that one. Who is a member of several organisations names one in the
//! header `Forecourt-Organisation`.

use std::collections::BTreeSet;

use app::{
    identity::Permission,
    kernel::{
        actor::Actor,
        error::{AppError, Denial},
        id::OrganisationId,
        problem::Problem,
    },
};
use axum::http::{HeaderMap, HeaderValue, header};
use jsonwebtoken::{Algorithm, DecodingKey, Header, TokenData, Validation, decode, decode_header, jwk::Jwk};
use serde_json::Value;

use super::{
    Web,
    auth::provider::{Discovered, Provider},
    problem::issuer_away,
};
use crate::identity;

/// The header in which a program says for which organisation it acts.
pub const ORGANISATION: &str = "forecourt-organisation";
/// What a refused token is answered with (RFC 6750 section 3.1).
pub(super) const INVALID_TOKEN: HeaderValue = HeaderValue::from_static("Bearer realm=\"forecourt\", error=\"invalid_token\"");
const FULL_SCOPE: &str = "forecourt";
/// Signatures that need the issuer's private key; HMAC would let anybody sign with a public one.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::EdDSA,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];

/// The Bearer token of a request, if it has one.
#[must_use]
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Who acts with this token.
///
/// # Errors
/// `NotAuthenticated` for a token that is none of ours; `Forbidden` if its scope names nothing here or the organisation is not the
/// person's; `Invalid` at `Forecourt-Organisation`; `Unavailable`.
pub async fn actor(web: &Web, headers: &HeaderMap, token: &str) -> Result<Actor, AppError> {
    let oidc = &web.platform.config.oidc;
    let TokenData { header, claims } = verify(&web.provider, token, &oidc.audience).await?;
    let kind = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
    // An ID token says who somebody is to this client, not what a program may do. RFC 9068 tells them apart by type; an issuer that
    // does not follow it must at least name another audience than the client.
    let access = matches!(kind.as_str(), "at+jwt" | "application/at+jwt");
    if !access && (oidc.audience == oidc.client_id || claims.get("nonce").is_some() || claims.get("at_hash").is_some()) {
        return Err(AppError::NotAuthenticated);
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let (Some(issuer), Some(subject)) = (text("iss"), text("sub")) else {
        return Err(AppError::NotAuthenticated);
    };
    let scoped = permissions_of_scope(text("scope").unwrap_or_default())?;
    let person = identity::find_person(&web.platform.db, issuer, subject)
        .await?
        .ok_or(AppError::NotAuthenticated)?;
    let organisation = requested_organisation(headers, &person.organisations)?;
    let mut actor = identity::find_actor(&web.platform.db, person.user, organisation)
        .await?
        .ok_or(AppError::NotAuthenticated)?;
    if let Some(scoped) = scoped {
        actor.permissions.retain(|permission| scoped.contains(permission));
    }
    actor.origin.channel = "api";
    Ok(actor)
}

/// The permissions that a scope gives: `None` is everything.
fn permissions_of_scope(scope: &str) -> Result<Option<BTreeSet<Permission>>, AppError> {
    if scope.split(' ').any(|name| name == FULL_SCOPE) {
        return Ok(None);
    }
    let named: BTreeSet<Permission> = scope.split(' ').filter_map(Permission::named).collect();
    if named.is_empty() {
        return Err(AppError::Forbidden {
            reason: Denial::Scope { scope: FULL_SCOPE.into() },
        });
    }
    Ok(Some(named))
}

fn requested_organisation(headers: &HeaderMap, member_of: &[OrganisationId]) -> Result<OrganisationId, AppError> {
    let expected = |expected: &str| {
        AppError::invalid(
            "Forecourt-Organisation",
            Problem::Malformed {
                expected: expected.to_owned(),
            },
        )
    };
    match (headers.get(ORGANISATION), member_of) {
        (Some(value), _) => value
            .to_str()
            .ok()
            .and_then(|id| id.parse().ok())
            .filter(|id| member_of.contains(id))
            .ok_or_else(|| expected("the id of an organisation that the person belongs to")),
        (None, [only]) => Ok(*only),
        (None, []) => Err(AppError::NotAuthenticated),
        (None, _) => Err(expected("the person belongs to several organisations: name one by its id")),
    }
}

/// A JWT of the issuer for `audience`, verified.
///
/// # Errors
/// `NotAuthenticated` for anything else; `Unavailable` if the issuer's keys were never fetched and can't be now.
pub async fn verify(provider: &Provider, token: &str, audience: &str) -> Result<TokenData<Value>, AppError> {
    let refused = |why: &dyn std::fmt::Display| {
        tracing::debug!(%why, "a token was refused");
        AppError::NotAuthenticated
    };
    let header = decode_header(token).map_err(|error| refused(&error))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(refused(&"its algorithm"));
    }
    let mut known = provider.discovered().await.map_err(|_| issuer_away())?;
    if key_of(&known, &header).is_none() {
        // A key that was made since. Fetching is throttled, so that made-up key ids cost the issuer nothing.
        known = provider.rediscovered().await.unwrap_or(known);
    }
    let key = key_of(&known, &header).ok_or_else(|| refused(&"its key is unknown"))?;
    let key = DecodingKey::from_jwk(key).map_err(|error| refused(&error))?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[&known.issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = 30;
    decode(token, &key, &validation).map_err(|error| refused(&error))
}

fn key_of<'a>(known: &'a Discovered, header: &Header) -> Option<&'a Jwk> {
    // A key that names its algorithm signs with no other (RFC 7517 section 4.4).
    let signs = |key: &&Jwk| key.common.key_algorithm.is_none_or(|algorithm| algorithm == header.alg.into());
    match &header.kid {
        Some(kid) => known.keys.iter().filter(signs).find(|key| key.common.key_id.as_ref() == Some(kid)),
        // Without a kid there is no choice to make only if there is one key (RFC 7515 section 4.1.4).
        None => match known.keys.as_slice() {
            [only] => Some(only).filter(signs),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_gives_what_it_names_and_no_more() {
        assert_eq!(permissions_of_scope("openid forecourt"), Ok(None));
        assert_eq!(
            permissions_of_scope("vehicle:read nonsense"),
            Ok(Some(BTreeSet::from([Permission::VehicleRead])))
        );
        assert!(matches!(permissions_of_scope("openid profile"), Err(AppError::Forbidden { .. })));
    }
}
