//! What a page shows when it can't show itself: what happened, what is safe, what to do.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{ButtonLink, Icon, IconName, Variant};
use crate::{
    i18n::use_locale,
    kernel::{error::AppError, percent},
};

/// A whole page for an error, with its HTTP status.
#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) = (
        use_context::<leptos_axum::ResponseOptions>(),
        http::StatusCode::from_u16(error.status()),
    ) {
        response.set_status(status);
    }
    view! { <ErrorMessage error/> }
}

/// What such a page says.
#[component]
pub fn ErrorMessage(error: AppError) -> impl IntoView {
    let t = use_locale();
    let title = error.title(t);
    let icon = match &error {
        AppError::NotAuthenticated | AppError::Forbidden { .. } => IconName::Person,
        AppError::NotFound { .. } => IconName::Search,
        AppError::TooMany { .. } | AppError::Unavailable { .. } | AppError::Timeout { .. } => IconName::Clock,
        _ => IconName::Warning,
    };
    let location = use_location();
    let here = format!(
        "{}{}",
        location.pathname.get_untracked(),
        with_mark(&location.search.get_untracked())
    );
    let again = match &error {
        AppError::NotAuthenticated => Some((format!("/auth/login?return_to={}", percent::encode(&here)), t.sign_in())),
        AppError::Forbidden { .. } | AppError::NotFound { .. } => None,
        _ => Some((here, t.try_again())),
    };
    view! {
        <Title text=title/>
        <div class="empty error-page" role="alert">
            <span class="empty-icon"><Icon name=icon/></span>
            <h1>{title}</h1>
            <p>{error.text(t)}</p>
            <div class="actions">
                // A new request, not a step of the router: the server is asked again.
                {again.map(|(href, label)| view! { <ButtonLink href variant=Variant::Primary attr:rel="external">{label}</ButtonLink> })}
                <ButtonLink href="/stock">{t.back_to_stock()}</ButtonLink>
            </div>
        </div>
    }
}

/// The page for an address that leads nowhere: 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <ErrorPage error=AppError::NotFound { what: "page".into() }/> }
}

fn with_mark(search: &str) -> String {
    if search.is_empty() { String::new() } else { format!("?{search}") }
}
