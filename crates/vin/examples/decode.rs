//! Decodes VINs and shows where each attribute comes from: `cargo run --release -p vin --features embedded --example decode -- VIN…`.

use std::{env, io::Write, process::ExitCode};

use vin::decoder::{Decoder, Options, Provenance};

fn main() -> ExitCode {
    let Ok(decoder) = Decoder::embedded() else {
        return ExitCode::FAILURE;
    };
    let options = Options {
        model_year: None,
        today: 2026,
    };
    let mut out = std::io::stdout().lock();
    for typed in env::args().skip(1) {
        let decoded = decoder.decode(&typed, &options);
        let _ = writeln!(
            out,
            "{typed}: {:?} {:?} {:?}",
            decoded.model_year, decoded.codes, decoded.correction
        );
        for warning in vin::check(&typed) {
            let _ = writeln!(out, "  {warning}");
        }
        for attribute in &decoded.attributes {
            let place = match attribute.provenance {
                Provenance::Pattern { schema, key } | Provenance::Digits { schema, key } => format!("{schema} {}", decoder.pattern(key)),
                _ => String::new(),
            };
            let name = decoder.name(attribute.element);
            let _ = writeln!(
                out,
                "  {name:40} {:50} {:?} {place}",
                attribute.value,
                attribute.provenance.origin()
            );
        }
    }
    ExitCode::SUCCESS
}
