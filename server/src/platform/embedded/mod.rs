//! PostgreSQL and Redis of our own, from the machine's own programs, where no URL is configured.
//!
//! Both listen on unix sockets only, in a folder that only their user may enter. One forecourt at a time keeps them
//! (a lock file says which); commands beside it join them. They stop with it, and die with it if it is killed.

mod postgres;
mod program;
mod redis;
mod service_dirs;
mod supervisor;

use std::{
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use super::start::StartError;
use program::Programs;
use service_dirs::ServiceDirs;
use supervisor::Supervisor;

/// Which of the two to run.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub postgres: bool,
    pub redis: bool,
}

/// The running services, and how to reach them.
#[derive(Debug)]
pub struct Embedded {
    pub database_url: Option<SecretString>,
    pub redis_url: Option<SecretString>,
    postgres: Option<Supervisor>,
    redis: Option<Supervisor>,
    /// Held for as long as the services are ours.
    _lock: Option<File>,
}

impl Embedded {
    /// Starts what is wanted and waits until it answers. `program_path` as in the configuration.
    ///
    /// # Errors
    /// `NotInstalled`, `Taken` if another forecourt keeps services under `var_dir`, `Service` with the end of the log.
    pub async fn start(var_dir: &Path, program_path: Option<&OsStr>, wanted: Wanted) -> Result<Self, StartError> {
        fs::create_dir_all(var_dir).map_err(|error| StartError::file("make the folder", var_dir, error))?;
        let lock = lock(var_dir)?;
        let dirs = ServiceDirs::find(var_dir)?;
        let mut this = Self {
            database_url: None,
            redis_url: None,
            postgres: None,
            redis: None,
            _lock: Some(lock),
        };
        let outcome = this.start_all(&dirs, &Programs::new(program_path), wanted).await;
        if outcome.is_err() {
            this.stop().await;
        }
        outcome.map(|()| this)
    }

    async fn start_all(&mut self, dirs: &ServiceDirs, programs: &Programs, wanted: Wanted) -> Result<(), StartError> {
        // Looked for before anything is started, so that whoever lacks both is told so at once.
        let bin = wanted.postgres.then(|| postgres::programs(dirs, programs)).transpose();
        let redis_server = wanted.redis.then(|| redis::program(programs)).transpose();
        let (bin, redis_server) = StartError::both(bin, redis_server)?;
        if let Some(redis_server) = redis_server {
            self.redis = Some(redis::start(dirs, redis_server)?);
        }
        if let Some(bin) = bin {
            self.postgres = Some(postgres::start(dirs, bin)?);
            postgres::wait(dirs, self.postgres.as_ref()).await?;
            self.database_url = Some(postgres::url(dirs));
        }
        if wanted.redis {
            redis::wait(dirs, self.redis.as_ref()).await?;
            self.redis_url = Some(redis::url(dirs));
        }
        for supervisor in self.postgres.iter().chain(&self.redis) {
            supervisor.is_ready();
        }
        Ok(())
    }

    /// The services of the forecourt that runs on `var_dir` now; None if none does.
    ///
    /// # Errors
    /// As reading the lock file.
    pub fn join(var_dir: &Path, wanted: Wanted) -> Result<Option<Self>, StartError> {
        if !var_dir.exists() {
            return Ok(None);
        }
        match lock(var_dir) {
            Err(StartError::Taken { .. }) => {}
            Ok(_released) => return Ok(None),
            Err(error) => return Err(error),
        }
        let dirs = ServiceDirs::find(var_dir)?;
        Ok(Some(Self {
            database_url: wanted.postgres.then(|| postgres::url(&dirs)),
            redis_url: wanted.redis.then(|| redis::url(&dirs)),
            postgres: None,
            redis: None,
            _lock: None,
        }))
    }

    /// Stops what was started: both are told at once, then waited for.
    pub async fn stop(&mut self) {
        let keepers: Vec<Supervisor> = self.postgres.take().into_iter().chain(self.redis.take()).collect();
        for supervisor in &keepers {
            supervisor.signal_stop();
        }
        for supervisor in keepers {
            supervisor.wait().await;
        }
    }
}

/// Takes the lock of `var_dir`; it is released when the file is closed, even by `kill -9`.
fn lock(var_dir: &Path) -> Result<File, StartError> {
    let path = var_dir.join("forecourt.lock");
    let failed = |error| StartError::file("lock", &path, error);
    let mut file = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).map_err(failed)?;
            file.rewind().map_err(failed)?;
            writeln!(file, "{}", std::process::id()).map_err(failed)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).map_err(failed)?;
            Err(StartError::Taken {
                var_dir: absolute(var_dir),
                holder: holder.trim().parse().ok(),
            })
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
