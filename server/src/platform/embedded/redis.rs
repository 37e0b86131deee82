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
    program::Programs,
    service_dirs::ServiceDirs,
    supervisor::{self, Supervisor},
};

const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Its program, under either name.
pub(super) fn program(programs: &Programs) -> Result<PathBuf, StartError> {
    programs
        .find("redis-server")
        .or_else(|| programs.find("valkey-server"))
        .ok_or_else(|| StartError::NotInstalled {
            what: "Redis",
            why: format!("its program redis-server is not {}", programs.place("on PATH")).into(),
            install: "apt-get install -y redis-server".into(),
        })
}

/// Stops a Redis that an earlier run left, and starts ours.
pub(super) fn start(dirs: &ServiceDirs, server: PathBuf) -> Result<Supervisor, StartError> {
    let folder = dirs.data.join("redis");
    dirs.private_folder(&folder)?;
    let pid_file = folder.join("redis.pid");
    // SIGTERM is an orderly SHUTDOWN: the append-only file is flushed first.
    supervisor::stop_left_over("Redis", &pid_file, &folder, Signal::TERM)?;
    let (log, _) = dirs.log("redis")?;
    let dirs = dirs.clone();
    Supervisor::start("Redis", Signal::TERM, log, move || {
        let mut command = dirs.command(&server, Some("TERM"))?;
        let (path, log) = dirs.log("redis")?;
        let errors = log.try_clone().map_err(|error| StartError::file("open the log", &path, error))?;
        command
            .args(["--port", "0", "--unixsocketperm", "700", "--unixsocket"])
            .arg(socket(&dirs))
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
pub(super) async fn wait(dirs: &ServiceDirs, supervisor: Option<&Supervisor>) -> Result<(), StartError> {
    let since = Instant::now();
    loop {
        if let Some(supervisor) = supervisor {
            supervisor.check()?;
        }
        if answers(dirs) {
            return Ok(());
        }
        if since.elapsed() > START_TIMEOUT {
            return Err(match supervisor {
                Some(supervisor) => supervisor.failure("it does not answer"),
                None => StartError::Foreign { path: socket(dirs) },
            });
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn answers(dirs: &ServiceDirs) -> bool {
    let ping = || -> std::io::Result<bool> {
        let mut stream = UnixStream::connect(socket(dirs))?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0_u8; 5];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"+PONG")
    };
    ping().unwrap_or(false)
}

fn socket(dirs: &ServiceDirs) -> PathBuf {
    dirs.sockets.join("redis.sock")
}

/// How to reach it.
pub(super) fn url(dirs: &ServiceDirs) -> SecretString {
    format!("redis+unix://{}", socket(dirs).display()).into()
}
