//! The stock's operations: authorise, apply the rule, store, record, in one transaction each.

use app::{
    identity::Permission,
    kernel::{
        actor::Actor,
        error::AppError,
        id::{BranchId, DecodingId, ImportId, VehicleId},
        number::Notation,
        page::Page,
        problem::Problem,
    },
    vehicle::{
        DecodingReport, ImportMode, ImportOptions, ImportReport, StockStatus, StockTotals, TimelineEntry, Vehicle, VehicleDraft,
        VehicleField, VehicleQuery, VehicleService, VehicleSummary,
    },
};
use async_trait::async_trait;
use sqlx::{Postgres, Transaction, pool::PoolConnection};

use super::{
    cursor::{List, Position},
    decoding,
    error::{VehicleError, taken_field},
    filters::{self, Filters},
    import, record,
    row::{Columns, SummaryRow, unique_values},
    rules::{check, checked_reason, context, living, locked},
    stock_numbers, store,
    totals::{self, Totals, stock_changed},
};
use crate::{
    catalogue::Catalogue,
    platform::{Platform, again::again, cursor, db::Scope},
};

/// The stock of every organisation.
#[derive(Clone, Debug)]
pub struct Vehicles {
    pub(super) platform: Platform,
    totals: Totals,
    catalogue: Catalogue,
}

impl Vehicles {
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let totals = Totals::new(platform.kv.clone());
        let catalogue = Catalogue::new(platform.clone());
        Self {
            platform,
            totals,
            catalogue,
        }
    }

    /// The same with a catalogue that others use too: what it keeps in memory is there once.
    #[must_use]
    pub fn with_catalogue(self, catalogue: Catalogue) -> Self {
        Self { catalogue, ..self }
    }

    /// A vehicle with what its make and model stand for in the catalogue.
    async fn linked(&self, actor: &Actor, vehicle: Vehicle) -> Vehicle {
        let catalogue = self.catalogue.link(actor, &vehicle).await;
        Vehicle { catalogue, ..vehicle }
    }

    pub(super) async fn connection(&self) -> Result<PoolConnection<Postgres>, VehicleError> {
        Ok(self.platform.db.acquire().await?)
    }

    pub(super) async fn begin(&self) -> Result<Transaction<'static, Postgres>, VehicleError> {
        Ok(self.platform.db.begin().await?)
    }

    /// Ends a transaction that changed an organisation's stock.
    pub(super) async fn commit(&self, tx: Transaction<'static, Postgres>, scope: Scope) -> Result<(), VehicleError> {
        tx.commit().await?;
        stock_changed(&self.platform.kv, scope).await;
        Ok(())
    }

    async fn create_once(&self, actor: &Actor, draft: &VehicleDraft, notation: Notation) -> Result<Vehicle, VehicleError> {
        let scope = Scope::of(actor);
        let mut tx = self.begin().await?;
        let context = context(&mut tx, actor, notation, false).await?;
        let new = check(&mut tx, actor, draft, &context, None).await?;
        let number = match &new.stock_number {
            Some(number) => {
                stock_numbers::follow(&mut tx, scope, number).await?;
                number.clone()
            }
            None => stock_numbers::take(&mut tx, scope).await?,
        };
        let id = VehicleId::new();
        let wanted = unique_values(&new, Some(&number));
        if let Err(error) = store::insert(&mut tx, scope, &[Columns::of(id.0, number, new)], None, context.today).await {
            return Err(self.named(tx, actor, error, wanted, None).await);
        }
        let vehicle = living(&mut tx, actor, id).await?;
        record::created(&mut tx, actor, std::slice::from_ref(&vehicle)).await?;
        self.commit(tx, scope).await?;
        Ok(vehicle)
    }

    async fn update_once(
        &self,
        actor: &Actor,
        id: VehicleId,
        version: i64,
        draft: &VehicleDraft,
        notation: Notation,
    ) -> Result<Vehicle, VehicleError> {
        let scope = Scope::of(actor);
        let mut tx = self.begin().await?;
        let before = locked(&mut tx, actor, id, version).await?;
        // The form sends the status along; it is left as it is, so a reserved vehicle can be edited too.
        let context = context(&mut tx, actor, notation, true).await?;
        let new = check(&mut tx, actor, draft, &context, before.branch).await?;
        let number = new.stock_number.clone().unwrap_or_else(|| before.stock_number.clone());
        if number != before.stock_number {
            stock_numbers::follow(&mut tx, scope, &number).await?;
        }
        let wanted = unique_values(&new, Some(&number));
        if let Err(error) = store::update(&mut tx, scope, id, &Columns::of(id.0, number, new)).await {
            return Err(self.named(tx, actor, error, wanted, Some(id)).await);
        }
        let after = living(&mut tx, actor, id).await?;
        let (old, new) = record::difference(&before, &after);
        if old.is_empty() && new.is_empty() {
            // Nothing changed: no new version that would surprise somebody else's form.
            tx.rollback().await?;
            return Ok(before);
        }
        record::updated(&mut tx, actor, &before, &after).await?;
        self.commit(tx, scope).await?;
        Ok(after)
    }

    /// What a failed statement means: the vehicles that have the values it wanted, or the error itself.
    async fn named(
        &self,
        tx: Transaction<'static, Postgres>,
        actor: &Actor,
        error: sqlx::Error,
        wanted: Vec<(VehicleField, String)>,
        except: Option<VehicleId>,
    ) -> VehicleError {
        if taken_field(&error).is_none() {
            return error.into();
        }
        let look = async {
            tx.rollback().await?;
            let mut connection = self.connection().await?;
            Ok::<_, VehicleError>(store::taken(&mut connection, Scope::of(actor), &wanted, except).await?)
        };
        match look.await {
            // Whoever had it is gone by now: the caller tries again.
            Ok(taken) if taken.is_empty() => error.into(),
            Ok(taken) => VehicleError::Taken(
                taken
                    .into_iter()
                    .map(|row| {
                        let problem = Problem::Taken {
                            vehicle: row.title,
                            id: row.id.to_string(),
                        };
                        (row.field, problem)
                    })
                    .collect(),
            ),
            Err(error) => error,
        }
    }

    async fn restore_once(&self, actor: &Actor, id: VehicleId, versions: Option<&[i64]>) -> Result<Vehicle, VehicleError> {
        let scope = Scope::of(actor);
        let mut tx = self.begin().await?;
        let row = store::lock(&mut tx, scope, id).await?.ok_or(VehicleError::NotFound)?;
        if !row.deleted {
            return living(&mut tx, actor, id).await;
        }
        row.expect_one_of(versions)?;
        let wanted = store::unique_values(&mut tx, scope, id).await?;
        if let Err(error) = store::set_deleted(&mut tx, scope, id, false).await {
            return Err(self.named(tx, actor, error, wanted, Some(id)).await);
        }
        let vehicle = living(&mut tx, actor, id).await?;
        record::restored(&mut tx, actor, &vehicle).await?;
        self.commit(tx, scope).await?;
        Ok(vehicle)
    }

    async fn page(&self, actor: &Actor, query: &VehicleQuery) -> Result<Page<VehicleSummary>, VehicleError> {
        let filters = Filters::of(query)?;
        let limit = filters::limit(query)?;
        let (sort, direction) = query.order();
        let list = List {
            organisation: actor.organisation,
            filters: &filters,
            sort,
            direction,
        };
        let secret = &self.platform.keys.cursor;
        let position = query.cursor.as_ref().map(|cursor| list.verify(secret, cursor)).transpose()?;
        let request = store::list::PageRequest {
            filters: &filters,
            sort,
            direction,
            position: position.as_ref(),
            currency: actor.currency.code(),
            time_zone: &actor.time_zone,
        };
        let mut connection = self.connection().await?;
        let rows = store::list::page(&mut connection, Scope::of(actor), &request, limit + 1).await?;
        drop(connection);
        let asked = position.map(|position| ((position.key, position.id), position.backward));
        let beside = |row: &SummaryRow| (row.sort_key.clone(), row.id);
        let sign = |(key, id), backward| list.sign(secret, &Position { key, id, backward });
        let Page { items, next, previous } = cursor::page(rows, limit, asked, beside, sign)?;
        let items = items.into_iter().map(VehicleSummary::try_from).collect::<Result<_, _>>()?;
        Ok(Page { items, next, previous })
    }
}

#[async_trait]
impl VehicleService for Vehicles {
    async fn list(&self, actor: &Actor, query: VehicleQuery) -> Result<Page<VehicleSummary>, AppError> {
        actor.require(Permission::VehicleRead)?;
        Ok(self.page(actor, &query).await?)
    }

    async fn totals(&self, actor: &Actor, query: VehicleQuery) -> Result<StockTotals, AppError> {
        actor.require(Permission::VehicleRead)?;
        let filters = Filters::of(&query)?;
        let (scope, currency) = (Scope::of(actor), actor.currency);
        let count = async { totals::count(&mut *self.connection().await?, scope, currency, &filters).await };
        self.totals.of(scope, currency.code(), &filters, count).await
    }

    async fn find(&self, actor: &Actor, id: VehicleId) -> Result<Vehicle, AppError> {
        actor.require(Permission::VehicleRead)?;
        let mut connection = self.connection().await?;
        let vehicle = living(&mut connection, actor, id).await?;
        drop(connection);
        Ok(self.linked(actor, vehicle).await)
    }

    async fn timeline(&self, actor: &Actor, id: VehicleId) -> Result<Vec<TimelineEntry>, AppError> {
        actor.require(Permission::VehicleRead)?;
        let mut connection = self.connection().await?;
        living(&mut connection, actor, id).await?;
        Ok(record::timeline(&mut connection, actor, id).await?)
    }

    async fn propose_stock_number(&self, actor: &Actor) -> Result<String, AppError> {
        actor.require(Permission::VehicleCreate)?;
        let mut connection = self.connection().await?;
        Ok(stock_numbers::propose(&mut connection, Scope::of(actor))
            .await
            .map_err(VehicleError::from)?)
    }

    async fn branches(&self, actor: &Actor) -> Result<Vec<(BranchId, String)>, AppError> {
        actor.require(Permission::VehicleRead)?;
        let mut connection = self.connection().await?;
        Ok(store::branches(&mut connection, Scope::of(actor))
            .await
            .map_err(VehicleError::from)?)
    }

    async fn create(&self, actor: &Actor, draft: VehicleDraft, notation: Notation) -> Result<Vehicle, AppError> {
        actor.require(Permission::VehicleCreate)?;
        let vehicle = again(VehicleError::lost_race, || self.create_once(actor, &draft, notation)).await?;
        Ok(self.linked(actor, vehicle).await)
    }

    async fn update(
        &self,
        actor: &Actor,
        id: VehicleId,
        version: i64,
        draft: VehicleDraft,
        notation: Notation,
    ) -> Result<Vehicle, AppError> {
        actor.require(Permission::VehicleUpdate)?;
        let vehicle = again(VehicleError::lost_race, || self.update_once(actor, id, version, &draft, notation)).await?;
        Ok(self.linked(actor, vehicle).await)
    }

    async fn change_status(
        &self,
        actor: &Actor,
        id: VehicleId,
        version: i64,
        to: StockStatus,
        reason: Option<String>,
    ) -> Result<Vehicle, AppError> {
        actor.require(Permission::VehicleUpdate)?;
        let mut tx = self.begin().await?;
        let before = locked(&mut tx, actor, id, version).await?;
        if !before.status.may_become(to) {
            return Err(VehicleError::NotAllowed { from: before.status, to }.into());
        }
        let reason = checked_reason(to, reason)?;
        let today = store::today(&mut tx, &actor.time_zone).await.map_err(VehicleError::from)?;
        store::set_status(&mut tx, Scope::of(actor), id, to, today)
            .await
            .map_err(VehicleError::from)?;
        record::moved(&mut tx, actor, id, before.status, to, reason).await?;
        let vehicle = living(&mut tx, actor, id).await?;
        self.commit(tx, Scope::of(actor)).await?;
        Ok(self.linked(actor, vehicle).await)
    }

    async fn delete(&self, actor: &Actor, id: VehicleId, versions: Option<Vec<i64>>) -> Result<(), AppError> {
        actor.require(Permission::VehicleDelete)?;
        let scope = Scope::of(actor);
        let mut tx = self.begin().await?;
        let row = store::lock(&mut tx, scope, id)
            .await
            .map_err(VehicleError::from)?
            .ok_or(VehicleError::NotFound)?;
        if row.deleted {
            return Ok(());
        }
        row.expect_one_of(versions.as_deref()).map_err(VehicleError::from)?;
        let vehicle = living(&mut tx, actor, id).await?;
        store::set_deleted(&mut tx, scope, id, true).await.map_err(VehicleError::from)?;
        record::deleted(&mut tx, actor, &vehicle).await?;
        self.commit(tx, scope).await?;
        Ok(())
    }

    async fn restore(&self, actor: &Actor, id: VehicleId, versions: Option<Vec<i64>>) -> Result<Vehicle, AppError> {
        actor.require(Permission::VehicleDelete)?;
        let vehicle = again(VehicleError::lost_race, || self.restore_once(actor, id, versions.as_deref())).await?;
        Ok(self.linked(actor, vehicle).await)
    }

    async fn import_start(&self, actor: &Actor, file_name: String, file: Vec<u8>, options: ImportOptions) -> Result<ImportId, AppError> {
        actor.require(Permission::ImportRun)?;
        Ok(import::start(self, actor, file_name, file, options).await?)
    }

    async fn import_find(&self, actor: &Actor, id: ImportId) -> Result<ImportReport, AppError> {
        actor.require(Permission::ImportRun)?;
        Ok(import::find(self, actor, id).await?)
    }

    async fn import_apply(&self, actor: &Actor, id: ImportId, mode: ImportMode) -> Result<ImportReport, AppError> {
        actor.require(Permission::ImportRun)?;
        Ok(import::apply(self, actor, id, mode).await?)
    }

    async fn decoding_start(&self, actor: &Actor) -> Result<DecodingId, AppError> {
        actor.require(Permission::VehicleUpdate)?;
        Ok(decoding::start(self, actor).await?)
    }

    async fn decoding_find(&self, actor: &Actor, id: DecodingId) -> Result<DecodingReport, AppError> {
        actor.require(Permission::VehicleUpdate)?;
        Ok(decoding::find(self, actor, id).await?)
    }
}
