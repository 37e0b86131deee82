//! Builds the catalogue: `cargo run --release -p vin-build --example build -- SOURCES crates/vin/data`.

use std::{
    env,
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let said = match arguments.as_slice() {
        [sources, output] => build(sources, output),
        _ => Err("usage: build SOURCES OUTPUT".into()),
    };
    match said {
        Ok(said) => {
            let _ = writeln!(std::io::stdout(), "{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn build(sources: &Path, output: &Path) -> Result<String, Box<dyn Error>> {
    let built = vin_build::build(sources)?;
    let packed = built.packed()?;
    fs::write(output.join("vpic.bin.gz"), &packed)?;
    fs::write(output.join("wmi.tsv"), &built.wmi)?;
    Ok(format!("{} bytes, {} packed\n{:#?}", built.asset.len(), packed.len(), built.report))
}
