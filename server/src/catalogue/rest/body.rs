//! An entry as a program sends it: a JSON object by field name, turned into the draft that the form uses too.

use app::{
    catalogue::{CatalogueDraft, CatalogueLevel},
    kernel::{
        error::AppError,
        number::Notation,
        problem::{FieldProblems, Problem},
    },
    vehicle::{Electrification, FuelType, PowerUnit, VehicleKind},
};
use chrono::{Datelike, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::{json_object::JsonObject, refusal::sent_name};

/// An entry to be added or changed. A field that is missing, null or empty is blank; an unknown one is refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body, which CatalogueDraft::check reads")]
pub(in crate::catalogue) struct EntryInput {
    level: CatalogueLevel,
    /// Both if blank.
    kind: Option<VehicleKind>,
    /// The first model year that has it; any if blank.
    #[schema(minimum = 1885)]
    first_year: Option<i16>,
    #[schema(minimum = 1885)]
    last_year: Option<i16>,
    /// Needed but for a make.
    #[schema(max_length = 80, example = "Honda")]
    make: Option<String>,
    /// Needed for a line or engine.
    #[schema(max_length = 80, example = "Civic")]
    model: Option<String>,
    /// Of an engine that only one line has.
    #[schema(max_length = 120)]
    line: Option<String>,
    /// What it is called; the name that it hides if blank.
    #[schema(max_length = 120, example = "EX-T")]
    name: Option<String>,
    /// The name in vPIC that it stands for.
    #[schema(max_length = 120)]
    corrects: Option<String>,
    /// That name is not offered any more.
    hidden: Option<bool>,
    /// Cubic centimetres; this and all that follows for an engine only.
    #[schema(minimum = 1, maximum = 30_000)]
    displacement_cc: Option<i32>,
    #[schema(minimum = 1, maximum = 24)]
    cylinders: Option<i16>,
    fuel_type: Option<FuelType>,
    electrification: Option<Electrification>,
    /// In `power_unit`.
    #[schema(minimum = 1, maximum = 3_000)]
    power: Option<i32>,
    /// `kw` if blank.
    power_unit: Option<PowerUnit>,
}

/// The draft of an entry.
///
/// # Errors
/// `Invalid` if a value is neither text, number nor yes or no, with every other problem that can be seen by then.
pub(super) fn draft(object: JsonObject) -> Result<CatalogueDraft, AppError> {
    let mut draft = CatalogueDraft::default();
    let mut problems = FieldProblems::new();
    for (name, value) in object.0 {
        let text = match value {
            Value::Null => String::new(),
            Value::Bool(yes) => yes.to_string(),
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Array(_) | Value::Object(_) => {
                let expected = "text or a number".to_owned();
                problems.insert(sent_name(&name), Problem::Malformed { expected });
                continue;
            }
        };
        draft.fields.insert(name, text);
    }
    if problems.is_empty() {
        return Ok(draft);
    }
    // Nothing will be stored; the service's own check is only run early to name the rest.
    for (field, problem) in draft.check(Notation::Point, Utc::now().year()).err().unwrap_or_default() {
        problems.entry(field).or_insert(problem);
    }
    Err(AppError::Invalid { fields: problems })
}
