//! Server functions of the catalogue: the browser's way to [`super::CatalogueService`]. Same names, no logic.
//!
//! What only reads the catalogue is a GET, so that the browser keeps the answer and asks with its ETag whether it is still good. A question that
//! says nothing leaves nothing in the address, hence the defaults.

use leptos::prelude::*;
use server_fn::codec::GetUrl;

use super::{CatalogueChange, CatalogueChoice, CatalogueDraft, CatalogueEngine, CatalogueEntry, CatalogueEntryQuery, CatalogueQuery};
#[cfg(feature = "ssr")]
use super::{CatalogueField, catalogue_back};
#[cfg(feature = "ssr")]
use crate::kernel::{
    call::call,
    form::{Form, submit},
    problem::Problem,
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
    let form = as_sent(Form::new(page, draft.fields.clone()), notation, back.as_deref());
    let done = |entry: &CatalogueEntry| catalogue_back(back.as_deref(), if entry.hidden { "hidden" } else { "saved" }, entry.id);
    submit(form, done, |b, who| async move {
        b.catalogue.create(&who, draft, said(notation)?).await
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
    let form = Form::new(format!("/catalogue/entries/{id}"), draft.fields.clone()).with("version", version);
    let form = as_sent(form, notation, back.as_deref());
    let done = |entry: &CatalogueEntry| catalogue_back(back.as_deref(), "saved", entry.id);
    submit(form, done, |b, who| async move {
        b.catalogue.update(&who, id, version, draft, said(notation)?).await
    })
    .await
}

/// Takes an entry away, if it still is at `version` where one is named; the page that it leads to offers to undo it.
#[server(output = Json)]
pub async fn catalogue_delete(id: CatalogueEntryId, version: Option<i64>, back: Option<String>) -> Result<(), AppError> {
    let form = Form::new(format!("/catalogue/entries/{id}"), []).with("operation", "delete");
    let done = |(): &()| catalogue_back(back.as_deref(), "removed", id);
    submit(form, done, |b, who| async move {
        b.catalogue.delete(&who, id, version.map(|version| vec![version])).await
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

/// Keeps with a form how its numbers are written and where it leads.
#[cfg(feature = "ssr")]
fn as_sent(mut form: Form, notation: Option<Notation>, back: Option<&str>) -> Form {
    if let Some(notation) = notation {
        form = form.with("notation", notation);
    }
    if let Some(back) = back {
        form = form.with("back", back);
    }
    form
}

/// How the numbers of a form are written. It is never guessed: a form that does not say so comes back as it is.
#[cfg(feature = "ssr")]
fn said(notation: Option<Notation>) -> Result<Notation, AppError> {
    notation.ok_or_else(|| AppError::invalid("notation", Problem::Required))
}
