//! The main navigation: the rail on a desk, the bar at the bottom of a phone. Only pages that exist.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use super::{
    FrameSetRail, Rail, may,
    page_state::{Appearance, set_document_value},
};
use crate::{
    i18n::{Locale, use_locale},
    identity::Permission,
    ui::{Icon, IconName, Logo},
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

#[component]
fn NavLink(item: NavItem) -> impl IntoView {
    let path = use_location().pathname;
    let href = item.href;
    // The item that a page belongs to is the one with the longest address that fits.
    let current = move || {
        let path = path.read();
        let import = path.starts_with("/stock/import");
        let here = match href {
            "/stock" => path.starts_with("/stock") && !import,
            other => path.starts_with(other),
        };
        here.then_some("page")
    };
    view! {
        <a class="nav-link" href=href aria-current=current title=item.label>
            <Icon name=item.icon/>
            <span>{item.label}</span>
        </a>
    }
}

/// The rail at the left: brand, items, and the switch that folds it.
#[component]
pub(super) fn RailNav(appearance: Appearance) -> impl IntoView {
    let t = use_locale();
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
            <a class="brand" href="/stock"><Logo/> <span>"Forecourt"</span></a>
            {nav_items(t).into_iter().map(|item| view! { <NavLink item/> }).collect_view()}
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
    let add = may(Permission::VehicleCreate)
        .then(|| view! { <a class="add" href="/stock/new" aria-label=t.new_vehicle()><Icon name=IconName::Plus/></a> });
    let mut items = nav_items(t).into_iter();
    view! {
        <nav class="tabbar" aria-label=t.main_navigation()>
            {items.next().map(|item| view! { <NavLink item/> })}
            {add}
            {items.map(|item| view! { <NavLink item/> }).collect_view()}
        </nav>
    }
}
