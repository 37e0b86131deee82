//! How the audit keeps a thing that people edit: as text by field, as it is typed in English notation, so that it stays readable when types
//! change.

use std::collections::BTreeMap;

use serde_json::Value;

/// Text by field name.
pub type Facts = BTreeMap<String, String>;

/// The facts that differ, before and after.
#[must_use]
pub fn difference(mut before: Facts, mut after: Facts) -> (Facts, Facts) {
    before.retain(|field, text| match after.get(field) {
        Some(same) if same == text => {
            after.remove(field);
            false
        }
        _ => true,
    });
    (before, after)
}

/// The facts of an entry of the audit; none where it holds nothing, or something else.
#[must_use]
pub fn facts(value: Option<Value>) -> Facts {
    value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stayed_is_no_difference() {
        let before = facts(Some(json!({ "make": "Mazda", "model": "3", "keys": "2" })));
        let after = facts(Some(json!({ "make": "Mazda", "model": "6", "notes": "new" })));
        let (old, new) = difference(before.clone(), after);
        assert_eq!(json!(old), json!({ "model": "3", "keys": "2" }));
        assert_eq!(json!(new), json!({ "model": "6", "notes": "new" }));
        assert_eq!(difference(before.clone(), before), (Facts::new(), Facts::new()));
        assert_eq!((facts(None), facts(Some(json!(["odd"])))), (Facts::new(), Facts::new()));
    }
}
