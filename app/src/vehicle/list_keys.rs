//! Keyboard shortcuts of the list: j and k go through the rows (Enter opens one, as every link), / goes to the search.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::frame::is_shortcut;

/// Listens to them while the list is shown.
pub(super) fn list_keys() {
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, |event| {
            if !is_shortcut(&event) {
                return;
            }
            match event.key().as_str() {
                "j" => move_focus(1),
                "k" => move_focus(-1),
                // The frame takes it for its own search on every page; here the list's is nearer.
                "/" => {
                    event.prevent_default();
                    if let Some(search) = document().get_element_by_id("stock-search") {
                        focus(&search);
                    }
                }
                _ => {}
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Moves the focus to the next row, or back to the one before.
fn move_focus(step: i64) {
    let Ok(links) = document().query_selector_all(".row-link") else {
        return;
    };
    let rows: Vec<web_sys::Element> = (0..links.length()).filter_map(|index| links.item(index)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let here = rows
        .iter()
        .position(|row| active.as_ref().is_some_and(|active| row.is_same_node(Some(active))));
    let next = match (here, step) {
        (None, _) => 0,
        (Some(here), 1) => here + 1,
        (Some(here), _) => here.saturating_sub(1),
    };
    if let Some(row) = rows.get(next.min(rows.len().saturating_sub(1))) {
        focus(row);
    }
}

fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
}
