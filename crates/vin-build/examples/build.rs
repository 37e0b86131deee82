//! Builds the catalogue: `cargo run --release -p vin-build --example build -- SOURCES OUTPUT`.

use std::{env, fs, io::Write, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let mut out = std::io::stdout();
    let said = match arguments.as_slice() {
        [sources, output] => match vin_build::build(sources) {
            Ok((asset, report)) => match fs::write(output, &asset) {
                Ok(()) => writeln!(out, "{} bytes\n{report:#?}", asset.len()).map_err(|error| error.to_string()),
                Err(error) => Err(format!("{}: {error}", output.display())),
            },
            Err(error) => Err(error.to_string()),
        },
        _ => Err("usage: build SOURCES OUTPUT".to_owned()),
    };
    if let Err(error) = said {
        let _ = writeln!(std::io::stderr(), "{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
