//! The catalogue: year and kind, makes, models, lines and engines beside each other on a desk, one after another on a phone.
//! The URL is the state: every choice is a link.

use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    CatalogueAddress, CatalogueChoice, CatalogueCreate, CatalogueDelete, CatalogueEngine, CatalogueLevel, FIRST_YEAR_OF_VPIC,
    add_entry::AddEntry,
    catalogue_created, catalogue_engines, catalogue_lines, catalogue_makes, catalogue_models,
    column::{Acts, ChoiceColumn},
    engine_list::EngineColumn,
    notices::CatalogueNotices,
};
use crate::{
    i18n::use_locale,
    kernel::{
        error::AppError,
        page_data::{PageData, page_data},
    },
    ui::{Button, ButtonLink, Chip, Choice, IconName, PageHead, SelectField, go_on, now},
    vehicle::VehicleKind,
};

/// What a level offers; `None` while nothing is chosen above it.
pub type Offered<T> = PageData<Option<Result<Vec<T>, AppError>>>;

/// `/catalogue`
#[component]
pub fn CatalogueBrowsePage() -> impl IntoView {
    let t = use_locale();
    let params = use_query_map();
    let address = Memo::new(move |_| params.with(|params| CatalogueAddress::read(&|name| params.get(name))));
    // What was just changed is part of the address: the lists are read anew with it.
    let changed = Memo::new(move |_| params.with(|params| ["saved", "hidden", "removed"].map(|name| params.get(name))));
    let asked = move |level: CatalogueLevel| Memo::new(move |_| (address.with(|address| address.query(level)), changed.get()));
    let (of_make, of_model, of_line, of_engine) = (
        asked(CatalogueLevel::Make),
        asked(CatalogueLevel::Model),
        asked(CatalogueLevel::Line),
        asked(CatalogueLevel::Engine),
    );
    let makes: Offered<CatalogueChoice> = page_data(
        move || of_make.get(),
        |(query, _)| async move { Some(catalogue_makes(query).await) },
    );
    let models: Offered<CatalogueChoice> = page_data(
        move || of_model.get(),
        |(query, _)| async move {
            if query.make.is_some() {
                Some(catalogue_models(query).await)
            } else {
                None
            }
        },
    );
    let lines: Offered<CatalogueChoice> = page_data(
        move || of_line.get(),
        |(query, _)| async move {
            if query.model.is_some() {
                Some(catalogue_lines(query).await)
            } else {
                None
            }
        },
    );
    let engines: Offered<CatalogueEngine> = page_data(
        move || of_engine.get(),
        |(query, _)| async move {
            if query.model.is_some() {
                Some(catalogue_engines(query).await)
            } else {
                None
            }
        },
    );
    let acts = Acts {
        create: ServerAction::<CatalogueCreate>::new(),
        delete: ServerAction::<CatalogueDelete>::new(),
    };
    let failed = Signal::derive(move || acts.create.value().get().and_then(Result::err));
    let back = Signal::derive(move || address.with(CatalogueAddress::write));
    go_on(acts.create, move |entry| {
        back.with_untracked(|back| catalogue_created(Some(back), &entry))
    });
    let new = Signal::derive(move || address.with(new_entry));
    view! {
        <PageHead title=t.catalogue() sub=move || t.catalogue_intro()>
            <ButtonLink href="/catalogue/entries" icon=IconName::Catalogue>{t.catalogue_entries()}</ButtonLink>
            <ButtonLink href="/catalogue/changes" icon=IconName::Clock>{t.catalogue_changes()}</ButtonLink>
            <AddEntry href=new/>
        </PageHead>
        <CatalogueNotices delete=acts.delete failed back/>
        <Trail address/>
        <div class="catalogue">
            <Scope address/>
            <ChoiceColumn level=CatalogueLevel::Make address choices=makes acts/>
            <ChoiceColumn level=CatalogueLevel::Model address choices=models acts/>
            <ChoiceColumn level=CatalogueLevel::Line address choices=lines acts/>
            <EngineColumn address engines acts/>
        </div>
    }
}

/// The form of an entry where the reader stands: a make if none is chosen, a model of the chosen make, and so on.
fn new_entry(address: &CatalogueAddress) -> String {
    let level = match (&address.make, &address.model) {
        (None, _) => CatalogueLevel::Make,
        (Some(_), None) => CatalogueLevel::Model,
        (Some(_), Some(_)) => CatalogueLevel::Line,
    };
    address.new_entry(level, None)
}

/// On a phone: what is chosen so far, each with the way back to its level.
#[component]
fn Trail(address: Memo<CatalogueAddress>) -> impl IntoView {
    let chips = move || {
        let address = address.get();
        let levels = [CatalogueLevel::Make, CatalogueLevel::Model, CatalogueLevel::Line];
        let chosen = levels.into_iter().filter_map(|level| {
            let name = address.chosen(level)?.to_owned();
            Some(view! { <Chip label=name remove_href=address.choose(level, None).write()/> })
        });
        chosen.collect_view()
    };
    view! { <div class="catalogue-trail">{chips}</div> }
}

/// Year and kind. A plain form; with WASM a choice acts at once.
#[component]
fn Scope(address: Memo<CatalogueAddress>) -> impl IntoView {
    let t = use_locale();
    let years = move || {
        let range = i32::from(FIRST_YEAR_OF_VPIC)..=chrono::Datelike::year(&now()) + 2;
        let chosen = address.with(|address| address.year.map(i32::from));
        let odd = chosen.filter(|year| !range.contains(year));
        let years = odd.into_iter().chain(range.rev());
        years.map(|year| (year.to_string(), year.to_string())).collect::<Vec<Choice>>()
    };
    let kinds: Vec<Choice> = VehicleKind::ALL
        .iter()
        .map(|kind| (kind.to_string(), kind.label(t).to_owned()))
        .collect();
    let year = Signal::derive(move || address.with(|address| address.year.map(|year| year.to_string()).unwrap_or_default()));
    let kind = Signal::derive(move || address.with(|address| address.kind.map(|kind| kind.to_string()).unwrap_or_default()));
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let show = move || {
        let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        if let Some(data) = data {
            let address = CatalogueAddress::read(&|name| data.get(name).as_string());
            navigate(&address.write(), NavigateOptions::default());
        }
    };
    let at_once = show.clone();
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        show();
    };
    let hidden = move |name: &'static str, level: CatalogueLevel| {
        let value = move || address.with(|address| address.chosen(level).map(str::to_owned));
        move || value().map(|value| view! { <input type="hidden" name=name value=value/> })
    };
    view! {
        <form
            class="catalogue-scope card"
            method="get"
            action="/catalogue"
            role="search"
            aria-label=t.catalogue_scope()
            node_ref=form
            on:change=move |_| at_once()
            on:submit=send
        >
            <SelectField label=t.catalogue_year() name="year" choices=Signal::derive(years) value=year empty=t.catalogue_any_year()/>
            <SelectField label=t.catalogue_kind() name="kind" choices=kinds value=kind empty=t.catalogue_any_kind()/>
            {hidden("make", CatalogueLevel::Make)}
            {hidden("model", CatalogueLevel::Model)}
            {hidden("line", CatalogueLevel::Line)}
            <Button submit=true>{t.catalogue_show()}</Button>
            <p class="catalogue-marks">{t.catalogue_marks()}</p>
        </form>
    }
}
