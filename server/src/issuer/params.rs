//! The parameters of a request, read strictly: none twice, none without bound, none with control characters.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
    response::{IntoResponse, Response},
};

use super::error::OAuthError;

/// The longest value that is taken, bytes.
const LONGEST: usize = 4096;

/// Name-value pairs as they came, from the query or from a form.
#[derive(Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

/// What is wrong with one parameter; its name.
#[derive(Debug, Clone, Copy)]
pub(super) enum ParamError {
    Repeated(&'static str),
    Malformed(&'static str),
}

impl ParamError {
    /// What a client's developer reads.
    pub(super) fn description(self) -> String {
        match self {
            Self::Repeated(name) => format!("The parameter {name} came more than once."),
            Self::Malformed(name) => format!("The parameter {name} is too long or holds control characters."),
        }
    }
}

impl Params {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The value, which must come at most once; empty is absent (RFC 6749 section 3.1).
    pub(super) fn one(&self, name: &'static str) -> Result<Option<&str>, ParamError> {
        let mut values = self.0.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(ParamError::Repeated(name));
        }
        match value {
            Some(value) if value.len() > LONGEST || value.contains(char::is_control) => Err(ParamError::Malformed(name)),
            other => Ok(other.filter(|value| !value.is_empty())),
        }
    }

    /// What a person typed into a field: anything.
    pub(super) fn typed(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default().as_bytes()))
    }
}

/// The parameters of a form body. Parameters in the query are not looked at.
pub(super) struct FormParams(pub(super) Params);

impl<S: Send + Sync> FromRequest<S> for FormParams {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(OAuthError::invalid_request("The body has to be application/x-www-form-urlencoded.").into_response());
        }
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self(Params::parse(&body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_comes_once_or_not_at_all() {
        let params = Params::parse(b"a=1&b=&c=1&c=2&d=%00");
        assert!(matches!(params.one("a"), Ok(Some("1"))));
        assert!(matches!(params.one("b"), Ok(None)));
        assert!(matches!(params.one("x"), Ok(None)));
        assert!(matches!(params.one("c"), Err(ParamError::Repeated("c"))));
        assert!(matches!(params.one("d"), Err(ParamError::Malformed("d"))));
    }
}
