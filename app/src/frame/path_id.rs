//! Pages of one thing: its id stands in their address.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::kernel::error::AppError;

/// The `:id` of the page's address; `None` where there is none or it is no id, which is a page that does not exist.
pub(crate) fn path_id<I: FromStr + PartialEq + Send + Sync + 'static>() -> Memo<Option<I>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())))
}

/// Whether the page's address has an `:id`: what tells the page of one thing from the one for a new thing.
pub(crate) fn has_path_id() -> bool {
    use_params_map().with_untracked(|params| params.get_str("id").is_some())
}

/// What `find` finds under the id of an address.
///
/// # Errors
/// Those of `find`; `NotFound` without an id.
pub(crate) async fn find_by_id<I, T, F>(id: Option<I>, find: impl FnOnce(I) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>>,
{
    match id {
        Some(id) => find(id).await,
        None => Err(AppError::NotFound { what: "page".into() }),
    }
}
