//! Reading NHTSA's vPIC into tables in memory, whatever they are read from.
//!
//! [`Tables::read`] takes the tables by NHTSA's own names, so that the monthly PostgreSQL release and the SQLite extract of the npm
//! package are read by the same code; what an extract lacks stays empty. The other two sources have adapters of their own, and
//! `merge` lays them over each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    BuildError,
    sqlite::Cell,
    tables::{Element, OPEN, Pattern, Specification, Tables, Wmi},
};

/// Something that has NHTSA's tables.
pub trait Rows {
    /// Whether there is such a table.
    fn has(&self, table: &str) -> bool;
    /// Gives each row of a table, the columns in the order asked for.
    ///
    /// # Errors
    /// [`BuildError`] if the table or a column is missing; whatever `each` returns.
    fn rows(&self, table: &str, columns: &[&str], each: &mut dyn FnMut(&[Cell]) -> Result<(), BuildError>) -> Result<(), BuildError>;
}

impl Rows for crate::sqlite::Database {
    fn has(&self, table: &str) -> bool {
        Self::has(self, table)
    }
    fn rows(&self, table: &str, columns: &[&str], each: &mut dyn FnMut(&[Cell]) -> Result<(), BuildError>) -> Result<(), BuildError> {
        Self::rows(self, table, columns, each)
    }
}

impl Tables {
    /// Reads NHTSA's tables. Left out: what is not public yet, is to be checked, or was contributed by others.
    ///
    /// # Errors
    /// [`BuildError`] if a table that every extract has is missing.
    pub fn read(from: &dyn Rows) -> Result<Self, BuildError> {
        let mut tables = Self::default();
        tables.read_elements(from)?;
        tables.read_names(from)?;
        let wmis = tables.read_wmis(from)?;
        let schemas = read_schemas(from)?;
        from.rows("Wmi_VinSchema", &["WmiId", "VinSchemaId", "YearFrom", "YearTo"], &mut |row| {
            if let (Some(wmi), Some(schema)) = (wmis.get(&id(&row[0])), schemas.get(&id(&row[1]))) {
                let last = row[3].integer().and_then(|year| u16::try_from(year).ok()).unwrap_or(OPEN);
                let first = row[2].integer().and_then(|year| u16::try_from(year).ok()).unwrap_or_default();
                tables.years.entry((wmi.clone(), *schema)).or_default().push((first, last));
            }
            Ok(())
        })?;
        from.rows(
            "Pattern",
            &["Id", "VinSchemaId", "Keys", "ElementId", "AttributeId", "CreatedOn", "UpdatedOn"],
            &mut |row| {
                if schemas.contains(&id(&row[1])) {
                    tables.patterns.entry(id(&row[1])).or_default().push(Pattern {
                        key: row[2].text().to_uppercase(),
                        element: small(&row[3]),
                        attribute: plain(&row[4].text()),
                        changed: changed(&row[6]).or_else(|| changed(&row[5])).unwrap_or_default(),
                        id: id(&row[0]),
                    });
                }
                Ok(())
            },
        )?;
        tables.read_engines(from)?;
        tables.read_defaults(from)?;
        tables.read_specifications(from)?;
        Ok(tables)
    }

    fn read_elements(&mut self, from: &dyn Rows) -> Result<(), BuildError> {
        let columns = ["Id", "Name", "Code", "GroupName", "LookupTable", "Decode", "IsPrivate", "weight"];
        from.rows("Element", &columns, &mut |row| {
            self.elements.insert(
                small(&row[0]),
                Element {
                    name: row[1].text(),
                    code: row[2].text(),
                    group: row[3].text(),
                    lookup: row[4].text().to_lowercase(),
                    decoded: !row[5].text().is_empty(),
                    private: truth(&row[6]),
                    weight: small(&row[7]),
                },
            );
            Ok(())
        })
    }

    fn read_names(&mut self, from: &dyn Rows) -> Result<(), BuildError> {
        let lookups: BTreeSet<String> = self
            .elements
            .values()
            .map(|element| element.lookup.clone())
            .filter(|table| from.has(table))
            .collect();
        for table in lookups {
            from.rows(&table, &["Id", "Name"], &mut |row| {
                self.lookups.insert((table.clone(), row[0].text()), row[1].text());
                Ok(())
            })?;
        }
        from.rows("Make", &["Id", "Name"], &mut |row| {
            self.makes.insert(id(&row[0]), row[1].text());
            Ok(())
        })?;
        let mut names = HashMap::new();
        from.rows("Model", &["Id", "Name"], &mut |row| {
            names.insert(id(&row[0]), row[1].text());
            Ok(())
        })?;
        from.rows("Make_Model", &["MakeId", "ModelId"], &mut |row| {
            if let Some(name) = names.get(&id(&row[1])) {
                self.models.insert(id(&row[1]), (name.clone(), id(&row[0])));
            }
            Ok(())
        })?;
        from.rows("VehicleType", &["Id", "Name"], &mut |row| {
            self.vehicle_types.insert(small(&row[0]), row[1].text());
            Ok(())
        })
    }

    /// WMIs; returns their code by id.
    fn read_wmis(&mut self, from: &dyn Rows) -> Result<HashMap<u32, String>, BuildError> {
        let mut manufacturers = HashMap::new();
        from.rows("Manufacturer", &["Id", "Name"], &mut |row| {
            manufacturers.insert(id(&row[0]), row[1].text());
            Ok(())
        })?;
        let mut codes = HashMap::new();
        let columns = [
            "Id",
            "Wmi",
            "ManufacturerId",
            "VehicleTypeId",
            "TruckTypeId",
            "CountryId",
            "PublicAvailabilityDate",
        ];
        from.rows("Wmi", &columns, &mut |row| {
            if row[6] == Cell::Null {
                return Ok(());
            }
            let code = row[1].text().to_uppercase();
            codes.insert(id(&row[0]), code.clone());
            self.wmis.insert(
                code,
                Wmi {
                    manufacturer_id: id(&row[2]),
                    manufacturer: manufacturers.get(&id(&row[2])).cloned().unwrap_or_default(),
                    vehicle_type: small(&row[3]),
                    truck_type: small(&row[4]),
                    country: self
                        .lookups
                        .get(&("country".to_owned(), row[5].text()))
                        .cloned()
                        .unwrap_or_default(),
                    makes: BTreeSet::new(),
                },
            );
            Ok(())
        })?;
        from.rows("Wmi_Make", &["WmiId", "MakeId"], &mut |row| {
            if let Some(wmi) = codes.get(&id(&row[0])).and_then(|code| self.wmis.get_mut(code)) {
                wmi.makes.insert(id(&row[1]));
            }
            Ok(())
        })?;
        Ok(codes)
    }

    fn read_engines(&mut self, from: &dyn Rows) -> Result<(), BuildError> {
        let mut names = HashMap::new();
        from.rows("EngineModel", &["Id", "Name"], &mut |row| {
            names.insert(id(&row[0]), row[1].text().trim().to_lowercase());
            Ok(())
        })?;
        from.rows("EngineModelPattern", &["EngineModelId", "ElementId", "AttributeId"], &mut |row| {
            if let Some(name) = names.get(&id(&row[0])) {
                let pair = (small(&row[1]), plain(&row[2].text()));
                self.engines.entry(name.clone()).or_default().push(pair);
            }
            Ok(())
        })
    }

    fn read_defaults(&mut self, from: &dyn Rows) -> Result<(), BuildError> {
        if !from.has("DefaultValue") {
            return Ok(());
        }
        from.rows("DefaultValue", &["VehicleTypeId", "ElementId", "DefaultValue"], &mut |row| {
            if row[2] != Cell::Null {
                self.defaults.insert((small(&row[0]), small(&row[1]), row[2].text()));
            }
            Ok(())
        })
    }

    fn read_specifications(&mut self, from: &dyn Rows) -> Result<(), BuildError> {
        if !from.has("VehicleSpecSchema") {
            return Ok(());
        }
        let (mut models, mut years, mut schemas) = (HashMap::<u32, Vec<u32>>::new(), HashMap::<u32, Vec<u16>>::new(), HashMap::new());
        from.rows("VehicleSpecSchema_Model", &["VehicleSpecSchemaId", "ModelId"], &mut |row| {
            models.entry(id(&row[0])).or_default().push(id(&row[1]));
            Ok(())
        })?;
        from.rows("VehicleSpecSchema_Year", &["VehicleSpecSchemaId", "Year"], &mut |row| {
            let year = u16::try_from(row[1].integer().unwrap_or_default()).unwrap_or_default();
            years.entry(id(&row[0])).or_default().push(year);
            Ok(())
        })?;
        from.rows("VehicleSpecSchema", &["Id", "MakeId", "VehicleTypeId", "TobeQCed"], &mut |row| {
            if !truth(&row[3]) {
                schemas.insert(id(&row[0]), (id(&row[1]), small(&row[2])));
            }
            Ok(())
        })?;
        let mut rules: BTreeMap<u32, (u32, Specification)> = BTreeMap::new();
        from.rows("VSpecSchemaPattern", &["Id", "SchemaId"], &mut |row| {
            let rule = Specification {
                pattern: id(&row[0]),
                ..Specification::default()
            };
            rules.insert(id(&row[0]), (id(&row[1]), rule));
            Ok(())
        })?;
        let columns = [
            "VSpecSchemaPatternId",
            "IsKey",
            "ElementId",
            "AttributeId",
            "CreatedOn",
            "UpdatedOn",
        ];
        from.rows("VehicleSpecPattern", &columns, &mut |row| {
            if let Some((_, rule)) = rules.get_mut(&id(&row[0])) {
                let pair = (small(&row[2]), plain(&row[3].text()));
                if truth(&row[1]) {
                    rule.keys.push(pair);
                } else {
                    rule.values.push(pair);
                }
                rule.changed = rule.changed.max(changed(&row[5]).or_else(|| changed(&row[4])).unwrap_or_default());
            }
            Ok(())
        })?;
        for (schema, rule) in rules.into_values() {
            let Some((make, vehicle_type)) = schemas.get(&schema) else {
                continue;
            };
            for model in models.get(&schema).into_iter().flatten() {
                for year in years.get(&schema).map_or(&[0][..], |years| years) {
                    self.specifications.push(Specification {
                        make: *make,
                        vehicle_type: *vehicle_type,
                        model: *model,
                        year: *year,
                        ..rule.clone()
                    });
                }
            }
        }
        self.specifications.sort();
        Ok(())
    }

    /// When a pattern or specification was last changed, in milliseconds since 1970: dates a release that does not say its own date.
    #[must_use]
    pub fn changed(&self) -> Option<i64> {
        let patterns = self.patterns.values().flatten().map(|pattern| pattern.changed);
        patterns.chain(self.specifications.iter().map(|rule| rule.changed)).max()
    }

    /// What an attribute of an element is called: the name of a look-up's id, else itself.
    #[must_use]
    pub fn shown(&self, element: u8, attribute: &str) -> String {
        let lookup = self.elements.get(&element).map_or("", |element| &element.lookup);
        let name = match (lookup, attribute) {
            ("", _) => None,
            ("model", id) => id.parse().ok().and_then(|id: u32| self.models.get(&id)).map(|(name, _)| name),
            (table, id) => self.lookups.get(&(table.to_owned(), id.to_owned())),
        };
        name.map_or_else(|| attribute.to_owned(), Clone::clone)
    }
}

/// Public schemas that NHTSA itself wrote.
fn read_schemas(from: &dyn Rows) -> Result<BTreeSet<u32>, BuildError> {
    let mut schemas = BTreeSet::new();
    // The npm package marks its additions in a column of its own; NHTSA's tables have none.
    let noted = from.rows("VinSchema", &["Id", "TobeQCed", "Notes"], &mut |row| {
        if !truth(&row[1]) && !row[2].text().contains("Community") {
            schemas.insert(id(&row[0]));
        }
        Ok(())
    });
    if noted.is_err() {
        from.rows("VinSchema", &["Id", "TobeQCed"], &mut |row| {
            if !truth(&row[1]) {
                schemas.insert(id(&row[0]));
            }
            Ok(())
        })?;
    }
    Ok(schemas)
}

fn id(cell: &Cell) -> u32 {
    cell.integer().and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

fn small(cell: &Cell) -> u8 {
    cell.integer().and_then(|number| u8::try_from(number).ok()).unwrap_or_default()
}

fn truth(cell: &Cell) -> bool {
    matches!(cell.text().as_str(), "1" | "t" | "true")
}

/// A value on one line.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace(['\t', '\r', '\n'], " ")
}

/// `2015-03-04 10:33:34.057`, with blank or T, as milliseconds since 1970.
fn changed(cell: &Cell) -> Option<i64> {
    let text = cell.text();
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let fraction: String = text
        .get(20..)
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let thousandths = format!("{fraction:0<3}")
        .get(..3)
        .and_then(|text| text.parse::<i64>().ok())
        .unwrap_or_default();
    // Days from civil: Howard Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = if month <= 2 { year - 1 } else { year };
    let era_year = shifted - shifted.div_euclid(400) * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = shifted.div_euclid(400) * 146_097 + era_year * 365 + era_year / 4 - era_year / 100 + day_of_year - 719_468;
    Some((days * 86_400 + seconds) * 1000 + thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_spellings() {
        let at = |text: &str| changed(&Cell::Text(text.to_owned()));
        assert_eq!(at("1970-01-02 00:00:01.500000"), Some(86_401_500));
        assert_eq!(at("2026-03-12T04:06:32.436Z"), Some(1_773_288_392_436));
        assert_eq!(at(""), None);
    }
}
