//! What just happened in the catalogue, with the way back. The address says it, so that it works without WASM.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{CatalogueDelete, CatalogueRestore, catalogue_back};
use crate::{
    frame::may,
    i18n::use_locale,
    identity::Permission,
    kernel::{error::AppError, form::kept_form, id::CatalogueEntryId},
    ui::{Arrivals, Banner, Button, IconName, Tone, arrival, go_on},
};

/// What an address says that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happened {
    Saved,
    Hidden(CatalogueEntryId),
    Removed(CatalogueEntryId),
}

/// The notice of the page's address, and why an undo or a removal failed.
#[component]
pub fn CatalogueNotices(
    delete: ServerAction<CatalogueDelete>,
    /// Why something else of the page failed.
    #[prop(into)]
    failed: Signal<Option<AppError>>,
    /// Where the buttons lead.
    #[prop(into)]
    back: Signal<String>,
    /// The page has a form of an entry, which tells itself why it came back.
    #[prop(optional)]
    beside_form: bool,
) -> impl IntoView {
    let t = use_locale();
    let params = use_query_map();
    let restore = ServerAction::<CatalogueRestore>::new();
    let to = move |happened: &str, id| back.with_untracked(|back| catalogue_back(Some(back), happened, id));
    go_on(delete, move |id| to("removed", id));
    go_on(restore, move |entry| to("saved", entry.id));
    let happened = Memo::new(move |_| {
        params.with(|params| {
            let id = |name: &str| params.get_str(name).and_then(|id| id.parse().ok());
            let saved = || id("saved").map(|_: CatalogueEntryId| Happened::Saved);
            id("removed")
                .map(Happened::Removed)
                .or_else(|| id("hidden").map(Happened::Hidden))
                .or_else(saved)
        })
    });
    let kept = kept_form(move || params.with(|params| params.get("form")));
    let problem = move || {
        let restored = restore.value().get().and_then(Result::err);
        let deleted = || delete.value().get().and_then(Result::err);
        restored.or_else(deleted).or_else(|| failed.get())
    };
    let notice = move || {
        happened.get().map(|happened| {
            let undo = move || may(Permission::CatalogueDelete).then(|| undo(happened, restore, delete, back));
            let text = match happened {
                Happened::Saved => t.catalogue_saved(),
                Happened::Hidden(_) => t.catalogue_was_hidden(),
                Happened::Removed(_) => t.catalogue_removed(),
            };
            let tone = if happened == Happened::Saved { Tone::Ok } else { Tone::Info };
            view! { <Banner tone actions=undo>{text}</Banner> }
        })
    };
    view! {
        <div class="notices">
            {notice}
            {move || problem().map(|error| view! { <Banner tone=Tone::Bad>{error.text(t)}</Banner> })}
            <Arrivals fallback=|| ()>
                {move || arrival(async move {
                    let kept = kept.await.filter(|kept| !beside_form || kept.values.contains_key("operation"));
                    let error = kept.and_then(|kept| kept.error);
                    error.map(|error| view! { <Banner tone=Tone::Bad>{error.text(t)}</Banner> })
                })}
            </Arrivals>
        </div>
    }
}

fn undo(
    happened: Happened,
    restore: ServerAction<CatalogueRestore>,
    delete: ServerAction<CatalogueDelete>,
    back: Signal<String>,
) -> AnyView {
    let t = use_locale();
    match happened {
        Happened::Saved => ().into_any(),
        Happened::Hidden(id) => view! {
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="back" value=move || back.get()/>
                <Button submit=true icon=IconName::Undo busy=delete.pending()>{t.undo()}</Button>
            </ActionForm>
        }
        .into_any(),
        Happened::Removed(id) => view! {
            <ActionForm action=restore>
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="back" value=move || back.get()/>
                <Button submit=true icon=IconName::Undo busy=restore.pending()>{t.undo()}</Button>
            </ActionForm>
        }
        .into_any(),
    }
}
