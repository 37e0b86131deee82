//! Server functions of identity.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::kernel::{
    call::call,
    form::{Form, submit},
};
use crate::{
    i18n::Locale,
    kernel::{error::AppError, id::OrganisationId, json::Json},
};

/// Sets the language of the signed-in person.
#[server(output = Json)]
pub async fn identity_set_locale(locale: Locale) -> Result<(), AppError> {
    call(|b, who| async move { b.identity.set_locale(&who, locale).await }).await
}

/// Makes the session act in another organisation of the person; a plain form goes on to the stock there.
#[server(output = Json)]
pub async fn identity_switch_organisation(organisation: OrganisationId) -> Result<(), AppError> {
    let request = use_context::<http::request::Parts>();
    let form = Form::new("/stock", []);
    submit(
        form,
        |(): &()| "/stock".into(),
        |b, who| async move {
            let request = request.ok_or(AppError::NotAuthenticated)?;
            b.sessions.switch_organisation(&who, &request, organisation).await
        },
    )
    .await
}
