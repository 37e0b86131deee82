//! Server functions of the frame: how this browser wants its pages to look. They need a session and nothing else, and touch no
//! database.

use leptos::prelude::*;

use super::{Rail, Shortcuts, Theme};
use crate::kernel::{error::AppError, json::Json};

/// Keeps the theme for this browser, for a year.
#[server(output = Json)]
pub async fn frame_set_theme(theme: Theme) -> Result<(), AppError> {
    set_cookie("theme", theme.name()).await
}

/// Keeps the rail wide or narrow in this browser, for a year.
#[server(output = Json)]
pub async fn frame_set_rail(rail: Rail) -> Result<(), AppError> {
    set_cookie("rail", rail.name()).await
}

/// Turns shortcuts of a single key on or off in this browser, for a year.
#[server(output = Json)]
pub async fn frame_set_shortcuts(shortcuts: Shortcuts) -> Result<(), AppError> {
    set_cookie("shortcuts", shortcuts.name()).await
}

/// Sets a cookie that says how pages look: no secret, so it also holds on plain HTTP; no script needs it.
#[cfg(feature = "ssr")]
async fn set_cookie(name: &str, value: &str) -> Result<(), AppError> {
    crate::kernel::call::call(|_, _| async { Ok(()) }).await?;
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    if let (Some(response), Ok(cookie)) = (use_context::<leptos_axum::ResponseOptions>(), cookie.parse()) {
        response.append_header(http::header::SET_COOKIE, cookie);
    }
    Ok(())
}
