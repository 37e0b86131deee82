//! The binary `forecourt`: reads the command, runs it, and says in words what went wrong.

mod cli;
mod port;
mod serve;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
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
