//! One row of the list: a table row on a desk, a card on a phone, one link either way.

use leptos::prelude::*;

use super::{VehiclePicture, VehicleSummary};
use crate::{
    i18n::use_locale,
    kernel::unit::DistanceUnit,
    ui::{Age, Pill},
};

/// A vehicle in the list, its mileage in the organisation's `unit`. The title's link covers the whole row; `row-link` is what j and k walk along.
#[component]
pub fn VehicleRow(vehicle: VehicleSummary, unit: DistanceUnit) -> impl IntoView {
    let t = use_locale();
    let sub = vehicle.sub(t);
    let margin = vehicle.margin();
    let in_stock = vehicle.status.in_stock();
    view! {
        <tr role="row">
            <td role="cell" class="c-photo">
                <span class="photo">
                    <VehiclePicture kind=vehicle.kind body_type=vehicle.body_type colour=vehicle.colour_outside.clone()/>
                </span>
            </td>
            <td role="cell" class="c-title">
                <a class="row-title row-link" href=format!("/stock/{}", vehicle.id)>{vehicle.title()}</a>
                <span class="row-sub">{sub}</span>
            </td>
            <td role="cell" class="c-plate num">
                <div>{vehicle.plate.clone().unwrap_or_else(|| "—".into())}</div>
                <span class="row-sub">{vehicle.stock_number.clone()}</span>
            </td>
            <td role="cell" class="c-status"><Pill tone=vehicle.status.tone()>{vehicle.status.label(t)}</Pill></td>
            <td role="cell" class="c-mileage end num">{vehicle.mileage.map_or_else(|| "—".into(), |mileage| mileage.in_unit(unit).show(t))}</td>
            <td role="cell" class="c-price end num">
                <div class="price" class:none=vehicle.asking_price.is_none()>{vehicle.asking_price.map_or_else(|| t.no_price().into(), |price| price.show_whole(t))}</div>
                {margin
                    .map(|margin| {
                        let loss = margin.amount.is_sign_negative() && !margin.amount.is_zero();
                        let sign = if loss { "" } else { "+" };
                        view! { <span class="row-sub" class:loss=loss>{format!("{sign}{}", margin.show_whole(t))}</span> }
                    })}
            </td>
            <td role="cell" class="c-age">
                {if in_stock {
                    view! { <Age days=vehicle.days_in_stock/> }.into_any()
                } else {
                    view! { <span class="row-sub num">{t.days_in_stock(i64::from(vehicle.days_in_stock))}</span> }.into_any()
                }}
            </td>
        </tr>
    }
}
