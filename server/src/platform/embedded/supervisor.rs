//! Supervises one service: a thread that starts it, waits for its end, and starts it again unless it was told to stop.
//!
//! A thread, not a task: the kernel sends a child its death signal when the *thread* that started it ends, and threads of
//! the runtime come and go.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::super::start::StartError;

/// How long a service may take to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(25);
/// Between the unexpected end of a service and its next start: twice as long each time that it ends soon again.
const RESTART_AFTER: Duration = Duration::from_millis(500);
const MAX_RESTART_AFTER: Duration = Duration::from_secs(30);
/// A service that ends sooner than this after its start is given more time before the next.
const TOO_SOON: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
struct State {
    pid: Option<Pid>,
    stopping: bool,
    /// Set when it first answered: from then on it is started again whenever it ends.
    ready: bool,
    /// Set when it ended before it was ever ready.
    failed: bool,
    done: bool,
}

/// A supervised service.
#[derive(Debug)]
pub(super) struct Supervisor {
    name: &'static str,
    stop_signal: Signal,
    state: Arc<Mutex<State>>,
    log: PathBuf,
    log_from: u64,
}

impl Supervisor {
    /// Starts the service that `command` makes, and supervises it.
    pub(super) fn start(
        name: &'static str,
        stop_signal: Signal,
        log: PathBuf,
        mut command: impl FnMut() -> Result<Command, StartError> + Send + 'static,
    ) -> Result<Self, StartError> {
        let log_from = std::fs::metadata(&log).map_or(0, |found| found.len());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::Builder::new()
            .name(format!("supervise-{name}"))
            .spawn(move || {
                supervise(name, &shared, &mut command);
                locked(&shared).done = true;
            })
            .map_err(|error| StartError::file("start a thread for", Path::new(name), error))?;
        Ok(Self {
            name,
            stop_signal,
            state,
            log,
            log_from,
        })
    }

    /// Tells that the service answers.
    pub(super) fn is_ready(&self) {
        locked(&self.state).ready = true;
    }

    /// An error with the end of its log, if the service ended before it was ready.
    pub(super) fn check(&self) -> Result<(), StartError> {
        if locked(&self.state).failed {
            Err(self.failure("it ended at once"))
        } else {
            Ok(())
        }
    }

    /// The error of a service that does not come up.
    pub(super) fn failure(&self, how: &str) -> StartError {
        StartError::Service {
            name: self.name,
            how: how.into(),
            log: self.log.clone(),
            end: end_of(&self.log, self.log_from),
        }
    }

    /// Sends the signal that stops the service in good order.
    pub(super) fn signal_stop(&self) {
        let mut state = locked(&self.state);
        state.stopping = true;
        if let Some(pid) = state.pid {
            let _ = kill_process(pid, self.stop_signal);
        }
    }

    /// Waits until the service has ended; kills it after `STOP_TIMEOUT`.
    pub(super) async fn wait(self) {
        let started = Instant::now();
        while !locked(&self.state).done {
            if started.elapsed() > STOP_TIMEOUT {
                tracing::warn!("{} did not stop in {} s and is killed", self.name, STOP_TIMEOUT.as_secs());
                if let Some(pid) = locked(&self.state).pid {
                    let _ = kill_process(pid, Signal::KILL);
                }
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn supervise(name: &str, shared: &Mutex<State>, command: &mut impl FnMut() -> Result<Command, StartError>) {
    let mut pause = RESTART_AFTER;
    loop {
        let started = Instant::now();
        let child = {
            let mut state = locked(shared);
            if state.stopping {
                return;
            }
            let child = command().and_then(|mut command| {
                command
                    .spawn()
                    .map_err(|error| StartError::file("start", Path::new(command.get_program()), error))
            });
            if let Ok(child) = &child {
                state.pid = pid_of(child);
            }
            child
        };
        let outcome = child.and_then(|mut child| child.wait().map_err(|error| StartError::file("wait for", Path::new(name), error)));
        let mut state = locked(shared);
        state.pid = None;
        if state.stopping {
            return;
        }
        match outcome {
            Ok(status) => tracing::error!("{name} ended by itself ({status})"),
            Err(error) => tracing::error!("{name}: {error}"),
        }
        if !state.ready {
            // It won't get better by another start; whoever waits for it says why.
            state.failed = true;
            return;
        }
        drop(state);
        pause = if started.elapsed() < TOO_SOON {
            (pause * 2).min(MAX_RESTART_AFTER)
        } else {
            RESTART_AFTER
        };
        if !paused(shared, pause) {
            return;
        }
        tracing::info!("starting {name} again");
    }
}

/// Waits; false if the service was told to stop meanwhile.
fn paused(shared: &Mutex<State>, pause: Duration) -> bool {
    let since = Instant::now();
    while since.elapsed() < pause {
        if locked(shared).stopping {
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
    true
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The last lines that a service wrote since `from`.
fn end_of(log: &Path, from: u64) -> String {
    let text = read_from(log, from).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
}

fn read_from(log: &Path, from: u64) -> io::Result<String> {
    use io::{Read, Seek};
    let mut file = std::fs::File::open(log)?;
    file.seek(io::SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(64 * 1024).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Ends a service that outlived an earlier forecourt: the process that `pid_file` names, if it works in `folder`. A number
/// that belongs to something else by now is left alone, and the file goes, for it would keep the service from starting.
pub(super) fn stop_left_over(name: &str, pid_file: &Path, folder: &Path, signal: Signal) -> Result<(), StartError> {
    let Ok(text) = std::fs::read_to_string(pid_file) else {
        return Ok(());
    };
    let Some(pid) = text
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok())
        .and_then(Pid::from_raw)
    else {
        return Ok(());
    };
    let lives = || std::fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).is_ok_and(|cwd| cwd == folder);
    if !lives() {
        return match std::fs::remove_file(pid_file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StartError::file("remove", pid_file, error)),
            _ => Ok(()),
        };
    }
    tracing::warn!(
        "{name} of an earlier run still runs (process {}) and is stopped first",
        pid.as_raw_nonzero()
    );
    let _ = kill_process(pid, signal);
    let since = Instant::now();
    while lives() {
        if since.elapsed() > STOP_TIMEOUT {
            let _ = kill_process(pid, Signal::KILL);
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
