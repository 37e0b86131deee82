//! The form of an entry, for a new one and for a change: a plain form over a server function, which keeps what was typed.

use leptos::{prelude::*, task::spawn_local};

use super::{
    CatalogueCreate, CatalogueDraft, CatalogueEntry, CatalogueField as F, CatalogueLevel, CatalogueUpdate, catalogue_back,
    catalogue_created, catalogue_find, draft::ENGINE,
};
use crate::{
    i18n::{Locale, use_locale},
    kernel::{error::AppError, id::CatalogueEntryId, problem::FieldProblems},
    ui::{
        Banner, Button, CheckField, Choice, ErrorSummary, Field, FormBar, FormSection, Held, SelectField, Tone, Variant, go_on,
        through_sign_in,
    },
    vehicle::{Electrification, FuelType, PowerUnit, VehicleKind},
};

/// What a form starts with.
#[derive(Clone, Debug)]
pub struct EntryStart {
    /// The entry that is changed, as it is stored; none for a new one.
    pub stored: Option<CatalogueEntry>,
    /// The version that the form was made from.
    pub version: i64,
    pub level: CatalogueLevel,
    pub draft: CatalogueDraft,
    /// Why a form came back.
    pub error: Option<AppError>,
    /// Where it leads when it is done, or left.
    pub back: String,
}

/// What is called what, for the summary of problems.
#[must_use]
pub fn entry_field_label(t: Locale, name: &str) -> String {
    F::named(name).map_or_else(|| name.to_owned(), |field| field.label(t).to_owned())
}

/// A value as people read it.
#[must_use]
pub fn entry_field_text(field: F, text: &str, t: Locale) -> String {
    let label = match field {
        F::Level => CatalogueLevel::named(text).map(|level| level.label(t)),
        F::Kind => VehicleKind::named(text).map(|kind| kind.label(t)),
        F::FuelType => FuelType::named(text).map(|fuel| fuel.label(t)),
        F::Electrification => Electrification::named(text).map(|level| level.label(t)),
        F::PowerUnit => PowerUnit::named(text).map(|unit| unit.label(t)),
        F::Hidden => (text == "true").then(|| t.catalogue_yes()),
        _ => None,
    };
    label.map_or_else(|| text.to_owned(), str::to_owned)
}

/// The form.
#[component]
pub fn EntryForm(start: EntryStart) -> impl IntoView {
    let t = use_locale();
    let create = ServerAction::<CatalogueCreate>::new();
    let update = ServerAction::<CatalogueUpdate>::new();
    let to = StoredValue::new(start.back.clone());
    go_on(create, move |entry| to.with_value(|back| catalogue_created(Some(back), &entry)));
    go_on(update, move |entry| {
        to.with_value(|back| catalogue_back(Some(back), "saved", entry.id))
    });
    let first = start.error.clone();
    let answer = move || create.value().get().or_else(|| update.value().get());
    let error = Signal::derive(move || match answer() {
        Some(answer) => answer.err(),
        None => first.clone(),
    });
    let keep = through_sign_in(Signal::derive(move || matches!(answer(), Some(Err(AppError::NotAuthenticated)))));
    let version = RwSignal::new(start.version);
    let typed = start.draft.clone();
    // A form that came back because somebody else was faster is compared with what is stored by now.
    let outrun = start.error.as_ref().is_some_and(AppError::is_changed);
    let stored = RwSignal::new(start.stored.clone().filter(|_| outrun));
    if let Some(id) = start.stored.as_ref().map(|entry| entry.id) {
        meet(id, update, version, stored);
    }
    let typed_now = Signal::derive(move || update.input().get().map_or_else(|| typed.clone(), |input| input.draft));
    let problems = Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default());
    let failure = move || {
        let error = error.get().filter(|error| error.fields().is_empty() && !error.is_changed());
        error.map(|error| view! { <Banner tone=Tone::Bad>{error.text(t)}</Banner> })
    };
    let conflict = move || stored.get().map(|stored| differences(&stored, &typed_now.get(), t));
    let id = start.stored.as_ref().map(|entry| entry.id);
    let pending = Signal::derive(move || create.pending().get() || update.pending().get());
    let back = start.back.clone();
    let inner = move || {
        view! {
            {failure}
            {conflict}
            <ErrorSummary problems label_of=entry_field_label/>
            <input type="hidden" name="notation" value=t.notation().name()/>
            <input type="hidden" name="back" value=start.back/>
            <input type="hidden" name=input_name(F::Level) value=start.level.name()/>
            <Held busy=pending>
                <EntryFields level=start.level draft=start.draft problems/>
            </Held>
            <FormBar>
                <a class="btn" href=back>{t.cancel()}</a>
                <Button submit=true variant=Variant::Primary busy=pending>{t.save()}</Button>
            </FormBar>
        }
    };
    match id {
        None => view! { <ActionForm action=create on:submit=keep attr:class="form" attr:novalidate=true>{inner()}</ActionForm> }.into_any(),
        Some(id) => view! {
            <ActionForm action=update on:submit=keep attr:class="form" attr:novalidate=true>
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="version" value=move || version.get().to_string()/>
                {inner()}
            </ActionForm>
        }
        .into_any(),
    }
}

/// Reads the entry anew when somebody else was faster, so that the next save is made from what is stored by then.
fn meet(id: CatalogueEntryId, update: ServerAction<CatalogueUpdate>, version: RwSignal<i64>, stored: RwSignal<Option<CatalogueEntry>>) {
    Effect::new(move |_| {
        if matches!(update.value().get(), Some(Err(error)) if error.is_changed()) {
            spawn_local(async move {
                if let Ok(now) = catalogue_find(id).await {
                    version.set(now.version);
                    stored.set(Some(now));
                }
            });
        }
    });
}

/// What was typed beside what somebody else saved.
fn differences(stored: &CatalogueEntry, typed: &CatalogueDraft, t: Locale) -> AnyView {
    let stored = CatalogueDraft::of(stored);
    let shown = |field: F, text: &str| {
        if text.trim().is_empty() {
            "—".to_owned()
        } else {
            entry_field_text(field, text.trim(), t)
        }
    };
    let rows = F::ALL
        .iter()
        .filter(|field| stored.get(**field) != typed.get(**field).trim())
        .map(|field| {
            let (theirs, mine) = (shown(*field, stored.get(*field)), shown(*field, typed.get(*field)));
            view! { <li>{field.label(t)}": " {t.catalogue_stored_now()} " " <del>{theirs}</del> " → " <ins>{mine}</ins></li> }
        })
        .collect_view();
    view! { <Banner tone=Tone::Warn><p>{t.catalogue_changed_meanwhile()}</p><ul class="changes">{rows}</ul></Banner> }.into_any()
}

/// The name of a field's input, as the server functions read it.
fn input_name(field: F) -> String {
    format!("draft[{field}]")
}

/// The fields that the level has.
#[component]
fn EntryFields(level: CatalogueLevel, draft: CatalogueDraft, problems: Signal<FieldProblems>) -> impl IntoView {
    let t = use_locale();
    let hidden = draft.get(F::Hidden) == "true";
    let draft = StoredValue::new(draft);
    let one = move |field: F| draft.with_value(|draft| control(field, draft, problems, t));
    let many = move |fields: &[F]| fields.iter().map(|field| one(*field)).collect_view();
    let parents: &[F] = match level {
        CatalogueLevel::Make => &[],
        CatalogueLevel::Model => &[F::Make],
        CatalogueLevel::Line => &[F::Make, F::Model],
        CatalogueLevel::Engine => &[F::Make, F::Model, F::Line],
    };
    let is_engine = level == CatalogueLevel::Engine;
    view! {
        <FormSection title=t.catalogue_group_entry()>
            {many(&[F::Name, F::Corrects])}
            <div class="full">
                <CheckField
                    label=t.catalogue_hidden_label()
                    name=input_name(F::Hidden)
                    checked=hidden
                    help=t.catalogue_hidden_help()
                />
            </div>
        </FormSection>
        <FormSection title=t.catalogue_group_place()>
            {many(parents)}
            {many(&[F::Kind, F::FirstYear, F::LastYear])}
        </FormSection>
        {is_engine.then(|| view! { <FormSection title=t.catalogue_group_engine()>{many(&ENGINE)}</FormSection> })}
    }
}

fn choices(field: F, t: Locale) -> Option<Vec<Choice>> {
    macro_rules! all {
        ($set:ty) => {
            Some(
                <$set>::ALL
                    .iter()
                    .map(|value| (value.to_string(), value.label(t).to_owned()))
                    .collect(),
            )
        };
    }
    match field {
        F::Kind => all!(VehicleKind),
        F::FuelType => all!(FuelType),
        F::Electrification => all!(Electrification),
        F::PowerUnit => all!(PowerUnit),
        _ => None,
    }
}

fn control(field: F, draft: &CatalogueDraft, problems: Signal<FieldProblems>, t: Locale) -> AnyView {
    let value = Signal::stored(draft.get(field).to_owned());
    let problem = Signal::derive(move || problems.with(|problems| problems.get(field.name()).cloned()));
    let (name, label) = (input_name(field), field.label(t));
    if let Some(choices) = choices(field, t) {
        return match field {
            F::PowerUnit => view! { <SelectField label name choices value problem/> }.into_any(),
            F::Kind => view! { <SelectField label name choices value problem empty=t.catalogue_any_kind()/> }.into_any(),
            _ => view! { <SelectField label name choices value problem empty=t.choose()/> }.into_any(),
        };
    }
    let max_length = field.max_length();
    let help = match field {
        F::FirstYear | F::LastYear => t.catalogue_years_help(),
        F::Corrects => t.catalogue_corrects_help(),
        F::Line => t.catalogue_line_help(),
        _ => "",
    };
    match field {
        F::Name | F::Make | F::Model => view! { <Field label name value problem max_length required=true/> }.into_any(),
        F::Corrects | F::Line => view! { <Field label name value problem help max_length/> }.into_any(),
        _ => view! { <Field label name value problem help max_length input_mode="numeric"/> }.into_any(),
    }
}
