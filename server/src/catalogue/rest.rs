//! The catalogue over REST: `/api/v1/catalogue`, the same operations as the pages, on the same service.
#![allow(unused_qualifications, reason = "utoipa's derive qualifies the types of fields")]

mod body;
mod offers;
mod question;

use app::{
    catalogue::{CatalogueChange, CatalogueEntry},
    identity::Permission,
    kernel::{backend::Backend, id::CatalogueEntryId, number::Notation, page::Page},
};
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{
    Web,
    actor::Authenticated,
    json_object::JsonObject,
    path_id::{InPath, PathId},
    precondition,
    problem_responses::problem_responses,
    query_string,
    refusal::Refusal,
};
use body::EntryInput;
pub(super) use offers::QUESTIONS;
use question::{ChangesPage, EntriesPage};

const ENTRIES: &str = "/api/v1/catalogue/entries";
const CHANGES: &str = "/api/v1/catalogue/changes";
const CATALOGUE: &str = "Catalogue";

problem_responses! {
    ListProblems: 422;
    FindProblems: 404;
    CreateProblems: 400 409 413 415 422;
    UpdateProblems: 400 404 409 412 413 415 422 428;
    DeleteProblems: 400 404 412;
    RestoreProblems: 400 404 409 412 422;
}

impl InPath for CatalogueEntryId {
    const WHAT: &'static str = "catalogue entry";
}

/// The routes with their documentation. Paths are whole.
pub fn router() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(offers::makes))
        .routes(routes!(offers::models))
        .routes(routes!(offers::lines))
        .routes(routes!(offers::engines))
        .routes(routes!(entries, create))
        .routes(routes!(find, update, delete))
        .routes(routes!(restore))
        .routes(routes!(changes))
}

/// Own entries
///
/// What the organisation adds, corrects and hides; newest first, 25 a page if `limit` is not said. The header `Link` leads to the pages
/// beside it. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/entries",
    operation_id = "catalogue_entries",
    tag = CATALOGUE,
    params(EntriesPage),
    responses(
        (status = 200, description = "A page.", body = Page<CatalogueEntry>, headers(("Link" = String, description = "The pages beside it."))),
        ListProblems
    )
)]
async fn entries(State(backend): State<Backend>, Authenticated(who): Authenticated, RawQuery(raw): RawQuery) -> Result<Response, Refusal> {
    who.require(Permission::CatalogueRead)?;
    let query = question::entries(raw.as_deref())?;
    let page = backend.catalogue.entries(&who, query.clone()).await?;
    let kept = [
        ("level", query.level.map(|level| level.to_string())),
        ("limit", query.limit.map(|limit| limit.to_string())),
    ];
    let link = question::link(ENTRIES, &kept, &page);
    Ok(query_string::linked(page, link))
}

/// Adds an entry
///
/// With `corrects` it stands in for that name of vPIC; with `hidden` that name is not offered any more. 409 names the entry that says so
/// already, at the field. Permission: `catalogue:create`.
#[utoipa::path(
    post,
    path = "/api/v1/catalogue/entries",
    operation_id = "catalogue_create",
    tag = CATALOGUE,
    request_body = EntryInput,
    responses(
        (status = 201, description = "Added.", body = CatalogueEntry,
            headers(("Location" = String, description = "The entry."), ("ETag" = String, description = "Its version."))),
        CreateProblems
    )
)]
async fn create(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    body: Result<JsonObject, Refusal>,
) -> Result<Response, Refusal> {
    who.require(Permission::CatalogueCreate)?;
    let entry = backend.catalogue.create(&who, body::draft(body?)?, Notation::Point).await?;
    let location = [(header::LOCATION, format!("{ENTRIES}/{}", entry.id))];
    Ok((StatusCode::CREATED, location, whole(entry)).into_response())
}

/// One entry
///
/// The header `ETag` is its version. 304 to `If-None-Match` with that version. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/entries/{id}",
    operation_id = "catalogue_find",
    tag = CATALOGUE,
    params(
        ("id" = CatalogueEntryId, Path, description = "The entry."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of the version that the reader has.")
    ),
    responses(
        (status = 200, description = "The entry.", body = CatalogueEntry, headers(("ETag" = String, description = "Its version."))),
        (status = 304, description = "The reader has it."),
        FindProblems
    )
)]
async fn find(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<CatalogueEntryId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let entry = backend.catalogue.find(&who, id).await?;
    Ok(precondition::read(&headers, entry.version, entry))
}

/// Changes an entry
///
/// Replaces its fields: what is not sent is blank afterwards. `If-Match` names the version that the change was made from: 428 without, 412
/// if it has another by now. Permission: `catalogue:update`.
#[utoipa::path(
    put,
    path = "/api/v1/catalogue/entries/{id}",
    operation_id = "catalogue_update",
    tag = CATALOGUE,
    params(
        ("id" = CatalogueEntryId, Path, description = "The entry."),
        ("If-Match" = String, Header, description = "The ETag that the entry was read with.")
    ),
    request_body = EntryInput,
    responses(
        (status = 200, description = "Changed.", body = CatalogueEntry, headers(("ETag" = String, description = "Its new version."))),
        UpdateProblems
    )
)]
async fn update(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<CatalogueEntryId>,
    headers: HeaderMap,
    body: Result<JsonObject, Refusal>,
) -> Result<Response, Refusal> {
    who.require(Permission::CatalogueUpdate)?;
    let current = async { backend.catalogue.find(&who, id).await.map(|entry| entry.version) };
    let version = precondition::expected(&headers, current).await?;
    let draft = body::draft(body?)?;
    let changed = backend.catalogue.update(&who, id, version, draft, Notation::Point).await;
    changed.map(whole).map_err(Refusal::under_precondition)
}

/// Takes an entry away
///
/// What it corrected or hid is as in vPIC again. It can be restored; deleting twice is the same as once. With `If-Match` only if it still
/// has that version. Permission: `catalogue:delete`.
#[utoipa::path(
    delete,
    path = "/api/v1/catalogue/entries/{id}",
    operation_id = "catalogue_delete",
    tag = CATALOGUE,
    params(
        ("id" = CatalogueEntryId, Path, description = "The entry."),
        ("If-Match" = Option<String>, Header, description = "The ETag that the entry was read with.")
    ),
    responses((status = 204, description = "It is gone, or was."), DeleteProblems)
)]
async fn delete(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<CatalogueEntryId>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    who.require(Permission::CatalogueDelete)?;
    let versions = precondition::versions(&headers)?;
    let deleted = backend.catalogue.delete(&who, id, versions).await;
    deleted.map(|()| StatusCode::NO_CONTENT).map_err(Refusal::under_precondition)
}

/// Undoes a delete
///
/// 409 if another entry says the same by now, 422 if there are as many entries as there may be. `If-Match` as for the delete; restoring
/// what is not deleted answers with the entry. Permission: `catalogue:delete`.
#[utoipa::path(
    post,
    path = "/api/v1/catalogue/entries/{id}/restore",
    operation_id = "catalogue_restore",
    tag = CATALOGUE,
    params(
        ("id" = CatalogueEntryId, Path, description = "The entry."),
        ("If-Match" = Option<String>, Header, description = "The version that the entry was deleted at.")
    ),
    responses(
        (status = 200, description = "It is back.", body = CatalogueEntry, headers(("ETag" = String, description = "Its version."))),
        RestoreProblems
    )
)]
async fn restore(
    State(backend): State<Backend>,
    Authenticated(who): Authenticated,
    PathId(id): PathId<CatalogueEntryId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    who.require(Permission::CatalogueDelete)?;
    let versions = precondition::versions(&headers)?;
    let restored = backend.catalogue.restore(&who, id, versions).await;
    restored.map(whole).map_err(Refusal::under_precondition)
}

/// The change log
///
/// Who changed what of the entries, and when: newest first, 25 a page, times by the organisation's clock. The header `Link` leads to the
/// pages beside it. Permission: `catalogue:read`.
#[utoipa::path(
    get,
    path = "/api/v1/catalogue/changes",
    operation_id = "catalogue_changes",
    tag = CATALOGUE,
    params(ChangesPage),
    responses(
        (status = 200, description = "A page.", body = Page<CatalogueChange>, headers(("Link" = String, description = "The pages beside it."))),
        ListProblems
    )
)]
async fn changes(State(backend): State<Backend>, Authenticated(who): Authenticated, RawQuery(raw): RawQuery) -> Result<Response, Refusal> {
    who.require(Permission::CatalogueRead)?;
    let cursor = question::changes(raw.as_deref())?;
    let page = backend.catalogue.changes(&who, cursor).await?;
    let link = question::link(CHANGES, &[], &page);
    Ok(query_string::linked(page, link))
}

fn whole(entry: CatalogueEntry) -> Response {
    precondition::tagged(entry.version, entry)
}
