//! Where a request comes from: the network address that attempts are counted by.

use std::{convert::Infallible, net::IpAddr};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::IssuerState;
use crate::http::request::{client_address, network};

/// The client's network; None where the server was started without connect info.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) Option<IpAddr>);

impl FromRequestParts<IssuerState> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &IssuerState) -> Result<Self, Infallible> {
        let address = client_address(&parts.extensions, &parts.headers, state.trust_proxy);
        Ok(Self(address.map(network)))
    }
}
