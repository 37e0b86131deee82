//! Buttons and links that look like them.

use leptos::prelude::*;

use super::{Icon, IconName};

/// How loud a button is. A page has one primary button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// The one next action.
    Primary,
    #[default]
    Plain,
    /// No border until it is pointed at: tool bars, rows.
    Ghost,
    /// Takes something away.
    Danger,
}

impl Variant {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn primary",
            Self::Plain => "btn",
            Self::Ghost => "btn ghost",
            Self::Danger => "btn danger",
        }
    }
}

/// A button. `submit` sends its form. `busy` keeps its width and says that it works. Events and attributes given to it land on
/// the `<button>`: `<Button on:click=… attr:name="to" attr:value="sold">`. Without children give it an `attr:aria-label`.
#[component]
pub fn Button(
    #[prop(optional)] variant: Variant,
    #[prop(optional, into)] icon: Option<IconName>,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// As wide as its box: the action of a side panel, buttons on a phone.
    #[prop(optional)]
    wide: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let bare = children.is_none();
    view! {
        <button
            class=variant.class()
            class:wide=wide
            class:bare=bare
            type=if submit { "submit" } else { "button" }
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {icon.map(|name| view! { <Icon name/> })}
            {children.map(|children| view! { <span>{children()}</span> })}
        </button>
    }
}

/// A link that looks like a button: it leads somewhere and changes nothing.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(optional)] variant: Variant,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(optional)] wide: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let bare = children.is_none();
    view! {
        <a class=variant.class() class:wide=wide class:bare=bare href=href>
            {icon.map(|name| view! { <Icon name/> })}
            {children.map(|children| view! { <span>{children()}</span> })}
        </a>
    }
}
