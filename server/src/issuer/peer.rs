//! Where a request comes from: the network address that attempts are counted by.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr},
};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::IssuerState;
use crate::http::request::client_address;

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

/// One IPv4 address, or the /64 that one IPv6 connection usually has to itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_counts_by_network() {
        assert_eq!(
            network("2001:db8:1:2:3:4:5:6".parse().unwrap_or(IpAddr::V6(Ipv6Addr::LOCALHOST))).to_string(),
            "2001:db8:1:2::"
        );
        assert_eq!(
            network("::ffff:192.0.2.7".parse().unwrap_or(IpAddr::V6(Ipv6Addr::LOCALHOST))).to_string(),
            "192.0.2.7"
        );
    }
}
