//! Decodes a table of VINs as `tests/data/vin-reference.tsv` and writes every difference: `cargo run --release -p vin --features embedded --example differences -- FILE`.

use std::{env, fs, io::Write, process::ExitCode};

use vin::decoder::{Decoder, Element, Options};

/// Columns of the table and the elements they hold.
const COLUMNS: [(&str, Option<Element>); 22] = [
    ("model_year", Some(Element::MODEL_YEAR)),
    ("error_codes", None),
    ("check_digit_valid", None),
    ("vehicle_type", Some(Element::VEHICLE_TYPE)),
    ("make", Some(Element::MAKE)),
    ("manufacturer", Some(Element::MANUFACTURER)),
    ("model", Some(Element::MODEL)),
    ("series", Some(Element::SERIES)),
    ("trim", Some(Element::TRIM)),
    ("body_class", Some(Element::BODY_CLASS)),
    ("doors", Some(Element::DOORS)),
    ("cylinders", Some(Element::CYLINDERS)),
    ("displacement_l", Some(Element::DISPLACEMENT_L)),
    ("engine_model", Some(Element::ENGINE_MODEL)),
    ("fuel_primary", Some(Element::FUEL_PRIMARY)),
    ("fuel_secondary", Some(Element::FUEL_SECONDARY)),
    ("electrification", Some(Element::ELECTRIFICATION)),
    ("drive_type", Some(Element::DRIVE_TYPE)),
    ("transmission", Some(Element::TRANSMISSION)),
    ("transmission_speeds", Some(Element::TRANSMISSION_SPEEDS)),
    ("plant_country", Some(Element::PLANT_COUNTRY)),
    ("plant_city", Some(Element::PLANT_CITY)),
];

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let Some(table) = env::args().nth(1).and_then(|path| fs::read_to_string(path).ok()) else {
        return ExitCode::FAILURE;
    };
    let Ok(decoder) = Decoder::embedded() else {
        return ExitCode::FAILURE;
    };
    let options = Options {
        model_year: None,
        today: 2026,
    };
    let mut rows = 0;
    let mut wrong = [0usize; COLUMNS.len()];
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let Some((typed, expected)) = cells.split_first() else { continue };
        let decoded = decoder.decode(typed, &options);
        rows += 1;
        for (index, ((name, element), expected)) in COLUMNS.iter().zip(expected).enumerate() {
            let found = match (*name, element) {
                ("error_codes", _) => decoded.codes.to_string().replace(',', " "),
                ("check_digit_valid", _) => if decoded.check_digit_fits { "True" } else { "False" }.to_owned(),
                (_, Some(element)) => decoded.value(*element).unwrap_or_default().to_owned(),
                _ => String::new(),
            };
            let same = found.trim() == expected.trim() || found.parse::<f64>().is_ok_and(|found| expected.parse() == Ok(found));
            if !same {
                wrong[index] += 1;
                let _ = writeln!(out, "{typed}\t{name}\t{}\t{found}", expected.trim());
            }
        }
    }
    for ((name, _), wrong) in COLUMNS.iter().zip(wrong) {
        let _ = writeln!(
            std::io::stderr(),
            "{name:20} {wrong:5} {:8.3} %",
            100.0 * f64::from(rows - i32::try_from(wrong).unwrap_or(0)) / f64::from(rows)
        );
    }
    ExitCode::SUCCESS
}
