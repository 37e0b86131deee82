//! Where a page goes when what it asked for is done.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::{use_location, use_navigate};

/// Goes to the address that `to` makes of the answer once `action` went through, as a browser without WASM is led there by the server
/// ([`crate::kernel::form`]). A page that was left before its answer came leads nowhere.
pub fn go_on<S>(action: ServerAction<S>, to: impl Fn(S::Output) -> String + 'static)
where
    S: ServerFn + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    S::Error: Clone + Send + Sync + 'static,
{
    let (go, path) = (use_navigate(), use_location().pathname);
    let asked_on = StoredValue::new(None);
    Effect::new(move |_| {
        if action.pending().get() {
            asked_on.set_value(Some(path.get_untracked()));
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(done)) = action.value().get()
            && asked_on.get_value() == Some(path.get_untracked())
        {
            go(&to(done), leptos_router::NavigateOptions::default());
        }
    });
}
