//! What keeps a typed form alive in the browser: a copy in this tab's session storage with every change, and a question before
//! a link leads away. The copy outlives an ended session, a reload and the back button, and goes when the form is saved.

use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, closure::Closure};

use super::{VehicleDraft, VehicleField, form_fields::input_name, merge::editable, vin_fill::VinFill};
use crate::{identity::Me, kernel::number::Notation};

/// A form as it was left: what it was loaded with, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredForm {
    pub version: i64,
    /// How the numbers of both are written.
    pub notation: Notation,
    pub base: VehicleDraft,
    pub draft: VehicleDraft,
    /// What of it the VIN filled.
    #[serde(default)]
    pub fill: VinFill,
}

impl StoredForm {
    fn in_notation(self, notation: Notation) -> Self {
        Self {
            base: self.base.in_notation(self.notation, notation),
            draft: self.draft.in_notation(self.notation, notation),
            fill: self.fill.in_notation(self.notation, notation),
            notation,
            version: self.version,
        }
    }
}

/// Where a form's copy lies: by person and organisation, so that nobody finds somebody else's, and by the address of the page with its
/// query, which says what the form began with (`?vin=`, `?form=`).
#[must_use]
pub fn storage_key(me: &Me, address: &str) -> String {
    format!("forecourt form {} {} {address}", me.user, me.organisation)
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Writes the copy.
pub fn store(key: &str, form: &StoredForm) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(form)) {
        // A full or forbidden storage costs the copy, never the form.
        let _ = storage.set_item(key, &text);
    }
}

/// Reads the copy, its numbers written as the page writes them.
#[must_use]
pub fn load(key: &str, notation: Notation) -> Option<StoredForm> {
    let stored: StoredForm = serde_json::from_str(&storage()?.get_item(key).ok().flatten()?).ok()?;
    Some(stored.in_notation(notation))
}

/// Drops the copy: the form is saved, or its typist does not want it.
pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// What stands in the form now. Fields that the form does not show are as in `base`.
#[must_use]
pub fn read_fields(form: &web_sys::HtmlFormElement, base: &VehicleDraft) -> VehicleDraft {
    let mut draft = base.clone();
    if let Ok(data) = web_sys::FormData::new_with_form(form) {
        for field in VehicleField::ALL {
            if let Some(text) = data.get(&input_name(*field)).as_string() {
                draft.set(*field, text.replace("\r\n", "\n"));
            }
        }
    }
    draft
}

/// How many fields of a new or edited vehicle differ from what is stored.
#[must_use]
pub fn unsaved(base: &VehicleDraft, draft: &VehicleDraft, notation: Notation) -> usize {
    let changed = |field: VehicleField| !super::merge::same(field, base.get(field), draft.get(field), notation);
    editable().filter(|field| changed(*field)).count() + usize::from(changed(VehicleField::Status))
}

/// Asks before the page is left while `unsaved` says so: on links inside Forecourt, on closing the tab and on reloading.
pub fn ask_before_leaving(unsaved: Signal<bool>, question: &'static str) {
    let agreed = StoredValue::new(false);
    Effect::new(move |_| {
        let closing = window_event_listener(ev::beforeunload, move |event| {
            if unsaved.get_untracked() && !agreed.get_value() {
                event.prevent_default();
            }
        });
        // The router listens on the window; the document hears a click before it.
        let on_click = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
            if agreed.get_value() || !unsaved.try_get_untracked().unwrap_or(false) || event.default_prevented() || !leads_away(&event) {
                return;
            }
            if window().confirm_with_message(question).unwrap_or(true) {
                agreed.set_value(true);
            } else {
                event.prevent_default();
                event.stop_propagation();
            }
        });
        let _ = document().add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
        let on_click = StoredValue::new_local(on_click);
        // Who types on is still here.
        let typing = window_event_listener(ev::input, move |_| agreed.set_value(false));
        on_cleanup(move || {
            closing.remove();
            typing.remove();
            on_click.with_value(|on_click| {
                let _ = document().remove_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
            });
        });
    });
}

/// Whether a click is on a link to another page in this tab, not in a new one.
fn leads_away(event: &web_sys::Event) -> bool {
    let elsewhere = |mouse: &web_sys::MouseEvent| mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key() || mouse.button() != 0;
    if event.dyn_ref().is_some_and(elsewhere) {
        return false;
    }
    let link = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest("a[href]").ok().flatten());
    link.is_some_and(|link| {
        let here = link.get_attribute("href").is_some_and(|href| href.starts_with('#'));
        !here
            && link
                .get_attribute("target")
                .is_none_or(|target| target.is_empty() || target == "_self")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_means_the_same_after_the_language_was_changed() {
        let mut base = VehicleDraft::default();
        base.set(VehicleField::AskingPrice, "12.900");
        let mut draft = base.clone();
        draft.set(VehicleField::Mileage, "82.553");
        let stored = StoredForm {
            version: 3,
            notation: Notation::Comma,
            base,
            draft,
            fill: VinFill::default(),
        };
        let here = stored.in_notation(Notation::Point);
        assert_eq!(here.draft.get(VehicleField::AskingPrice), "12,900");
        let mut wrong = VehicleDraft::default();
        wrong.set(VehicleField::AskingPrice, "12,900");
        wrong.set(VehicleField::Keys, "2,000");
        let wrong = wrong.in_notation(Notation::Comma, Notation::Point);
        assert_eq!(
            wrong.get(VehicleField::AskingPrice),
            "12.900",
            "three decimals stay three, and are refused here too"
        );
        assert_eq!(wrong.get(VehicleField::Keys), "2.000");
        assert_eq!(here.draft.get(VehicleField::Mileage), "82,553");
        assert_eq!(unsaved(&here.base, &here.draft, here.notation), 1);
    }

    #[test]
    fn only_what_means_something_else_counts_as_unsaved() {
        let mut base = VehicleDraft::default();
        base.set(VehicleField::AskingPrice, "12,900");
        let mut draft = base.clone();
        draft.set(VehicleField::AskingPrice, "12900");
        assert_eq!(unsaved(&base, &draft, Notation::Point), 0);
        draft.set(VehicleField::Notes, "New tyres");
        draft.set(VehicleField::Status, "available");
        assert_eq!(unsaved(&base, &draft, Notation::Point), 2);
    }
}
