//! Following something that runs on the server: by server-sent events, closed while the tab is hidden (a connection is one of six over
//! HTTP/1.1), and by asking where no stream comes through.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::kernel::error::AppError;

/// How the page learns of the progress.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Server-sent events, which the browser takes up again by itself.
    Events,
    /// Asking: the browser gives a stream up for good when it is answered with anything but events (401, 403, 503, a proxy's page), and
    /// tries for ever, in vain, where something on the way breaks every stream off.
    Polling,
    /// Nobody answers this person any more.
    None,
}

/// More streams in a row that cannot be opened end the trying.
const MOST_FAILURES: u8 = 2;

/// How often to ask.
const POLL: Duration = Duration::from_secs(2);

/// Follows a report while it is under way and the page is seen: by the events of `address`, or by `ask`. Why it can't any more, if so.
pub fn follow<R, F>(
    address: String,
    report: RwSignal<R>,
    under_way: Memo<bool>,
    ask: impl Fn() -> F + Copy + 'static,
) -> RwSignal<Option<AppError>>
where
    R: DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<R, AppError>> + 'static,
{
    let (seen, source, lost) = (seen(), RwSignal::new(Source::Events), RwSignal::new(None));
    let wanted = Memo::new(move |_| (under_way.get() && seen.get()).then(|| source.get()));
    Effect::new(move |_| {
        if wanted.get() == Some(Source::Events) {
            listen(&address, report, source);
        }
    });
    Effect::new(move |_| {
        if wanted.get() != Some(Source::Polling) {
            return;
        }
        let look = move || {
            spawn_local(async move {
                match ask().await {
                    Ok(now) => {
                        let _ = report.try_set(now);
                    }
                    Err(error @ (AppError::NotAuthenticated | AppError::Forbidden { .. } | AppError::NotFound { .. })) => {
                        let _ = source.try_set(Source::None);
                        let _ = lost.try_set(Some(error));
                    }
                    // It comes back by itself.
                    Err(_) => {}
                }
            });
        };
        look();
        if let Ok(interval) = set_interval_with_handle(look, POLL) {
            on_cleanup(move || interval.clear());
        }
    });
    lost
}

/// Whether the page is seen.
fn seen() -> RwSignal<bool> {
    let seen = RwSignal::new(true);
    Effect::new(move |_| {
        let on_change = Closure::<dyn Fn()>::new(move || seen.set(!document().hidden()));
        let _ = document().add_event_listener_with_callback("visibilitychange", on_change.as_ref().unchecked_ref());
        let on_change = StoredValue::new_local(on_change);
        on_cleanup(move || {
            on_change.with_value(|on_change| {
                let _ = document().remove_event_listener_with_callback("visibilitychange", on_change.as_ref().unchecked_ref());
            });
        });
    });
    seen
}

/// Listens until the effect that calls this runs again, or the page goes.
fn listen<R: DeserializeOwned + Send + Sync + 'static>(address: &str, report: RwSignal<R>, source: RwSignal<Source>) {
    let Ok(events) = web_sys::EventSource::new(address) else {
        source.set(Source::Polling);
        return;
    };
    let on_message = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        if let Some(text) = event.data().as_string()
            && let Ok(now) = serde_json::from_str(&text)
        {
            report.set(now);
        }
    });
    let failures = StoredValue::new(0);
    // A stream that was open and ends is no failure: the server ends each after a while.
    let on_open = Closure::<dyn Fn()>::new(move || failures.set_value(0));
    let on_error = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        let given_up = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::EventSource>().ok())
            .is_some_and(|events| events.ready_state() == web_sys::EventSource::CLOSED);
        failures.update_value(|failures| *failures += 1);
        if given_up || failures.get_value() > MOST_FAILURES {
            source.set(Source::Polling);
        }
    });
    events.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    events.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    events.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    let held = StoredValue::new_local((events, on_open, on_message, on_error));
    on_cleanup(move || {
        held.with_value(|(events, ..)| {
            events.set_onopen(None);
            events.set_onmessage(None);
            events.set_onerror(None);
            events.close();
        });
    });
}
