//! The one secret: is it good enough, and the one that Forecourt makes for itself beside its embedded services.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rand::Rng;

const FILE: &str = "secret_key";

/// Why a secret is refused; None: it will do.
pub(super) fn weakness(secret: &str) -> Option<&'static str> {
    const PLACEHOLDERS: &[&str] = &[
        "change",
        "secret-key",
        "secret_key",
        "example",
        "placeholder",
        "password",
        "todo",
        "xxxx",
        "your",
    ];
    let distinct: std::collections::BTreeSet<char> = secret.chars().collect();
    let lower = secret.to_lowercase();
    if secret.chars().count() < 32 {
        Some("it is shorter than that")
    } else if distinct.len() < 8 {
        Some("this one repeats a few characters")
    } else if PLACEHOLDERS.iter().any(|placeholder| lower.contains(placeholder)) {
        Some("this one is a placeholder")
    } else {
        None
    }
}

/// The secret kept under `var_dir`. Where there is none yet: one that is kept from now on, readable by its owner only, if `make`; else one
/// that nobody will know again.
///
/// # Errors
/// As reading and writing files.
pub(super) fn kept(var_dir: &Path, make: bool) -> io::Result<String> {
    let path = var_dir.join(FILE);
    match fs::read_to_string(&path) {
        Ok(secret) => return Ok(secret.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    if !make {
        return Ok(hex::encode(bytes));
    }
    fs::create_dir_all(var_dir)?;
    let unfinished = var_dir.join(format!("{FILE}.{}", std::process::id()));
    let mut file: File = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(hex::encode(bytes).as_bytes())?;
    file.sync_all()?;
    // A link fails where the name is taken: of two processes at their first start, both read the same secret.
    let linked = fs::hard_link(&unfinished, &path);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    Ok(fs::read_to_string(&path)?.trim().to_owned())
}
