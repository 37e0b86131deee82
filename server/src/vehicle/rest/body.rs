//! A vehicle as a program sends it: a JSON object by field name, turned into the draft that the form and the import use too.
//!
//! Nothing is left out silently: what does not fit a field is a problem at that field, together with what the rules say of the others.
#![allow(unused_qualifications, reason = "utoipa's derive qualifies the types of fields")]

use std::collections::BTreeMap;

use app::{
    kernel::{
        actor::Actor,
        error::AppError,
        id::BranchId,
        number::Notation,
        problem::{FieldProblems, Problem},
        unit::DistanceUnit,
    },
    vehicle::{
        BodyType, CheckContext, Drivetrain, Electrification, FuelType, MotorcycleType, PowerUnit, StockStatus, Transmission, VehicleDraft,
        VehicleField, VehicleKind,
    },
};
use chrono::{Days, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Number, Value};
use utoipa::{
    ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{OneOfBuilder, Type},
    },
};

use crate::http::{json_object::JsonObject, refusal::sent_name};

/// A vehicle to be added or changed. A field that is missing, null or empty is blank; an unknown one is refused.
///
/// Numbers may also be sent as text (`"12900.50"`), with a point before the decimals.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body, which VehicleDraft::check reads")]
pub(super) struct VehicleInput {
    kind: Option<VehicleKind>,
    /// Unique in the organisation. The next free one if blank at creation, the present one if blank in a change.
    #[schema(max_length = 40)]
    stock_number: Option<String>,
    /// Unique in the organisation.
    #[schema(max_length = 40, example = "JM1BPBLM9N1500001")]
    vin: Option<String>,
    /// Unique in the organisation; kept in capitals, without spaces, dashes and dots.
    #[schema(max_length = 40, example = "KEX016")]
    plate: Option<String>,
    #[schema(max_length = 80, example = "Mazda")]
    make: String,
    #[schema(max_length = 80, example = "3")]
    model: String,
    #[schema(max_length = 120, example = "Grand Touring")]
    line: Option<String>,
    #[schema(minimum = 1885)]
    model_year: Option<i16>,
    /// Cars only.
    body_type: Option<BodyType>,
    /// Motorcycles only.
    motorcycle_type: Option<MotorcycleType>,
    #[schema(minimum = 0, maximum = 9)]
    doors: Option<i16>,
    #[schema(minimum = 1, maximum = 99)]
    seats: Option<i16>,
    fuel_type: Option<FuelType>,
    electrification: Option<Electrification>,
    transmission: Option<Transmission>,
    drivetrain: Option<Drivetrain>,
    /// Cubic centimetres.
    #[schema(minimum = 1, maximum = 30_000)]
    displacement_cc: Option<i32>,
    /// In `power_unit`.
    #[schema(minimum = 1, maximum = 3_000)]
    power: Option<i32>,
    /// `kw` if blank.
    power_unit: Option<PowerUnit>,
    #[schema(max_length = 40)]
    engine_number: Option<String>,
    #[schema(max_length = 40)]
    chassis_number: Option<String>,
    #[schema(max_length = 80)]
    colour_outside: Option<String>,
    #[schema(max_length = 80)]
    colour_inside: Option<String>,
    /// How many keys came with it.
    #[schema(minimum = 0, maximum = 20)]
    keys: Option<i16>,
    /// In `mileage_unit`.
    #[schema(minimum = 0, maximum = 3_000_000)]
    mileage: Option<i32>,
    /// The organisation's if blank.
    mileage_unit: Option<DistanceUnit>,
    #[schema(max_length = 80)]
    city_registered: Option<String>,
    branch: Option<BranchId>,
    #[schema(max_length = 40)]
    lot_place: Option<String>,
    /// `in_preparation` if blank; `reserved` and `sold` follow from contracts. A change leaves the status alone.
    status: Option<StockStatus>,
    /// Today if blank; no day that lies ahead.
    acquired_on: Option<NaiveDate>,
    #[schema(schema_with = amount)]
    purchase_price: Option<Value>,
    #[schema(schema_with = amount)]
    asking_price: Option<Value>,
    /// Of both prices (ISO 4217); the organisation's if blank.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// At most 20 of at most 40 characters, without commas.
    tags: Option<Vec<String>>,
    #[schema(max_length = 10_000)]
    notes: Option<String>,
    /// Fields of your own: at most 30, of one line each; no colon in a name.
    custom_fields: Option<BTreeMap<String, String>>,
}

/// An amount of money: exact as text.
fn amount() -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).examples(["12900.50"]);
    let number = ObjectBuilder::new().schema_type(Type::Number);
    OneOfBuilder::new()
        .item(text)
        .item(number)
        .description(Some("Not negative, at most 100000000000, no finer than the currency."))
        .into()
}

/// The draft of a vehicle.
///
/// # Errors
/// `Invalid` if a value fits no field, with every other problem that can be seen by then.
pub(super) fn draft(actor: &Actor, object: JsonObject) -> Result<VehicleDraft, AppError> {
    let mut draft = VehicleDraft::default();
    let mut problems = FieldProblems::new();
    for (name, value) in object.0 {
        match text(&name, value) {
            Ok(text) => drop(draft.fields.insert(name, text)),
            Err(expected) => drop(problems.insert(
                sent_name(&name),
                Problem::Malformed {
                    expected: expected.to_owned(),
                },
            )),
        }
    }
    if problems.is_empty() {
        return Ok(draft);
    }
    // Nothing will be stored; the service's own check is only run early to name the rest. Tomorrow is today somewhere.
    let context = CheckContext {
        notation: Notation::Point,
        currency: actor.currency,
        distance_unit: actor.distance_unit,
        today: Utc::now().date_naive() + Days::new(1),
        any_status: false,
    };
    for (field, problem) in draft.check(&context).err().unwrap_or_default() {
        problems.entry(field).or_insert(problem);
    }
    Err(AppError::Invalid { fields: problems })
}

/// A value as somebody would type it into the form, or what was expected instead.
fn text(name: &str, value: Value) -> Result<String, &'static str> {
    let field = VehicleField::named(name);
    match value {
        Value::Array(tags) if field == Some(VehicleField::Tags) => list(tags),
        Value::Object(fields) if field == Some(VehicleField::CustomFields) => lines(fields),
        value => scalar(value).ok_or(match field {
            Some(VehicleField::Tags) => TAGS,
            Some(VehicleField::CustomFields) => LINES,
            Some(VehicleField::PurchasePrice | VehicleField::AskingPrice) => "\"12900.50\"",
            _ => "text or a number",
        }),
    }
}

const TAGS: &str = "[\"one owner\", \"warranty\"], no commas in a tag";
const LINES: &str = "{\"Inspected by\": \"Ana\"}, no colon in a name, one line each";

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::String(text) => Some(text),
        Value::Number(number) => Some(plain(&number)),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number in plain digits. JSON's reader holds fractions as f64, which keeps 15 significant digits as they were sent: as many as the
/// largest amount of money has. More can be sent as text.
fn plain(number: &Number) -> String {
    match (number.is_f64(), number.as_f64()) {
        (true, Some(fraction)) => fraction.to_string(),
        _ => number.to_string(),
    }
}

fn list(tags: Vec<Value>) -> Result<String, &'static str> {
    let tags: Option<Vec<String>> = tags.into_iter().map(scalar).collect();
    let tags = tags.filter(|tags| tags.iter().all(|tag| !tag.contains(','))).ok_or(TAGS)?;
    Ok(tags.join(", "))
}

fn lines(fields: serde_json::Map<String, Value>) -> Result<String, &'static str> {
    let one_line = |text: &str| !text.contains(['\n', '\r']);
    let lines: Option<Vec<String>> = fields
        .into_iter()
        .map(|(name, value)| {
            let value = scalar(value)?;
            let fits = !name.contains(':') && !name.trim().is_empty() && one_line(&name) && one_line(&value);
            fits.then(|| format!("{name}: {value}"))
        })
        .collect();
    lines.map(|lines| lines.join("\n")).ok_or(LINES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::kernel::id::OrganisationId;
    use serde_json::json;

    fn read(value: Value) -> Result<VehicleDraft, AppError> {
        let actor = Actor::system(OrganisationId::new(), iso_currency::Currency::USD, "test");
        draft(&actor, serde_json::from_value(value).unwrap_or_default())
    }

    fn problems(value: Value) -> Vec<String> {
        read(value)
            .err()
            .map(|error| error.fields().into_keys().collect())
            .unwrap_or_default()
    }

    #[test]
    fn the_documentation_has_exactly_the_fields_that_there_are() {
        let schema = serde_json::to_value(<VehicleInput as utoipa::PartialSchema>::schema()).unwrap_or_default();
        let mut documented: Vec<&str> = schema["properties"]
            .as_object()
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let mut fields: Vec<&str> = VehicleField::ALL.iter().map(|field| field.name()).collect();
        documented.sort_unstable();
        fields.sort_unstable();
        assert_eq!(documented, fields);
        assert_eq!(schema["required"], json!(["make", "model"]));
        assert_eq!(schema["additionalProperties"], json!(false));
    }

    #[test]
    fn every_kind_of_value_becomes_what_somebody_would_type() {
        let draft = read(json!({
            "make": "Mazda", "model": 3, "asking_price": 12900.5, "purchase_price": "11000.00", "mileage": 1e5, "vin": null,
            "tags": ["one owner", "warranty"], "custom_fields": { "Inspected by": "Ana", "Doors checked": true },
        }))
        .unwrap_or_default();
        let is = |field, text: &str| assert_eq!(draft.get(field), text);
        is(VehicleField::Model, "3");
        is(VehicleField::AskingPrice, "12900.5");
        is(VehicleField::PurchasePrice, "11000.00");
        is(VehicleField::Mileage, "100000");
        is(VehicleField::Vin, "");
        is(VehicleField::Tags, "one owner, warranty");
        is(VehicleField::CustomFields, "Doors checked: true\nInspected by: Ana");
    }

    #[test]
    fn what_fits_no_field_is_named_with_all_else_that_is_wrong() {
        assert_eq!(
            problems(json!({ "make": ["Mazda"], "model_year": "soon", "colour": "red", "tags": ["a,b"], "custom_fields": { "a:b": "c" } })),
            ["colour", "custom_fields", "make", "model", "model_year", "tags"]
        );
        assert_eq!(
            problems(json!({ "make": "Mazda", "model": "3", "custom_fields": { "a": "b\nc: d" } })),
            ["custom_fields"]
        );
    }

    #[test]
    fn the_largest_amount_of_money_survives_as_a_number() {
        let draft = read(json!({ "asking_price": 99_999_999_999.99, "purchase_price": 1e300 })).unwrap_or_default();
        assert_eq!(draft.get(VehicleField::AskingPrice), "99999999999.99");
        assert!(Notation::Point.read(draft.get(VehicleField::PurchasePrice)).is_err());
    }
}
