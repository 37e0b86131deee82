//! What the form says when somebody else saved the vehicle meanwhile: what was taken over, and a choice where both changed a field.

use leptos::prelude::*;

use super::{
    VehicleField,
    form_state::State,
    merge::{FieldConflict, Merge},
    words::field_text,
};
use crate::{
    i18n::{Locale, use_locale},
    ui::{Banner, Choice, Tone, field_id},
};

/// The outcome of a merge. A choice writes into the form; without WASM the two texts stand side by side.
#[component]
pub fn ConflictNotice(merge: Merge, state: State, branches: Vec<Choice>, compared: bool) -> impl IntoView {
    let t = use_locale();
    let words = StoredValue::new(move |field: VehicleField, text: &str| shown(field, text, &branches, t));
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let taken = merge
        .their_changes
        .iter()
        .map(|change| {
            let (before, after) = words.with_value(|words| (words(change.field, &change.before), words(change.field, &change.after)));
            view! { <li><a href=anchor(change.field) rel="external">{change.field.label(t)}</a>": "<del>{before}</del>" → "<ins>{after}</ins></li> }
        })
        .collect_view();
    let any_taken = !merge.their_changes.is_empty();
    let any_conflict = !merge.conflicts.is_empty();
    let conflicts = merge
        .conflicts
        .into_iter()
        .map(|conflict| {
            let (mine, theirs) = words.with_value(|words| (words(conflict.field, &conflict.mine), words(conflict.field, &conflict.theirs)));
            view! { <ConflictChoice conflict mine theirs state live/> }
        })
        .collect_view();
    view! {
        <Banner tone=Tone::Warn title=t.conflict_title()>
            {any_taken
                .then(|| {
                    view! {
                        <p>{t.conflict_merged()}</p>
                        <p class="conflict-head">{t.conflict_their_changes()}</p>
                        <ul class="changes">{taken}</ul>
                    }
                })}
            {any_conflict
                .then(|| {
                    view! {
                        <p>{if compared { t.conflict_compare() } else { t.conflict_choose() }}</p>
                        <ul class="conflicts">{conflicts}</ul>
                    }
                })}
        </Banner>
    }
}

#[component]
fn ConflictChoice(conflict: FieldConflict, mine: String, theirs: String, state: State, live: RwSignal<bool>) -> impl IntoView {
    let t = use_locale();
    let field = conflict.field;
    let takes_theirs = RwSignal::new(false);
    let texts = StoredValue::new((conflict.mine, conflict.theirs));
    let choose = move |theirs: bool| {
        takes_theirs.set(theirs);
        let text = texts.with_value(|(mine, stored)| if theirs { stored.clone() } else { mine.clone() });
        let mut draft = state.draft();
        draft.set(field, text);
        state.put(draft);
    };
    let side = move |heading: &'static str, text: String, label: &'static str, theirs: bool| {
        let pressed = move || if takes_theirs.get() == theirs { "true" } else { "false" };
        view! {
            <div class="side">
                <span class="sub">{heading}</span>
                <span class="text">{text}</span>
                <button class="btn" type="button" hidden=move || !live.get() aria-pressed=pressed on:click=move |_| choose(theirs)>
                    {label}
                </button>
            </div>
        }
    };
    view! {
        <li>
            <a href=anchor(field) rel="external">{field.label(t)}</a>
            <div class="sides">
                {side(t.conflict_mine(), mine, t.conflict_keep_mine(), false)}
                {side(t.conflict_theirs(), theirs, t.conflict_take_theirs(), true)}
            </div>
        </li>
    }
}

fn anchor(field: VehicleField) -> String {
    format!("#{}", field_id(field.name()))
}

/// A field's text as people read it; a branch by its name.
fn shown(field: VehicleField, text: &str, branches: &[Choice], t: Locale) -> String {
    if text.trim().is_empty() {
        return t.empty_value().into();
    }
    if field == VehicleField::Branch
        && let Some((_, name)) = branches.iter().find(|(id, _)| id == text)
    {
        return name.clone();
    }
    field_text(field, text, t)
}
