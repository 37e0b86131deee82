//! The binary `forecourt`: reads the command, runs it, and says in words what went wrong.

mod cli;
mod port;
mod serve;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;

/// A page is thousands of small blocks, and every password check one of 19 MiB: mimalloc serves the ones faster than glibc, and gives the
/// others back at once (docs/decisions/0006-builds.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse_from(arguments());
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
