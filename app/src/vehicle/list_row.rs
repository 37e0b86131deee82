//! One row of the list: a table row on a desk, a card on a phone, one link either way.

use maud::{Markup, html};

use super::{VehicleSummary, picture};
use crate::{
    i18n::Locale,
    kernel::{money::Money, unit::DistanceUnit},
    ui::{age, pill},
};

/// A vehicle in the list, its mileage in the organisation's `unit`. The title's link covers the whole row; `row-link` is what j and k walk
/// along.
pub fn row(vehicle: &VehicleSummary, unit: DistanceUnit, t: Locale) -> Markup {
    html! {
        tr role="row" {
            td.c-photo role="cell" {
                span.photo { (picture(vehicle.kind, vehicle.body_type, vehicle.colour_outside.as_deref())) }
            }
            td.c-title role="cell" {
                a.row-title.row-link href={ "/stock/" (vehicle.id) } { (vehicle.title()) }
                span.row-sub { (vehicle.sub(t)) }
            }
            td.c-plate.num role="cell" {
                div { (vehicle.plate.as_deref().unwrap_or("—")) }
                span.row-sub { (vehicle.stock_number) }
            }
            td.c-status role="cell" { (pill(vehicle.status.tone(), vehicle.status.label(t))) }
            td.c-mileage.end.num role="cell" {
                @match vehicle.mileage {
                    Some(mileage) => (mileage.in_unit(unit).show(t)),
                    None => "—",
                }
            }
            td.c-price.end.num role="cell" {
                div.price.none[vehicle.asking_price.is_none()] {
                    @match vehicle.asking_price {
                        Some(price) => (price.show_whole(t)),
                        None => (t.no_price()),
                    }
                }
                @if let Some(margin) = vehicle.margin() { (profit(margin, t)) }
            }
            td.c-age role="cell" {
                @if vehicle.status.in_stock() {
                    (age(vehicle.days_in_stock, t))
                } @else {
                    span.row-sub.num { (t.days_in_stock(i64::from(vehicle.days_in_stock))) }
                }
            }
        }
    }
}

/// What the asking price leaves over the costs, with its sign.
fn profit(margin: Money, t: Locale) -> Markup {
    let loss = margin.amount.is_sign_negative() && !margin.amount.is_zero();
    html! {
        span.row-sub.loss[loss] {
            @if !loss { "+" }
            (margin.show_whole(t))
        }
    }
}
