//! Views of one thing, one address each: the URL says which is open.

use leptos::prelude::*;

/// One view.
#[derive(Clone, Debug)]
pub struct Tab {
    pub href: String,
    pub label: String,
    /// How many are in it.
    pub count: Option<String>,
    pub current: bool,
}

/// The row of views. On a phone it scrolls by itself, the page never does; nor does it jump to its top with another view.
#[component]
pub fn Tabs(
    #[prop(into)] label: String,
    /// Not a `Signal`: one that was made within an arrival is gone as soon as the next is on its way, while its tabs still stand.
    #[prop(into)]
    tabs: ArcSignal<Vec<Tab>>,
) -> impl IntoView {
    let tabs = move || {
        tabs.get()
            .into_iter()
            .map(|tab| {
                view! {
                    <a href=tab.href aria-current=tab.current.then_some("page") data-noscroll="">
                        {tab.label}
                        {tab.count.map(|count| view! { <i class="num">{count}</i> })}
                    </a>
                }
            })
            .collect_view()
    };
    view! { <nav class="tabs" aria-label=label>{tabs}</nav> }
}
