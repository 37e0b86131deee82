//! Importing a stock list: the file and how its numbers are written; then the report (`import_report`).

use leptos::{ev::SubmitEvent, html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::{FieldKind, VehicleField as F, VehicleImportStart, import_report::ImportView, vehicle_import_find, words::error_text};
use crate::{
    frame::{find_by_id, path_id, require, use_upload_limit},
    i18n::{Locale, use_locale},
    identity::Permission,
    kernel::{
        error::AppError,
        form::{KeptForm, kept_form},
        id::ImportId,
        number::{Notation, group_digits},
        page_data::page_data,
    },
    ui::{Banner, Button, Card, CheckField, ErrorPage, IconName, NotFoundPage, PageHead, PlainTable, Skeleton, Tone, Variant, arrival},
};

/// A file that shows how a stock list looks.
const SAMPLE: &str = "stock_number,vin,plate,make,model,line,model_year,mileage,mileage_unit,status,acquired_on,purchase_price,asking_price,currency\n\
    ST-00013,JM3TCBAY3L1169620,KEX016,Mazda,CX-9,SV,2020,82553,km,available,2026-10-03,17299,21267,USD\n\
    ST-00014,,NVT918,MINI,Countryman,Cooper S,2017,83716,km,in_preparation,2026-10-05,12264,14707,USD\n";

/// `/stock/import`
#[component]
pub fn VehicleImportPage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let may = StoredValue::new(require(Permission::ImportRun));
    let key = query.with_untracked(|query| query.get("form"));
    let kept = kept_form(move || key.clone());
    view! {
        <PageHead title=t.import_title() crumb=("/stock".to_owned(), t.stock().to_owned()) sub=move || t.import_intro()/>
        <Suspense fallback=|| view! { <Skeleton/> }>
            {move || arrival(async move {
                let kept = kept.await;
                match may.get_value() {
                    Ok(_) => view! { <div class="vehicle-import"><Upload kept/><Columns/></div> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// The form. The browser sends it by itself, with WASM too: it knows best how to send a large file. The notation goes before the file,
/// so that it is known, and comes back, where the file is refused. A file that is too large stays here: a browser would send all of it to
/// learn so.
#[component]
fn Upload(kept: Option<KeptForm>) -> impl IntoView {
    let t = use_locale();
    let chosen = kept.as_ref().and_then(KeptForm::notation);
    let error = kept.and_then(|kept| kept.error);
    let sending = RwSignal::new(false);
    let problem = |field: &str| {
        error
            .as_ref()
            .and_then(|error| error.fields().get(field).map(|problem| problem.text(t)))
    };
    let (file, notation) = (problem("file"), problem("notation"));
    let limit = use_upload_limit();
    let input = NodeRef::<html::Input>::new();
    let other = error
        .as_ref()
        .filter(|_| file.is_none() && notation.is_none())
        .map(|error| error_text(error, t));
    let file = RwSignal::new(file);
    let submit = move |event: SubmitEvent| {
        let chosen = input.get_untracked();
        let size = chosen
            .as_ref()
            .and_then(|input| input.files()?.get(0))
            .map_or(0.0, |file| file.size());
        match limit {
            Some(limit) if size > limit as f64 => {
                event.prevent_default();
                file.set(Some(AppError::TooLarge { limit }.text(t)));
                let _ = chosen.map(|input| input.focus());
            }
            _ => sending.set(true),
        }
    };
    view! {
        <Card>
            <form
                class="import-form"
                method="post"
                enctype="multipart/form-data"
                action=VehicleImportStart::url()
                on:submit=submit
            >
                {other.map(|text| view! { <Banner tone=Tone::Bad>{text}</Banner> })}
                {notation_choice(chosen, notation, t)}
                {file_field(file, input, t)}
                <div class="actions">
                    <Button submit=true variant=Variant::Primary icon=IconName::Import>
                        {move || if sending.get() { t.import_uploading() } else { t.import_check() }}
                    </Button>
                </div>
            </form>
        </Card>
    }
}

/// Nothing is chosen beforehand: a reader's language says little about the program that wrote the file.
fn notation_choice(chosen: Option<Notation>, problem: Option<String>, t: Locale) -> impl IntoView {
    let choices = [
        (Notation::Point, t.import_notation_point(), t.import_notation_point_help()),
        (Notation::Comma, t.import_notation_comma(), t.import_notation_comma_help()),
    ];
    let choices = choices.map(|(notation, label, help)| {
        view! { <CheckField radio=true name="notation" value=notation.name() label help required=true checked=chosen == Some(notation)/> }
    });
    view! {
        <fieldset class="notation">
            <legend>{t.import_notation()}</legend>
            {choices}
            <p class="problem">{problem}</p>
        </fieldset>
    }
}

fn file_field(problem: RwSignal<Option<String>>, input: NodeRef<html::Input>, t: Locale) -> impl IntoView {
    view! {
        <div class="field" class:wrong=move || problem.read().is_some()>
            <label for="field-file">{t.import_file()}</label>
            <input
                class="file"
                id="field-file"
                type="file"
                name="file"
                accept=".csv,text/csv,text/plain"
                required=true
                aria-describedby="field-file-help field-file-problem"
                on:change=move |_| problem.set(None)
                node_ref=input
            />
            <p class="help" id="field-file-help">{t.import_file_help()}</p>
            <p class="problem" id="field-file-problem">{move || problem.get()}</p>
        </div>
    }
}

/// What the columns are called and hold.
#[component]
fn Columns() -> impl IntoView {
    let t = use_locale();
    let rows = F::ALL
        .iter()
        .map(|field| {
            let needed = matches!(field, F::Make | F::Model);
            view! {
                <tr>
                    <td>
                        <code>{field.name()}</code>
                        {needed.then(|| view! { <span class="required" title=t.required()>"*"</span> })}
                    </td>
                    <td>{field.label(t)}</td>
                    <td class="muted">{values(*field, t)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Card title=t.import_columns()>
            <p class="help">{t.import_columns_text()}</p>
            <h3>{t.import_sample()}</h3>
            <pre class="sample" tabindex="0">{SAMPLE}</pre>
            <PlainTable label=t.import_columns() columns=[t.import_column(), t.import_meaning(), t.import_values()]>{rows}</PlainTable>
        </Card>
    }
}

/// What a column takes.
fn values(field: F, t: Locale) -> String {
    match field.kind() {
        FieldKind::Choice => {
            let names: Vec<&str> = field.choices(t).into_iter().map(|(name, _)| name).collect();
            return names.join(", ");
        }
        FieldKind::Number { .. } => return t.import_number().into(),
        FieldKind::Text | FieldKind::Lines | FieldKind::Date => {}
    }
    match field {
        F::AcquiredOn => t.import_date().into(),
        F::Branch => t.import_branch_id().into(),
        F::Currency => t.currency_help().into(),
        F::Tags => t.tags_help().into(),
        F::CustomFields => t.custom_fields_help().into(),
        _ => t.import_free_text(group_digits(&field.max_length().to_string(), t)),
    }
}

/// `/stock/import/:id`
#[component]
pub fn VehicleImportReportPage() -> impl IntoView {
    let query = use_query_map();
    let id = path_id::<ImportId>();
    let report = page_data(move || id.get(), |id| find_by_id(id, vehicle_import_find));
    let key = query.with_untracked(|query| query.get("form"));
    let kept = kept_form(move || key.clone());
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=8/> }>
            {move || arrival(async move {
                if id.get_untracked().is_none() {
                    return view! { <NotFoundPage/> }.into_any();
                }
                let (report, kept) = (report.await, kept.await);
                match report {
                    Ok(report) => view! { <ImportView report error=kept.and_then(|kept| kept.error)/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}
