//! Server functions of identity.

use leptos::prelude::*;

use super::Me;
#[cfg(feature = "ssr")]
use crate::kernel::call::call;
use crate::{i18n::Locale, kernel::error::AppError};

/// Who is signed in.
#[server]
pub async fn identity_me() -> Result<Me, AppError> {
    call(|b, who| async move { b.identity.me(&who).await }).await
}

/// Sets the language of the signed-in person.
#[server]
pub async fn identity_set_locale(locale: Locale) -> Result<(), AppError> {
    call(|b, who| async move { b.identity.set_locale(&who, locale).await }).await
}
