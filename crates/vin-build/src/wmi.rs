//! The table of makes that the browser carries.

use std::fmt::Write;

use crate::tables::Tables;

const TRAILER: u8 = 6;

/// WMIs of three characters of everything but trailers: code, `l` for light vehicles, makes.
#[must_use]
pub fn table(tables: &Tables) -> String {
    let mut lines = String::new();
    for (code, wmi) in &tables.wmis {
        let makes: Vec<&str> = wmi
            .makes
            .iter()
            .filter_map(|make| tables.makes.get(make))
            .map(|name| name.trim())
            .collect();
        let plain = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && wmi.vehicle_type != TRAILER && !makes.is_empty() {
            let light = matches!((wmi.vehicle_type, wmi.truck_type), (2 | 7, _) | (3, 1));
            let kind = if light { "l" } else { "-" };
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{code}\t{kind}\t{}", makes.join("|"));
        }
    }
    lines
}
