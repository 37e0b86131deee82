//! Adding a vehicle.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    PowerUnit, StockStatus, VehicleDraft, VehicleField, VehicleKind,
    form::{FormStart, VehicleForm},
    form_fields::{FieldContext, branch_choices, came_back},
    vehicle_propose_stock_number,
};
use crate::{
    frame::Person,
    i18n::use_locale,
    identity::{Me, Permission},
    kernel::form::kept_form,
    ui::{ErrorPage, PageHead, Skeleton},
};

/// `/stock/new`
#[component]
pub fn VehicleNewPage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let person = expect_context::<Person>().0;
    let number = Resource::new_blocking(|| (), |()| vehicle_propose_stock_number());
    let branches = branch_choices();
    let key = query.with_untracked(|query| query.get("form"));
    let kept = kept_form(move || key.clone());
    view! {
        <PageHead title=t.new_vehicle() crumb=("/stock".to_owned(), t.stock().to_owned())/>
        <Suspense fallback=|| view! { <Skeleton lines=12/> }>
            {move || Suspend::new(async move {
                let (me, number, branches, kept) = (person.await, number.await, branches.await, kept.await);
                match me.and_then(|me| me.require(Permission::VehicleCreate)) {
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
