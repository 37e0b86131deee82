//! A wire that a test can cut: everything to PostgreSQL or Redis goes through it.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};
use url::Url;

/// Where the service listens.
#[derive(Clone)]
enum Service {
    Port(String),
    Socket(PathBuf),
}

impl Service {
    fn of_redis(url: &Url) -> Self {
        if url.scheme() == "redis+unix" {
            return Self::Socket(url.path().into());
        }
        Self::Port(format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(6379)))
    }

    fn of_postgres(url: &Url) -> Self {
        let port = url.port().unwrap_or(5432);
        match url.query_pairs().find(|(name, _)| name == "host") {
            Some((_, folder)) => Self::Socket(PathBuf::from(&*folder).join(format!(".s.PGSQL.{port}"))),
            None => Self::Port(format!("{}:{port}", url.host_str().unwrap())),
        }
    }

    async fn connect(&self) -> std::io::Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Port(address) => Box::new(TcpStream::connect(address).await?),
            Self::Socket(path) => Box::new(UnixStream::connect(path).await?),
        })
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub struct Wire {
    pub address: SocketAddr,
    whole: Arc<watch::Sender<bool>>,
}

impl Wire {
    /// A wire to PostgreSQL, and the URL that leads through it.
    pub async fn to_postgres(url: &str) -> (Self, String) {
        let mut url = Url::parse(url).unwrap();
        let wire = Self::to(Service::of_postgres(&url)).await;
        url.set_query(None);
        url.set_ip_host(wire.address.ip()).unwrap();
        url.set_port(Some(wire.address.port())).unwrap();
        (wire, url.into())
    }

    /// A wire to Redis, and the URL that leads through it.
    pub async fn to_redis(url: &str) -> (Self, String) {
        let wire = Self::to(Service::of_redis(&Url::parse(url).unwrap())).await;
        let url = format!("redis://{}", wire.address);
        (wire, url)
    }

    async fn to(service: Service) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let whole = Arc::new(watch::Sender::new(true));
        let watched = Arc::clone(&whole);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut state = watched.subscribe();
                if !*state.borrow() {
                    continue;
                }
                let service = service.clone();
                tokio::spawn(async move {
                    let Ok(mut far) = service.connect().await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = state.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Self { address, whole }
    }

    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}
