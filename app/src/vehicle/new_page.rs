//! Adding a vehicle.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    PowerUnit, StockStatus, VehicleDraft, VehicleField, VehicleKind,
    form::{FormStart, VehicleForm},
    form_fields::FieldContext,
    vehicle_branches, vehicle_propose_stock_number,
};
use crate::{
    frame::Person,
    i18n::{Locale, use_locale},
    identity::{Me, Permission},
    kernel::{
        error::AppError,
        form::{KeptForm, form_kept},
        number::Notation,
    },
    ui::{Choice, ErrorPage, PageHead, Skeleton},
};

/// `/stock/new`
#[component]
pub fn VehicleNewPage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let person = expect_context::<Person>().0;
    let number = Resource::new_blocking(|| (), |()| vehicle_propose_stock_number());
    let branches = branch_choices();
    let kept = kept_form(query.with_untracked(|query| query.get("form")));
    view! {
        <PageHead title=t.new_vehicle() crumb=("/stock".to_owned(), t.stock().to_owned())/>
        <Suspense fallback=|| view! { <Skeleton lines=12/> }>
            {move || Suspend::new(async move {
                let (me, number, branches, kept) = (person.await, number.await, branches.await, kept.await);
                match me.and_then(|me| needs(me, Permission::VehicleCreate)) {
                    Ok(me) => {
                        let base = usual(&me);
                        let draft = kept.as_ref().map_or_else(|| base.clone(), |kept| came_back(&base, kept, t));
                        let context = FieldContext {
                            branches: branches.unwrap_or_default(),
                            next_number: Some(number.unwrap_or_default()),
                        };
                        let start = FormStart {
                            id: None,
                            version: 0,
                            base,
                            draft,
                            error: kept.map(|kept| kept.error),
                            merge: None,
                            context,
                            me,
                        };
                        view! { <VehicleForm start/> }.into_any()
                    }
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// The person, if the role allows it.
///
/// # Errors
/// `Forbidden`.
pub fn needs(me: Me, permission: Permission) -> Result<Me, AppError> {
    if me.may(permission) {
        return Ok(me);
    }
    Err(AppError::Forbidden {
        permission: permission.name().into(),
    })
}

/// The branches to choose from.
#[must_use]
pub fn branch_choices() -> Resource<Result<Vec<Choice>, AppError>> {
    Resource::new_blocking(
        || (),
        |()| async {
            let branches = vehicle_branches().await?;
            Ok(branches.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
        },
    )
}

/// A form that came back without WASM.
#[must_use]
pub fn kept_form(key: Option<String>) -> Resource<Option<KeptForm>> {
    Resource::new_blocking(
        move || key.clone(),
        |key| async move {
            match key {
                Some(key) => form_kept(key).await.ok(),
                None => None,
            }
        },
    )
}

/// What a form that came back holds: its own values, and those of `base` that it does not have. Its numbers were typed in the notation
/// that it names; the page may be in another language by now.
#[must_use]
pub fn came_back(base: &VehicleDraft, kept: &KeptForm, t: Locale) -> VehicleDraft {
    let here = t.notation();
    let typed = kept.values.get("notation").and_then(|name| Notation::named(name)).unwrap_or(here);
    let mut came_back = VehicleDraft::default();
    for field in VehicleField::ALL {
        if let Some(text) = kept.values.get(field.name()) {
            came_back.set(*field, text);
        }
    }
    let mut draft = base.clone();
    draft.fields.extend(came_back.in_notation(typed, here).fields);
    draft
}

/// The usual values of a new vehicle.
fn usual(me: &Me) -> VehicleDraft {
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Kind, VehicleKind::Car.name());
    draft.set(VehicleField::Status, StockStatus::InPreparation.name());
    draft.set(VehicleField::MileageUnit, me.distance_unit.name());
    draft.set(VehicleField::PowerUnit, PowerUnit::Kw.name());
    draft.set(VehicleField::Currency, &me.currency);
    draft
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::error::AppError;

    #[test]
    fn a_form_that_comes_back_into_another_language_keeps_its_price() {
        let mut base = VehicleDraft::default();
        base.set(VehicleField::Make, "Mazda");
        let values = [("asking_price", "12.900,50"), ("notation", "comma")];
        let kept = KeptForm {
            values: values.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
            error: AppError::NotAuthenticated,
        };
        let draft = came_back(&base, &kept, Locale::En);
        assert_eq!(draft.get(VehicleField::AskingPrice), "12,900.50");
        assert_eq!(draft.get(VehicleField::Make), "Mazda");
        assert!(!draft.fields.contains_key("notation"));
        let same = came_back(&base, &kept, Locale::Es);
        assert_eq!(same.get(VehicleField::AskingPrice), "12.900,50");
    }
}
