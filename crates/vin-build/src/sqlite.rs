//! Reads tables of an SQLite 3 file, and no more than that: no indexes, no SQL, no writing.
//!
//! Written for one purpose, so that the builder does not compile a database: the file format (sqlite.org/fileformat2.html) is
//! small as long as one reads tables from end to end. WAL files and encodings but UTF-8 are refused.

use std::collections::HashMap;

use crate::BuildError;

/// A database file in memory.
#[derive(Debug)]
pub struct Database {
    bytes: Vec<u8>,
    page_size: usize,
    usable: usize,
    tables: HashMap<String, (u32, Vec<String>)>,
}

/// A column's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob,
}

impl Cell {
    /// The text, or an integer as text; empty for NULL.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::Null | Self::Blob => String::new(),
        }
    }

    /// The integer, also if it is stored as text.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Null | Self::Real(_) | Self::Blob => None,
        }
    }
}

impl Database {
    /// Opens a file's bytes.
    ///
    /// # Errors
    /// [`BuildError::Source`] if it is no SQLite 3 database in UTF-8.
    pub fn open(bytes: Vec<u8>) -> Result<Self, BuildError> {
        if !bytes.starts_with(b"SQLite format 3\0") {
            return Err(BuildError::source("the npm package's database is no SQLite file"));
        }
        let page_size = match big(&bytes, 16, 2) {
            1 => 65_536,
            size => size,
        };
        let mut database = Self {
            usable: page_size.saturating_sub(big(&bytes, 20, 1)),
            page_size,
            tables: HashMap::new(),
            bytes,
        };
        let mut tables = HashMap::new();
        database.walk(1, 5, &mut |row| {
            if let (Some("table"), Some(root)) = (row.first().map(Cell::text).as_deref(), row.get(3).and_then(Cell::integer)) {
                let name = row.get(1).map(Cell::text).unwrap_or_default();
                let root = u32::try_from(root).unwrap_or_default();
                tables.insert(
                    name.to_lowercase(),
                    (root, columns(&row.get(4).map(Cell::text).unwrap_or_default())),
                );
            }
            Ok(())
        })?;
        database.tables = tables;
        Ok(database)
    }

    /// Gives every row of a table, its named columns in the order asked for.
    ///
    /// # Errors
    /// [`BuildError::Source`] if the table or a column is missing or the file is damaged; whatever `each` returns.
    pub fn rows(&self, table: &str, wanted: &[&str], mut each: impl FnMut(&[Cell]) -> Result<(), BuildError>) -> Result<(), BuildError> {
        let (root, columns) = self
            .tables
            .get(&table.to_lowercase())
            .ok_or_else(|| BuildError::source(format!("table {table} is missing")))?;
        let places: Vec<usize> = wanted
            .iter()
            .map(|name| {
                columns
                    .iter()
                    .position(|column| column.eq_ignore_ascii_case(name))
                    .ok_or_else(|| BuildError::source(format!("column {table}.{name} is missing")))
            })
            .collect::<Result<_, _>>()?;
        let mut chosen = vec![Cell::Null; places.len()];
        self.walk(*root, columns.len(), &mut |row| {
            for (to, place) in chosen.iter_mut().zip(&places) {
                *to = row.get(*place).cloned().unwrap_or(Cell::Null);
            }
            each(&chosen)
        })
    }

    /// Whether the file has this table.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(&table.to_lowercase())
    }

    /// Walks a table's b-tree from its root page, left to right.
    fn walk(&self, root: u32, columns: usize, each: &mut dyn FnMut(&[Cell]) -> Result<(), BuildError>) -> Result<(), BuildError> {
        let mut waiting = vec![root];
        let mut seen = 0usize;
        while let Some(number) = waiting.pop() {
            seen += 1;
            if seen > self.bytes.len() / self.page_size.max(1) + 1 {
                return Err(BuildError::source("the SQLite file's pages run in a circle"));
            }
            let start = (number as usize).saturating_sub(1) * self.page_size;
            let page = self
                .bytes
                .get(start..start + self.page_size)
                .ok_or_else(|| BuildError::source("the SQLite file is cut off"))?;
            let head = if number == 1 { 100 } else { 0 };
            let cells = big(page, head + 3, 2);
            match page.get(head) {
                Some(0x05) => {
                    let mut children: Vec<u32> = (0..cells)
                        .map(|cell| page_number(page, big(page, head + 12 + cell * 2, 2)))
                        .collect();
                    children.push(page_number(page, head + 8));
                    waiting.extend(children.into_iter().rev());
                }
                Some(0x0d) => {
                    for cell in 0..cells {
                        let payload = self.payload(page, big(page, head + 8 + cell * 2, 2))?;
                        each(&record(&payload, columns))?;
                    }
                }
                _ => return Err(BuildError::source("the SQLite file has a page of another kind inside a table")),
            }
        }
        Ok(())
    }

    /// A leaf cell's payload with its overflow pages.
    fn payload(&self, page: &[u8], at: usize) -> Result<Vec<u8>, BuildError> {
        let (length, at) = varint(page, at);
        let (_, at) = varint(page, at);
        let length = usize::try_from(length).unwrap_or_default();
        let most = self.usable - 35;
        let local = if length <= most {
            length
        } else {
            let least = (self.usable - 12) * 32 / 255 - 23;
            let rest = least + (length - least) % (self.usable - 4);
            if rest <= most { rest } else { least }
        };
        let cut = || BuildError::source("the SQLite file is cut off");
        let mut payload = page.get(at..at + local).ok_or_else(cut)?.to_vec();
        let mut next = if local < length { page_number(page, at + local) } else { 0 };
        while payload.len() < length {
            let start = (next as usize).saturating_sub(1) * self.page_size;
            let overflow = self.bytes.get(start..start + self.usable).ok_or_else(cut)?;
            let take = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(overflow.get(4..4 + take).ok_or_else(cut)?);
            next = page_number(overflow, 0);
        }
        Ok(payload)
    }
}

/// Columns of a CREATE TABLE statement: the first word between the commas.
fn columns(sql: &str) -> Vec<String> {
    let inner = sql
        .split_once('(')
        .and_then(|(_, rest)| rest.rsplit_once(')'))
        .map_or("", |(inner, _)| inner);
    inner
        .split(',')
        .filter_map(|column| column.split_whitespace().next())
        .map(|name| name.trim_matches(['"', '[', ']', '`']).to_owned())
        .collect()
}

/// A record's columns (sqlite.org/fileformat2.html section 2.1).
fn record(payload: &[u8], columns: usize) -> Vec<Cell> {
    let (head, mut type_at) = varint(payload, 0);
    let head = usize::try_from(head).unwrap_or_default();
    let mut at = head;
    let mut row = Vec::with_capacity(columns);
    while type_at < head {
        let (kind, next) = varint(payload, type_at);
        type_at = next;
        let (cell, width) = match kind {
            0 => (Cell::Null, 0),
            1..=6 => {
                let width = [1, 2, 3, 4, 6, 8][usize::try_from(kind - 1).unwrap_or_default()];
                (Cell::Integer(signed(payload, at, width)), width)
            }
            7 => (Cell::Real(f64::from_be_bytes(signed(payload, at, 8).to_be_bytes())), 8),
            8 => (Cell::Integer(0), 0),
            9 => (Cell::Integer(1), 0),
            text if text >= 13 && text % 2 == 1 => {
                let width = usize::try_from((text - 13) / 2).unwrap_or_default();
                let bytes = payload.get(at..at + width).unwrap_or_default();
                (Cell::Text(String::from_utf8_lossy(bytes).into_owned()), width)
            }
            blob => (Cell::Blob, usize::try_from(blob.saturating_sub(12) / 2).unwrap_or_default()),
        };
        row.push(cell);
        at += width;
    }
    row
}

/// A big-endian number of up to four bytes.
fn big(bytes: &[u8], at: usize, width: usize) -> usize {
    bytes
        .get(at..at + width)
        .unwrap_or_default()
        .iter()
        .fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn page_number(bytes: &[u8], at: usize) -> u32 {
    u32::try_from(big(bytes, at, 4)).unwrap_or_default()
}

fn signed(bytes: &[u8], at: usize, width: usize) -> i64 {
    let bytes = bytes.get(at..at + width).unwrap_or_default();
    let fill = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        -1
    } else {
        0
    };
    bytes.iter().fold(fill, |number, byte| number << 8 | i64::from(*byte))
}

/// A variable-length integer and the place after it.
fn varint(bytes: &[u8], at: usize) -> (u64, usize) {
    let mut number = 0u64;
    for place in 0..9 {
        let byte = bytes.get(at + place).copied().unwrap_or_default();
        if place == 8 {
            return (number << 8 | u64::from(byte), at + 9);
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return (number, at + place + 1);
        }
    }
    (number, at + 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_width_are_read() {
        assert_eq!(varint(&[0x7f], 0), (127, 1));
        assert_eq!(varint(&[0x81, 0x00], 0), (128, 2));
        assert_eq!(signed(&[0xff, 0xfe], 0, 2), -2);
        assert_eq!(signed(&[0x01, 0x00], 0, 2), 256);
    }

    #[test]
    fn column_names_come_from_the_statement() {
        assert_eq!(
            columns("CREATE TABLE VinSchema (\nId INTEGER NOT NULL,\n\"Name\" TEXT\n, Notes TEXT)"),
            ["Id", "Name", "Notes"]
        );
    }

    #[test]
    fn what_is_no_database_is_refused() {
        assert!(Database::open(b"PK\x03\x04".to_vec()).is_err());
    }
}
