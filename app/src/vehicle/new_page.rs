//! Adding a vehicle.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::{
    DistanceUnit, PowerUnit, StockStatus, VehicleCreate, VehicleDraft, VehicleField, VehicleKind,
    form::{FormStart, Saving, VehicleForm},
    form_fields::FieldContext,
    vehicle_branches, vehicle_propose_stock_number,
};
use crate::{
    frame::Person,
    i18n::use_locale,
    identity::{Me, Permission},
    kernel::{
        error::AppError,
        form::{KeptForm, form_kept},
    },
    ui::{Choice, ErrorPage, PageHead, Skeleton},
};

/// `/stock/new`
#[component]
pub fn VehicleNewPage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let create = ServerAction::<VehicleCreate>::new();
    let person = expect_context::<Person>().0;
    let number = Resource::new_blocking(|| (), |()| vehicle_propose_stock_number());
    let branches = branch_choices();
    let kept = kept_form(query.with_untracked(|query| query.get("form")));
    let saving = Saving {
        url: VehicleCreate::url(),
        send: Callback::new(move |(_, draft)| {
            create.dispatch(VehicleCreate { draft });
        }),
        answer: create.value().into(),
        pending: create.pending().into(),
    };
    view! {
        <PageHead title=t.new_vehicle() crumb=("/stock".to_owned(), t.stock().to_owned())/>
        <Suspense fallback=|| view! { <Skeleton lines=12/> }>
            {move || Suspend::new(async move {
                let (me, number, branches, kept) = (person.await, number.await, branches.await, kept.await);
                match me.and_then(|me| needs(me, Permission::VehicleCreate)) {
                    Ok(me) => {
                        let base = usual(&me);
                        let draft = kept.as_ref().map_or_else(|| base.clone(), |kept| came_back(&base, kept));
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
                        view! { <VehicleForm start saving/> }.into_any()
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
    Err(AppError::lacks(permission))
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

/// What a form that came back holds: its own values, and those of `base` that it does not have.
#[must_use]
pub fn came_back(base: &VehicleDraft, kept: &KeptForm) -> VehicleDraft {
    let mut draft = base.clone();
    for field in VehicleField::ALL {
        if let Some(text) = kept.values.get(field.name()) {
            draft.set(*field, text);
        }
    }
    draft
}

/// The usual values of a new vehicle.
fn usual(me: &Me) -> VehicleDraft {
    let mut draft = VehicleDraft::default();
    draft.set(VehicleField::Kind, VehicleKind::Car.name());
    draft.set(VehicleField::Status, StockStatus::InPreparation.name());
    draft.set(VehicleField::MileageUnit, DistanceUnit::Km.name());
    draft.set(VehicleField::PowerUnit, PowerUnit::Kw.name());
    draft.set(VehicleField::Currency, &me.currency);
    draft
}
