//! Fields: label above, help under, what is wrong beside it. The browser keeps what was typed; a field never takes it away.

use leptos::{html, prelude::*};

use super::raw_text;
use crate::{i18n::use_locale, kernel::problem::Problem};

/// The element id of a field: `draft[fields][asking_price]` and `asking_price` are both `field-asking_price`.
#[must_use]
pub fn field_id(name: &str) -> String {
    let last = name.trim_end_matches(']').rsplit(['[', '.']).next().unwrap_or(name);
    format!("field-{last}")
}

/// An entry of a select: its value and what people call it.
pub type Choice = (String, String);

/// The frame of every field: label, mark, help, problem. The control itself comes as children and carries `id` and
/// `aria-describedby` as [`described_by`] gives it.
#[component]
fn FieldFrame(
    id: String,
    label: String,
    required: bool,
    full: bool,
    help: Option<String>,
    mark: Signal<Option<String>>,
    problem: Signal<Option<Problem>>,
    hint: ViewFn,
    children: Children,
) -> impl IntoView {
    let t = use_locale();
    let help_id = format!("{id}-help");
    let problem_id = format!("{id}-problem");
    let said = move || {
        problem.get().map(|problem| {
            let text = problem.text(t);
            let leads = match problem {
                Problem::Taken { id, .. } => Some((format!("/stock/{id}"), t.show_it())),
                Problem::InCatalogue { id, .. } => Some((format!("/catalogue/entries/{id}"), t.catalogue_show_entry())),
                _ => None,
            };
            let leads = leads.map(|(href, label)| view! { " "<a href=href target="_blank">{label}</a> });
            view! { {text}{leads} }
        })
    };
    view! {
        <div class="field" class:full=full class:wrong=move || problem.read().is_some()>
            <label for=id class:needed=required>
                {label}
                {move || mark.get().map(|mark| view! { <span class="tag decoded">{mark}</span> })}
            </label>
            {children()}
            {help.map(|help| view! { <p class="help" id=help_id>{help}</p> })}
            <p class="problem" id=problem_id>{said}</p>
            {hint.run()}
        </div>
    }
}

pub(super) fn described_by(id: &str, help: Option<&String>) -> String {
    match help {
        Some(_) => format!("{id}-problem {id}-help"),
        None => format!("{id}-problem"),
    }
}

/// Writes a changed value into its control. Never the first one: what was typed before WASM woke up stays.
fn follow(value: Signal<String>, write: impl Fn(&str) + 'static) {
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        if before.is_some_and(|before| before != now) {
            write(&now);
        }
        now
    });
}

/// The list of entries that the browser offers while typing, and its id; nothing for a field that never has any.
fn offered(id: &str, offers: Option<Signal<Vec<String>>>) -> (Option<String>, Option<impl IntoView + use<>>) {
    let Some(offers) = offers else {
        return (None, None);
    };
    let list = format!("{id}-offers");
    let options = move || {
        offers
            .get()
            .into_iter()
            .map(|offer| view! { <option value=offer></option> })
            .collect_view()
    };
    (Some(list.clone()), Some(view! { <datalist id=list>{options}</datalist> }))
}

/// A field of one line: text, number, money, date, search. Numbers and money are `kind="text"` with `input_mode="decimal"`,
/// because people type 12,900 or 12.900,00.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// What it holds at first; a later change (a decoded VIN) replaces what is typed.
    #[prop(optional, into)]
    value: Signal<String>,
    #[prop(optional, into)] problem: Signal<Option<Problem>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional)] required: bool,
    /// Type of the input (HTML section 4.10.5): `text`, `date`, `search`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keyboard a phone shows: `decimal`, `numeric`.
    #[prop(optional)]
    input_mode: Option<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] max_length: Option<usize>,
    /// What stands before it in the box: `$`.
    #[prop(optional, into)]
    before: Option<String>,
    /// What stands behind it in the box: `km`.
    #[prop(optional, into)]
    after: Option<String>,
    /// A button at the end of the box: “Scan”.
    #[prop(optional, into)]
    action: ViewFn,
    /// Where the value comes from: “from VIN”.
    #[prop(optional, into)]
    mark: Signal<Option<String>>,
    /// What stands under it: that something else is known, and a button that takes it.
    #[prop(optional, into)]
    hint: ViewFn,
    /// Over all columns of the section.
    #[prop(optional)]
    full: bool,
    /// Entries that the browser offers while typing.
    #[prop(optional, into)]
    offers: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, help.as_ref());
    let (list, offered) = offered(&id, offers);
    let input = NodeRef::<html::Input>::new();
    follow(value, move |now| {
        if let Some(input) = input.get_untracked() {
            input.set_value(now);
        }
    });
    view! {
        <FieldFrame id=id.clone() label required full help mark problem hint>
            <div class="input-box">
                {before.map(|text| view! { <span aria-hidden="true">{text}</span> })}
                <input
                    class="input"
                    id=id
                    name=name
                    type=kind
                    value=value.get_untracked()
                    inputmode=input_mode
                    autocomplete=autocomplete
                    maxlength=max_length.map(|max| max.to_string())
                    list=list
                    required=required
                    aria-describedby=described
                    aria-invalid=move || problem.read().is_some().then_some("true")
                    node_ref=input
                />
                {after.map(|text| view! { <span aria-hidden="true">{text}</span> })}
                {action.run()}
            </div>
            {offered}
        </FieldFrame>
    }
}

/// A choice from a closed set. With `empty` nothing need be chosen.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(optional, into)] value: Signal<String>,
    #[prop(optional, into)] problem: Signal<Option<Problem>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional)] required: bool,
    /// What the entry for nothing says.
    #[prop(optional, into)]
    empty: Option<String>,
    #[prop(optional, into)] mark: Signal<Option<String>>,
    #[prop(optional, into)] hint: ViewFn,
    #[prop(optional)] full: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, help.as_ref());
    let select = NodeRef::<html::Select>::new();
    follow(value, move |now| {
        if let Some(select) = select.get_untracked() {
            select.set_value(now);
        }
    });
    let options = move || {
        let chosen = value.get_untracked();
        choices
            .get()
            .into_iter()
            .map(|(value, label)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected>{label}</option> }
            })
            .collect_view()
    };
    view! {
        <FieldFrame id=id.clone() label required full help mark problem hint>
            <div class="input-box select">
                <select
                    class="input"
                    id=id
                    name=name
                    required=required
                    aria-describedby=described
                    aria-invalid=move || problem.read().is_some().then_some("true")
                    node_ref=select
                >
                    {empty.map(|empty| view! { <option value="">{empty}</option> })}
                    {options}
                </select>
            </div>
        </FieldFrame>
    }
}

/// Text of many lines.
#[component]
pub fn TextareaField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional, into)] value: Signal<String>,
    #[prop(optional, into)] problem: Signal<Option<Problem>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] max_length: Option<usize>,
    #[prop(optional)] full: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, help.as_ref());
    let area = NodeRef::<html::Textarea>::new();
    follow(value, move |now| {
        if let Some(area) = area.get_untracked() {
            area.set_value(now);
        }
    });
    view! {
        <FieldFrame id=id.clone() label required full help mark=Signal::default() problem hint=ViewFn::default()>
            <textarea
                class="input"
                id=id
                name=name
                rows=rows
                maxlength=max_length.map(|max| max.to_string())
                required=required
                aria-describedby=described
                aria-invalid=move || problem.read().is_some().then_some("true")
                node_ref=area
            >
                {raw_text(value.get_untracked())}
            </textarea>
        </FieldFrame>
    }
}

/// Yes or no: sends `value` if it is ticked, nothing if not. `radio` makes it one of several with the same name.
#[component]
pub fn CheckField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(default = "true".into(), into)] value: String,
    #[prop(optional)] checked: bool,
    #[prop(optional)] radio: bool,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] help: Option<String>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type=if radio { "radio" } else { "checkbox" } name=name value=value checked=checked required=required/>
            <span>
                {label}
                {help.map(|help| view! { <span class="help">{help}</span> })}
            </span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::field_id;

    #[test]
    fn a_fields_id_is_the_last_part_of_its_name() {
        assert_eq!(field_id("draft[fields][asking_price]"), "field-asking_price");
        assert_eq!(field_id("draft[make]"), "field-make");
        assert_eq!(field_id("reason"), "field-reason");
    }
}
