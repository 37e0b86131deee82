//! The state machine of the stock.

use crate::kernel::closed_set::closed_set;

/// Most characters of the reason of a move.
pub const LONGEST_REASON: usize = 500;

closed_set! {
    /// Where a vehicle stands between being bought and being sold.
    pub enum StockStatus {
        InAcquisition = "in_acquisition",
        InPreparation = "in_preparation",
        InMaintenance = "in_maintenance",
        InRepair = "in_repair",
        Available = "available",
        Reserved = "reserved",
        Sold = "sold",
        InUse = "in_use",
        Inactive = "inactive",
    }
}

impl StockStatus {
    /// Whether a person may move a vehicle from `self` to `next`. `Reserved` and `Sold` follow from contracts, both ways.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use StockStatus::{Available, InAcquisition, InMaintenance, InPreparation, InRepair, InUse, Inactive, Reserved, Sold};
        match (self, next) {
            (_, Reserved | Sold | InAcquisition) | (Reserved | Sold, _) => false,
            (InAcquisition, InPreparation | Available | Inactive) => true,
            (InAcquisition, _) => false,
            (InPreparation, InPreparation) | (InMaintenance, InMaintenance) | (InRepair, InRepair) => false,
            (Available, Available) | (InUse, InUse) | (Inactive, Inactive) => false,
            (InPreparation | InMaintenance | InRepair | Available | InUse | Inactive, _) => true,
        }
    }

    /// The moves that a person may choose from here.
    #[must_use]
    pub fn next(self) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|next| self.may_become(*next)).collect()
    }

    /// Whether a move to here must say why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::InRepair | Self::Inactive)
    }

    /// Whether a new vehicle may be entered in this state by hand. An import may use every state.
    #[must_use]
    pub const fn may_start(self) -> bool {
        !matches!(self, Self::Reserved | Self::Sold)
    }

    /// Whether the vehicle still counts as stock: its days in stock run and its price is part of the stock's value.
    #[must_use]
    pub const fn in_stock(self) -> bool {
        !matches!(self, Self::Sold | Self::Inactive)
    }
}

#[cfg(test)]
mod tests {
    use super::{StockStatus, StockStatus::*};

    #[test]
    fn the_table_of_all_pairs_holds() {
        let allowed = [
            (InAcquisition, vec![InPreparation, Available, Inactive]),
            (InPreparation, vec![InMaintenance, InRepair, Available, InUse, Inactive]),
            (InMaintenance, vec![InPreparation, InRepair, Available, InUse, Inactive]),
            (InRepair, vec![InPreparation, InMaintenance, Available, InUse, Inactive]),
            (Available, vec![InPreparation, InMaintenance, InRepair, InUse, Inactive]),
            (Reserved, vec![]),
            (Sold, vec![]),
            (InUse, vec![InPreparation, InMaintenance, InRepair, Available, Inactive]),
            (Inactive, vec![InPreparation, InMaintenance, InRepair, Available, InUse]),
        ];
        assert_eq!(allowed.len(), StockStatus::ALL.len());
        for (from, next) in allowed {
            assert_eq!(from.next(), next, "from {from}");
        }
    }
}
