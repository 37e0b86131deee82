//! The pages of one entry: a new one, which may correct what vPIC says, and one that is there.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    CatalogueDelete, CatalogueDraft, CatalogueEngine, CatalogueEntry, CatalogueField as F, CatalogueLevel, CatalogueQuery,
    address::back_address,
    catalogue_engines, catalogue_find,
    entry_form::{EntryForm, EntryStart},
    notices::CatalogueNotices,
};
use crate::{
    frame::{find_by_id, may, path_id, require},
    i18n::{Locale, use_locale},
    identity::Permission,
    kernel::{
        form::{KeptForm, kept_form},
        id::CatalogueEntryId,
        page_data::{all_there, page_data},
        percent,
    },
    ui::{ErrorPage, IconName, Menu, MenuItem, NotFoundPage, PageHead, Skeleton, Tab, Tabs, arrival},
    vehicle::{PowerUnit, VehicleField, VehicleKind},
};

/// What a form that came back holds, its numbers as this page writes them.
fn came_back(kept: &KeptForm, t: Locale) -> CatalogueDraft {
    let mut draft = CatalogueDraft::default();
    for field in F::ALL {
        if let Some(text) = kept.values.get(field.name()) {
            draft.set(*field, text);
        }
    }
    draft.in_notation(kept.notation().unwrap_or(t.notation()), t.notation())
}

fn back_of(params: &ParamsMap, kept: Option<&KeptForm>) -> String {
    let typed = kept.and_then(|kept| kept.values.get("back").cloned());
    back_address(typed.or_else(|| params.get("back")).as_deref())
}

/// What a new entry begins with: what its address says.
fn begun(params: &ParamsMap, level: CatalogueLevel) -> CatalogueDraft {
    let mut draft = CatalogueDraft::default();
    draft.set(F::Level, level.name());
    draft.set(F::PowerUnit, PowerUnit::Hp.name());
    for field in [F::Kind, F::Make, F::Model, F::Line, F::Corrects] {
        let text: String = params
            .get(field.name())
            .unwrap_or_default()
            .chars()
            .take(field.max_length())
            .collect();
        draft.set(field, text);
    }
    if level != CatalogueLevel::Engine {
        draft.set(F::Name, draft.get(F::Corrects).to_owned());
    }
    draft
}

/// `/catalogue/entries/new?level=model&make=Honda`
#[component]
pub fn CatalogueNewPage() -> impl IntoView {
    let t = use_locale();
    let params = use_query_map();
    let may = StoredValue::new(require(Permission::CatalogueCreate));
    let level = Memo::new(move |_| {
        let named = params.with(|params| params.get_str("level").and_then(CatalogueLevel::named));
        named.unwrap_or(CatalogueLevel::Make)
    });
    let key = params.with_untracked(|params| params.get("form"));
    let kept = kept_form(move || key.clone());
    // Who corrects an engine begins with what vPIC says of it.
    let engine = page_data(
        move || {
            params.with(|params| {
                let corrects = params.get("corrects").filter(|_| level.get() == CatalogueLevel::Engine)?;
                let query = CatalogueQuery {
                    year: None,
                    kind: params.get_str("kind").and_then(VehicleKind::named),
                    make: params.get("make"),
                    model: params.get("model"),
                    line: params.get("line"),
                };
                Some((query, corrects))
            })
        },
        |asked| async move {
            let (query, name) = asked?;
            let engines = catalogue_engines(query).await.ok()?;
            engines.into_iter().find(|engine| engine.name == name)
        },
    );
    let tabs = Signal::derive(move || {
        let tab = |other: &CatalogueLevel| Tab {
            href: params.with(|params| address_of(params, *other)),
            label: capital(other.label(t)),
            count: None,
            current: *other == level.get(),
        };
        CatalogueLevel::ALL.iter().map(tab).collect()
    });
    view! {
        <PageHead title=t.catalogue_add() crumb=("/catalogue".to_owned(), t.catalogue().to_owned())/>
        <Tabs label=t.views() tabs/>
        <Suspense fallback=|| view! { <Skeleton lines=8/> }>
            {move || {
                let level = level.get();
                arrival(async move {
                all_there(&[&kept, &engine]).await;
                let (kept, engine) = (kept.await, engine.await);
                match may.get_value() {
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                    Ok(_) => {
                        let start = params.with(|params| new_start(params, level, engine, kept, t));
                        view! { <EntryForm start/> }.into_any()
                    }
                }
                })
            }}
        </Suspense>
    }
}

/// What the form of a new entry starts with: what its address says, what vPIC says of the engine that it corrects, and what came back.
fn new_start(params: &ParamsMap, level: CatalogueLevel, engine: Option<CatalogueEngine>, kept: Option<KeptForm>, t: Locale) -> EntryStart {
    let mut draft = begun(params, level);
    if let Some(engine) = engine {
        let says = engine.says();
        draft.set(F::Name, engine.name);
        draft.set(F::Cylinders, engine.cylinders.map(|count| count.to_string()).unwrap_or_default());
        for (field, said) in TOLD {
            draft.set(field, says.get(said));
        }
    }
    if let Some(kept) = &kept {
        draft.fields.extend(came_back(kept, t).fields);
    }
    EntryStart {
        stored: None,
        version: 0,
        level,
        draft,
        back: back_of(params, kept.as_ref()),
        error: kept.and_then(|kept| kept.error),
    }
}

/// What an engine tells a vehicle, and the entry's field for it.
const TOLD: [(F, VehicleField); 5] = [
    (F::DisplacementCc, VehicleField::DisplacementCc),
    (F::FuelType, VehicleField::FuelType),
    (F::Electrification, VehicleField::Electrification),
    (F::Power, VehicleField::Power),
    (F::PowerUnit, VehicleField::PowerUnit),
];

/// The same form for another level, under the same make and model.
fn address_of(params: &ParamsMap, level: CatalogueLevel) -> String {
    let level = [("level", Some(level.to_string()))];
    let kept = ["kind", "make", "model", "line", "back"].map(|name| (name, params.get(name)));
    percent::address("/catalogue/entries/new", level.into_iter().chain(kept))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// `/catalogue/entries/:id`
#[component]
pub fn CatalogueEditPage() -> impl IntoView {
    let t = use_locale();
    let query = use_query_map();
    let may = StoredValue::new(require(Permission::CatalogueUpdate));
    let id = path_id::<CatalogueEntryId>();
    let entry = page_data(move || id.get(), |id| find_by_id(id, catalogue_find));
    let key = query.with_untracked(|query| query.get("form"));
    let kept = kept_form(move || key.clone());
    let delete = ServerAction::<CatalogueDelete>::new();
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=8/> }>
            {move || arrival(async move {
                if id.get_untracked().is_none() {
                    return view! { <NotFoundPage/> }.into_any();
                }
                all_there(&[&entry, &kept]).await;
                let (entry, kept) = (entry.await, kept.await);
                match may.get_value().and(entry) {
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                    Ok(entry) => {
                        let back = query.with(|query| back_of(query, kept.as_ref()));
                        let start = start(&entry, kept, back.clone(), t);
                        view! {
                            <Head entry delete back=back.clone()/>
                            <CatalogueNotices delete failed=Signal::stored(None) back beside_form=true/>
                            <EntryForm start/>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Head(entry: CatalogueEntry, delete: ServerAction<CatalogueDelete>, back: String) -> impl IntoView {
    let t = use_locale();
    let (id, version) = (entry.id, entry.version);
    view! {
        <PageHead title=entry.title() crumb=("/catalogue".to_owned(), t.catalogue().to_owned()) here=capital(entry.level.label(t))>
            {may(Permission::CatalogueDelete)
                .then(|| {
                    view! {
                        <Menu label=t.more() end=true>
                            <ActionForm action=delete>
                                <input type="hidden" name="id" value=id.to_string()/>
                                <input type="hidden" name="version" value=version.to_string()/>
                                <input type="hidden" name="back" value=back/>
                                <MenuItem icon=IconName::Trash>{t.catalogue_remove()}</MenuItem>
                            </ActionForm>
                        </Menu>
                    }
                })}
        </PageHead>
    }
}

/// What the form of a stored entry starts with.
fn start(entry: &CatalogueEntry, kept: Option<KeptForm>, back: String, t: Locale) -> EntryStart {
    let is_form = |kept: &KeptForm| !kept.values.contains_key("operation");
    let mut draft = CatalogueDraft::of(entry);
    let form = kept.filter(is_form);
    if let Some(kept) = &form {
        // A box that is not ticked is not sent.
        draft.set(F::Hidden, "");
        draft.fields.extend(came_back(kept, t).fields);
    }
    EntryStart {
        stored: Some(entry.clone()),
        version: form.as_ref().map_or(entry.version, |kept| kept.version(entry.version)),
        level: entry.level,
        draft,
        error: form.and_then(|kept| kept.error),
        back,
    }
}
