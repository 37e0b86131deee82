//! Where the services keep their data and sockets, and as whom they run.
//!
//! PostgreSQL refuses root, so as root both run as an unprivileged user. Where that user can't reach `var_dir` (a checkout
//! under /root), the data lies under /var/lib/forecourt instead. A socket's path has 107 bytes at most: a long one
//! moves the sockets to /tmp.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest, Sha256};

use super::{
    super::start::StartError,
    absolute,
    program::{self, Account},
};

/// Where the data lies if the services' user can't reach `var_dir`.
const FALLBACK_DATA_DIR: &str = "/var/lib/forecourt";
/// The longest name a socket gets in its folder: `.s.PGSQL.5432.lock`.
const LONGEST_SOCKET: usize = 18;
/// sockaddr_un holds 108 bytes with the closing NUL (unix(7)).
const SOCKET_PATH_LIMIT: usize = 107;

/// Everything lies below `data`; only `account` may enter the folders of the services.
#[derive(Clone, Debug)]
pub(super) struct ServiceDirs {
    pub(super) data: PathBuf,
    pub(super) sockets: PathBuf,
    /// Whom to become; None: stay who we are.
    pub(super) account: Option<Account>,
    owner: u32,
}

impl ServiceDirs {
    /// Finds or makes the folders of the services of `var_dir`.
    pub(super) fn find(var_dir: &Path) -> Result<Self, StartError> {
        let var_dir = absolute(var_dir);
        let us = rustix::process::geteuid().as_raw();
        let hash = hex::encode(Sha256::digest(var_dir.as_os_str().as_encoded_bytes()));
        let short = hash.get(..12).unwrap_or(&hash);
        let account = if us == 0 { Some(Account::unprivileged()?) } else { None };
        let data = match &account {
            Some(account) if !account.reaches(&var_dir) => {
                let elsewhere = Path::new(FALLBACK_DATA_DIR).join(short);
                tracing::info!(
                    "{} is not open to the user {}, as whom PostgreSQL and Redis run: their data lies in {}",
                    var_dir.display(),
                    account.name,
                    elsewhere.display()
                );
                elsewhere
            }
            _ => var_dir.clone(),
        };
        fs::create_dir_all(&data).map_err(|error| StartError::file("make the folder", &data, error))?;
        if data != var_dir {
            // Whatever our umask is, their user must come through to folders of its own.
            for folder in [Path::new(FALLBACK_DATA_DIR), &data] {
                let open = fs::Permissions::from_mode(0o755);
                fs::set_permissions(folder, open).map_err(|error| StartError::file("open the folder", folder, error))?;
            }
        }
        let dirs = Self {
            sockets: sockets(&data, short),
            data,
            owner: account.as_ref().map_or(us, |account| account.uid),
            account,
        };
        dirs.private_folder(&dirs.sockets)?;
        Ok(dirs)
    }

    /// Makes a folder that only the services' user may enter, or sees that it is one.
    pub(super) fn private_folder(&self, path: &Path) -> Result<(), StartError> {
        let failed = |error| StartError::file("make the folder", path, error);
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => self.chown(path)?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
        // Not followed: in /tmp somebody else may have put a link, or a folder of their own, under this name.
        let found = fs::symlink_metadata(path).map_err(failed)?;
        if !found.is_dir() || found.uid() != self.owner {
            return Err(StartError::Foreign { path: path.to_owned() });
        }
        if found.mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        }
        Ok(())
    }

    fn chown(&self, path: &Path) -> Result<(), StartError> {
        match &self.account {
            Some(account) => std::os::unix::fs::chown(path, Some(account.uid), Some(account.gid))
                .map_err(|error| StartError::file("give to the services' user the folder", path, error)),
            None => Ok(()),
        }
    }

    /// A command that runs as the services' user, with nothing of our environment, in a process group of its own, so that
    /// Ctrl-C reaches only us and we stop the services last. With `death` it gets that signal when we die.
    pub(super) fn command(&self, program: &Path, death: Option<&str>) -> Result<Command, StartError> {
        use std::os::unix::process::CommandExt;

        let mut command = match program::on_path("setpriv") {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                if let Some(account) = &self.account {
                    command.args([
                        format!("--reuid={}", account.uid),
                        format!("--regid={}", account.gid),
                        "--clear-groups".into(),
                    ]);
                }
                if let Some(signal) = death {
                    command.arg(format!("--pdeathsig={signal}"));
                }
                command.arg("--no-new-privs").arg("--").arg(program);
                command
            }
            None if self.account.is_none() => Command::new(program),
            None => {
                return Err(StartError::NotInstalled {
                    what: "setpriv",
                    why: "as root, Forecourt runs PostgreSQL and Redis as an unprivileged user".into(),
                    install: "apt-get install -y util-linux".into(),
                });
            }
        };
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .current_dir(&self.data)
            .stdin(Stdio::null())
            .process_group(0);
        Ok(command)
    }

    /// The log of a service, opened to append.
    pub(super) fn log(&self, name: &str) -> Result<(PathBuf, fs::File), StartError> {
        let path = self.data.join(format!("{name}.log"));
        let file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| StartError::file("open the log", &path, error))?;
        Ok((path, file))
    }
}

fn sockets(data: &Path, short: &str) -> PathBuf {
    let beside = data.join("run");
    if beside.as_os_str().len() + 1 + LONGEST_SOCKET <= SOCKET_PATH_LIMIT {
        beside
    } else {
        PathBuf::from(format!("/tmp/forecourt-{short}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_moves_the_sockets_to_tmp() {
        let long = PathBuf::from(format!("/home/{}", "a".repeat(100)));
        assert_eq!(sockets(&long, "0123456789ab"), PathBuf::from("/tmp/forecourt-0123456789ab"));
        assert_eq!(sockets(Path::new("/srv/var"), "0123456789ab"), PathBuf::from("/srv/var/run"));
    }
}
