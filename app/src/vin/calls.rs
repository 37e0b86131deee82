//! Server functions of the VIN decoder: the browser's way to [`super::VinService`]. Same names, no logic.

use leptos::prelude::*;

use super::DecodedVin;
#[cfg(feature = "ssr")]
use super::VinQuery;
#[cfg(feature = "ssr")]
use crate::kernel::call::call;
use crate::kernel::{error::AppError, json::Json};

/// What a VIN says; `model_year` decides between years that are thirty apart.
#[server(output = Json)]
pub async fn vin_decode(vin: String, model_year: Option<u16>) -> Result<DecodedVin, AppError> {
    call(|b, who| async move { b.vins.decode(&who, VinQuery { vin, model_year }).await }).await
}
