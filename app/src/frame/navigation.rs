//! The main navigation: the rail on a desk, the bar at the bottom of a phone. Only pages that exist.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use maud::{Markup, html};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{
    FrameSetRail, Rail, may,
    page_state::{Appearance, set_document_value},
};
use crate::{
    i18n::{Locale, use_locale},
    identity::Permission,
    ui::{Icon, IconName, inert, logo},
};

struct NavItem {
    href: &'static str,
    label: &'static str,
    icon: IconName,
}

fn nav_items(t: Locale) -> Vec<NavItem> {
    let stock = NavItem {
        href: "/stock",
        label: t.stock(),
        icon: IconName::Stock,
    };
    let import = NavItem {
        href: "/stock/import",
        label: t.import(),
        icon: IconName::Import,
    };
    let vin = NavItem {
        href: "/vin",
        label: t.vin_decode(),
        icon: IconName::Vin,
    };
    let catalogue = NavItem {
        href: "/catalogue",
        label: t.catalogue(),
        icon: IconName::Catalogue,
    };
    let mut items = vec![stock];
    if may(Permission::ImportRun) {
        items.push(import);
    }
    if may(Permission::CatalogueRead) {
        items.push(vin);
        items.push(catalogue);
    }
    items
}

/// Whether a page belongs to an item: of those whose address fits it is the one with the longest.
fn is_current(href: &str, path: &str) -> bool {
    let is_import = path.starts_with("/stock/import");
    match href {
        "/stock" => path.starts_with("/stock") && !is_import,
        other => path.starts_with(other),
    }
}

/// An item as the server writes it for a page at `path`; [`follow_current`] keeps it true.
fn nav_link(item: &NavItem, path: &str) -> Markup {
    html! {
        a.nav-link href=(item.href) aria-current=[is_current(item.href, path).then_some("page")] title=(item.label) {
            (item.icon.with(item.label))
        }
    }
}

/// Marks the items of rail and bar anew when another page opens. They are inert otherwise; the element stays, and keeps its focus.
fn follow_current() {
    let path = use_location().pathname;
    Effect::new(move |_| {
        let path = path.read();
        let Ok(links) = document().query_selector_all("a.nav-link") else {
            return;
        };
        for link in (0..links.length()).filter_map(|index| links.item(index)) {
            let link: Element = link.unchecked_into();
            let is_here = link.get_attribute("href").is_some_and(|href| is_current(&href, &path));
            let _ = if is_here {
                link.set_attribute("aria-current", "page")
            } else {
                link.remove_attribute("aria-current")
            };
        }
    });
}

/// The rail at the left: brand, items, and the switch that folds it.
#[component]
pub(super) fn RailNav(appearance: Appearance) -> impl IntoView {
    let t = use_locale();
    follow_current();
    let path = use_location().pathname.get_untracked();
    let links = nav_items(t).iter().map(|item| inert(nav_link(item, &path))).collect_view();
    let set_rail = ServerAction::<FrameSetRail>::new();
    let other = move || match appearance.rail.get() {
        Rail::Wide => Rail::Narrow,
        Rail::Narrow => Rail::Wide,
    };
    let label = move || match appearance.rail.get() {
        Rail::Wide => t.narrow_rail(),
        Rail::Narrow => t.widen_rail(),
    };
    let fold = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let rail = other();
        set_document_value("rail", rail.name());
        appearance.rail.set(rail);
        set_rail.dispatch(FrameSetRail { rail });
    };
    view! {
        <nav class="rail" aria-label=t.main_navigation()>
            {inert(html! { a.brand href="/stock" aria-label="Forecourt" { (logo()) span { "Forecourt" } } })}
            {links}
            <form class="rail-fold" method="post" action=FrameSetRail::PATH on:submit=fold>
                <button class="nav-link" name="rail" value=move || other().name() aria-label=label title=label>
                    <Icon name=IconName::Rail/>
                    <span>{label}</span>
                </button>
            </form>
        </nav>
    }
}

/// The bar at the bottom of a phone, with a round button to add.
#[component]
pub(super) fn TabBar() -> impl IntoView {
    let t = use_locale();
    let path = use_location().pathname.get_untracked();
    let items = nav_items(t);
    let add = may(Permission::VehicleCreate);
    inert(html! {
        nav.tabbar aria-label=(t.main_navigation()) {
            @for (index, item) in items.iter().enumerate() {
                (nav_link(item, &path))
                @if index == 0 && add {
                    a.add href="/stock/new" aria-label=(t.new_vehicle()) { (IconName::Plus.markup()) }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn a_page_belongs_to_the_item_with_the_longest_address_that_fits() {
        assert!(is_current("/stock", "/stock") && is_current("/stock", "/stock/new"));
        assert!(is_current("/stock/import", "/stock/import/42") && !is_current("/stock", "/stock/import/42"));
        assert!(is_current("/catalogue", "/catalogue/entries/new") && !is_current("/vin", "/catalogue"));
    }
}
