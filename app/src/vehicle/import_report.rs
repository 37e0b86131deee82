//! The report of an import: how far it is, what is wrong with which row, and what can be done with it.
//!
//! While it runs, the page follows it; without WASM it loads itself again every three seconds.

use leptos::prelude::*;

use super::{
    ImportMode, ImportProblem, ImportReport, ImportState, PROBLEMS_SHOWN, VehicleField, VehicleImportApply, vehicle_import_find,
    words::{error_text, field_label},
};
use crate::{
    i18n::{Locale, use_locale},
    kernel::error::AppError,
    ui::{Banner, Button, ButtonLink, Card, IconName, PageHead, Pill, PlainTable, Progress, Tone, Variant, follow},
};

/// Loads the page again by itself where nothing else can.
const REFRESH: &str = r#"<meta http-equiv="refresh" content="3">"#;

/// An import. `error` is what came of a button pressed without WASM.
#[component]
pub fn ImportView(report: ImportReport, error: Option<AppError>) -> impl IntoView {
    let t = use_locale();
    let id = report.id;
    let title = t.import_of(&report.file_name);
    let report = RwSignal::new(report);
    let apply = ServerAction::<VehicleImportApply>::new();
    let under_way = Memo::new(move |_| report.with(|report| matches!(report.state, ImportState::Checking | ImportState::Running)));
    let lost = follow(format!("/api/v1/vehicles/imports/{id}/events"), report, under_way, move || {
        vehicle_import_find(id)
    });
    Effect::new(move |_| {
        if let Some(Ok(now)) = apply.value().get() {
            report.set(now);
        }
    });
    let failed = Signal::derive(move || match apply.value().get() {
        Some(Err(error)) => Some(error),
        Some(Ok(_)) => lost.get(),
        None => lost.get().or_else(|| error.clone()),
    });
    let state = Memo::new(move |_| report.with(|report| report.state));
    let outcome = move || match state.get() {
        ImportState::Checking | ImportState::Running => running(report, state.get(), t).into_any(),
        ImportState::Checked => view! { <Checked report=report.get() apply/> }.into_any(),
        ImportState::Done => done(&report.get(), t).into_any(),
        ImportState::Failed => refused(&report.get(), t).into_any(),
    };
    view! {
        <PageHead title crumb=("/stock/import".to_owned(), t.import_title().to_owned())/>
        <div class="vehicle-import">
            {move || failed.get().map(|error| view! { <Banner tone=Tone::Bad>{error_text(&error, t)}</Banner> })}
            {outcome}
            {move || report.with(|report| findings(report, t))}
        </div>
    }
}

fn running(report: RwSignal<ImportReport>, state: ImportState, t: Locale) -> impl IntoView {
    let label = if state == ImportState::Checking {
        t.import_checking()
    } else {
        t.import_writing()
    };
    let done = Signal::derive(move || report.with(|report| report.rows_done));
    let total = Signal::derive(move || report.with(|report| report.rows));
    let page = report.with_untracked(|report| format!("/stock/import/{}", report.id));
    progress_card(label, done, total, &page, t)
}

/// How far a job is whose report stands at `page`; no total while it waits for a worker. Without WASM the page loads itself again.
pub fn progress_card(label: &'static str, done: Signal<i64>, total: Signal<Option<i64>>, page: &str, t: Locale) -> impl IntoView + use<> {
    let waiting = move || total.get().is_none().then(|| t.import_waiting());
    // Nothing in here is more than an id and a text of the catalogue.
    let refresh = format!(r#"{REFRESH}<a class="btn ghost" href="{page}">{}</a>"#, t.import_refresh());
    view! {
        <Card>
            <Progress label done total/>
            <p class="help">{waiting}</p>
            <noscript inner_html=refresh></noscript>
        </Card>
    }
}

/// Checked: what would be written, and the buttons that do it.
#[component]
fn Checked(report: ImportReport, apply: ServerAction<VehicleImportApply>) -> impl IntoView {
    let t = use_locale();
    let (good, bad) = (report.rows_good, report.rows_bad);
    let id = report.id.to_string();
    let button = (good > 0).then(|| {
        let (mode, label) = if bad == 0 {
            (ImportMode::All, t.import_all(good))
        } else {
            (ImportMode::Good, t.import_good_only(good))
        };
        view! {
            <ActionForm action=apply>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="mode" value=mode.name()/>
                <Button submit=true variant=Variant::Primary busy=apply.pending()>{label}</Button>
            </ActionForm>
        }
    });
    let nothing = button.is_none();
    view! {
        <Card>
            {counts(good, bad, t)}
            <p class="help">{if nothing { t.import_no_good() } else { t.import_nothing_written() }}</p>
            <div class="actions">
                {button}
                <ButtonLink href="/stock/import" icon=IconName::Undo>{t.import_again()}</ButtonLink>
            </div>
        </Card>
    }
}

fn counts(good: i64, bad: i64, t: Locale) -> impl IntoView {
    view! {
        <p class="counts">
            <Pill tone=Tone::Ok>{t.import_good(good)}</Pill>
            {(bad > 0).then(|| view! { <Pill tone=Tone::Bad>{t.import_bad(bad)}</Pill> })}
        </p>
    }
}

fn done(report: &ImportReport, t: Locale) -> impl IntoView + use<> {
    let (good, bad) = (report.rows_good, report.rows_bad);
    view! {
        <Banner tone=Tone::Ok>{t.import_done(good)}</Banner>
        <Card>
            {counts(good, bad, t)}
            <div class="actions">
                <ButtonLink href="/stock" variant=Variant::Primary>{t.import_to_stock()}</ButtonLink>
                <ButtonLink href="/stock/import">{t.import_again()}</ButtonLink>
            </div>
        </Card>
    }
}

fn refused(report: &ImportReport, t: Locale) -> impl IntoView + use<> {
    let why = report.failure.as_ref().map(|problem| problem.text(t));
    view! {
        <Banner tone=Tone::Bad title=t.import_failed()>{why}</Banner>
        <p><ButtonLink href="/stock/import" variant=Variant::Primary>{t.import_again()}</ButtonLink></p>
    }
}

/// How the file was read, what of it was left out, and every row that has to be mended.
fn findings(report: &ImportReport, t: Locale) -> impl IntoView + use<> {
    let separator = match report.delimiter.as_str() {
        "," => t.separator_comma(),
        ";" => t.separator_semicolon(),
        "\t" => t.separator_tab(),
        _ => "",
    };
    let read = (!separator.is_empty() && !report.encoding.is_empty()).then(|| t.import_read_as(&report.encoding, separator));
    let ignored = (!report.ignored_columns.is_empty()).then(|| {
        let columns = report
            .ignored_columns
            .iter()
            .map(|column| view! { <li><code>{column.clone()}</code></li> })
            .collect_view();
        view! { <p class="help">{t.import_ignored()}</p><ul class="ignored">{columns}</ul> }
    });
    let any = !report.problems.is_empty();
    let shown = report.problems.len();
    let cut = shown >= PROBLEMS_SHOWN;
    let rows = report.problems.iter().map(|problem| problem_row(problem, t)).collect_view();
    view! {
        {(read.is_some() || ignored.is_some()).then(|| view! { <Card><p>{read}</p>{ignored}</Card> })}
        {any.then(|| {
            view! {
                <Card title=t.import_problems()>
                    {cut.then(|| view! { <p class="help">{t.import_problems_first(shown)}</p> })}
                    <PlainTable label=t.import_problems() columns=[t.import_line(), t.import_column(), t.import_value(), t.import_why()]>{rows}</PlainTable>
                </Card>
            }
        })}
    }
}

fn problem_row(problem: &ImportProblem, t: Locale) -> impl IntoView + use<> {
    let known = VehicleField::named(&problem.column).map(|_| field_label(t, &problem.column));
    view! {
        <tr>
            <td class="num">{problem.line}</td>
            <td><code>{problem.column.clone()}</code>{known.map(|label| view! { <span class="sub">{label}</span> })}</td>
            <td class="value">{problem.value.clone()}</td>
            <td>{problem.problem.text(t)}</td>
        </tr>
    }
}
