//! One level of the catalogue: what it offers, a box that narrows it, and what may be done with the chosen one.

use leptos::prelude::*;
use vin::{fold, same_name};

use super::{CatalogueAddress, CatalogueChoice, CatalogueCreate, CatalogueDelete, CatalogueLevel, CatalogueSource, browse_page::Offered};
use crate::{
    frame::{may, use_me},
    i18n::{Locale, use_locale},
    identity::{Me, Permission},
    kernel::{error::AppError, percent},
    ui::{Arrivals, Banner, Icon, IconName, Skeleton, Tag, Tone, arrival},
    vehicle::{VehicleQuery, url},
};

/// How many entries stand there until somebody narrows the list or asks for all.
const SHOWN: usize = 60;

/// What the buttons of the page do.
#[derive(Clone, Copy)]
pub struct Acts {
    pub create: ServerAction<CatalogueCreate>,
    pub delete: ServerAction<CatalogueDelete>,
}

/// What the reader may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct May {
    pub create: bool,
    pub update: bool,
    pub delete: bool,
}

impl May {
    pub fn of(me: &Me) -> Self {
        Self {
            create: me.may(Permission::CatalogueCreate),
            update: me.may(Permission::CatalogueUpdate),
            delete: me.may(Permission::CatalogueDelete),
        }
    }
}

/// The heading of a level.
pub const fn heading(level: CatalogueLevel, t: Locale) -> &'static str {
    match level {
        CatalogueLevel::Make => t.catalogue_makes(),
        CatalogueLevel::Model => t.catalogue_models(),
        CatalogueLevel::Line => t.catalogue_lines(),
        CatalogueLevel::Engine => t.catalogue_engines(),
    }
}

/// The frame of a level. `state` is `waiting` before anything is chosen above it, `done` once something is chosen on it: a phone
/// shows neither.
#[component]
pub fn ColumnFrame(
    level: CatalogueLevel,
    address: Memo<CatalogueAddress>,
    #[prop(into)] state: Signal<&'static str>,
    children: Children,
) -> impl IntoView {
    let t = use_locale();
    let may = may(Permission::CatalogueCreate);
    let id = format!("catalogue-{level}");
    let heading_id = id.clone();
    let add = move || {
        let open = state.get() != "waiting";
        (may && open).then(|| {
            let href = move || address.with(|address| address.new_entry(level, None));
            let label = t.catalogue_add_level(level.label(t));
            view! { <a class="btn ghost bare" href=href aria-label=label.clone() title=label><Icon name=IconName::Plus/></a> }
        })
    };
    view! {
        <section class=move || format!("catalogue-column {}", state.get()) aria-labelledby=id>
            <header>
                <h2 id=heading_id>{heading(level, t)}</h2>
                {add}
            </header>
            {children()}
        </section>
    }
}

/// What a level says while nothing is chosen above it.
pub fn hint(level: CatalogueLevel, address: &CatalogueAddress, t: Locale) -> AnyView {
    let text = match (level, &address.make) {
        (CatalogueLevel::Make, _) => "",
        (_, None) => t.catalogue_choose_make(),
        (_, Some(_)) => t.catalogue_choose_model(),
    };
    view! { <p class="catalogue-hint">{text}</p> }.into_any()
}

/// What a level says that offers nothing.
pub fn nothing(t: Locale) -> AnyView {
    view! { <p class="catalogue-hint"><strong>{t.catalogue_nothing()}</strong> " " {t.catalogue_nothing_text()}</p> }.into_any()
}

/// What tells the organisation's own from what vPIC says: added, or in the place of a name of vPIC.
pub fn mark(source: CatalogueSource, corrects: Option<&str>, t: Locale) -> Option<AnyView> {
    let mark = match (source, corrects) {
        (CatalogueSource::Own, Some(_)) => t.catalogue_corrected(),
        (CatalogueSource::Own, None) => t.catalogue_own(),
        (CatalogueSource::Vpic, _) => return None,
    };
    Some(view! { <Tag>{mark}</Tag> }.into_any())
}

/// Why a level can't be shown.
pub fn failed(error: &AppError, t: Locale) -> AnyView {
    let problems = error
        .fields()
        .into_values()
        .map(|problem| view! { <p>{problem.text(t)}</p> })
        .collect_view();
    let text = error.text(t);
    view! { <div class="catalogue-hint"><Banner tone=Tone::Bad>{text}{problems}</Banner></div> }.into_any()
}

/// Makes, models or lines.
#[component]
pub fn ChoiceColumn(
    level: CatalogueLevel,
    address: Memo<CatalogueAddress>,
    choices: Offered<CatalogueChoice>,
    acts: Acts,
) -> impl IntoView {
    let t = use_locale();
    let may = use_me().map(|me| May::of(&me)).unwrap_or_default();
    let found = move |address: &CatalogueAddress| match &address.find {
        Some((own, text)) if *own == level => text.clone(),
        _ => String::new(),
    };
    let typed = RwSignal::new(address.with_untracked(found));
    // Another choice above empties the box; typing does not change the address.
    let above = Memo::new(move |_| address.with(|address| address.query(level)));
    Effect::new(move |before: Option<()>| {
        above.track();
        if before.is_some() {
            typed.set(address.with_untracked(found));
        }
    });
    let state = Signal::derive(move || {
        address.with(|address| match (level, &address.make, &address.model) {
            (CatalogueLevel::Model, None, _) | (CatalogueLevel::Line, _, None) => "waiting",
            _ if address.chosen(level).is_some() => "done",
            _ => "",
        })
    });
    let list = move || {
        arrival(async move {
            match choices.await {
                None => hint(level, &address.get_untracked(), t),
                Some(Err(error)) => failed(&error, t),
                Some(Ok(choices)) => view! { <Choices level address choices typed may acts/> }.into_any(),
            }
        })
    };
    view! {
        <ColumnFrame level address state>
            <Find level address typed/>
            <Arrivals fallback=|| view! { <Skeleton lines=8/> }>{list}</Arrivals>
        </ColumnFrame>
    }
}

/// The box that narrows a level: at once while one types, or as a plain form.
#[component]
fn Find(level: CatalogueLevel, address: Memo<CatalogueAddress>, typed: RwSignal<String>) -> impl IntoView {
    let t = use_locale();
    let label = t.catalogue_filter(heading(level, t).to_lowercase());
    let (form_label, placeholder) = (label.clone(), label.clone());
    let hidden = move || {
        let address = address.get();
        let pairs = [
            ("year", address.year.map(|year| year.to_string())),
            ("kind", address.kind.map(|kind| kind.to_string())),
            ("make", address.make),
            ("model", address.model),
            ("line", address.line),
        ];
        let known = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    };
    view! {
        <form
            class="catalogue-find"
            method="get"
            action="/catalogue"
            role="search"
            aria-label=form_label
            on:submit=move |event| event.prevent_default()
        >
            {hidden}
            <input type="hidden" name="in" value=level.name()/>
            <div class="input-box">
                <input
                    class="input"
                    type="search"
                    name="find"
                    maxlength="80"
                    autocomplete="off"
                    placeholder=placeholder
                    aria-label=label
                    prop:value=move || typed.get()
                    value=typed.get_untracked()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </div>
        </form>
    }
}

/// The entries that fit what is typed.
#[component]
fn Choices(
    level: CatalogueLevel,
    address: Memo<CatalogueAddress>,
    choices: Vec<CatalogueChoice>,
    typed: RwSignal<String>,
    may: May,
    acts: Acts,
) -> impl IntoView {
    let t = use_locale();
    // These still stand while the next are on their way, when a `StoredValue` would be gone.
    let choices = ArcStoredValue::new(choices);
    move || {
        let (address, typed) = (address.get(), typed.get());
        choices.with_value(|choices| {
            let wanted = fold(&typed);
            let is_chosen = |choice: &CatalogueChoice| {
                let chosen = address.chosen(level);
                chosen.is_some_and(|name| same_name(&choice.name, name) || choice.corrects.as_ref().is_some_and(|own| same_name(own, name)))
            };
            let fitting: Vec<_> = choices.iter().filter(|choice| fold(&choice.name).contains(&wanted)).collect();
            let most = if address.all == Some(level) { usize::MAX } else { SHOWN };
            let (first, rest) = fitting.split_at(fitting.len().min(most));
            // The chosen one is always to be seen.
            let further = choices
                .iter()
                .filter(|choice| is_chosen(choice) && !first.iter().any(|shown| shown.name == choice.name));
            let rows = further
                .chain(first.iter().copied())
                .map(|choice| row(level, choice, is_chosen(choice), &address, may, acts, t));
            let stray = address.chosen(level).filter(|_| !choices.iter().any(is_chosen));
            let stray =
                stray.map(|name| view! { <li class="chosen"><span>{name.to_owned()}</span> <Tag>{t.catalogue_not_in()}</Tag></li> });
            let all = CatalogueAddress {
                all: Some(level),
                ..address.clone()
            }
            .write();
            let more = (!rest.is_empty()).then(|| view! { <a class="catalogue-more" href=all>{t.catalogue_show_all(fitting.len())}</a> });
            let nothing = match (choices.is_empty(), fitting.is_empty()) {
                (true, _) => Some(nothing(t)),
                (false, true) => Some(view! { <p class="catalogue-hint">{t.catalogue_no_match(&typed)}</p> }.into_any()),
                _ => None,
            };
            let rows = rows.collect_view();
            view! {
                <ul class="catalogue-list">{stray}{rows}</ul>
                {nothing}
                {more}
            }
        })
    }
}

/// One entry: a link that chooses it, its marks, and if it is chosen what may be done with it.
fn row(
    level: CatalogueLevel,
    choice: &CatalogueChoice,
    chosen: bool,
    address: &CatalogueAddress,
    may: May,
    acts: Acts,
    t: Locale,
) -> impl IntoView + use<> {
    let href = address.choose(level, Some(&choice.name)).write();
    let title = choice.corrects.as_ref().map(|name| t.catalogue_instead_of(name));
    let count = (choice.in_stock > 0).then(|| {
        let said = t.catalogue_in_stock(i64::from(choice.in_stock));
        view! { <a class="catalogue-count num" href=stock_address(level, choice, address) title=said.clone() aria-label=said>{choice.in_stock}</a> }
    });
    let acts = chosen.then(|| {
        let at = At {
            level,
            address: address.clone(),
            name: choice.name.clone(),
            corrects: choice.corrects.clone(),
            entry: choice.entry.map(|entry| entry.to_string()),
        };
        view! { <Actions at may acts/> }
    });
    view! {
        <li class:chosen=chosen>
            <a class="catalogue-choice" href=href aria-current=chosen.then_some("true") title=title>
                <span>{choice.name.clone()}</span>
                {mark(choice.source, choice.corrects.as_deref(), t)}
            </a>
            {count}
            {acts}
        </li>
    }
}

/// The vehicles that are counted.
fn stock_address(level: CatalogueLevel, choice: &CatalogueChoice, address: &CatalogueAddress) -> String {
    let (make, model) = if level == CatalogueLevel::Make {
        (Some(choice.name.clone()), None)
    } else {
        (address.make.clone(), Some(choice.name.clone()))
    };
    url::write(&VehicleQuery {
        make: choice.spelled_make.clone().or(make),
        model: choice.spelled_model.clone().or(model),
        kind: address.kind,
        ..VehicleQuery::default()
    })
}

/// An entry and where it stands.
#[derive(Clone, Debug)]
pub struct At {
    pub level: CatalogueLevel,
    pub address: CatalogueAddress,
    pub name: String,
    pub corrects: Option<String>,
    pub entry: Option<String>,
}

/// What may be done with an entry: correct or hide what vPIC says, edit or remove what the organisation says.
#[component]
pub fn Actions(at: At, may: May, acts: Acts) -> impl IntoView {
    let t = use_locale();
    let At {
        level,
        address,
        name,
        corrects,
        entry,
    } = at;
    let back = address.choose(level, None).write();
    let Some(entry) = entry else {
        let correct = may.create.then(|| {
            let href = address.new_entry(level, Some(&name));
            view! { <a class="btn ghost" href=href aria-label=t.catalogue_correct_name(&name)>{t.catalogue_correct()}</a> }
        });
        let hide = may.create.then(|| view! { <Hide level address name back acts/> });
        return view! { <div class="catalogue-acts">{correct}{hide}</div> }.into_any();
    };
    let edit = may.update.then(|| {
        let href = percent::address(&format!("/catalogue/entries/{entry}"), [("back", Some(address.write()))]);
        view! { <a class="btn ghost" href=href aria-label=t.catalogue_edit_name(&name)>{t.edit()}</a> }
    });
    let label = if corrects.is_some() {
        t.catalogue_undo_correction()
    } else {
        t.catalogue_remove()
    };
    let remove = may.delete.then(|| {
        view! {
            <ActionForm action=acts.delete>
                <input type="hidden" name="id" value=entry/>
                <input type="hidden" name="back" value=back/>
                <button class="btn ghost" type="submit" aria-label=format!("{label}: {name}")>{label}</button>
            </ActionForm>
        }
    });
    view! { <div class="catalogue-acts">{edit}{remove}</div> }.into_any()
}

/// The button that hides a name of vPIC.
#[component]
fn Hide(level: CatalogueLevel, address: CatalogueAddress, name: String, back: String, acts: Acts) -> impl IntoView {
    let t = use_locale();
    let query = address.query(level);
    let pairs = [
        ("draft[level]", Some(level.to_string())),
        ("draft[kind]", query.kind.map(|kind| kind.to_string())),
        ("draft[make]", query.make),
        ("draft[model]", query.model),
        ("draft[line]", query.line),
        ("draft[corrects]", Some(name.clone())),
        ("draft[hidden]", Some("true".to_owned())),
        ("notation", Some(t.notation().name().to_owned())),
        ("back", Some(back)),
    ];
    let known = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let inputs = known
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! {
        <ActionForm action=acts.create>
            {inputs}
            <button class="btn ghost" type="submit" aria-label=t.catalogue_hide_name(&name)>{t.catalogue_hide()}</button>
        </ActionForm>
    }
}
