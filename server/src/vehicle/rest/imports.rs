//! Imports over REST: a CSV file in, a dry run with its report, then the writing.

use app::{
    identity::Permission,
    kernel::{
        actor::Actor,
        backend::Backend,
        error::AppError,
        form::{Typed, Upload},
        id::ImportId,
        problem::{FieldProblems, Problem},
    },
    vehicle::{ImportMode, ImportOptions, ImportReport},
};
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::server_fn::codec::{FromReq, MultipartData, MultipartFormData};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApplyProblems, FindProblems, PATH, STOCK, UploadProblems};
use crate::http::{
    actor::Authenticated,
    json_object::JsonObject,
    path_id::{InPath, PathId},
    refusal::{Refusal, sent_name},
};

const MULTIPART: &str = "multipart/form-data";

impl InPath for ImportId {
    const WHAT: &'static str = "import";
}

/// A CSV file and how to read it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the body")]
pub(super) struct ImportUpload {
    /// The file, UTF-8 or Windows-1252, separated by commas, semicolons or tabs, with a header of field names.
    #[schema(format = Binary, content_media_type = "text/csv")]
    file: String,
    /// How numbers are written in it: `point` (12,900.50) or `comma` (12.900,50). It is never guessed.
    #[schema(pattern = "^(point|comma)$")]
    notation: String,
}

/// An import that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportStarted {
    id: ImportId,
}

/// What to do with a checked import.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the body")]
pub(super) struct ImportApply {
    mode: ImportMode,
}

/// Starts an import
///
/// Takes the file and checks every row of it as a job; nothing is written to the stock yet. Follow it at the header `Location`.
/// 413 above the configured size (50 MB if nothing else is configured), 429 while too many other files are being read, checked or
/// written; of more than 10 open imports the one that waits longest to be applied is ended.
/// Permission: `import:run`.
#[utoipa::path(
    post,
    path = "/api/v1/vehicles/imports",
    operation_id = "vehicle_import_start",
    tag = STOCK,
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "Taken; its check is under way.", body = ImportStarted,
            headers(("Location" = String, description = "The import."))),
        UploadProblems
    )
)]
pub(super) async fn start(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    request: Request,
) -> Result<Response, Refusal> {
    who.require(Permission::ImportRun)?;
    let upload = read(&backend, &who, request).await?;
    let options = options(&upload)?;
    let id = backend.vehicles.import_start(&who, upload.file_name, upload.file, options).await?;
    let location = [(header::LOCATION, format!("{PATH}/imports/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(ImportStarted { id })).into_response())
}

async fn read(backend: &Backend, who: &Actor, request: Request) -> Result<Upload, Refusal> {
    if !has_boundary(request.headers()) {
        return Err(Refusal::MediaType { expected: MULTIPART });
    }
    let data = <MultipartData as FromReq<MultipartFormData, Request, AppError>>::from_req(request).await?;
    Ok(backend.uploads.read(who, Permission::ImportRun, data, &Typed::default()).await?)
}

/// Whether the body is announced in parts (RFC 7578 section 4.1).
fn has_boundary(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = kind.unwrap_or_default().split(';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(MULTIPART))
        && parts
            .filter_map(|parameter| parameter.split_once('='))
            .any(|(name, value)| name.eq_ignore_ascii_case("boundary") && !value.is_empty())
}

fn options(upload: &Upload) -> Result<ImportOptions, AppError> {
    let mut problems = FieldProblems::new();
    for name in upload.values.keys().filter(|name| *name != "notation") {
        let allowed = vec!["file".into(), "notation".into()];
        problems.insert(sent_name(name), Problem::Unknown { allowed });
    }
    match upload.value("notation").parse() {
        Ok(notation) if problems.is_empty() => return Ok(ImportOptions { notation }),
        Ok(_) => {}
        Err(error) => problems.extend(AppError::fields(&error)),
    }
    Err(AppError::Invalid { fields: problems })
}

/// An import and its report
///
/// How far it is, counted in rows, and the first 200 problems that keep rows from being taken. Permission: `import:run`.
#[utoipa::path(
    get,
    path = "/api/v1/vehicles/imports/{id}",
    operation_id = "vehicle_import_find",
    tag = STOCK,
    params(("id" = ImportId, Path, description = "The import.")),
    responses((status = 200, description = "The report so far.", body = ImportReport), FindProblems)
)]
pub(super) async fn find(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<ImportId>,
) -> Result<Json<ImportReport>, Refusal> {
    Ok(Json(backend.vehicles.import_find(&who, id).await?))
}

/// Writes a checked import
///
/// `all` writes every row or, if one is bad, none; `good` writes the good ones. It runs as a job: follow it as the check.
/// 409 if it is being written or has been. Permission: `import:run`.
#[utoipa::path(
    post,
    path = "/api/v1/vehicles/imports/{id}/apply",
    operation_id = "vehicle_import_apply",
    tag = STOCK,
    params(("id" = ImportId, Path, description = "The import.")),
    request_body = ImportApply,
    responses((status = 202, description = "The writing is under way.", body = ImportReport), ApplyProblems)
)]
pub(super) async fn apply(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<ImportId>,
    body: Result<JsonObject, Refusal>,
) -> Result<(StatusCode, Json<ImportReport>), Refusal> {
    who.require(Permission::ImportRun)?;
    let report = backend.vehicles.import_apply(&who, id, mode(body?)?).await?;
    Ok((StatusCode::ACCEPTED, Json(report)))
}

fn mode(mut body: JsonObject) -> Result<ImportMode, AppError> {
    let mut problems = FieldProblems::new();
    let mode = body.take_one_of("mode", ImportMode::ALL, ImportMode::named, &mut problems);
    body.refuse_rest(&["mode"], &mut problems);
    mode.filter(|_| problems.is_empty()).ok_or(AppError::Invalid { fields: problems })
}
