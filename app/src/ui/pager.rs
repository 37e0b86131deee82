//! Steps through a list by key set: there is a next and a previous page, no numbered ones.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::i18n::use_locale;

/// The foot of a list; children say what is shown. Addresses of the neighbours, where there are any.
#[component]
pub fn Pager(previous: Option<String>, next: Option<String>, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let t = use_locale();
    view! {
        <nav class="pager" aria-label=t.pages()>
            <span class="num">{children.map(|children| children())}</span>
            <Step href=previous label=t.previous_page() rel="prev" icon=IconName::ChevronLeft/>
            <Step href=next label=t.next_page() rel="next" icon=IconName::ChevronRight/>
        </nav>
    }
}

#[component]
fn Step(href: Option<String>, label: &'static str, rel: &'static str, icon: IconName) -> impl IntoView {
    match href {
        Some(href) => view! { <a class="btn bare" href=href rel=rel aria-label=label><Icon name=icon/></a> }.into_any(),
        None => view! { <span class="btn bare off" aria-hidden="true"><Icon name=icon/></span> }.into_any(),
    }
}
