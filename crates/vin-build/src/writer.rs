//! Writes tables of fixed records, with every text, key and bundle once.

use std::{collections::HashMap, hash::Hash};

use vin::decoder::data::{FORMAT, HEADER, MAGIC, TABLES, Table, checksum};

use crate::BuildError;

/// Numbers things in the order they are first seen.
#[derive(Debug)]
pub struct Numbered<T> {
    numbers: HashMap<T, u32>,
    /// The things in their order.
    pub things: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            things: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    /// The number of a thing.
    pub fn number(&mut self, thing: T) -> u32 {
        if let Some(number) = self.numbers.get(&thing) {
            return *number;
        }
        let number = u32::try_from(self.things.len()).unwrap_or(u32::MAX);
        self.numbers.insert(thing.clone(), number);
        self.things.push(thing);
        number
    }
}

/// The tables as they grow.
#[derive(Debug, Default)]
pub struct Writer {
    tables: [Vec<u8>; TABLES],
    texts: HashMap<String, u32>,
    overflow: Option<BuildError>,
}

impl Writer {
    /// Bytes written to a table so far.
    #[must_use]
    pub const fn len(&self, table: Table) -> usize {
        self.tables[table as usize].len()
    }

    /// Appends a number of `width` bytes; a number that does not fit makes [`Writer::finish`] fail.
    pub fn number(&mut self, table: Table, number: impl TryInto<u64>, width: usize, what: &'static str) {
        let number = number.try_into().unwrap_or(u64::MAX);
        if number >> (8 * width) != 0 {
            let count = usize::try_from(number).unwrap_or(usize::MAX);
            self.overflow.get_or_insert(BuildError::TooMany { what, count });
        }
        self.tables[table as usize].extend_from_slice(&number.to_le_bytes()[..width]);
    }

    /// Appends where a text stands.
    pub fn text(&mut self, table: Table, text: &str) {
        let offset = self.text_offset(text);
        self.number(table, offset, 3, "text");
    }

    /// Where a text stands; writes it if it is new.
    pub fn text_offset(&mut self, text: &str) -> u32 {
        if let Some(offset) = self.texts.get(text) {
            return *offset;
        }
        let offset = u32::try_from(self.len(Table::Texts)).unwrap_or(u32::MAX);
        // Lengths are written in seven bits, so that the whole table stays UTF-8.
        if text.len() < 127 {
            self.number(Table::Texts, text.len(), 1, "letters in a text");
        } else {
            self.number(Table::Texts, 127u32, 1, "letters in a text");
            self.number(Table::Texts, text.len() / 127, 1, "letters in a text");
            self.number(Table::Texts, text.len() % 127, 1, "letters in a text");
        }
        self.tables[Table::Texts as usize].extend_from_slice(text.as_bytes());
        self.texts.insert(text.to_owned(), offset);
        offset
    }

    /// The asset: header, directory, tables.
    ///
    /// # Errors
    /// [`BuildError::TooMany`] if a number did not fit its field.
    pub fn finish(self) -> Result<Vec<u8>, BuildError> {
        if let Some(error) = self.overflow {
            return Err(error);
        }
        let mut body = Vec::new();
        let mut start = HEADER + TABLES * 8;
        let whole = start + self.tables.iter().map(Vec::len).sum::<usize>();
        let word = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
        body.extend_from_slice(&word(whole));
        for table in &self.tables {
            body.extend_from_slice(&word(start));
            body.extend_from_slice(&word(table.len()));
            start += table.len();
        }
        for table in &self.tables {
            body.extend_from_slice(table);
        }
        let mut asset = Vec::with_capacity(whole);
        asset.extend_from_slice(&MAGIC);
        asset.extend_from_slice(&FORMAT.to_le_bytes());
        asset.extend_from_slice(&checksum(&body).to_le_bytes());
        asset.extend_from_slice(&body);
        Ok(asset)
    }
}
