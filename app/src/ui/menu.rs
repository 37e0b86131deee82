//! A button that opens a short list of things to do.

use leptos::{ev, html, prelude::*};
use maud::{Markup, html as markup};
use wasm_bindgen::JsCast;

use super::{Icon, IconName, inert};

/// A menu. It opens and closes without WASM (`<details>`); with it, Escape and a click elsewhere close it too.
#[component]
pub fn Menu(
    /// The words on the button, or its name for screen readers if there is a `trigger`.
    #[prop(into)]
    label: String,
    #[prop(optional, into)] icon: Option<IconName>,
    /// What the button shows instead of its words.
    #[prop(optional)]
    trigger: Option<Markup>,
    /// Opens to the left, for buttons at the right edge.
    #[prop(optional)]
    end: bool,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let close = move |focus: bool| {
        if let Some(element) = details.get() {
            let _ = element.remove_attribute("open");
            if focus && let Ok(Some(summary)) = element.query_selector("summary") {
                let _ = summary.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close(true);
        }
    };
    let on_leave = move |event: ev::FocusEvent| {
        let inside = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .is_some_and(|target| details.get().is_some_and(|element| element.contains(Some(&target))));
        if !inside {
            close(false);
        }
    };
    let face = markup! {
        summary {
            @match trigger {
                Some(trigger) => { (trigger) span.sr-only { (label) } },
                None => span.btn {
                    @if let Some(icon) = icon { (icon.markup()) }
                    span { (label) }
                    (IconName::ChevronDown.markup())
                },
            }
        }
    };
    view! {
        <details class="menu" class:end=end node_ref=details on:keydown=on_key on:focusout=on_leave>
            {inert(face)}
            // Takes the focus of a click between the entries, so that the menu stays open (Safari gives buttons none).
            <div class="menu-panel" tabindex="-1">{children()}</div>
        </details>
    }
}

/// An entry that leads somewhere.
#[component]
pub fn MenuLink(#[prop(into)] href: String, #[prop(optional, into)] icon: Option<IconName>, children: Children) -> impl IntoView {
    view! { <a class="menu-item" href=href>{icon.map(|name| view! { <Icon name/> })} <span>{children()}</span></a> }
}

/// An entry that does something: it submits the form it stands in (`attr:name`, `attr:value`), or takes an `on:click`.
/// `chosen` marks the one that holds now.
#[component]
pub fn MenuItem(
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional, into)] chosen: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <button class="menu-item" type="submit" aria-pressed=move || chosen.get().then_some("true")>
            {icon.map(|name| view! { <Icon name/> })}
            <span>{children()}</span>
        </button>
    }
}
