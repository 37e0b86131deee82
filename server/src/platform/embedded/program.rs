//! Finding the programs of PostgreSQL and Redis on this machine, and the user they run as when we are root.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::super::start::StartError;

/// Debian's folders of PostgreSQL by major version.
const POSTGRESQL: &str = "/usr/lib/postgresql";
/// Folders of programs that a PATH may lack.
const USUAL: &[&str] = &["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];

/// An unprivileged user of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// `postgres`, which Debian's package makes; else `nobody`.
    pub(super) fn unprivileged() -> Result<Self, StartError> {
        let path = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(path).map_err(|error| StartError::file("read", path, error))?;
        Self::named("postgres", &passwd)
            .or_else(|| Self::named("nobody", &passwd))
            .ok_or(StartError::NoUser)
    }

    fn named(name: &str, passwd: &str) -> Option<Self> {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(Self {
            name: name.into(),
            uid: fields.next()?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    }

    /// Whether this user may enter a folder. The kernel is asked, for it also knows access lists and mounts.
    pub(super) fn reaches(&self, path: &Path) -> bool {
        let (Some(setpriv), Some(test)) = (on_path("setpriv"), on_path("test")) else {
            return true;
        };
        Command::new(setpriv)
            .args([
                format!("--reuid={}", self.uid),
                format!("--regid={}", self.gid),
                "--clear-groups".into(),
            ])
            .arg("--")
            .arg(test)
            .arg("-x")
            .arg(path)
            .current_dir("/")
            .stdin(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// Where the programs of the services are looked for.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    /// As configured; None: PATH, the usual folders and Debian's.
    configured: Option<OsString>,
}

impl Programs {
    pub(super) fn new(configured: Option<&OsStr>) -> Self {
        Self {
            configured: configured.map(OsStr::to_owned),
        }
    }

    /// Where it was looked, in words; `usual` if nothing is configured.
    pub(super) fn place(&self, usual: &str) -> String {
        match &self.configured {
            Some(path) => format!("in {} (program_path)", path.display()),
            None => usual.to_owned(),
        }
    }

    /// A program by its name.
    pub(super) fn find(&self, name: &str) -> Option<PathBuf> {
        match &self.configured {
            Some(path) => first(name, std::env::split_paths(path)),
            None => on_path(name),
        }
    }

    /// The folder with `initdb` and `postgres` of a major version, or of the newest there is, and its version.
    pub(super) fn postgres(&self, version: Option<u32>) -> Option<(PathBuf, u32)> {
        match &self.configured {
            Some(path) => postgres(version, std::env::split_paths(path)),
            None => {
                let of_debian = fs::read_dir(POSTGRESQL).into_iter().flatten();
                let of_debian = of_debian.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
                let path = std::env::var_os("PATH").unwrap_or_default();
                postgres(version, std::env::split_paths(&path).chain(of_debian))
            }
        }
    }
}

/// A program by its name, as a shell finds it; then in the usual folders.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    first(name, std::env::split_paths(&path).chain(USUAL.iter().map(PathBuf::from)))
}

fn first(name: &str, folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let mut candidates = folders.map(|folder| folder.join(name));
    candidates.find(|candidate| is_program(candidate))
}

fn postgres(version: Option<u32>, folders: impl Iterator<Item = PathBuf>) -> Option<(PathBuf, u32)> {
    let mut found: Vec<(PathBuf, u32)> = folders
        .filter(|folder| is_program(&folder.join("initdb")) && is_program(&folder.join("postgres")))
        .filter_map(|folder| Some((major(&folder.join("postgres"))?, folder)))
        .map(|(major, folder)| (folder, major))
        .collect();
    found.sort_by_key(|(_, major)| *major);
    match version {
        Some(version) => found.into_iter().find(|(_, major)| *major == version),
        None => found.pop(),
    }
}

/// 15 of `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn major(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace()
        .nth(2)?
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_from_passwd() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        let postgres = Account::named("postgres", passwd).map(|account| (account.uid, account.gid));
        assert_eq!(postgres, Some((101, 104)));
        assert_eq!(Account::named("nobody", passwd), None);
    }

    #[test]
    fn nothing_is_found_where_nothing_is_installed() {
        let nowhere = Programs::new(Some(OsStr::new("/nonexistent")));
        assert_eq!(nowhere.postgres(None), None);
        assert_eq!(nowhere.find("sh"), None);
    }
}
