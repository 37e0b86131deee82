//! The engines of a model or line.

use leptos::prelude::*;

use super::{
    CatalogueAddress, CatalogueEngine, CatalogueLevel,
    browse_page::Offered,
    column::{Actions, Acts, At, ColumnFrame, May, failed, hint, mark, nothing},
};
use crate::{
    frame::use_me,
    i18n::{Locale, use_locale},
    ui::{Arrivals, Skeleton, arrival},
};

/// The last level: nothing is chosen here, every engine can be corrected.
#[component]
pub fn EngineColumn(address: Memo<CatalogueAddress>, engines: Offered<CatalogueEngine>, acts: Acts) -> impl IntoView {
    let t = use_locale();
    let may = use_me().map(|me| May::of(&me)).unwrap_or_default();
    let level = CatalogueLevel::Engine;
    let state = Signal::derive(move || address.with(|address| if address.model.is_none() { "waiting" } else { "" }));
    let list = move || {
        arrival(async move {
            let address = address.get_untracked();
            match engines.await {
                None => hint(level, &address, t),
                Some(Err(error)) => failed(&error, t),
                Some(Ok(engines)) if engines.is_empty() => nothing(t),
                Some(Ok(engines)) => {
                    let rows = engines.into_iter().map(|engine| row(engine, &address, may, acts, t)).collect_view();
                    view! { <ul class="catalogue-list engines">{rows}</ul> }.into_any()
                }
            }
        })
    };
    view! {
        <ColumnFrame level address state>
            <Arrivals fallback=|| view! { <Skeleton lines=4/> }>{list}</Arrivals>
        </ColumnFrame>
    }
}

fn row(engine: CatalogueEngine, address: &CatalogueAddress, may: May, acts: Acts, t: Locale) -> impl IntoView + use<> {
    let label = engine.label(t);
    let layout = engine.configuration.clone();
    let mark = mark(engine.source, engine.corrects.as_deref(), t);
    let at = At {
        level: CatalogueLevel::Engine,
        address: address.clone(),
        name: engine.name,
        corrects: engine.corrects,
        entry: engine.entry.map(|entry| entry.to_string()),
    };
    view! {
        <li>
            <p class="catalogue-engine">
                <span>{label}</span>
                {mark}
            </p>
            {layout.map(|layout| view! { <p class="sub">{layout}</p> })}
            <Actions at may acts/>
        </li>
    }
}
