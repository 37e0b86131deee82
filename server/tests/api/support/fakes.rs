//! Services that know nothing, for tests of what stands before them.

use app::{
    kernel::{
        actor::Actor,
        error::AppError,
        id::{BranchId, DecodingId, ImportId, VehicleId},
        number::Notation,
        page::Page,
    },
    vehicle::{
        DecodingReport, ImportMode, ImportOptions, ImportReport, StockStatus, StockTotals, TimelineEntry, Vehicle, VehicleDraft,
        VehicleQuery, VehicleService, VehicleSummary,
    },
};
use async_trait::async_trait;

pub struct NoVehicles;

fn none<T>() -> Result<T, AppError> {
    Err(AppError::NotFound { what: "vehicle".into() })
}

#[async_trait]
impl VehicleService for NoVehicles {
    async fn list(&self, _: &Actor, _: VehicleQuery) -> Result<Page<VehicleSummary>, AppError> {
        none()
    }
    async fn totals(&self, _: &Actor, _: VehicleQuery) -> Result<StockTotals, AppError> {
        none()
    }
    async fn find(&self, _: &Actor, _: VehicleId) -> Result<Vehicle, AppError> {
        none()
    }
    async fn timeline(&self, _: &Actor, _: VehicleId) -> Result<Vec<TimelineEntry>, AppError> {
        none()
    }
    async fn propose_stock_number(&self, _: &Actor) -> Result<String, AppError> {
        none()
    }
    async fn branches(&self, _: &Actor) -> Result<Vec<(BranchId, String)>, AppError> {
        Ok(Vec::new())
    }
    async fn create(&self, _: &Actor, _: VehicleDraft, _: Notation) -> Result<Vehicle, AppError> {
        Err(AppError::invalid("make", app::kernel::problem::Problem::Required))
    }
    async fn update(&self, _: &Actor, _: VehicleId, _: i64, _: VehicleDraft, _: Notation) -> Result<Vehicle, AppError> {
        none()
    }
    async fn change_status(&self, _: &Actor, _: VehicleId, _: i64, _: StockStatus, _: Option<String>) -> Result<Vehicle, AppError> {
        none()
    }
    async fn delete(&self, _: &Actor, _: VehicleId, _: Option<Vec<i64>>) -> Result<(), AppError> {
        Ok(())
    }
    async fn restore(&self, _: &Actor, _: VehicleId, _: Option<Vec<i64>>) -> Result<Vehicle, AppError> {
        none()
    }
    async fn import_start(&self, _: &Actor, name: String, file: Vec<u8>, _: ImportOptions) -> Result<ImportId, AppError> {
        assert_eq!((name.as_str(), file.as_slice()), ("stock.csv", b"make\nMazda\n".as_slice()));
        Ok(ImportId::new())
    }
    async fn import_find(&self, _: &Actor, _: ImportId) -> Result<ImportReport, AppError> {
        none()
    }
    async fn import_apply(&self, _: &Actor, _: ImportId, _: ImportMode) -> Result<ImportReport, AppError> {
        none()
    }
    async fn decoding_start(&self, _: &Actor) -> Result<DecodingId, AppError> {
        none()
    }
    async fn decoding_find(&self, _: &Actor, _: DecodingId) -> Result<DecodingReport, AppError> {
        none()
    }
}
