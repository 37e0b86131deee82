//! What is known of a thing: names and values in a grid, and sums in lines.

use leptos::prelude::*;

use super::Tag;

/// A grid of facts: three columns on a desk, two on a phone.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One fact. `tag` says where it comes from: “from VIN”. An empty fact shows a dash.
#[component]
pub fn Fact(
    #[prop(into)] label: String,
    #[prop(optional, into)] tag: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let value = children.map_or_else(|| "—".into_any(), |children| children());
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{value} {tag.map(|tag| view! { <Tag>{tag}</Tag> })}</dd>
        </div>
    }
}

/// Names left, amounts right, one under the other.
#[component]
pub fn Lines(children: Children) -> impl IntoView {
    view! { <dl class="lines">{children()}</dl> }
}

/// One line; `sum` draws the rule above a total.
#[component]
pub fn Line(#[prop(into)] label: String, #[prop(optional)] sum: bool, children: Children) -> impl IntoView {
    view! {
        <div class:sum=sum>
            <dt>{label}</dt>
            <dd class="num">{children()}</dd>
        </div>
    }
}
