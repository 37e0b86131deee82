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
#[cfg(feature = "hydrate")]
pub use lazy::watch_document;
pub(crate) use lazy::{NotLoaded, lazy_piece, lazy_route, page_or_reload};
#[cfg(feature = "hydrate")]
pub use page_state::set_live;
#[cfg(debug_assertions)]
pub(crate) use page_state::use_development;
pub use page_state::{Development, Rail, Shortcuts, Stylesheet, Theme, UploadLimit};
pub(crate) use page_state::{is_live, provide_locale, use_upload_limit};
pub(crate) use path_id::{find_by_id, has_path_id, path_id};
pub(crate) use search::is_shortcut;
#[cfg(feature = "ssr")]
pub use shell::shell;

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    identity::{Me, Permission},
    kernel::{error::AppError, page_data::ScriptJson},
};

/// Who is signed in: the server knows it before it renders a page, and the browser reads it in the page.
#[derive(Clone, Debug)]
struct Person(Option<Arc<Me>>);

/// Makes [`use_me`] work below.
fn provide_me() {
    let me = SharedValue::<_, ScriptJson>::new_with_encoding(use_context::<Me>).into_inner();
    provide_context(Person(me.map(Arc::new)));
}

/// Who looks at the page; `None` when nobody is signed in.
#[must_use]
pub fn use_me() -> Option<Arc<Me>> {
    use_context::<Person>()?.0
}

/// Whether who looks at the page may do this.
#[must_use]
pub(crate) fn may(permission: Permission) -> bool {
    use_me().is_some_and(|me| me.may(permission))
}

/// Who looks at the page, if they may do this.
///
/// # Errors
/// `NotAuthenticated`; `Forbidden`.
pub(crate) fn require(permission: Permission) -> Result<Arc<Me>, AppError> {
    let me = use_me().ok_or(AppError::NotAuthenticated)?;
    if me.may(permission) {
        Ok(me)
    } else {
        Err(AppError::lacks(permission))
    }
}
