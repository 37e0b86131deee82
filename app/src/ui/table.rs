//! The list: a table with a sticky header, whose rows become cards on a phone.

use leptos::prelude::*;
use maud::{Markup, html};

use super::{Icon, IconName, inert};
use crate::kernel::page::Direction;

/// On which side a column stands: numbers at the end, so that their digits align.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Start,
    End,
}

/// The head of a column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its words; empty for a column of pictures.
    pub label: String,
    pub align: Align,
    /// Where a click sorts by it; `None` if it can't be sorted by.
    pub sort: Option<String>,
    /// The direction it is sorted in now.
    pub sorted: Option<Direction>,
    /// A class for its width: `c-photo`, `c-title` …
    pub class: &'static str,
}

/// A table. The rows are `<tr>` with as many `<td>` as there are columns, [inert](super::inert()), since there may be a hundred; a `<td>`
/// takes the column's class. `caption` is read by screen readers only.
#[component]
pub fn DataTable(#[prop(into)] caption: String, #[prop(into)] columns: Signal<Vec<Column>>, rows: Markup) -> impl IntoView {
    let head = move || columns.get().into_iter().map(head).collect_view();
    view! {
        <div class="table">
            <table role="table">
                <caption class="sr-only">{caption}</caption>
                <thead role="rowgroup"><tr role="row">{head}</tr></thead>
                {inert(html! { tbody role="rowgroup" { (rows) } })}
            </table>
        </div>
    }
}

/// A small table within a card, scrolled sideways where it is too wide. `label` is read by screen readers only.
#[component]
pub fn PlainTable<const N: usize>(label: &'static str, columns: [&'static str; N], children: Children) -> impl IntoView {
    let head = columns.map(|column| view! { <th scope="col">{column}</th> });
    view! {
        <div class="plain-table" role="region" tabindex="0" aria-label=label>
            <table>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

fn head(column: Column) -> impl IntoView {
    // A column of pictures has no name; an empty <th> would be read as one.
    let column_is_bare = column.label.is_empty();
    let class = match column.align {
        Align::Start => column.class.to_owned(),
        Align::End => format!("{} end", column.class),
    };
    let (state, icon) = match column.sorted {
        Some(Direction::Ascending) => (Some("ascending"), Some(IconName::ArrowUp)),
        Some(Direction::Descending) => (Some("descending"), Some(IconName::ArrowDown)),
        None => (None, None),
    };
    let label = match column.sort {
        Some(href) => view! { <a href=href>{column.label}{icon.map(|name| view! { <Icon name/> })}</a> }.into_any(),
        None => column.label.into_any(),
    };
    if column_is_bare {
        return view! { <td class=class role="cell"></td> }.into_any();
    }
    view! { <th class=class scope="col" role="columnheader" aria-sort=state>{label}</th> }.into_any()
}
