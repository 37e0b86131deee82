//! The places of the app: the rail on a desk, the bar at the bottom of a phone. Only places that exist.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use super::{
    FrameSetRail, Rail,
    page_state::{Look, set_document_value},
    use_me,
};
use crate::{
    i18n::{Locale, use_locale},
    identity::{Me, Permission},
    ui::{Icon, IconName, Mark},
};

struct Place {
    href: &'static str,
    label: &'static str,
    icon: IconName,
}

fn places(me: Option<&Me>, t: Locale) -> Vec<Place> {
    let may = |permission| me.is_some_and(|me| me.may(permission));
    let stock = Place {
        href: "/stock",
        label: t.stock(),
        icon: IconName::Stock,
    };
    let import = Place {
        href: "/stock/import",
        label: t.import(),
        icon: IconName::Import,
    };
    let vin = Place {
        href: "/vin",
        label: t.vin_decode(),
        icon: IconName::Vin,
    };
    let catalogue = Place {
        href: "/catalogue",
        label: t.catalogue(),
        icon: IconName::Catalogue,
    };
    let mut places = vec![stock];
    if may(Permission::ImportRun) {
        places.push(import);
    }
    if may(Permission::CatalogueRead) {
        places.push(vin);
        places.push(catalogue);
    }
    places
}

#[component]
fn PlaceLink(place: Place) -> impl IntoView {
    let path = use_location().pathname;
    let href = place.href;
    // The place that a page belongs to is the one with the longest address that fits.
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
        <a class="place" href=href aria-current=current title=place.label>
            <Icon name=place.icon/>
            <span>{place.label}</span>
        </a>
    }
}

/// The rail at the left: brand, places, and the switch that folds it.
#[component]
pub(super) fn RailNav(look: Look) -> impl IntoView {
    let t = use_locale();
    let set_rail = ServerAction::<FrameSetRail>::new();
    let other = move || match look.rail.get() {
        Rail::Wide => Rail::Narrow,
        Rail::Narrow => Rail::Wide,
    };
    let label = move || match look.rail.get() {
        Rail::Wide => t.narrow_rail(),
        Rail::Narrow => t.widen_rail(),
    };
    let fold = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let rail = other();
        set_document_value("rail", rail.name());
        look.rail.set(rail);
        set_rail.dispatch(FrameSetRail { rail });
    };
    view! {
        <nav class="rail" aria-label=t.places()>
            <a class="brand" href="/stock"><Mark/> <span>"Forecourt"</span></a>
            <Suspense>
                {move || places(use_me().as_ref(), t).into_iter().map(|place| view! { <PlaceLink place/> }).collect_view()}
            </Suspense>
            <form class="rail-fold" method="post" action=FrameSetRail::PATH on:submit=fold>
                <button class="place" name="rail" value=move || other().name() aria-label=label title=label>
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
    view! {
        <nav class="tabbar" aria-label=t.places()>
            <Suspense>
                {move || {
                    let me = use_me();
                    let add = me.as_ref().is_some_and(|me| me.may(Permission::VehicleCreate)).then(|| view! {
                        <a class="add" href="/stock/new" aria-label=t.new_vehicle()><Icon name=IconName::Plus/></a>
                    });
                    let mut places = places(me.as_ref(), t).into_iter();
                    view! {
                        {places.next().map(|place| view! { <PlaceLink place/> })}
                        {add}
                        {places.map(|place| view! { <PlaceLink place/> }).collect_view()}
                    }
                }}
            </Suspense>
        </nav>
    }
}
