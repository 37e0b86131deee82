//! Opening a port, and what to say when somebody else has it.

use std::{fs, net::SocketAddr, path::Path};

use tokio::net::TcpListener;

/// A port that could not be opened; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PortError {
    #[error(
        "port {} is in use{}.\nStop that, or choose another port for {key}: {variable}={another}{}",
        .address.port(),
        .holder.as_ref().map(|holder| format!(" by {holder}")).unwrap_or_default(),
        if *.key == "listen" { format!(" FORECOURT_PUBLIC_URL=http://localhost:{}", .another.port()) } else { String::new() },
    )]
    InUse {
        address: SocketAddr,
        key: &'static str,
        variable: String,
        another: SocketAddr,
        holder: Option<String>,
    },
    #[error("{key} = {address} can't be opened: {source}.\nPorts below 1024 need a privilege; an address must belong to this machine.")]
    Other {
        address: SocketAddr,
        key: &'static str,
        source: std::io::Error,
    },
}

/// Opens the port that the configuration's `key` names.
///
/// # Errors
/// [`PortError`], with who has it where the system tells.
pub(crate) async fn open(key: &'static str, address: SocketAddr) -> Result<TcpListener, PortError> {
    TcpListener::bind(address).await.map_err(|source| {
        if source.kind() != std::io::ErrorKind::AddrInUse {
            return PortError::Other { address, key, source };
        }
        let mut another = address;
        another.set_port(address.port().checked_add(100).unwrap_or(8100));
        PortError::InUse {
            address,
            key,
            variable: format!("FORECOURT_{}", key.to_uppercase()),
            another,
            holder: holder(address.port()),
        }
    })
}

/// The process that listens on a port, as far as /proc tells us (proc(5)): `forecourt (process 1234)`.
fn holder(port: u16) -> Option<String> {
    let socket = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| listening(&fs::read_to_string(table).ok()?, port))?;
    let target = format!("socket:[{socket}]");
    fs::read_dir("/proc").ok()?.filter_map(Result::ok).find_map(|entry| {
        let pid = entry.file_name().into_string().ok()?.parse::<u32>().ok()?;
        let holds = fs::read_dir(entry.path().join("fd"))
            .ok()?
            .filter_map(Result::ok)
            .any(|file| fs::read_link(file.path()).is_ok_and(|link| link == Path::new(&target)));
        let name = fs::read_to_string(entry.path().join("comm")).ok()?;
        holds.then(|| format!("{} (process {pid})", name.trim()))
    })
}

/// The inode of the socket in state LISTEN (0A) on a port, in the format of /proc/net/tcp.
fn listening(table: &str, port: u16) -> Option<String> {
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_whitespace();
        let local = fields.nth(1)?;
        let state = fields.nth(1)?;
        let inode = fields.nth(5)?;
        let (_, local_port) = local.rsplit_once(':')?;
        (state == "0A" && u16::from_str_radix(local_port, 16).ok()? == port).then(|| inode.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_named_with_its_holder_and_another_to_choose() {
        let taken = TcpListener::bind("127.0.0.1:0").await.ok();
        let address = taken
            .as_ref()
            .and_then(|taken| taken.local_addr().ok())
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 1)));
        let error = open("listen", address)
            .await
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.contains(&format!("port {} is in use", address.port())), "{error}");
        assert!(error.contains(&format!("(process {})", std::process::id())), "{error}");
        assert!(error.contains("FORECOURT_LISTEN=127.0.0.1:"), "{error}");
    }
}
