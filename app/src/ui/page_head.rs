//! The top of a page: where it stands, what it is called, what can be done.

use leptos::prelude::*;
use leptos_meta::Title;

/// Heading of a page and title of its tab. `sub` is the line under it, children are the buttons beside it.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    /// Address and name of the page above.
    #[prop(optional)]
    crumb: Option<(String, String)>,
    /// What the thing of this page is called among its like: a stock number.
    #[prop(optional, into)]
    here: Option<String>,
    #[prop(optional, into)] sub: ViewFnOnce,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=title.clone()/>
        <div class="page-head">
            <div class="page-title">
                {crumb.map(|(href, label)| view! { <nav class="crumb"><a href=href>{label}</a>{here.map(|here| view! { <span>{here}</span> })}</nav> })}
                <h1>{title}</h1>
                <div class="page-sub">{sub.run()}</div>
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
