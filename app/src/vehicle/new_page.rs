//! Adding a vehicle.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map},
    params::ParamsMap,
};

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
        page_data::{all_there, page_data},
    },
    ui::{ErrorPage, PageHead, Skeleton, arrival},
    vin::{DecodedVin, vin_decode},
};

/// `/stock/new`
#[component]
pub fn VehicleNewPage() -> impl IntoView {
    let t = use_locale();
    let (path, query) = (use_location().pathname, use_query_map());
    let here = path.get_untracked();
    // Another query is another form; the one that stands stays as it is while the next page comes.
    let begins = Memo::new(move |before: Option<&Beginning>| match before {
        Some(before) if path.with(|path| *path != here) => before.clone(),
        _ => query.with(Beginning::read),
    });
    view! {
        <PageHead title=t.new_vehicle() crumb=("/stock".to_owned(), t.stock().to_owned())/>
        {move || view! { <NewVehicle begins=begins.get()/> }}
    }
}

/// What the address says that the form begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Beginning {
    /// `?form=`: the form that came back.
    form: Option<String>,
    /// `?vin=`: what that VIN says.
    vin: Option<String>,
}

impl Beginning {
    fn read(query: &ParamsMap) -> Self {
        let form = query.get("form");
        let vin = query.get("vin").filter(|vin| !vin.trim().is_empty() && form.is_none());
        Self { form, vin }
    }
}

#[component]
fn NewVehicle(begins: Beginning) -> impl IntoView {
    let t = use_locale();
    let Beginning { form, vin } = begins;
    let me = StoredValue::new(require(Permission::VehicleCreate));
    let number = page_data(|| (), |()| vehicle_propose_stock_number());
    let branches = branch_choices();
    let kept = kept_form(move || form.clone());
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
        <Suspense fallback=|| view! { <Skeleton lines=12/> }>
            {move || arrival(async move {
                all_there(&[&number, &branches, &kept, &decoded]).await;
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
