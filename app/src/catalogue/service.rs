//! The contract of the capability; `server::catalogue` keeps it.

use async_trait::async_trait;

use super::{CatalogueChange, CatalogueChoice, CatalogueDraft, CatalogueEngine, CatalogueEntry, CatalogueEntryQuery, CatalogueQuery};
use crate::kernel::{
    actor::Actor,
    error::AppError,
    id::CatalogueEntryId,
    number::Notation,
    page::{Cursor, Page},
};

/// The catalogue as the actor's organisation sees it. What is asked for need not exist: an unknown make has no models, and that is no error.
#[async_trait]
pub trait CatalogueService: Send + Sync {
    /// Makes of a year and kind: first what the organisation has most of, then what vPIC has most patterns of, then by name.
    /// Permission: `catalogue:read`. `Invalid` at the field for a year or name that cannot be.
    async fn makes(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError>;

    /// Models of a make, in that order. Permission: `catalogue:read`. `Invalid` as `makes`, and at `make` without one.
    async fn models(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError>;

    /// Lines of a model, most patterns first. Permission: `catalogue:read`. `Invalid` as `models`, and at `model` without one.
    async fn lines(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError>;

    /// Engines of a model, of one line if it is named. Permission: `catalogue:read`. `Invalid` as `lines`.
    async fn engines(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueEngine>, AppError>;

    /// Changes whenever any of the four answers may, and only then. Permission: `catalogue:read`.
    async fn tag(&self, actor: &Actor) -> Result<String, AppError>;

    /// The organisation's living entries, newest first. Permission: `catalogue:read`. `Invalid` at `cursor` or `limit`.
    async fn entries(&self, actor: &Actor, query: CatalogueEntryQuery) -> Result<Page<CatalogueEntry>, AppError>;

    /// One entry. Permission: `catalogue:read`. `NotFound` also for a deleted one.
    async fn find(&self, actor: &Actor, id: CatalogueEntryId) -> Result<CatalogueEntry, AppError>;

    /// Adds an entry. Permission: `catalogue:create`. `Invalid` with every bad field, and at `name` if the organisation has as many living
    /// entries as it may have; `Conflict(Taken)` at `name` or `corrects` if a living entry of the same place says so already. Numbers are
    /// read by `notation`.
    async fn create(&self, actor: &Actor, draft: CatalogueDraft, notation: Notation) -> Result<CatalogueEntry, AppError>;

    /// Replaces the fields of the entry at `version`. Permission: `catalogue:update`. `Conflict(Changed)` if it has another version by now;
    /// else as `create`.
    async fn update(
        &self,
        actor: &Actor,
        id: CatalogueEntryId,
        version: i64,
        draft: CatalogueDraft,
        notation: Notation,
    ) -> Result<CatalogueEntry, AppError>;

    /// Takes an entry away: what it corrected or hid is as in vPIC again. `restore` undoes it. Permission: `catalogue:delete`.
    /// `Conflict(Changed)` if `versions` are named and it has none of them; deleting twice is the same as once.
    async fn delete(&self, actor: &Actor, id: CatalogueEntryId, versions: Option<Vec<i64>>) -> Result<(), AppError>;

    /// Undoes a delete. Permission: `catalogue:delete`. `Conflict(Taken)` if another entry says the same meanwhile; `Conflict(Changed)` as
    /// `delete`; `Invalid` at `name` as `create`.
    async fn restore(&self, actor: &Actor, id: CatalogueEntryId, versions: Option<Vec<i64>>) -> Result<CatalogueEntry, AppError>;

    /// What was changed, newest first, 25 a page. Permission: `catalogue:read`. `Invalid` at `cursor`.
    async fn changes(&self, actor: &Actor, cursor: Option<Cursor>) -> Result<Page<CatalogueChange>, AppError>;
}
