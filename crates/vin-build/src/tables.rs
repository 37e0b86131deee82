//! What of NHTSA's vPIC the catalogue is made of, in memory; `vpic` reads it.

use std::collections::{BTreeMap, BTreeSet};

/// A manufacturer's code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wmi {
    pub manufacturer_id: u32,
    pub manufacturer: String,
    pub vehicle_type: u8,
    /// NHTSA's truck type: 1 light, 2 medium and heavy.
    pub truck_type: u8,
    pub country: String,
    pub makes: BTreeSet<u32>,
}

/// One row of NHTSA's `Pattern`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub key: String,
    pub element: u8,
    pub attribute: String,
    /// When it was last changed, in milliseconds since 1970.
    pub changed: i64,
    pub id: u32,
}

/// One row of NHTSA's `Element`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub code: String,
    pub group: String,
    /// The table its attributes are ids of; empty if they are plain values.
    pub lookup: String,
    /// A part of the decoding, as opposed to internal notes.
    pub decoded: bool,
    pub private: bool,
    pub weight: u8,
}

/// A vehicle specification: what vehicles of a make, type, model and year have that their VIN does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specification {
    pub make: u32,
    pub vehicle_type: u8,
    pub model: u32,
    /// 0 for any year.
    pub year: u16,
    pub pattern: u32,
    pub keys: Vec<(u8, String)>,
    pub values: Vec<(u8, String)>,
    pub changed: i64,
}

/// The tables.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    pub wmis: BTreeMap<String, Wmi>,
    pub patterns: BTreeMap<u32, Vec<Pattern>>,
    /// Model years by WMI and schema.
    pub years: BTreeMap<(String, u32), Vec<(u16, u16)>>,
    /// Look-up values by table (in lower case) and id.
    pub lookups: BTreeMap<(String, String), String>,
    /// Name and make by model id.
    pub models: BTreeMap<u32, (String, u32)>,
    pub makes: BTreeMap<u32, String>,
    /// What an engine model implies, by its name trimmed and in lower case.
    pub engines: BTreeMap<String, Vec<(u8, String)>>,
    pub elements: BTreeMap<u8, Element>,
    pub specifications: Vec<Specification>,
    /// Vehicle type, element, attribute.
    pub defaults: BTreeSet<(u8, u8, String)>,
    pub vehicle_types: BTreeMap<u8, String>,
}

/// The last year of a range that is still open.
pub const OPEN: u16 = 2999;
