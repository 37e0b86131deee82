//! The binary `forecourt`: reads the command, runs it, and says in words what went wrong.

mod cli;
mod port;
mod serve;

use std::{
    ffi::OsString,
    os::unix::process::CommandExt,
    process::{Command, ExitCode},
};

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse_from(arguments());
    if cli.stays() {
        give_memory_back();
    }
    // reqwest, fred and sqlx share one TLS provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return cli::failed(&error),
    };
    // Not spawned: what runs in `block_on` stays on this thread, which lives as long as the process.
    let outcome = runtime.block_on(cli::run(cli));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}

/// What was typed. cargo-leptos starts the server without arguments and sets this variable; for it we serve.
fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.len() == 1 && std::env::var_os("LEPTOS_OUTPUT_NAME").is_some() {
        arguments.push("serve".into());
    }
    arguments
}

/// Starts this program anew (same process, same arguments) with a fixed threshold from which glibc maps memory by itself.
///
/// By default glibc raises that threshold to the largest block that was freed, so the 19 MiB of every password check come from
/// its arenas from then on and stay with us: measured after five sign-ins, 122 MB instead of 63 MB. glibc reads the setting
/// (mallopt(3)) when a process starts, and calling mallopt would need unsafe code.
fn give_memory_back() {
    const SETTING: &str = "MALLOC_MMAP_THRESHOLD_";
    if std::env::var_os(SETTING).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // Comes back only if it fails; then the server runs as it is.
    let _ = command.args(arguments).env(SETTING, "262144").exec();
}
