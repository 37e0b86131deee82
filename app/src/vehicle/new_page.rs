//! Adding a vehicle.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    PowerUnit, StockStatus, VehicleDraft, VehicleField, VehicleKind,
    form::{FormStart, VehicleForm},
    form_fields::{FieldContext, branch_choices, came_back, fill_came_back},
    vehicle_propose_stock_number,
    vin_fill::as_typed,
};
use crate::{
    frame::require,
    i18n::{Locale, use_locale},
    identity::{Me, Permission},
    kernel::{
        form::{KeptForm, kept_form},
        page_data::page_data,
    },
    ui::{ErrorPage, PageHead, Skeleton, arrival},
    vin::{DecodedVin, vin_decode},
};

/// `/stock/new`
#[component]
pub fn VehicleNewPage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let me = StoredValue::new(require(Permission::VehicleCreate));
    let number = page_data(|| (), |()| vehicle_propose_stock_number());
    let branches = branch_choices();
    let key = query.with_untracked(|query| query.get("form"));
    let kept = kept_form(move || key.clone());
    // `?vin=`: the form begins with what that VIN says.
    let vin = query.with_untracked(|query| query.get("vin").filter(|vin| !vin.trim().is_empty() && query.get("form").is_none()));
    let asked = vin.clone();
    let decoded = page_data(
        move || asked.clone(),
        |vin| async move {
            match vin {
                Some(vin) => vin_decode(vin, None).await.ok(),
                None => None,
            }
        },
    );
    let vin = StoredValue::new(vin);
    view! {
        <PageHead title=t.new_vehicle() crumb=("/stock".to_owned(), t.stock().to_owned())/>
        <Suspense fallback=|| view! { <Skeleton lines=12/> }>
            {move || arrival(async move {
                let (number, branches, kept, decoded) = (number.await, branches.await, kept.await, decoded.await);
                match me.get_value().and_then(|me| Ok((me, branches?))) {
                    Ok((me, branches)) => {
                        let context = FieldContext {
                            branches,
                            next_number: Some(number.unwrap_or_default()),
                        };
                        let start = start(me, context, kept, vin.get_value(), decoded, t);
                        view! { <VehicleForm start/> }.into_any()
                    }
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What the form starts with: the usual values, what a form that came back held, what the VIN of the address says.
fn start(
    me: Arc<Me>,
    context: FieldContext,
    kept: Option<KeptForm>,
    vin: Option<String>,
    decoded: Option<DecodedVin>,
    t: Locale,
) -> FormStart {
    let base = usual(&me);
    let mut draft = kept.as_ref().map_or_else(|| base.clone(), |kept| came_back(&base, kept, t));
    let mut fill = kept.as_ref().map(|kept| fill_came_back(kept, t)).unwrap_or_default();
    if let Some(vin) = &vin {
        draft.set(
            VehicleField::Vin,
            vin.chars().take(VehicleField::Vin.max_length()).collect::<String>(),
        );
    }
    if let Some(decoded) = decoded {
        let says = as_typed(decoded.vehicle, t.notation());
        fill.fill(says, &mut draft, &[VehicleField::Kind], t.notation());
    }
    FormStart {
        id: None,
        version: 0,
        base,
        draft,
        fill,
        came_back: kept.is_some() || vin.is_some(),
        error: kept.and_then(|kept| kept.error),
        merge: None,
        context,
        me,
    }
}

/// The usual values of a new vehicle.
fn usual(me: &Me) -> VehicleDraft {
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Kind, VehicleKind::Car.name());
    draft.set(VehicleField::Status, StockStatus::InPreparation.name());
    draft.set(VehicleField::MileageUnit, me.distance_unit.name());
    draft.set(VehicleField::PowerUnit, PowerUnit::Kw.name());
    draft.set(VehicleField::Currency, me.currency.code());
    draft
}
