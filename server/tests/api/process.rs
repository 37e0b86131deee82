//! The process as its operators meet it: the real binary, its own PostgreSQL and Redis, its signals, its messages.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{self, proxy::Wire};

/// Generous: the machine that runs the tests may be compiling beside them.
const PATIENCE: Duration = Duration::from_secs(90);

/// A folder that the services' user can reach when the tests run as root.
pub fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The binary, with none of this machine's own settings.
pub fn forecourt(var: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forecourt"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("FORECOURT_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(var)
        .env("FORECOURT_VAR_DIR", var)
        .env("FORECOURT_LOG_FORMAT", "text")
        .stdin(Stdio::null());
    command
}

/// A server that is killed if its test fails.
pub struct Server {
    pub process: Child,
    pub port: u16,
    pub metrics: u16,
}

impl Server {
    pub fn start(var: &Path, settings: &[(&str, &str)]) -> Self {
        let (port, metrics) = (free_port(), free_port());
        let log = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(var.join("serve.log"))
            .unwrap();
        let process = forecourt(var)
            .arg("serve")
            .env("FORECOURT_LISTEN", format!("127.0.0.1:{port}"))
            .env("FORECOURT_PUBLIC_URL", format!("http://localhost:{port}"))
            .env("FORECOURT_METRICS_LISTEN", format!("127.0.0.1:{metrics}"))
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { process, port, metrics }
    }

    async fn ready(&self) -> Option<(u16, serde_json::Value)> {
        let answer = get(self.port, "/health/ready").await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.ok()?))
    }

    /// Waits for a status of /health/ready and gives its body and how long it took.
    pub async fn until(&mut self, status: u16) -> (serde_json::Value, Duration) {
        let since = Instant::now();
        loop {
            if let Some((found, body)) = self.ready().await
                && found == status
            {
                return (body, since.elapsed());
            }
            assert_eq!(self.process.try_wait().unwrap(), None, "the server ended");
            assert!(since.elapsed() < PATIENCE, "no {status} from /health/ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn terminate(mut self) -> ExitStatus {
        signal(&self.process, "TERM");
        self.process.wait().unwrap()
    }
}

pub async fn get(port: u16, path: &str) -> reqwest::Result<reqwest::Response> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build()?;
    client.get(format!("http://127.0.0.1:{port}{path}")).send().await
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn signal(process: &Child, name: &str) {
    let status = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(process.id().to_string())
        .status()
        .unwrap();
    assert!(status.success());
}

/// The services that work in a folder, with their process ids: what the server started and should have stopped.
pub fn services_in(folder: &Path) -> Vec<(u32, String)> {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.ok()?.path();
            fs::read_link(entry.join("cwd")).ok().filter(|cwd| cwd.starts_with(folder))?;
            let pid = entry.file_name()?.to_str()?.parse().ok()?;
            Some((pid, fs::read_to_string(entry.join("cmdline")).ok()?))
        })
        .filter(|(_, command)| command.contains("postgres") || command.contains("redis"))
        .collect()
}

pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn state_of<'a>(body: &'a serde_json::Value, name: &str) -> &'a str {
    let checks = body["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()["status"]
        .as_str()
        .unwrap()
}

#[tokio::test]
async fn it_starts_its_own_services_and_leaves_none_behind() {
    let folder = folder();
    let var = folder.path();
    let mut server = Server::start(var, &[]);
    let (body, _) = server.until(200).await;
    for name in ["postgresql", "redis", "migrations"] {
        assert_eq!(state_of(&body, name), "ok");
    }
    let metrics = get(server.metrics, "/metrics").await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(
        metrics.contains(r#"http_requests_total{method="GET",route="/health/ready",status="200"}"#),
        "{metrics}"
    );
    assert!(metrics.contains("process_resident_memory_bytes"), "{metrics}");
    assert!(metrics.contains("db_connections_idle"), "{metrics}");

    let check = forecourt(var)
        .arg("healthcheck")
        .env("FORECOURT_LISTEN", format!("127.0.0.1:{}", server.port))
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", text(&check));
    let beside = forecourt(var).arg("migrate").output().unwrap();
    assert!(
        beside.status.success(),
        "a command beside the server uses its services: {}",
        text(&beside)
    );
    let second = forecourt(var)
        .arg("serve")
        .env("FORECOURT_LISTEN", "127.0.0.1:0")
        .env("FORECOURT_METRICS_LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(
        text(&second).contains(&format!("another forecourt (process {})", server.process.id())),
        "{}",
        text(&second)
    );

    assert!(server.terminate().success());
    assert_eq!(services_in(var), Vec::new());
}

#[tokio::test]
async fn it_starts_again_after_it_was_killed() {
    let folder = folder();
    let var = folder.path();
    let mut killed = Server::start(var, &[]);
    killed.until(200).await;
    signal(&killed.process, "KILL");
    killed.process.wait().unwrap();
    // At once: the services of the killed one may still be stopping.
    let mut server = Server::start(var, &[]);
    server.until(200).await;
    assert!(server.terminate().success());
    assert_eq!(services_in(var), Vec::new());
}

#[tokio::test]
async fn it_says_what_is_away_and_recovers_by_itself() {
    let folder = folder();
    let services = folder.path().join("services");
    fs::create_dir(&services).unwrap();
    let away = Services::start(&services);
    let mut settings: Vec<(&str, &str)> = away.urls.iter().map(|(name, url)| (name.as_str(), url.as_str())).collect();
    settings.push(("FORECOURT_SECRET_KEY", "0f3a9c5e7b1d8264a0c9e3f5b7d18264"));
    let mut server = Server::start(folder.path(), &settings);
    drop(settings);
    server.until(200).await;

    away.stop();
    let (body, _) = server.until(503).await;
    assert_eq!(state_of(&body, "postgresql"), "away");
    assert_eq!(state_of(&body, "redis"), "away");
    let live = get(server.port, "/health/live").await.unwrap();
    assert_eq!(live.status().as_u16(), 200, "it lives, and needs no restart");
    let check = forecourt(folder.path())
        .arg("healthcheck")
        .env("FORECOURT_LISTEN", format!("127.0.0.1:{}", server.port))
        .output()
        .unwrap();
    assert_eq!(check.status.code(), Some(1));
    let said = text(&check);
    assert!(
        said.contains("not ready") && said.contains(r#""name":"postgresql","status":"away""#),
        "{said}"
    );

    let again = Services::start(&services);
    let (_, back) = server.until(200).await;
    assert!(back < Duration::from_secs(5), "back after {back:?}");
    assert!(server.terminate().success());
    again.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_with_a_database_of_its_own_is_set_up_there_and_missed_when_it_is_away() {
    let main = support::fresh_database().await;
    let issuers = support::empty_database().await;
    let (wire, through_wire) = Wire::to_postgres(&issuers).await;
    let folder = folder();
    let redis = support::redis_url();
    let settings = [
        ("FORECOURT_DATABASE_URL", main.as_str()),
        ("FORECOURT_ISSUER_DATABASE_URL", through_wire.as_str()),
        ("FORECOURT_REDIS_URL", redis.as_str()),
        ("FORECOURT_SECRET_KEY", "0f3a9c5e7b1d8264a0c9e3f5b7d18264"),
        ("FORECOURT_DEMO", "true"),
    ];
    let mut server = Server::start(folder.path(), &settings);
    let (body, _) = server.until(200).await;
    for name in ["postgresql", "redis", "migrations", "issuer_postgresql", "issuer_migrations"] {
        assert_eq!(state_of(&body, name), "ok");
    }
    let metadata = get(server.port, "/issuer/.well-known/openid-configuration").await.unwrap();
    assert_eq!(metadata.status(), 200);
    for (url, there) in [(&main, (0, 0)), (&issuers, (5, 1))] {
        let db = sqlx::PgPool::connect(url).await.unwrap();
        let kept: (i64, i64) = sqlx::query_as("SELECT (SELECT count(*) FROM issuer.account), (SELECT count(*) FROM issuer.client)")
            .fetch_one(&db)
            .await
            .unwrap();
        assert_eq!(kept, there, "accounts and clients");
    }

    wire.cut();
    let (body, _) = server.until(503).await;
    assert_eq!(
        (state_of(&body, "issuer_postgresql"), state_of(&body, "postgresql")),
        ("away", "ok")
    );
    wire.mend();
    server.until(200).await;
    assert!(server.terminate().success());
}

/// `forecourt services`, killed if its test fails.
struct Services {
    process: Child,
    urls: Vec<(String, String)>,
}

impl Services {
    /// Starts them and reads the URLs that it prints.
    fn start(var: &Path) -> Self {
        use std::io::BufRead;
        let mut process = forecourt(var)
            .arg("services")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = std::io::BufReader::new(process.stdout.take().unwrap()).lines();
        let urls = lines
            .take(2)
            .map(|line| {
                let line = line.unwrap();
                let (name, url) = line.split_once('=').unwrap();
                (name.to_owned(), url.trim_matches('\'').to_owned())
            })
            .collect();
        Self { process, urls }
    }

    fn stop(mut self) {
        signal(&self.process, "TERM");
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_port_in_use_is_said_before_anything_is_started() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let output = forecourt(folder.path())
        .arg("serve")
        .env("FORECOURT_LISTEN", address.to_string())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output);
    assert!(text.contains(&format!("port {} is in use", address.port())), "{text}");
    assert!(text.contains("FORECOURT_LISTEN=127.0.0.1:"), "{text}");
    assert!(!folder.path().join("postgres").exists());

    let output = forecourt(folder.path())
        .arg("serve")
        .env("FORECOURT_LISTEN", "127.0.0.1:0")
        .env("FORECOURT_METRICS_LISTEN", address.to_string())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = self::text(&output);
    assert!(said.contains(&format!("port {} is in use", address.port())), "{said}");
    assert!(said.contains("FORECOURT_METRICS_LISTEN=127.0.0.1:"), "{said}");
    assert!(!folder.path().join("postgres").exists());
}

#[test]
fn every_problem_of_a_configuration_is_listed_at_once() {
    let folder = folder();
    let output = forecourt(folder.path())
        .args(["serve"])
        .env("FORECOURT_LISTEN", "here")
        .env("FORECOURT_ROLES", "cook")
        .env("FORECOURT_DATABASE_URL", "mysql://root:hunter2@db/cars")
        .env("FORECOURT_LOG_FORMATT", "json")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = text(&output);
    for expected in [
        "listen",
        "roles",
        "database_url",
        "FORECOURT_LOG_FORMATT",
        "did you mean FORECOURT_LOG_FORMAT?",
    ] {
        assert!(text.contains(expected), "{expected} is missing in:\n{text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_healthcheck_without_a_server_fails() {
    let folder = folder();
    let output = forecourt(folder.path())
        .arg("healthcheck")
        .env("FORECOURT_LISTEN", format!("127.0.0.1:{}", free_port()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("not ready"), "{}", text(&output));
    assert!(!folder.path().join("secret_key").exists(), "it only looks");
}

#[test]
fn it_prints_the_document_of_its_rest_operations() {
    let folder = folder();
    let output = forecourt(folder.path()).arg("openapi").output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"]["/api/v1/vehicles"]["get"].is_object());
    assert!(!folder.path().join("secret_key").exists(), "it starts nothing");
}

#[test]
fn without_a_command_it_shows_the_commands() {
    let folder = folder();
    let bare = forecourt(folder.path()).env_remove("LEPTOS_OUTPUT_NAME").output().unwrap();
    assert_eq!(bare.status.code(), Some(2));
    let asked = forecourt(folder.path()).arg("--help").output().unwrap();
    assert!(asked.status.success());
    for help in [text(&bare), String::from_utf8_lossy(&asked.stdout).into_owned()] {
        for command in [
            "serve",
            "migrate",
            "demo",
            "import",
            "openapi",
            "audit",
            "catalogue",
            "vin",
            "healthcheck",
        ] {
            assert!(help.contains(command), "{help}");
        }
    }
}

/// cargo-leptos (`watch`, `end-to-end`) starts the server without arguments.
#[test]
fn started_by_cargo_leptos_it_serves() {
    let folder = folder();
    let mut started = forecourt(folder.path());
    let started = started.envs([("LEPTOS_OUTPUT_NAME", "forecourt"), ("FORECOURT_LISTEN", "nowhere")]);
    let refused = started.output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("FORECOURT_LISTEN"), "{refused:?}");
}
