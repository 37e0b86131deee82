//! Two people changed the same vehicle: what becomes of it.
//!
//! A three-way merge of what the form was loaded with (`base`), what was typed (`mine`) and what is stored now (`theirs`).
//! A field that only one of the two changed takes that change; a field that both changed differently is in conflict and left
//! to the person. Fields that mean something only together (82,553 and km) are never torn apart.

use super::{FieldKind, VehicleDraft, VehicleField};
use crate::kernel::number::Notation;

/// What comes of two sets of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// What the form shows now: my text where I changed it or it is in conflict, theirs elsewhere.
    pub draft: VehicleDraft,
    /// Changes of the other person that were taken over.
    pub their_changes: Vec<TheirChange>,
    /// Fields that both changed.
    pub conflicts: Vec<FieldConflict>,
}

/// A field that only the other person changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheirChange {
    pub field: VehicleField,
    pub before: String,
    pub after: String,
}

/// A field that both changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldConflict {
    pub field: VehicleField,
    pub mine: String,
    pub theirs: String,
}

/// Merges what two people made of `base`. Without a base (a form that came back without WASM) every difference is in conflict.
#[must_use]
pub fn merge(base: Option<&VehicleDraft>, mine: &VehicleDraft, theirs: &VehicleDraft, notation: Notation) -> Merge {
    let mut merge = Merge {
        draft: mine.clone(),
        ..Merge::default()
    };
    for field in editable() {
        let (my, their) = (mine.get(field), theirs.get(field));
        if same(field, my, their, notation) {
            continue;
        }
        let Some(base) = base else {
            merge.add_conflict(field, my, their);
            continue;
        };
        let changed = |field: VehicleField, draft: &VehicleDraft| !same(field, base.get(field), draft.get(field), notation);
        let torn = group_changed(field, &|field| changed(field, mine)) && group_changed(field, &|field| changed(field, theirs));
        match (changed(field, mine), changed(field, theirs)) {
            (true, true) => merge.add_conflict(field, my, their),
            _ if torn => merge.add_conflict(field, my, their),
            (false, true) => {
                merge.their_changes.push(TheirChange {
                    field,
                    before: base.get(field).to_owned(),
                    after: their.to_owned(),
                });
                merge.draft.set(field, their);
            }
            _ => {}
        }
    }
    merge
}

impl Merge {
    fn add_conflict(&mut self, field: VehicleField, mine: &str, theirs: &str) {
        self.conflicts.push(FieldConflict {
            field,
            mine: mine.to_owned(),
            theirs: theirs.to_owned(),
        });
    }
}

/// The fields that the edit form holds: all but the status, which moves by itself.
pub fn editable() -> impl Iterator<Item = VehicleField> {
    VehicleField::ALL.iter().copied().filter(|field| *field != VehicleField::Status)
}

/// Fields whose text changes its meaning with this one.
const fn together(field: VehicleField) -> &'static [VehicleField] {
    use VehicleField::{AskingPrice, BodyType, Currency, Kind, Mileage, MileageUnit, MotorcycleType, Power, PowerUnit, PurchasePrice};
    match field {
        Mileage => &[MileageUnit],
        MileageUnit => &[Mileage],
        Power => &[PowerUnit],
        PowerUnit => &[Power],
        AskingPrice | PurchasePrice => &[Currency],
        Currency => &[AskingPrice, PurchasePrice],
        BodyType | MotorcycleType => &[Kind],
        Kind => &[BodyType, MotorcycleType],
        _ => &[],
    }
}

fn group_changed(field: VehicleField, changed: &dyn Fn(VehicleField) -> bool) -> bool {
    changed(field) || together(field).iter().any(|mate| changed(*mate))
}

/// Whether two texts of a field mean the same: `12900` and `12,900.00`, `kex 016` and `KEX016`.
#[must_use]
pub fn same(field: VehicleField, one: &str, other: &str, notation: Notation) -> bool {
    let (one, other) = (one.trim(), other.trim());
    if one == other {
        return true;
    }
    match field {
        _ if matches!(field.kind(), FieldKind::Number { .. }) => {
            matches!((notation.read(one), notation.read(other)), (Ok(one), Ok(other)) if one == other)
        }
        VehicleField::Vin | VehicleField::Plate => bare(one).eq(bare(other)),
        VehicleField::Tags => tags(one) == tags(other),
        _ if field.kind() == FieldKind::Lines => one.lines().map(str::trim_end).eq(other.lines().map(str::trim_end)),
        _ => false,
    }
}

fn bare(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase)
}

fn tags(text: &str) -> Vec<&str> {
    let mut tags: Vec<&str> = text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vehicle::draft::draft;
    use VehicleField as F;

    fn conflicts(merge: &Merge) -> Vec<F> {
        merge.conflicts.iter().map(|field| field.field).collect()
    }

    fn their_changes(merge: &Merge) -> Vec<F> {
        merge.their_changes.iter().map(|field| field.field).collect()
    }

    #[test]
    fn changes_of_different_fields_are_both_kept() {
        let base = draft(&[(F::Make, "Mazda"), (F::AskingPrice, "12,900"), (F::Notes, "")]);
        let mine = draft(&[(F::Make, "Mazda"), (F::AskingPrice, "11,900"), (F::Notes, "")]);
        let theirs = draft(&[(F::Make, "Mazda"), (F::AskingPrice, "12,900"), (F::Notes, "New tyres")]);
        let merged = merge(Some(&base), &mine, &theirs, Notation::Point);
        assert_eq!(merged.draft.get(F::AskingPrice), "11,900");
        assert_eq!(merged.draft.get(F::Notes), "New tyres");
        assert_eq!(their_changes(&merged), [F::Notes]);
        assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn a_field_that_both_changed_is_in_conflict_and_keeps_mine_until_decided() {
        let base = draft(&[(F::AskingPrice, "12,900")]);
        let mine = draft(&[(F::AskingPrice, "11,900")]);
        let theirs = draft(&[(F::AskingPrice, "12,500")]);
        let merged = merge(Some(&base), &mine, &theirs, Notation::Point);
        assert_eq!(merged.draft.get(F::AskingPrice), "11,900");
        assert_eq!(
            merged.conflicts,
            [FieldConflict {
                field: F::AskingPrice,
                mine: "11,900".into(),
                theirs: "12,500".into()
            }]
        );
    }

    #[test]
    fn both_making_the_same_change_is_no_conflict() {
        let base = draft(&[(F::AskingPrice, "12,900"), (F::Plate, "KEX016")]);
        let mine = draft(&[(F::AskingPrice, "12500"), (F::Plate, "kex-017")]);
        let theirs = draft(&[(F::AskingPrice, "12,500.00"), (F::Plate, "KEX017")]);
        let merged = merge(Some(&base), &mine, &theirs, Notation::Point);
        assert!(merged.conflicts.is_empty() && merged.their_changes.is_empty());
    }

    #[test]
    fn a_number_and_its_unit_are_not_torn_apart() {
        let base = draft(&[(F::Mileage, "50,000"), (F::MileageUnit, "km")]);
        let mine = draft(&[(F::Mileage, "60,000"), (F::MileageUnit, "km")]);
        let theirs = draft(&[(F::Mileage, "50,000"), (F::MileageUnit, "mi")]);
        let merged = merge(Some(&base), &mine, &theirs, Notation::Point);
        assert_eq!(conflicts(&merged), [F::Mileage, F::MileageUnit]);
        assert!(merged.their_changes.is_empty());
    }

    #[test]
    fn two_prices_in_one_currency_do_not_disturb_each_other() {
        let base = draft(&[(F::PurchasePrice, "10,000"), (F::AskingPrice, "12,900"), (F::Currency, "USD")]);
        let mine = draft(&[(F::PurchasePrice, "10,000"), (F::AskingPrice, "11,900"), (F::Currency, "USD")]);
        let theirs = draft(&[(F::PurchasePrice, "10,500"), (F::AskingPrice, "12,900"), (F::Currency, "USD")]);
        let merged = merge(Some(&base), &mine, &theirs, Notation::Point);
        assert_eq!(their_changes(&merged), [F::PurchasePrice]);
        assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn without_a_base_every_difference_is_shown() {
        let mine = draft(&[(F::Make, "Mazda"), (F::Notes, "mine")]);
        let theirs = draft(&[(F::Make, "Mazda"), (F::Notes, "theirs"), (F::Keys, "2")]);
        let merged = merge(None, &mine, &theirs, Notation::Point);
        assert_eq!(conflicts(&merged), [F::Keys, F::Notes]);
        assert_eq!(merged.draft, mine);
    }

    #[test]
    fn the_status_is_not_part_of_it() {
        let base = draft(&[(F::Status, "available")]);
        let theirs = draft(&[(F::Status, "in_repair")]);
        let merged = merge(Some(&base), &base, &theirs, Notation::Point);
        assert!(merged.conflicts.is_empty() && merged.their_changes.is_empty());
    }

    #[test]
    fn texts_that_mean_the_same_are_the_same() {
        let point = |field, one, other| same(field, one, other, Notation::Point);
        assert!(point(F::Mileage, "82,553", "82553"));
        assert!(!point(F::Mileage, "82,553", "abc"));
        assert!(same(F::AskingPrice, "12.900,50", "12900,5", Notation::Comma));
        assert!(point(F::Tags, "a, b", "b,a,"));
        assert!(point(F::Notes, "a\r\nb", "a\nb"));
        assert!(!point(F::Make, "Mazda", "mazda"));
    }
}
