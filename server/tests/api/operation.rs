//! The process under its operator's hands: stopped in the middle, its services killed or missing, its logs and traces read.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use app::{identity::Preset, kernel::number::Notation};

use crate::{
    process::{Server, folder, forecourt, get, services_in, signal, state_of, text},
    support::{
        self,
        imports::Lot,
        issuer::{Browser, EMAIL, account},
        web::member,
    },
};

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_process_stops() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    server.until(200).await;
    let form = "grant_type=nonsense";
    let mut flight = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let head = format!(
        "POST /issuer/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        form.len()
    );
    flight.write_all(head.as_bytes()).unwrap();
    flight.write_all(&form.as_bytes()[..5]).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;

    signal(&server.process, "TERM");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.process.try_wait().unwrap(), None, "it waits for the request");
    assert!(get(server.port, "/health/live").await.is_err(), "nothing new is taken");

    flight.write_all(&form.as_bytes()[5..]).unwrap();
    flight.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut answer = String::new();
    flight.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("invalid_client"), "whole, and PostgreSQL was still there: {answer}");
    // Without another signal: that would end it at once.
    assert!(server.process.wait().unwrap().success());
    assert_eq!(services_in(folder.path()), Vec::new());
}

#[tokio::test]
async fn a_stop_waits_only_a_moment_for_a_request_to_the_metrics_that_never_ends() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    server.until(200).await;
    let mut half = TcpStream::connect(("127.0.0.1", server.metrics)).unwrap();
    half.write_all(b"GET /metrics HTTP/1.1\r\n").unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    signal(&server.process, "TERM");
    let since = Instant::now();
    while server.process.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < Duration::from_secs(30), "it waits for ever");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.process.wait().unwrap().success());
    assert_eq!(services_in(folder.path()), Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_streams_of_events_and_hands_running_jobs_back() {
    let lot = Lot::without_worker().await;
    let db = &lot.platform.db;
    account(db).await;
    member(&lot.platform, lot.owner.organisation, EMAIL, Preset::Owner).await;
    let folder = folder();
    let database = support::url_of(db.connect_options().get_database().unwrap());
    let settings = [
        ("FORECOURT_DATABASE_URL", &*database),
        ("FORECOURT_REDIS_URL", &support::redis_url()),
        ("FORECOURT_SECRET_KEY", "0f3a9c5e7b1d8264a0c9e3f5b7d18264"),
    ];
    let mut server = Server::start(folder.path(), &settings);
    server.until(200).await;
    let origin = format!("http://localhost:{}", server.port);
    let mut browser = Browser::signed_in(&origin).await;
    // The check of a file reads the branches, and waits for this.
    let mut held = db.begin().await.unwrap();
    sqlx::query("LOCK TABLE branch IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *held)
        .await
        .unwrap();
    let import = lot.start(b"make,model\nBorgward,Isabella\n", Notation::Point).await;
    let mut events = browser.get(&format!("{origin}/api/v1/vehicles/imports/{import}/events")).await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    assert!(events.chunk().await.unwrap().is_some());
    while lot.count("SELECT count(*) FROM job WHERE state = 'running'").await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    signal(&server.process, "TERM");
    let since = Instant::now();
    while server.process.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < Duration::from_secs(20), "it does not wait for streams");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.process.wait().unwrap().success());
    while let Ok(Some(_)) = events.chunk().await {}
    let jobs: Vec<(String, i32)> = sqlx::query_as("SELECT state, attempts FROM job").fetch_all(db).await.unwrap();
    assert_eq!(jobs, [("queued".to_owned(), 0)]);
}

#[tokio::test]
async fn services_that_are_killed_are_started_again() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    server.until(200).await;
    for name in ["redis", "postgres"] {
        let before = services_in(folder.path());
        let is_main = |command: &str| command.contains(name) && (name == "redis" || command.contains("-D"));
        let (pid, _) = before
            .iter()
            .find(|(_, command)| is_main(command))
            .unwrap_or_else(|| panic!("{before:?}"));
        let killed = Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap();
        assert!(killed.success());
        let since = Instant::now();
        loop {
            let now = services_in(folder.path());
            if now.iter().any(|(other, command)| other != pid && is_main(command)) && !now.iter().any(|(other, _)| other == pid) {
                break;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{name} is not back: {now:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let (body, _) = server.until(200).await;
        assert_eq!(state_of(&body, if name == "redis" { "redis" } else { "postgresql" }), "ok");
    }
    assert!(server.terminate().success());
    assert_eq!(services_in(folder.path()), Vec::new());
}

/// Runs `forecourt serve` where none but these programs are installed.
fn serve_with(var: &Path, programs: &[&str]) -> Output {
    let path = var.join("programs");
    fs::create_dir(&path).unwrap();
    for name in programs {
        let look = format!("command -v {name} || ls /usr/lib/postgresql/*/bin/{name} | tail -n1");
        let found = Command::new("sh").args(["-c", &look]).output().unwrap();
        let program = String::from_utf8(found.stdout).unwrap();
        std::os::unix::fs::symlink(program.trim(), path.join(name)).unwrap();
    }
    forecourt(var)
        .arg("serve")
        .env("FORECOURT_PROGRAM_PATH", path)
        .env("FORECOURT_LISTEN", "127.0.0.1:0")
        .env("FORECOURT_METRICS_LISTEN", "127.0.0.1:0")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn without_postgresql_or_redis_it_says_what_to_install_and_leaves_nothing_behind() {
    let postgresql = ("PostgreSQL", "sudo apt-get install -y postgresql", "FORECOURT_DATABASE_URL=");
    let redis = ("Redis", "sudo apt-get install -y redis-server", "FORECOURT_REDIS_URL=");
    let cases: [(&[&str], &[_]); 3] = [
        (&["redis-server"], &[postgresql]),
        (&["initdb", "postgres"], &[redis]),
        (&[], &[postgresql, redis]),
    ];
    for (there, missing) in cases {
        let folder = folder();
        let output = serve_with(folder.path(), there);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        for (name, install, instead) in missing {
            assert!(said.contains(&format!("{name} is needed and not installed")), "{said}");
            assert!(said.contains(install) && said.contains(instead), "{said}");
        }
        assert_eq!(said.matches("is needed and not installed").count(), missing.len(), "{said}");
        assert_eq!(services_in(folder.path()), Vec::new(), "{missing:?}");
    }
}

#[test]
fn an_issuer_alone_needs_an_issuer_of_its_own() {
    let folder = folder();
    for (arguments, roles) in [(&["serve"][..], "issuer"), (&["serve", "--roles", "issuer"][..], "web")] {
        let output = forecourt(folder.path())
            .args(arguments)
            .env("FORECOURT_ROLES", roles)
            .env("FORECOURT_OIDC_ISSUER", "https://id.example.com/")
            .env("FORECOURT_OIDC_CLIENT_SECRET", "0f3a9c5e7b1d8264a0c9e3f5b7d18264")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = text(&output);
        assert!(
            said.contains("roles") && said.contains("there is no embedded issuer to serve"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn an_issuer_alone_serves_its_pages_with_their_files_and_tells_in_json_and_traces_what_it_does() {
    let folder = folder();
    let site = folder.path().join("site/pkg");
    fs::create_dir_all(&site).unwrap();
    fs::write(site.join("forecourt.css"), "body { color: black }").unwrap();
    let collector = wiremock::MockServer::start().await;
    wiremock::Mock::given(wiremock::matchers::method("POST"))
        .respond_with(wiremock::ResponseTemplate::new(200))
        .mount(&collector)
        .await;
    let endpoint = format!("{}/v1/traces", collector.uri());
    let mut server = Server::start(
        folder.path(),
        &[
            ("FORECOURT_ROLES", "issuer"),
            ("FORECOURT_SITE_ROOT", folder.path().join("site").to_str().unwrap()),
            ("FORECOURT_LOG_FORMAT", "json"),
            ("FORECOURT_OTLP_ENDPOINT", &endpoint),
        ],
    );
    server.until(200).await;
    let style = get(server.port, "/pkg/forecourt.css").await.unwrap();
    assert_eq!(
        (style.status().as_u16(), style.headers()["content-type"].to_str().unwrap()),
        (200, "text/css")
    );
    let metadata = get(server.port, "/issuer/.well-known/openid-configuration").await.unwrap();
    assert_eq!(metadata.status(), 200);
    let request_id = metadata.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(get(server.port, "/stock").await.unwrap().status(), 404, "no pages of its own");
    assert!(server.terminate().success());

    let log = fs::read_to_string(folder.path().join("serve.log")).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    for line in &lines {
        for key in ["timestamp", "level", "target", "message"] {
            assert!(line[key].is_string(), "{key} is missing in {line}");
        }
    }
    let answered = lines
        .iter()
        .find(|line| line["message"] == "answered" && line["span"]["request_id"] == request_id.as_str())
        .expect("one line for the request, with its id");
    assert_eq!(answered["status"], 200);
    assert_eq!(answered["span"]["path"], "/issuer/.well-known/openid-configuration");
    assert!(answered["microseconds"].is_u64());

    let sent = collector.received_requests().await.unwrap();
    assert!(!sent.is_empty(), "traces are sent at the latest when it stops");
    assert!(sent.iter().all(|request| request.url.path() == "/v1/traces"));
    let holds = |text: &str| {
        sent.iter()
            .any(|request| request.body.windows(text.len()).any(|part| part == text.as_bytes()))
    };
    assert!(
        holds("forecourt") && holds(&request_id),
        "the service's name and the request's span"
    );
}
