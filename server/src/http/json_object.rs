//! A request body that is a JSON object, read name by name, so that every unfitting value is a problem at its own field.

use std::{collections::BTreeMap, fmt};

use app::kernel::{
    error::AppError,
    problem::{FieldProblems, Problem},
};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use super::{
    limits,
    refusal::{Refusal, sent_name},
};

/// The members of a JSON object (RFC 8259 section 4). A name that stands there twice is refused: one of the two would be lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JsonObject(pub BTreeMap<String, Value>);

impl<S: Sync> FromRequest<S> for JsonObject {
    type Rejection = Refusal;

    /// `MediaType` unless it is announced as JSON, `Malformed` if it is none, `TooLarge` above 1 MiB.
    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        read(request, "object").await
    }
}

/// The elements of a JSON array (RFC 8259 section 5), each to be judged for itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JsonArray(pub Vec<Value>);

impl<S: Sync> FromRequest<S> for JsonArray {
    type Rejection = Refusal;

    /// As [`JsonObject`].
    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        read(request, "array").await.map(Self)
    }
}

/// Reads a body of JSON that is to be an `expected`.
async fn read<T: serde::de::DeserializeOwned>(request: Request, expected: &str) -> Result<T, Refusal> {
    if !is_json(request.headers()) {
        return Err(Refusal::MediaType {
            expected: "application/json",
        });
    }
    let most = usize::try_from(limits::MAX_BODY).unwrap_or(usize::MAX);
    let Some(bytes) = limits::read(request.into_body(), most).await else {
        return Err(AppError::TooLarge { limit: limits::MAX_BODY }.into());
    };
    serde_json::from_slice(&bytes).map_err(|error| Refusal::Malformed {
        detail: format!("The body is not the JSON {expected} that was expected: {error}."),
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
}

impl JsonObject {
    /// Takes a text; `None` if it is missing or null. Anything else is noted as a problem.
    pub fn take_text(&mut self, name: &str, problems: &mut FieldProblems) -> Option<String> {
        match self.0.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                problems.insert(
                    name.to_owned(),
                    Problem::Malformed {
                        expected: "\"text\"".into(),
                    },
                );
                None
            }
        }
    }

    /// Takes the value of a closed set, which must be there; anything else is noted as a problem.
    pub fn take_one_of<T: Copy + fmt::Display>(
        &mut self,
        name: &str,
        all: &[T],
        named: fn(&str) -> Option<T>,
        problems: &mut FieldProblems,
    ) -> Option<T> {
        let text = self.take_text(name, problems);
        let value = text.as_deref().and_then(named);
        if value.is_none() {
            let problem = text.map_or(Problem::Required, |_| Problem::Unknown {
                allowed: all.iter().map(ToString::to_string).collect(),
            });
            problems.entry(name.to_owned()).or_insert(problem);
        }
        value
    }

    /// Notes every member that was not taken as unknown; `names` are those that there are.
    pub fn refuse_rest(self, names: &[&str], problems: &mut FieldProblems) {
        for name in self.0.into_keys() {
            let allowed = names.iter().map(|&name| name.to_owned()).collect();
            problems.insert(sent_name(&name), Problem::Unknown { allowed });
        }
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = JsonObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonObject, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("the same name stands there twice"));
                    }
                }
                Ok(JsonObject(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
