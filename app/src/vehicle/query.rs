//! What the list shows: search, filters, order and place. `url` reads and writes it as an address.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{StockStatus, VehicleKind};
use crate::kernel::{
    closed_set::closed_set,
    page::{Cursor, Direction},
};

closed_set! {
    /// What the list is ordered by.
    pub enum VehicleSort {
        Added = "added",
        Price = "price",
        Mileage = "mileage",
        Year = "year",
        DaysInStock = "days_in_stock",
        Title = "title",
    }
}

/// Search, filters, order and place of the list. Everything is optional; the default is the whole living stock, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VehicleQuery {
    /// Words that stand in VIN, plate, stock number, make, model, line, colour or notes; all must match.
    #[serde(default)]
    pub search: Option<String>,
    /// Any of these; empty means all.
    #[serde(default)]
    pub status: Vec<StockStatus>,
    #[serde(default)]
    pub kind: Option<VehicleKind>,
    #[serde(default)]
    pub make: Option<String>,
    #[serde(default)]
    pub model: Option<String>,
    #[serde(default)]
    pub year_from: Option<i16>,
    #[serde(default)]
    pub year_to: Option<i16>,
    /// Asking price in the organisation's currency.
    #[serde(default)]
    pub price_from: Option<Decimal>,
    #[serde(default)]
    pub price_to: Option<Decimal>,
    #[serde(default)]
    pub sort: Option<VehicleSort>,
    #[serde(default)]
    pub direction: Option<Direction>,
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// Rows a page, 1 to 100; 25 if not said.
    #[serde(default)]
    pub limit: Option<u32>,
}

impl VehicleQuery {
    /// What the list is ordered by: newest first if the reader says nothing, else upwards unless the reader says otherwise.
    #[must_use]
    pub fn order(&self) -> (VehicleSort, Direction) {
        let sort = self.sort.unwrap_or(VehicleSort::Added);
        let usual = if sort == VehicleSort::Added {
            Direction::Descending
        } else {
            Direction::Ascending
        };
        (sort, self.direction.unwrap_or(usual))
    }
}
