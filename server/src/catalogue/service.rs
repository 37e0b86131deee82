//! The catalogue's operations: authorise, apply the rule, store, record, in one transaction each. What is only read comes from memory.

use app::{
    catalogue::{
        CATALOGUE_YEARS, CatalogueAction, CatalogueChange, CatalogueChoice, CatalogueDraft, CatalogueEngine, CatalogueEntry,
        CatalogueEntryQuery, CatalogueField, CatalogueQuery, CatalogueService, NewCatalogueEntry, VehicleCatalogue,
    },
    identity::Permission,
    kernel::{
        actor::Actor,
        error::AppError,
        id::CatalogueEntryId,
        number::Notation,
        page::{Cursor, MAX_PAGE_SIZE, PAGE_SIZE, Page},
        problem::{FieldProblems, Problem},
    },
    vehicle::Vehicle,
};
use async_trait::async_trait;
use chrono::{Datelike, Utc};
use sqlx::{PgConnection, Postgres, Transaction};
use vin::decoder::selection::Selection;

use super::{
    decoder,
    error::{EntryError, is_taken},
    list::List,
    offer,
    own::{Own, Owns},
    record,
    row::Columns,
    selection,
    store::{self, MOST_ENTRIES},
};
use crate::{
    audit,
    platform::{
        Platform,
        again::again,
        db::{self, Scope},
        version::expect_living_at,
    },
};

/// Most characters of a name that is asked for: what an entry of any level can be called.
const LONGEST: usize = CatalogueField::Name.max_length();

/// The catalogue of every organisation.
#[derive(Clone, Debug)]
pub struct Catalogue {
    platform: Platform,
    owns: Owns,
}

impl Catalogue {
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let owns = Owns::new(platform.db.clone(), platform.kv.clone());
        Self { platform, owns }
    }

    /// What a vehicle's make and model stand for, for those who may read the catalogue. Where it can't be said now, nothing is.
    pub async fn link(&self, actor: &Actor, vehicle: &Vehicle) -> Option<VehicleCatalogue> {
        actor.require(Permission::CatalogueRead).ok()?;
        let vehicle = vehicle.clone();
        let own = self.owns.entries_of(Scope::of(actor)).await.ok()?;
        ask(own, move |selection, own| offer::link(selection, own, &vehicle))
            .await
            .ok()
            .flatten()
    }

    async fn own(&self, actor: &Actor) -> Result<Own, AppError> {
        self.owns.of(Scope::of(actor)).await
    }

    async fn begin(&self) -> Result<Transaction<'static, Postgres>, EntryError> {
        Ok(self.platform.db.begin().await?)
    }

    /// Ends a transaction that changed an organisation's entries.
    async fn commit(&self, tx: Transaction<'static, Postgres>, scope: Scope) -> Result<(), EntryError> {
        tx.commit().await?;
        self.owns.changed(scope).await;
        Ok(())
    }

    async fn create_once(&self, actor: &Actor, new: &NewCatalogueEntry) -> Result<CatalogueEntry, EntryError> {
        let (scope, id) = (Scope::of(actor), CatalogueEntryId::new());
        let mut tx = self.begin().await?;
        expect_room(&mut tx, scope).await?;
        let columns = Columns::from(new.clone());
        if let Err(error) = store::insert(&mut tx, scope, id, &columns).await {
            return Err(self.named(tx, scope, error, &columns, id).await);
        }
        let entry = living(&mut tx, scope, id).await?;
        record::changed(&mut tx, actor, CatalogueAction::Created, id, (None, Some(&entry))).await?;
        self.commit(tx, scope).await?;
        Ok(entry)
    }

    async fn update_once(
        &self,
        actor: &Actor,
        id: CatalogueEntryId,
        version: i64,
        new: &NewCatalogueEntry,
    ) -> Result<CatalogueEntry, EntryError> {
        let scope = Scope::of(actor);
        let mut tx = self.begin().await?;
        let before = locked(&mut tx, scope, id, version).await?;
        let columns = Columns::from(new.clone());
        if let Err(error) = store::update(&mut tx, scope, id, &columns).await {
            return Err(self.named(tx, scope, error, &columns, id).await);
        }
        let after = living(&mut tx, scope, id).await?;
        let (old, now) = record::difference(&before, &after);
        if old.is_empty() && now.is_empty() {
            // Nothing changed: no new version that would surprise somebody else's form.
            tx.rollback().await?;
            return Ok(before);
        }
        record::changed(&mut tx, actor, CatalogueAction::Updated, id, (Some(&before), Some(&after))).await?;
        self.commit(tx, scope).await?;
        Ok(after)
    }

    async fn restore_once(&self, actor: &Actor, id: CatalogueEntryId, versions: Option<&[i64]>) -> Result<CatalogueEntry, EntryError> {
        let scope = Scope::of(actor);
        let mut tx = self.begin().await?;
        let row = store::lock(&mut tx, scope, id).await?.ok_or(EntryError::NotFound)?;
        if !row.deleted {
            return living(&mut tx, scope, id).await;
        }
        row.expect_one_of(versions)?;
        expect_room(&mut tx, scope).await?;
        let columns = Columns::of(store::stored(&mut tx, scope, id).await?);
        if let Err(error) = store::set_deleted(&mut tx, scope, id, false).await {
            return Err(self.named(tx, scope, error, &columns, id).await);
        }
        let entry = living(&mut tx, scope, id).await?;
        record::changed(&mut tx, actor, CatalogueAction::Restored, id, (None, Some(&entry))).await?;
        self.commit(tx, scope).await?;
        Ok(entry)
    }

    async fn delete_once(&self, actor: &Actor, id: CatalogueEntryId, versions: Option<&[i64]>) -> Result<(), EntryError> {
        let scope = Scope::of(actor);
        let mut tx = self.begin().await?;
        let row = store::lock(&mut tx, scope, id).await?.ok_or(EntryError::NotFound)?;
        if row.deleted {
            return Ok(());
        }
        row.expect_one_of(versions)?;
        let entry = living(&mut tx, scope, id).await?;
        store::set_deleted(&mut tx, scope, id, true).await?;
        record::changed(&mut tx, actor, CatalogueAction::Deleted, id, (Some(&entry), None)).await?;
        self.commit(tx, scope).await
    }

    /// What a failed statement means: the entries that say the same, or the error itself.
    async fn named(
        &self,
        tx: Transaction<'static, Postgres>,
        scope: Scope,
        error: sqlx::Error,
        wanted: &Columns,
        id: CatalogueEntryId,
    ) -> EntryError {
        if !is_taken(&error) {
            return error.into();
        }
        let look = async {
            tx.rollback().await?;
            let mut connection = self.platform.db.acquire().await?;
            store::holders(&mut connection, scope, wanted, id).await
        };
        let holders = match look.await {
            Ok(holders) => holders,
            Err(error) => return error.into(),
        };
        let mut fields = FieldProblems::new();
        for holder in holders {
            let problem = Problem::InCatalogue {
                name: holder.title,
                id: holder.id.to_string(),
            };
            // What is hidden has no name of its own: its problem is the name that it hides.
            let field = if holder.corrects_same || wanted.hidden && holder.has_name {
                "corrects"
            } else {
                "name"
            };
            fields.entry(field.to_owned()).or_insert(problem);
        }
        // Whoever said it is gone by now: the caller tries again.
        if fields.is_empty() {
            error.into()
        } else {
            EntryError::Taken(fields)
        }
    }
}

/// Puts a question to the catalogue. The index may still be building, and some answers take milliseconds: never on a thread that others need.
async fn ask<T: Send + 'static>(
    own: Own,
    question: impl FnOnce(&'static Selection<'static>, &Own) -> T + Send + 'static,
) -> Result<T, AppError> {
    let answer = tokio::task::spawn_blocking(move || selection().map(|selection| question(selection, &own))).await;
    answer.map_err(|error| db::internal(&error))?.map_err(|error| db::internal(&error))
}

async fn living(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId) -> Result<CatalogueEntry, EntryError> {
    store::find(connection, scope, id).await?.ok_or(EntryError::NotFound)
}

/// The entry as it stands at `version`, held until the transaction ends.
async fn locked(connection: &mut PgConnection, scope: Scope, id: CatalogueEntryId, version: i64) -> Result<CatalogueEntry, EntryError> {
    expect_living_at(store::lock(connection, scope, id).await?, version)?;
    living(connection, scope, id).await
}

/// Whether the organisation may have one more living entry. Others who ask wait until the transaction ends, so that no two take the same
/// place.
async fn expect_room(connection: &mut PgConnection, scope: Scope) -> Result<(), EntryError> {
    db::advisory_lock(connection, &format!("catalogue entries {}", scope.organisation())).await?;
    if store::count(connection, scope).await? < MOST_ENTRIES {
        return Ok(());
    }
    let max = usize::try_from(MOST_ENTRIES).unwrap_or_default();
    Err(EntryError::Invalid([("name".to_owned(), Problem::TooMany { max })].into()))
}

/// The draft's own rules.
fn checked(draft: &CatalogueDraft, notation: Notation) -> Result<NewCatalogueEntry, AppError> {
    draft
        .check(notation, Utc::now().year())
        .map_err(|fields| AppError::Invalid { fields })
}

/// A question that makes sense, with everything named that the level needs.
fn sensible(query: CatalogueQuery, needed: &[&str]) -> Result<CatalogueQuery, AppError> {
    let mut problems = FieldProblems::new();
    if query.year.is_some_and(|year| !CATALOGUE_YEARS.contains(&year)) {
        let (min, max) = (CATALOGUE_YEARS.start().to_string(), CATALOGUE_YEARS.end().to_string());
        problems.insert("year".into(), Problem::OutOfRange { min, max });
    }
    let mut name = |field: &str, name: Option<String>| {
        let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let problem = match &name {
            None if needed.contains(&field) => Problem::Required,
            Some(name) if name.chars().any(char::is_control) => Problem::ControlCharacters,
            Some(name) if name.chars().count() > LONGEST => Problem::TooLong { max: LONGEST },
            _ => return name,
        };
        problems.insert(field.to_owned(), problem);
        name
    };
    let query = CatalogueQuery {
        make: name("make", query.make),
        model: name("model", query.model),
        line: name("line", query.line),
        ..query
    };
    if problems.is_empty() {
        Ok(query)
    } else {
        Err(AppError::Invalid { fields: problems })
    }
}

#[async_trait]
impl CatalogueService for Catalogue {
    async fn makes(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let query = sensible(query, &[])?;
        ask(self.own(actor).await?, move |selection, own| offer::makes(selection, own, &query)).await
    }

    async fn models(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let query = sensible(query, &["make"])?;
        ask(self.own(actor).await?, move |selection, own| offer::models(selection, own, &query)).await
    }

    async fn lines(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueChoice>, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let query = sensible(query, &["make", "model"])?;
        ask(self.own(actor).await?, move |selection, own| offer::lines(selection, own, &query)).await
    }

    async fn engines(&self, actor: &Actor, query: CatalogueQuery) -> Result<Vec<CatalogueEngine>, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let query = sensible(query, &["make", "model"])?;
        ask(self.own(actor).await?, move |selection, own| offer::engines(selection, own, &query)).await
    }

    async fn tag(&self, actor: &Actor) -> Result<String, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let catalogue = decoder().map_err(|error| db::internal(&error))?.data().sources();
        Ok(self.own(actor).await?.fingerprint(catalogue))
    }

    async fn entries(&self, actor: &Actor, query: CatalogueEntryQuery) -> Result<Page<CatalogueEntry>, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let limit = query.limit.unwrap_or(PAGE_SIZE);
        if !(1..=MAX_PAGE_SIZE).contains(&limit) {
            let (min, max) = ("1".to_owned(), MAX_PAGE_SIZE.to_string());
            return Err(AppError::invalid("limit", Problem::OutOfRange { min, max }));
        }
        let list = List {
            organisation: actor.organisation,
            list: "catalogue entries",
            level: query.level,
        };
        let key = &self.platform.keys.cursor;
        let position = list.position(key, query.cursor.as_ref())?;
        let mut connection = self.platform.db.acquire().await.map_err(db::failure)?;
        let rows = store::page(&mut connection, Scope::of(actor), query.level, position, i64::from(limit) + 1)
            .await
            .map_err(db::failure)?;
        Ok(list.page(key, (rows, limit as usize, position), |entry| entry.id.0, Ok)?)
    }

    async fn find(&self, actor: &Actor, id: CatalogueEntryId) -> Result<CatalogueEntry, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let mut connection = self.platform.db.acquire().await.map_err(db::failure)?;
        Ok(living(&mut connection, Scope::of(actor), id).await?)
    }

    async fn create(&self, actor: &Actor, draft: CatalogueDraft, notation: Notation) -> Result<CatalogueEntry, AppError> {
        actor.require(Permission::CatalogueCreate)?;
        let new = checked(&draft, notation)?;
        again(EntryError::lost_race, || self.create_once(actor, &new)).await
    }

    async fn update(
        &self,
        actor: &Actor,
        id: CatalogueEntryId,
        version: i64,
        draft: CatalogueDraft,
        notation: Notation,
    ) -> Result<CatalogueEntry, AppError> {
        actor.require(Permission::CatalogueUpdate)?;
        // An id of another organisation is not told from one that there is not, whatever the draft holds.
        let mut connection = self.platform.db.acquire().await.map_err(db::failure)?;
        living(&mut connection, Scope::of(actor), id).await?;
        drop(connection);
        let new = checked(&draft, notation)?;
        again(EntryError::lost_race, || self.update_once(actor, id, version, &new)).await
    }

    async fn delete(&self, actor: &Actor, id: CatalogueEntryId, versions: Option<Vec<i64>>) -> Result<(), AppError> {
        actor.require(Permission::CatalogueDelete)?;
        Ok(self.delete_once(actor, id, versions.as_deref()).await?)
    }

    async fn restore(&self, actor: &Actor, id: CatalogueEntryId, versions: Option<Vec<i64>>) -> Result<CatalogueEntry, AppError> {
        actor.require(Permission::CatalogueDelete)?;
        again(EntryError::lost_race, || self.restore_once(actor, id, versions.as_deref())).await
    }

    async fn changes(&self, actor: &Actor, cursor: Option<Cursor>) -> Result<Page<CatalogueChange>, AppError> {
        actor.require(Permission::CatalogueRead)?;
        let list = List {
            organisation: actor.organisation,
            list: "catalogue changes",
            level: None,
        };
        let key = &self.platform.keys.cursor;
        let position = list.position(key, cursor.as_ref())?;
        let mut connection = self.platform.db.acquire().await.map_err(db::failure)?;
        let scope = Scope::of(actor);
        let beside = position.map(|position| (position.id, position.backward));
        let rows = audit::of_catalogue(&mut connection, scope, beside, i64::from(PAGE_SIZE) + 1).await?;
        let entries: Vec<_> = rows.iter().map(|row| row.subject).collect();
        let called = store::called(&mut connection, scope, &entries).await.map_err(db::failure)?;
        Ok(list.page(
            key,
            (rows, PAGE_SIZE as usize, position),
            |row| row.id,
            |row| record::shown(row, &called, actor),
        )?)
    }
}
