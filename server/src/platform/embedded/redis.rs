//! A private Redis that writes every change to its append-only file, so that sessions outlive a restart, and that refuses
//! writes rather than forgetting some when its memory is full.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use secrecy::SecretString;

use super::{
    super::start::StartError,
    keeper::{self, Keeper},
    place::Place,
    program::Programs,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Stops a Redis that an earlier run left, and starts ours.
pub(super) fn start(place: &Place, programs: &Programs) -> Result<Keeper, StartError> {
    let server = programs
        .find("redis-server")
        .or_else(|| programs.find("valkey-server"))
        .ok_or_else(|| StartError::NotInstalled {
            what: "Redis",
            why: format!("its program redis-server is not {}", programs.place("on PATH")).into(),
            install: "apt-get install -y redis-server".into(),
        })?;
    let folder = place.data.join("redis");
    place.private_folder(&folder)?;
    let pid_file = folder.join("redis.pid");
    // SIGTERM is an orderly SHUTDOWN: the append-only file is flushed first.
    keeper::clear_away("Redis", &pid_file, &folder, Signal::TERM)?;
    let (log, _) = place.log("redis")?;
    let place = place.clone();
    Keeper::start("Redis", Signal::TERM, log, move || {
        let mut command = place.command(&server, Some("TERM"))?;
        let (path, log) = place.log("redis")?;
        let errors = log.try_clone().map_err(|error| StartError::file("open the log", &path, error))?;
        command
            .args(["--port", "0", "--unixsocketperm", "700", "--unixsocket"])
            .arg(socket(&place))
            .arg("--dir")
            .arg(&folder)
            .arg("--pidfile")
            .arg(&pid_file)
            .args(["--daemonize", "no", "--databases", "1", "--save", ""])
            .args([
                "--appendonly",
                "yes",
                "--appendfsync",
                "everysec",
                "--maxmemory-policy",
                "noeviction",
            ])
            .stdout(Stdio::from(log))
            .stderr(Stdio::from(errors));
        Ok(command)
    })
}

/// Waits until it has read its file and answers.
pub(super) async fn wait(place: &Place, keeper: Option<&Keeper>) -> Result<(), StartError> {
    let since = Instant::now();
    loop {
        if let Some(keeper) = keeper {
            keeper.check()?;
        }
        if answers(place) {
            return Ok(());
        }
        if since.elapsed() > PATIENCE {
            return Err(match keeper {
                Some(keeper) => keeper.failure("it does not answer"),
                None => StartError::Foreign { path: socket(place) },
            });
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn answers(place: &Place) -> bool {
    let ping = || -> std::io::Result<bool> {
        let mut stream = UnixStream::connect(socket(place))?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0_u8; 5];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"+PONG")
    };
    ping().unwrap_or(false)
}

fn socket(place: &Place) -> PathBuf {
    place.sockets.join("redis.sock")
}

/// How to reach it.
pub(super) fn url(place: &Place) -> SecretString {
    format!("redis+unix://{}", socket(place).display()).into()
}
