//! VINs over REST: `/api/v1/vins`, one at a time or thousands as a stream, on the same service as the pages.

use std::{convert::Infallible, vec::IntoIter};

use app::{
    identity::Permission,
    kernel::{backend::Backend, error::AppError, problem::Problem},
    vin::{DecodedVin, MOST_VINS, VinAnswers, VinQuery},
};
use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::lines::VinLine;
use crate::http::{
    Web, actor::Authenticated, json_object::JsonArray, problem_responses::problem_responses, query_string, refusal::Refusal,
};

const CATALOGUE: &str = "Catalogue";
/// Lines that are sent together. Other tasks run between two of them.
const TOGETHER: usize = 50;

problem_responses! {
    DecodeProblems: 422;
    DecodeAllProblems: 400 413 415 422;
}

/// The routes with their documentation. Paths are whole.
pub fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(decode)).routes(routes!(decode_all))
}

/// A VIN, alone or with its model year.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "documents the body")]
enum VinInput {
    Vin(String),
    Query(VinQuery),
}

/// Decodes a VIN
///
/// What NHTSA's catalogue vPIC says, attribute by attribute, each with where it comes from; `vehicle` has the fields that
/// `POST /api/v1/vehicles` takes. Lower case, blanks and dashes are mended; `*` stands for a character that is not known. 422 for what
/// cannot be a VIN, naming the position. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/vins/{vin}",
    operation_id = "vin_decode",
    tag = CATALOGUE,
    params(
        ("vin" = String, Path, description = "The VIN, 3 to 17 characters.", example = "1HGCM82633A004352"),
        ("model_year" = Option<u16>, Query, description = "Decides between two years that are thirty apart.")
    ),
    responses((status = 200, description = "What the VIN says.", body = DecodedVin), DecodeProblems)
)]
async fn decode(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    Path(vin): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<DecodedVin>, Refusal> {
    who.require(Permission::CatalogueRead)?;
    let model_year = model_year(raw.as_deref())?;
    Ok(Json(backend.vins.decode(&who, VinQuery { vin, model_year }).await?))
}

fn model_year(raw: Option<&str>) -> Result<Option<u16>, AppError> {
    let (pairs, mut problems) = query_string::read(raw, &["model_year"], &[]);
    let mut year = None;
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        match value.parse::<u16>() {
            Ok(read) => year = Some(read),
            Err(_) => drop(problems.insert(name, Problem::NotWhole)),
        }
    }
    if problems.is_empty() {
        Ok(year)
    } else {
        Err(AppError::Invalid { fields: problems })
    }
}

/// Decodes many VINs
///
/// An array of VINs, or of objects with a VIN and its model year, at most 10,000. The answer is a stream of lines (NDJSON), one a VIN in
/// the same order: what it says, or an `error` that names the problem and the position. Permission: `catalogue:read`.
#[utoipa::path(
    post,
    path = "/api/v1/vins/decode",
    operation_id = "vin_decode_all",
    tag = CATALOGUE,
    request_body = Vec<VinInput>,
    responses(
        (status = 200, description = "One line a VIN.", body = VinLine, content_type = "application/x-ndjson"),
        DecodeAllProblems
    )
)]
async fn decode_all(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    body: Result<JsonArray, Refusal>,
) -> Result<Response, Refusal> {
    who.require(Permission::CatalogueRead)?;
    let JsonArray(items) = body?;
    if items.len() > MOST_VINS {
        return Err(AppError::invalid("vins", Problem::TooMany { max: MOST_VINS }).into());
    }
    let questions: Vec<_> = items.into_iter().map(question).collect();
    let queries = questions.iter().filter_map(|question| question.clone().ok()).collect();
    let answers = backend.vins.decode_all(&who, queries).await?;
    let lines = Lines {
        questions: questions.into_iter(),
        answers,
        line: 0,
    };
    let chunks = stream::unfold(lines, |mut lines| async move {
        let chunk = lines.next_chunk()?;
        tokio::task::yield_now().await;
        Some((Ok::<_, Infallible>(Bytes::from(chunk)), lines))
    });
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
        // nginx would hold lines back until its buffer is full.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((head, Body::from_stream(chunks)).into_response())
}

/// A question that can't be asked: what was sent, and why not.
#[derive(Clone, Debug)]
struct Unasked {
    typed: String,
    problem: Problem,
}

/// An element of the array.
fn question(item: Value) -> Result<VinQuery, Unasked> {
    let expected = r#""1HGCM82633A004352" or {"vin": "1HGCM82633A004352", "model_year": 2003}"#;
    let unasked = |typed: &Value| Unasked {
        typed: typed.as_str().map_or_else(|| typed.to_string(), str::to_owned),
        problem: Problem::Malformed { expected: expected.into() },
    };
    let mut members = match item {
        Value::String(vin) => return Ok(VinQuery { vin, model_year: None }),
        Value::Object(members) => members,
        other => return Err(unasked(&other)),
    };
    let (vin, year) = (members.remove("vin").unwrap_or_default(), members.remove("model_year"));
    let year = year.filter(|year| !year.is_null());
    let model_year = year.as_ref().and_then(|year| u16::try_from(year.as_u64()?).ok());
    match &vin {
        Value::String(text) if members.is_empty() && model_year.is_some() == year.is_some() => Ok(VinQuery {
            vin: text.clone(),
            model_year,
        }),
        other => Err(unasked(other)),
    }
}

/// The answers on their way.
struct Lines {
    questions: IntoIter<Result<VinQuery, Unasked>>,
    answers: VinAnswers,
    line: usize,
}

impl Lines {
    /// The next lines together; `None` at the end.
    fn next_chunk(&mut self) -> Option<String> {
        let mut chunk = String::new();
        for question in self.questions.by_ref().take(TOGETHER) {
            self.line += 1;
            let line = match question {
                Ok(query) => VinLine::of(self.line, &query.vin, self.answers.next().unwrap_or(Err(Problem::Interrupted))),
                Err(Unasked { typed, problem }) => VinLine::of(self.line, &typed, Err(problem)),
            };
            match line.write() {
                Ok(line) => chunk.push_str(&line),
                Err(error) => tracing::error!(%error, "a line can't be written as JSON"),
            }
        }
        (!chunk.is_empty()).then_some(chunk)
    }
}
