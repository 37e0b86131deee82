//! Reads a stock list as it comes: encoding, separator and header are found, every row becomes a draft of texts.
//!
//! Follows RFC 4180 with what spreadsheets make of it: a byte order mark, semicolons or tabs, CR LF or LF, Windows-1252. Numbers are left as they stand;
//! how they are written is the person's explicit choice. Holds the decoded text and an index into it, no copy of the rows.

use app::{
    kernel::problem::Problem,
    vehicle::{ImportProblem, VehicleDraft, VehicleField},
};
use encoding_rs::{UTF_8, WINDOWS_1252};

use super::{columns, values};

/// Characters of a value that a report shows.
const SHOWN: usize = 80;
/// Columns that a list may have; a spreadsheet's own limit is 16,384, a stock list has forty.
const MAX_COLUMNS: usize = 500;
/// Rows that one file may have: what the check keeps in memory of each is bounded by it.
const MAX_ROWS: usize = 100_000;

/// A file that could be read.
#[derive(Debug)]
pub struct Sheet {
    /// `utf-8` or `windows-1252`.
    pub encoding: &'static str,
    pub delimiter: char,
    /// Columns whose names nobody knows; they are left out.
    pub ignored_columns: Vec<String>,
    /// Rows without the header and without empty lines.
    pub row_count: u64,
    text: String,
    columns: Vec<(String, Option<columns::Meaning>)>,
}

/// A row of the file.
#[derive(Debug)]
pub struct Row {
    /// Line of the file, the first being 1.
    pub line: u64,
    pub draft: VehicleDraft,
    /// What is wrong with the row as a row, before its values are looked at.
    pub problems: Vec<ImportProblem>,
}

/// Opens a file.
///
/// # Errors
/// Why the whole file is refused: empty, no header, a column twice, a quote that is never closed (naming its line), more columns or rows
/// than are taken, no column of any vehicle.
pub fn open(file: Vec<u8>) -> Result<Sheet, Problem> {
    let (text, encoding) = decode(file);
    if text.trim().is_empty() {
        return Err(Problem::EmptyFile);
    }
    let delimiter = delimiter_of(text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
    refuse_malformed(&text, delimiter)?;
    let mut sheet = Sheet {
        encoding,
        delimiter,
        ignored_columns: Vec::new(),
        row_count: 0,
        text,
        columns: Vec::new(),
    };
    sheet.read_header()?;
    sheet.row_count = sheet.count_rows()?;
    Ok(sheet)
}

impl Sheet {
    fn reader(&self) -> csv::Reader<&[u8]> {
        csv::ReaderBuilder::new()
            .delimiter(u8::try_from(self.delimiter).unwrap_or(b','))
            .has_headers(false)
            .flexible(true)
            .from_reader(self.text.as_bytes())
    }

    /// Rows below the header; stops at the first too many.
    fn count_rows(&self) -> Result<u64, Problem> {
        let (mut rows, mut record) = (0, csv::StringRecord::new());
        let mut reader = self.reader();
        while reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
            rows += usize::from(!is_blank(&record));
            if rows > MAX_ROWS + 1 {
                return Err(Problem::TooManyRows { max: MAX_ROWS });
            }
        }
        Ok(rows.saturating_sub(1) as u64)
    }

    fn read_header(&mut self) -> Result<(), Problem> {
        let mut record = csv::StringRecord::new();
        let mut reader = self.reader();
        while reader.read_record(&mut record).map_err(|error| unreadable(&error))? {
            if !is_blank(&record) {
                break;
            }
        }
        let mut columns: Vec<(String, Option<columns::Meaning>)> = Vec::with_capacity(record.len());
        for name in &record {
            let name = name.trim().to_owned();
            let meaning = columns::meaning(&name);
            if let Some(meaning) = meaning
                && let Some((other, _)) = columns
                    .iter()
                    .find(|(_, known)| known.is_some_and(|known| known.field == meaning.field))
            {
                return Err(Problem::DuplicateColumn {
                    first: shorten(other),
                    second: shorten(&name),
                });
            }
            columns.push((name, meaning));
        }
        if columns.iter().all(|(_, meaning)| meaning.is_none()) {
            return Err(Problem::NoHeader);
        }
        drop(reader);
        self.ignored_columns = columns
            .iter()
            .filter(|(name, meaning)| meaning.is_none() && !name.is_empty())
            .map(|(name, _)| shorten(name))
            .collect();
        self.columns = columns;
        Ok(())
    }

    /// The rows in file order; empty lines are passed over.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        let mut records = self.reader().into_records();
        // The header has been read before, so it is there.
        let header = records
            .by_ref()
            .find(|record| record.as_ref().is_ok_and(|record| !is_blank(record)));
        drop(header);
        let mut lines = Lines::of(&self.text);
        records
            .filter_map(Result::ok)
            .filter(|record| !is_blank(record))
            .map(move |record| {
                let line = lines.at(record.position().map_or(0, csv::Position::byte));
                self.row(&record, line)
            })
    }

    /// What the file calls a field; its own name if the file has no such column.
    #[must_use]
    pub fn column_of(&self, field: VehicleField) -> String {
        self.columns
            .iter()
            .find(|(_, meaning)| meaning.is_some_and(|meaning| meaning.field == field))
            .map_or_else(|| field.name().to_owned(), |(name, _)| shorten(name))
    }

    fn row(&self, record: &csv::StringRecord, line: u64) -> Row {
        let mut row = Row {
            line,
            draft: VehicleDraft::default(),
            problems: Vec::new(),
        };
        let surplus: Vec<&str> = record
            .iter()
            .skip(self.columns.len())
            .filter(|cell| !cell.trim().is_empty())
            .collect();
        if let Some(cell) = surplus.first() {
            row.problems.push(ImportProblem {
                line,
                column: (self.columns.len() + 1).to_string(),
                value: shorten(cell),
                problem: Problem::TooManyCells {
                    columns: self.columns.len(),
                },
            });
        }
        for ((name, meaning), cell) in self.columns.iter().zip(record) {
            let Some(meaning) = meaning else { continue };
            if cell.contains('\u{fffd}') {
                row.problems.push(ImportProblem {
                    line,
                    column: shorten(name),
                    value: shorten(cell),
                    problem: Problem::UnknownEncoding,
                });
            }
            if let Some(unit) = meaning.unit.filter(|_| !cell.trim().is_empty()) {
                row.draft.set(VehicleField::MileageUnit, unit.name());
            }
            row.draft.set(meaning.field, values::as_ours(meaning.field, cell.trim()));
        }
        row
    }
}

/// Turns rising byte positions into lines. The csv crate counts a `\n` only when it passes it, and takes CR LF for an end at the CR: its own lines lag.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            byte: 0,
            line: 1,
        }
    }

    /// The line in which the record begins that csv found at `byte`: what stands there may be the end of the line before, and empty lines.
    fn at(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(self.text.len()).min(self.text.len());
        while self.byte < self.text.len() && (self.byte < start || matches!(self.text[self.byte], b'\r' | b'\n')) {
            self.line += u64::from(self.text[self.byte] == b'\n');
            self.byte += 1;
        }
        self.line
    }
}

/// What stands there, cut for a report. A NUL is shown by its symbol: PostgreSQL keeps none, in JSON neither.
#[must_use]
pub fn shorten(text: &str) -> String {
    let text = text.replace('\0', "\u{2400}");
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN - 1).chain(['…']).collect()
}

/// UTF-8 with or without a byte order mark; what is not UTF-8 is Windows-1252, the superset of Latin-1 that spreadsheets write. A file in
/// UTF-8 is taken as it is, not copied.
fn decode(file: Vec<u8>) -> (String, &'static str) {
    let file = match String::from_utf8(file) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
            }
            return (text, "utf-8");
        }
        Err(error) => error.into_bytes(),
    };
    let (text, encoding, damaged) = UTF_8.decode(&file);
    if damaged && encoding == UTF_8 && !file.starts_with(b"\xef\xbb\xbf") {
        return (WINDOWS_1252.decode_without_bom_handling(&file).0.into_owned(), "windows-1252");
    }
    (text.into_owned(), if encoding == UTF_8 { "utf-8" } else { "utf-16" })
}

/// The separator that the header uses most, outside quotes.
fn delimiter_of(header: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0), ('|', 0)];
    for c in header.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && c == *delimiter);
        }
    }
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .filter(|(_, count)| *count > 0)
        .map_or(',', |(delimiter, _)| delimiter)
}

/// Refuses a file that csv would read as something else, or into far more memory than the file has: a quote that no other closes swallows
/// the rest of the file, and a line of nothing but separators makes a cell of each.
fn refuse_malformed(text: &str, delimiter: char) -> Result<(), Problem> {
    let (mut line, mut opened, mut cells) = (1, None, 1);
    let mut at_start = true;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, opened) {
            ('"', Some(_)) if chars.peek() == Some(&'"') => {
                chars.next();
            }
            ('"', Some(_)) => opened = None,
            // A quote within an unquoted cell is a character like any other (inches, say).
            ('"', None) if at_start => opened = Some(line),
            ('\n', None) => cells = 1,
            (c, None) if c == delimiter => cells += 1,
            _ => {}
        }
        if cells > MAX_COLUMNS {
            return Err(Problem::TooManyColumns { max: MAX_COLUMNS });
        }
        line += u64::from(c == '\n');
        at_start = opened.is_none() && (c == delimiter || matches!(c, '\n' | '\r'));
    }
    match opened {
        Some(line) => Err(Problem::UnclosedQuote { line }),
        None => Ok(()),
    }
}

fn is_blank(record: &csv::StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

fn unreadable(error: &csv::Error) -> Problem {
    Problem::BadCsv {
        line: error.position().map_or(0, csv::Position::line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(file: &[u8]) -> Result<Sheet, Problem> {
        super::open(file.to_vec())
    }

    fn rows(file: &[u8]) -> Vec<Row> {
        open(file).map(|sheet| sheet.rows().collect()).unwrap_or_default()
    }

    #[test]
    fn a_byte_order_mark_semicolons_and_quotes_are_read() {
        let sheet = open(b"\xef\xbb\xbfmake;model;notes\r\nMazda;3;\"red; fast\nand \"\"old\"\"\"\r\n\r\nVespa;PX;\r\n");
        let sheet = sheet.unwrap_or_else(|problem| unreachable!("{problem}"));
        assert_eq!((sheet.encoding, sheet.delimiter, sheet.row_count), ("utf-8", ';', 2));
        let rows: Vec<Row> = sheet.rows().collect();
        assert_eq!(rows[0].draft.get(VehicleField::Notes), "red; fast\nand \"old\"");
        assert_eq!((rows[0].line, rows[1].line), (2, 5));
    }

    #[test]
    fn what_is_not_utf_8_is_windows_1252() {
        let sheet = open(b"make,model\nCitro\xebn,C4\n").unwrap_or_else(|problem| unreachable!("{problem}"));
        assert_eq!(sheet.encoding, "windows-1252");
        assert_eq!(
            sheet.rows().next().map(|row| row.draft.get(VehicleField::Make).to_owned()),
            Some("Citroën".into())
        );
    }

    #[test]
    fn an_open_quote_is_named_by_its_line() {
        let problem = open(b"make,model\nMazda,3\n\"Vespa,PX\nBMW,R 80\n").err();
        assert_eq!(problem, Some(Problem::UnclosedQuote { line: 3 }));
        assert_eq!(rows(b"make,model\nMazda,3 5\" tall\n").len(), 1);
    }

    #[test]
    fn a_quote_after_another_files_separator_is_a_character() {
        let rows = rows(b"make;model;notes\nMazda;3;wide,\"new\n");
        assert_eq!(rows[0].draft.get(VehicleField::Notes), "wide,\"new");
    }

    #[test]
    fn a_file_with_too_many_rows_or_columns_is_refused_before_it_is_read() {
        let many = |count: usize| format!("make,model\n{}", "Mazda,3\n".repeat(count)).into_bytes();
        assert_eq!(open(&many(MAX_ROWS)).map(|sheet| sheet.row_count), Ok(MAX_ROWS as u64));
        assert_eq!(open(&many(MAX_ROWS + 1)).err(), Some(Problem::TooManyRows { max: MAX_ROWS }));
        let wide = format!("make,model\nMazda,3{}\n", ",".repeat(MAX_COLUMNS));
        assert_eq!(open(wide.as_bytes()).err(), Some(Problem::TooManyColumns { max: MAX_COLUMNS }));
    }

    #[test]
    fn empty_files_headers_of_nothing_and_twins_are_refused() {
        let duplicate = |first: &str, second: &str| Problem::DuplicateColumn {
            first: first.into(),
            second: second.into(),
        };
        for (file, problem) in [
            (&b""[..], Problem::EmptyFile),
            (b"  \n\n", Problem::EmptyFile),
            (b"\xef\xbb\xbf", Problem::EmptyFile),
            (b"foo,bar\n1,2\n", Problem::NoHeader),
            (b"make,Make\na,b\n", duplicate("make", "Make")),
            (b"year,model_year,make\n", duplicate("year", "model_year")),
        ] {
            assert_eq!(open(file).err(), Some(problem), "{}", String::from_utf8_lossy(file));
        }
        assert_eq!(open(b"make,model\n").map(|sheet| sheet.row_count).ok(), Some(0));
    }

    #[test]
    fn a_row_with_too_many_cells_is_named_and_one_with_too_few_is_not() {
        let rows = rows(b"make,model,line\nMazda,3,GT,4\nMazda,3\n");
        assert_eq!(rows[0].problems.len(), 1);
        assert!(rows[1].problems.is_empty());
    }
}
