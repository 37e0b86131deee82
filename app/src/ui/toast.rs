//! Short messages that go by themselves, said aloud by a screen reader, with a way back where there is one.

use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, IconName, Tone};
use crate::i18n::use_locale;

/// How long a message stays; one with a way back stays twice as long.
const STAYS: Duration = Duration::from_secs(6);

/// The messages that show now. From [`use_toasts`].
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

#[derive(Clone, Debug)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    action: Option<(String, Callback<()>)>,
}

impl Toasts {
    pub(crate) fn new() -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }

    /// Shows a message.
    pub fn say(&self, tone: Tone, text: impl Into<String>) {
        self.show(tone, text.into(), None, STAYS);
    }

    /// Shows a message with a button, normally “Undo”.
    pub fn say_with(&self, tone: Tone, text: impl Into<String>, label: impl Into<String>, action: Callback<()>) {
        self.show(tone, text.into(), Some((label.into(), action)), STAYS * 2);
    }

    fn show(&self, tone: Tone, text: String, action: Option<(String, Callback<()>)>, stays: Duration) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| list.push(Toast { id, tone, text, action }));
        let toasts = *self;
        set_timeout(move || toasts.drop(id), stays);
    }

    fn drop(&self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// The messages of this app; made once by `App`.
#[must_use]
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(Toasts::new)
}

/// Where messages appear; stands once in the frame.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let t = use_locale();
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                <div class=format!("toast {}", toast.tone.class())>
                    <Icon name=toast.tone.icon()/>
                    <span>{toast.text}</span>
                    {toast.action.map(|(label, action)| {
                        let act = move |_| {
                            action.run(());
                            toasts.drop(toast.id);
                        };
                        view! { <button class="btn ghost" type="button" on:click=act>{label}</button> }
                    })}
                    <button class="btn ghost bare" type="button" aria-label=t.close() on:click=move |_| toasts.drop(toast.id)>
                        <Icon name=IconName::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}
