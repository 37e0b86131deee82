//! Every server function and every REST operation, with what it needs and a call of it. The one place to add to.

use app::identity::Permission;

/// What an operation asks of the one who calls it.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "the reasons are for those who read the table")]
pub(super) enum Needs {
    /// This permission, and no other.
    To(Permission),
    /// A session, and nothing more; the reason.
    Session(&'static str),
    /// Nothing; the reason.
    Nothing(&'static str),
}
use Needs::Session;
pub(super) use Needs::To;

/// One operation: its name, what it needs, and a call of it. In path and body, `{vehicle}`, `{import}`, `{decoding}` and `{entry}` stand for a row of
/// the caller's organisation, `{organisation}` for that itself, `{vin}` for a VIN; where one occurs, the same call is made with another organisation's.
pub(super) struct Row {
    /// `fn vehicle_list` or `GET /api/v1/vehicles`.
    pub(super) name: &'static str,
    pub(super) needs: Needs,
    pub(super) body: Content,
}

#[derive(Clone, Copy)]
pub(super) enum Content {
    Empty,
    Form(&'static str),
    Json(&'static str),
    /// A server function that only reads, called by GET with this query string.
    Query(&'static str),
    /// A CSV file as a browser uploads it.
    Upload,
}
pub(super) use Content::{Empty, Form, Json, Query, Upload};

const fn row(name: &'static str, needs: Needs, body: Content) -> Row {
    Row { name, needs, body }
}

pub(super) const TABLE: &[Row] = &[
    row("fn catalogue_changes", To(Permission::CatalogueRead), Form("")),
    row(
        "fn catalogue_create",
        To(Permission::CatalogueCreate),
        Form("draft[level]=model&draft[make]=Mazda&draft[name]=Own&notation=point"),
    ),
    row("fn catalogue_delete", To(Permission::CatalogueDelete), Form("id={entry}&version=1")),
    row(
        "fn catalogue_engines",
        To(Permission::CatalogueRead),
        Query("query[year]=2019&query[make]=Mazda&query[model]=3"),
    ),
    row("fn catalogue_entries", To(Permission::CatalogueRead), Form("query[limit]=100")),
    row("fn catalogue_find", To(Permission::CatalogueRead), Form("id={entry}")),
    row(
        "fn catalogue_lines",
        To(Permission::CatalogueRead),
        Query("query[make]=Mazda&query[model]=3"),
    ),
    row("fn catalogue_makes", To(Permission::CatalogueRead), Query("query[year]=2019")),
    row("fn catalogue_models", To(Permission::CatalogueRead), Query("query[make]=Mazda")),
    row("fn catalogue_restore", To(Permission::CatalogueDelete), Form("id={entry}")),
    row(
        "fn catalogue_update",
        To(Permission::CatalogueUpdate),
        Form("id={entry}&version=1&draft[level]=make&draft[name]=Renamed&notation=point"),
    ),
    row(
        "fn form_kept",
        Session("a form opens for the one who typed it and for nobody else"),
        Form("key=none"),
    ),
    row("fn frame_set_rail", Session("a cookie of this browser"), Form("rail=narrow")),
    row("fn frame_set_shortcuts", Session("a cookie of this browser"), Form("shortcuts=off")),
    row("fn frame_set_theme", Session("a cookie of this browser"), Form("theme=dark")),
    row("fn identity_set_locale", Session("one's own language"), Form("locale=en")),
    row(
        "fn identity_switch_organisation",
        Session("where one belongs oneself"),
        Form("organisation={organisation}"),
    ),
    row("fn vehicle_branches", To(Permission::VehicleRead), Empty),
    row(
        "fn vehicle_change_status",
        To(Permission::VehicleUpdate),
        Form("id={vehicle}&version=1&to=in_preparation&reason=because"),
    ),
    row(
        "fn vehicle_create",
        To(Permission::VehicleCreate),
        Form("draft[kind]=car&draft[make]=Mazda&draft[model]=3&notation=point"),
    ),
    row(
        "fn vehicle_decode",
        To(Permission::CatalogueRead),
        Form("draft[vin]=1HGCM82633A004352&notation=point"),
    ),
    row("fn vehicle_decoding_find", To(Permission::VehicleUpdate), Form("id={decoding}")),
    row("fn vehicle_decoding_start", To(Permission::VehicleUpdate), Empty),
    row("fn vehicle_delete", To(Permission::VehicleDelete), Form("id={vehicle}&version=1")),
    row("fn vehicle_find", To(Permission::VehicleRead), Form("id={vehicle}")),
    row("fn vehicle_import_apply", To(Permission::ImportRun), Form("id={import}&mode=good")),
    row("fn vehicle_import_find", To(Permission::ImportRun), Form("id={import}")),
    row("fn vehicle_import_start", To(Permission::ImportRun), Upload),
    row("fn vehicle_list", To(Permission::VehicleRead), Form("query[limit]=100")),
    row("fn vehicle_propose_stock_number", To(Permission::VehicleCreate), Empty),
    row("fn vehicle_restore", To(Permission::VehicleDelete), Form("id={vehicle}")),
    row("fn vehicle_timeline", To(Permission::VehicleRead), Form("id={vehicle}")),
    row("fn vehicle_totals", To(Permission::VehicleRead), Form("query[limit]=100")),
    row(
        "fn vehicle_update",
        To(Permission::VehicleUpdate),
        Form("id={vehicle}&version=1&draft[kind]=car&draft[make]=Mazda&draft[model]=6&notation=point"),
    ),
    row("fn vin_decode", To(Permission::CatalogueRead), Form("vin=1HGCM82633A004352")),
    row("GET /api/v1/branches", To(Permission::VehicleRead), Empty),
    row("GET /api/v1/catalogue/changes", To(Permission::CatalogueRead), Empty),
    row(
        "GET /api/v1/catalogue/engines",
        To(Permission::CatalogueRead),
        Query("make=Mazda&model=3"),
    ),
    row("GET /api/v1/catalogue/entries", To(Permission::CatalogueRead), Empty),
    row(
        "POST /api/v1/catalogue/entries",
        To(Permission::CatalogueCreate),
        Json(r#"{"level":"model","make":"Mazda","name":"Own"}"#),
    ),
    row("GET /api/v1/catalogue/entries/{entry}", To(Permission::CatalogueRead), Empty),
    row(
        "PUT /api/v1/catalogue/entries/{entry}",
        To(Permission::CatalogueUpdate),
        Json(r#"{"level":"make","name":"Renamed"}"#),
    ),
    row("DELETE /api/v1/catalogue/entries/{entry}", To(Permission::CatalogueDelete), Empty),
    row(
        "POST /api/v1/catalogue/entries/{entry}/restore",
        To(Permission::CatalogueDelete),
        Empty,
    ),
    row(
        "GET /api/v1/catalogue/lines",
        To(Permission::CatalogueRead),
        Query("make=Mazda&model=3"),
    ),
    row("GET /api/v1/catalogue/makes", To(Permission::CatalogueRead), Query("year=2019")),
    row("GET /api/v1/catalogue/models", To(Permission::CatalogueRead), Query("make=Mazda")),
    row("GET /api/v1/me", Session("who one is oneself"), Empty),
    row("GET /api/v1/vehicles/stock-number", To(Permission::VehicleCreate), Empty),
    row("GET /api/v1/vehicles", To(Permission::VehicleRead), Empty),
    row(
        "POST /api/v1/vehicles",
        To(Permission::VehicleCreate),
        Json(r#"{"kind":"car","make":"Mazda","model":"3"}"#),
    ),
    row("GET /api/v1/vehicles/totals", To(Permission::VehicleRead), Empty),
    row("GET /api/v1/vehicles/{vehicle}", To(Permission::VehicleRead), Empty),
    row(
        "PUT /api/v1/vehicles/{vehicle}",
        To(Permission::VehicleUpdate),
        Json(r#"{"kind":"car","make":"Mazda","model":"6"}"#),
    ),
    row("DELETE /api/v1/vehicles/{vehicle}", To(Permission::VehicleDelete), Empty),
    row("POST /api/v1/vehicles/{vehicle}/restore", To(Permission::VehicleDelete), Empty),
    row(
        "POST /api/v1/vehicles/{vehicle}/status",
        To(Permission::VehicleUpdate),
        Json(r#"{"to":"in_preparation","reason":"because"}"#),
    ),
    row("GET /api/v1/vehicles/{vehicle}/timeline", To(Permission::VehicleRead), Empty),
    row("POST /api/v1/vehicles/imports", To(Permission::ImportRun), Upload),
    row("GET /api/v1/vehicles/imports/{import}", To(Permission::ImportRun), Empty),
    row(
        "POST /api/v1/vehicles/imports/{import}/apply",
        To(Permission::ImportRun),
        Json(r#"{"mode":"good"}"#),
    ),
    row("GET /api/v1/vehicles/imports/{import}/events", To(Permission::ImportRun), Empty),
    row("POST /api/v1/vehicles/decodings", To(Permission::VehicleUpdate), Empty),
    row("GET /api/v1/vehicles/decodings/{decoding}", To(Permission::VehicleUpdate), Empty),
    row(
        "GET /api/v1/vehicles/decodings/{decoding}/events",
        To(Permission::VehicleUpdate),
        Empty,
    ),
    row("GET /api/v1/vins/{vin}", To(Permission::CatalogueRead), Empty),
    row(
        "POST /api/v1/vins/decode",
        To(Permission::CatalogueRead),
        Json(r#"["1HGCM82633A004352"]"#),
    ),
];
