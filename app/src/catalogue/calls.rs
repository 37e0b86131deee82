//! Server functions of the catalogue: the browser's way to [`super::CatalogueService`]. Same names, no logic.
//!
//! What only reads the catalogue is a GET, so that the browser keeps the answer and asks with its ETag whether it is still good. A question that
//! says nothing leaves nothing in the address, hence the defaults.

use leptos::prelude::*;
use server_fn::codec::GetUrl;

use super::{CatalogueChange, CatalogueChoice, CatalogueDraft, CatalogueEngine, CatalogueEntry, CatalogueEntryQuery, CatalogueQuery};
#[cfg(feature = "ssr")]
use super::{CatalogueField, catalogue_back, catalogue_created};
#[cfg(feature = "ssr")]
use crate::kernel::{
    call::call,
    form::{Form, notation_said, submit},
};
use crate::kernel::{
    error::AppError,
    id::CatalogueEntryId,
    json::Json,
    number::Notation,
    page::{Cursor, Page},
};

/// Makes of a year and kind, popular first.
#[server(input = GetUrl, output = Json)]
pub async fn catalogue_makes(#[server(default)] query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError> {
    call(|b, who| async move { b.catalogue.makes(&who, query).await }).await
}

/// Models of a make.
#[server(input = GetUrl, output = Json)]
pub async fn catalogue_models(#[server(default)] query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError> {
    call(|b, who| async move { b.catalogue.models(&who, query).await }).await
}

/// Lines of a model.
#[server(input = GetUrl, output = Json)]
pub async fn catalogue_lines(#[server(default)] query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError> {
    call(|b, who| async move { b.catalogue.lines(&who, query).await }).await
}

/// Engines of a model or line.
#[server(input = GetUrl, output = Json)]
pub async fn catalogue_engines(#[server(default)] query: CatalogueQuery) -> Result<Vec<CatalogueEngine>, AppError> {
    call(|b, who| async move { b.catalogue.engines(&who, query).await }).await
}

/// One page of the organisation's entries.
#[server(output = Json)]
pub async fn catalogue_entries(#[server(default)] query: CatalogueEntryQuery) -> Result<Page<CatalogueEntry>, AppError> {
    call(|b, who| async move { b.catalogue.entries(&who, query).await }).await
}

/// One entry.
#[server(output = Json)]
pub async fn catalogue_find(id: CatalogueEntryId) -> Result<CatalogueEntry, AppError> {
    call(|b, who| async move { b.catalogue.find(&who, id).await }).await
}

/// One page of the change log.
#[server(output = Json)]
pub async fn catalogue_changes(cursor: Option<Cursor>) -> Result<Page<CatalogueChange>, AppError> {
    call(|b, who| async move { b.catalogue.changes(&who, cursor).await }).await
}

/// Adds, corrects or hides; a plain form goes on to `back`, or back to the form with what was typed.
#[server(output = Json)]
pub async fn catalogue_create(draft: CatalogueDraft, notation: Option<Notation>, back: Option<String>) -> Result<CatalogueEntry, AppError> {
    let page = format!("/catalogue/entries/new?level={}", draft.get(CatalogueField::Level));
    let form = Form::new(page, draft.fields.clone())
        .with_optional("notation", notation)
        .with_optional("back", back.as_deref());
    let done = |entry: &CatalogueEntry| catalogue_created(back.as_deref(), entry);
    submit(form, done, |b, who| async move {
        b.catalogue.create(&who, draft, notation_said(notation)?).await
    })
    .await
}

/// Changes an entry as it stood at `version`.
#[server(output = Json)]
pub async fn catalogue_update(
    id: CatalogueEntryId,
    version: i64,
    draft: CatalogueDraft,
    notation: Option<Notation>,
    back: Option<String>,
) -> Result<CatalogueEntry, AppError> {
    let form = Form::new(format!("/catalogue/entries/{id}"), draft.fields.clone())
        .with("version", version)
        .with_optional("notation", notation)
        .with_optional("back", back.as_deref());
    let done = |entry: &CatalogueEntry| catalogue_back(back.as_deref(), "saved", entry.id);
    submit(form, done, |b, who| async move {
        b.catalogue.update(&who, id, version, draft, notation_said(notation)?).await
    })
    .await
}

/// Takes an entry away, if it still is at `version` where one is named; the page that it leads to offers to undo it.
#[server(output = Json)]
pub async fn catalogue_delete(id: CatalogueEntryId, version: Option<i64>, back: Option<String>) -> Result<CatalogueEntryId, AppError> {
    let form = Form::new(format!("/catalogue/entries/{id}"), []).with("operation", "delete");
    let done = |id: &CatalogueEntryId| catalogue_back(back.as_deref(), "removed", *id);
    submit(form, done, |b, who| async move {
        b.catalogue.delete(&who, id, version.map(|version| vec![version])).await?;
        Ok(id)
    })
    .await
}

/// Undoes a delete.
#[server(output = Json)]
pub async fn catalogue_restore(id: CatalogueEntryId, back: Option<String>) -> Result<CatalogueEntry, AppError> {
    let form = Form::new(catalogue_back(back.as_deref(), "removed", id), []);
    let done = |entry: &CatalogueEntry| catalogue_back(back.as_deref(), "saved", entry.id);
    submit(form, done, |b, who| async move { b.catalogue.restore(&who, id, None).await }).await
}
