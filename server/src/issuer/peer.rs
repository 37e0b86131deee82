//! Where a request comes from: the network address that attempts are counted by, and whether our own page sent the form.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};

use super::IssuerState;

/// The client's address; None where the server was started without connect info.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) Option<IpAddr>);

impl FromRequestParts<IssuerState> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &IssuerState) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let forwarded = if state.trust_proxy { forwarded_for(&parts.headers) } else { None };
        Ok(Self(forwarded.or(connected).map(network)))
    }
}

/// The address that our own proxy added, which is the last: whatever stands before it anybody can write.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// One IPv4 address, or the /64 that one IPv6 connection usually has to itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Whether a form was sent by a page of this origin: by Sec-Fetch-Site where the browser sends it, else by Origin.
pub(super) fn is_same_origin(state: &IssuerState, headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").map_or_else(
        || {
            headers
                .get(header::ORIGIN)
                .is_some_and(|origin| origin.as_bytes() == state.origin.as_bytes())
        },
        |site| site == "same-origin",
    )
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
