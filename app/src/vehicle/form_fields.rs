//! The fields of the form in their groups. What a field holds decides what it looks like: a closed set is a choice, a number
//! brings its keyboard, the rest is text.

use leptos::prelude::*;

use super::{
    FieldKind, StockStatus, VehicleDraft, VehicleField as F,
    form_offers::EngineSelect,
    form_state::State,
    vehicle_branches,
    vin_fill::VinFill,
    vin_lookup::{VinDiffers, VinUnder},
};
use crate::{
    i18n::{Locale, use_locale},
    kernel::{
        error::AppError,
        form::KeptForm,
        page_data::{PageData, page_data},
        problem::FieldProblems,
    },
    ui::{Choice, Field, FormSection, SelectField, TextareaField},
    vin::VinScan,
};

/// What the fields show and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// What the page last put into the inputs; what is typed stays in the inputs.
    pub values: RwSignal<VehicleDraft>,
    pub problems: RwSignal<FieldProblems>,
    /// The VIN as it is typed, for its warnings.
    pub vin: RwSignal<String>,
}

/// What only the page knows: branches by id and name, the number that a new vehicle would get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldContext {
    pub branches: Vec<Choice>,
    /// `None` when editing: the number is there, and the status moves on its own page.
    pub next_number: Option<String>,
}

/// The branches to choose from.
#[must_use]
pub fn branch_choices() -> PageData<Result<Vec<Choice>, AppError>> {
    page_data(
        || (),
        |()| async {
            let branches = vehicle_branches().await?;
            Ok(branches.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
        },
    )
}

/// What a form that came back holds: its own values, and those of `base` that it does not have. Its numbers were typed in the notation
/// that it names; the page may be in another language by now.
#[must_use]
pub fn came_back(base: &VehicleDraft, kept: &KeptForm, t: Locale) -> VehicleDraft {
    let mut came_back = VehicleDraft::default();
    for field in F::ALL {
        if let Some(text) = kept.values.get(field.name()) {
            came_back.set(*field, text);
        }
    }
    let mut draft = base.clone();
    draft
        .fields
        .extend(came_back.in_notation(kept.notation().unwrap_or(t.notation()), t.notation()).fields);
    draft
}

/// What a form that came back was made from.
#[must_use]
pub fn base_came_back(kept: &KeptForm, t: Locale) -> Option<VehicleDraft> {
    let base: VehicleDraft = serde_json::from_str(kept.values.get("base")?).ok()?;
    Some(base.in_notation(kept.notation().unwrap_or(t.notation()), t.notation()))
}

/// What the VIN had filled of a form that came back.
#[must_use]
pub fn fill_came_back(kept: &KeptForm, t: Locale) -> VinFill {
    let fill = kept.values.get("vin_fill").map(|text| VinFill::read(text)).unwrap_or_default();
    fill.in_notation(kept.notation().unwrap_or(t.notation()), t.notation())
}

/// All groups of fields.
#[component]
pub fn FieldGroups(state: State, context: FieldContext) -> impl IntoView {
    let t = use_locale();
    let new = context.next_number.is_some();
    let context = StoredValue::new(context);
    let one = move |field: F| context.with_value(|context| control(state, context, field, t));
    let many = move |list: &[F]| list.iter().map(|field| one(*field)).collect_view();
    view! {
        <FormSection title=t.group_identification()>
            <div class="field-wide">{one(F::Vin)}<VinUnder state vin=state.fields.vin/></div>
            {many(&[F::Kind, F::StockNumber, F::Plate, F::Make, F::Model, F::Line, F::ModelYear, F::CityRegistered])}
        </FormSection>
        <FormSection title=t.pricing() help=t.amount_help()>
            {many(&[F::PurchasePrice, F::AskingPrice, F::Currency, F::AcquiredOn])}
            {new.then(|| one(F::Status))}
        </FormSection>
        <FormSection title=t.group_state()>
            {pair(one(F::Mileage), one(F::MileageUnit))}
            {many(&[F::Keys, F::ColourOutside, F::ColourInside, F::Branch, F::LotPlace])}
        </FormSection>
        <FormSection title=t.group_technical()>
            <div class="only-car">{one(F::BodyType)}</div>
            <div class="only-motorcycle">{one(F::MotorcycleType)}</div>
            <EngineSelect state/>
            {many(&[F::FuelType, F::Electrification, F::Transmission, F::Drivetrain, F::DisplacementCc])}
            {pair(one(F::Power), one(F::PowerUnit))}
            {many(&[F::Doors, F::Seats, F::EngineNumber, F::ChassisNumber])}
        </FormSection>
        <FormSection title=t.group_notes()>{many(&[F::Tags, F::Notes, F::CustomFields])}</FormSection>
    }
}

/// A number and its unit side by side.
fn pair(number: AnyView, unit: AnyView) -> impl IntoView {
    view! { <div class="field-pair">{number}{unit}</div> }
}

/// The name of a field's input, as the server function reads it.
#[must_use]
pub fn input_name(field: F) -> String {
    format!("draft[{field}]")
}

/// What is chosen from, for fields with a closed set.
fn choices(field: F, context: &FieldContext, t: Locale) -> Option<Vec<Choice>> {
    match field.kind() {
        FieldKind::Choice => {
            let startable = |name: &str| field != F::Status || StockStatus::named(name).is_some_and(StockStatus::may_start);
            let choices = field.choices(t).into_iter().filter(|(name, _)| startable(name));
            Some(choices.map(|(name, label)| (name.to_owned(), label.to_owned())).collect())
        }
        _ if field == F::Branch => Some(context.branches.clone()),
        _ => None,
    }
}

fn help(field: F, context: &FieldContext, t: Locale) -> Option<String> {
    let text = match field {
        F::StockNumber => {
            return context
                .next_number
                .as_ref()
                .filter(|next| !next.is_empty())
                .map(|next| t.stock_number_help(next));
        }
        F::Vin => t.vin_help(),
        F::Plate => t.plate_help(),
        F::AcquiredOn => t.acquired_help(),
        F::Tags => t.tags_help(),
        F::CustomFields => t.custom_fields_help(),
        F::Currency => t.currency_help(),
        F::Status => t.status_help(),
        F::Kind => t.kind_help(),
        _ => return None,
    };
    Some(text.to_owned())
}

const fn input_mode(field: F) -> &'static str {
    match field.kind() {
        FieldKind::Number { grouped: true } => "decimal",
        FieldKind::Number { grouped: false } => "numeric",
        _ => "text",
    }
}

fn control(state: State, context: &FieldContext, field: F, t: Locale) -> AnyView {
    let fields = state.fields;
    let decoded = state.decoding.mark(field, t);
    let mark = Signal::derive(move || decoded.get().or_else(|| state.offers.mark(field, t)));
    let hint = move || view! { <VinDiffers state field/> };
    let value = Signal::derive(move || fields.values.with(|draft| draft.get(field).to_owned()));
    let problem = Signal::derive(move || fields.problems.with(|problems| problems.get(field.name()).cloned()));
    let name = input_name(field);
    let label = match field {
        F::MileageUnit | F::PowerUnit => t.unit(),
        _ => field.label(t),
    };
    // The props of a component take no `None`, so a field without help gets an empty one, which shows nothing.
    let help = help(field, context, t).unwrap_or_default();
    if let Some(choices) = choices(field, context, t) {
        return match field {
            F::Kind | F::PowerUnit | F::MileageUnit | F::Status => {
                view! { <SelectField label name choices value problem help mark hint/> }.into_any()
            }
            _ => view! { <SelectField label name choices value problem help mark hint empty=t.choose()/> }.into_any(),
        };
    }
    let max_length = field.max_length();
    if let Some(offers) = state.offers.of(field) {
        let required = field != F::Line;
        return view! { <Field label name value problem help mark hint max_length required offers/> }.into_any();
    }
    match field {
        _ if field.kind() == FieldKind::Lines => view! { <TextareaField label name value problem help max_length full=true/> }.into_any(),
        F::AcquiredOn => view! { <Field label name value problem help kind="date"/> }.into_any(),
        F::Vin => {
            let found = Callback::new(move |vin: String| state.scanned(&vin));
            let scan = move || view! { <VinScan found/> };
            view! { <Field label name value problem help max_length action=scan/> }.into_any()
        }
        F::Tags => view! { <Field label name value problem help max_length full=true/> }.into_any(),
        _ => view! { <Field label name value problem help mark hint max_length input_mode=input_mode(field)/> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_comes_back_into_another_language_keeps_its_price() {
        let mut base = VehicleDraft::default();
        base.set(F::Make, "Mazda");
        let values = [("asking_price", "12.900,50"), ("notation", "comma")];
        let kept = KeptForm {
            values: values.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
            error: None,
        };
        let draft = came_back(&base, &kept, Locale::En);
        assert_eq!(draft.get(F::AskingPrice), "12,900.50");
        assert_eq!(draft.get(F::Make), "Mazda");
        assert!(!draft.fields.contains_key("notation"));
        let same = came_back(&base, &kept, Locale::Es);
        assert_eq!(same.get(F::AskingPrice), "12.900,50");
    }
}
