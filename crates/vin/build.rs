//! Unpacks the catalogue for `include_bytes!`: packed in the repository, in place in the binary, so that nothing is unpacked at start.

use std::{env, error::Error, fs, io::Read, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed=data/vpic.bin.gz");
    let mut asset = Vec::new();
    unpack(&fs::read("data/vpic.bin.gz")?, &mut asset)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("vpic.bin"), asset)?;
    Ok(())
}

#[cfg(feature = "embedded")]
fn unpack(packed: &[u8], asset: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
    flate2::read::GzDecoder::new(packed).read_to_end(asset)?;
    Ok(())
}

#[cfg(not(feature = "embedded"))]
fn unpack(mut packed: &[u8], asset: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
    packed.read_to_end(asset)?;
    Ok(())
}
