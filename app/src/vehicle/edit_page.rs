//! Changing a vehicle.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    Vehicle,
    form::{FormStart, VehicleForm},
    form_fields::{FieldContext, base_came_back, branch_choices, came_back, fill_came_back},
    form_state::base_of,
    merge::merge,
    vehicle_find,
};
use crate::{
    frame::{find_by_id, path_id, require},
    i18n::{Locale, use_locale},
    identity::{Me, Permission},
    kernel::{
        error::AppError,
        form::{KeptForm, kept_form},
        id::VehicleId,
        page_data::{all_there, page_data},
    },
    ui::{Choice, ErrorPage, NotFoundPage, PageHead, Skeleton, arrival},
};

/// `/stock/:id/edit`
#[component]
pub fn VehicleEditPage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let me = StoredValue::new(require(Permission::VehicleUpdate));
    let id = path_id::<VehicleId>();
    let vehicle = page_data(move || id.get(), |id| find_by_id(id, vehicle_find));
    let branches = branch_choices();
    let key = query.with_untracked(|query| query.get("form"));
    let kept = kept_form(move || key.clone());
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=12/> }>
            {move || arrival(async move {
                if id.get_untracked().is_none() {
                    return view! { <NotFoundPage/> }.into_any();
                }
                all_there(&[&vehicle, &branches, &kept]).await;
                let (vehicle, branches, kept) = (vehicle.await, branches.await, kept.await);
                match me.get_value().and_then(|me| Ok((me, vehicle?, branches?))) {
                    Ok((me, vehicle, branches)) => {
                        let crumb = (format!("/stock/{}", vehicle.id), vehicle.title());
                        let start = start(&vehicle, kept, me, with_its_own(branches, &vehicle), t);
                        view! {
                            <PageHead title=t.edit_vehicle(vehicle.title()) crumb/>
                            <VehicleForm start/>
                        }
                            .into_any()
                    }
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// The branches to choose from, and the one where the vehicle stands: it may stay there though it is closed, or one of too many to be
/// offered.
fn with_its_own(mut branches: Vec<Choice>, vehicle: &Vehicle) -> Vec<Choice> {
    let own = vehicle.branch.map(|id| id.to_string());
    if let Some(own) = own.filter(|own| branches.iter().all(|(id, _)| id != own)) {
        let name = vehicle.branch_name.clone().unwrap_or_else(|| own.clone());
        branches.push((own, name));
    }
    branches
}

/// What the form starts with. One that came back because somebody else was faster is merged with what is stored now; one that came back for
/// another reason still belongs to the version that it was made from.
fn start(vehicle: &Vehicle, kept: Option<KeptForm>, me: Arc<Me>, branches: Vec<Choice>, t: Locale) -> FormStart {
    let stored = base_of(vehicle, t, me.currency, me.distance_unit);
    let draft = kept.as_ref().map_or_else(|| stored.clone(), |kept| came_back(&stored, kept, t));
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let changed = error.as_ref().is_some_and(AppError::is_changed);
    let made_from = kept.as_ref().and_then(|kept| base_came_back(kept, t));
    let merge = changed.then(|| merge(made_from.as_ref(), &draft, &stored, t.notation()));
    FormStart {
        id: Some(vehicle.id),
        version: kept.as_ref().map_or(vehicle.version, |kept| kept.version(vehicle.version)),
        base: made_from.filter(|_| !changed).unwrap_or(stored),
        draft: merge.as_ref().map_or(draft, |merge| merge.draft.clone()),
        merge,
        fill: kept.as_ref().map(|kept| fill_came_back(kept, t)).unwrap_or_default(),
        error,
        context: FieldContext {
            branches,
            next_number: None,
        },
        me,
    }
}
