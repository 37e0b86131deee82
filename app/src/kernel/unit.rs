//! Units that an organisation chooses.

use super::closed_set::closed_set;

closed_set! {
    /// Unit of distances: how one was typed, and how an organisation reads them.
    #[derive(Default)]
    pub enum DistanceUnit {
        #[default]
        Km = "km",
        Mi = "mi",
    }
}
