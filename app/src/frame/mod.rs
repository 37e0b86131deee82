//! The frame around every page: the HTML document, navigation, top bar, and who is looking.

mod calls;
mod layout;
mod lazy;
mod navigation;
mod page_state;
mod path_id;
mod person_menu;
mod search;
#[cfg(feature = "ssr")]
mod shell;

pub use calls::*;
pub use layout::Frame;
pub(crate) use lazy::{NotLoaded, lazy_piece, lazy_route};
pub(crate) use page_state::provide_locale;
#[cfg(debug_assertions)]
pub(crate) use page_state::use_development;
pub use page_state::{Development, Rail, Theme};
pub(crate) use path_id::{find_by_id, path_id};
pub(crate) use search::types_text;
#[cfg(feature = "ssr")]
pub use shell::shell;

use leptos::prelude::*;

use crate::{identity::Me, kernel::error::AppError};

/// Who is signed in, asked once for the whole app.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person(pub(crate) Resource<Result<Me, AppError>>);

/// Who looks at the page. `None` before it is known and when nobody is signed in. Read it inside a `Suspense`, like any
/// resource; it is asked for beside the page's own data, not before it.
#[must_use]
pub fn use_me() -> Option<Me> {
    use_context::<Person>()?.0.get()?.ok()
}
