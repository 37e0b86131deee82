//! REST under /api/v1: the routes of every capability, their OpenAPI 3.1 document and its Swagger UI.

use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        KnownFormat, ObjectBuilder, OpenApi as Document, Required, SchemaFormat,
        path::{Operation, ParameterBuilder, ParameterIn},
        schema::Type,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{
    Web,
    problem::ProblemDetails,
    refusal::{self, Refusal},
};
use crate::{catalogue, identity, vehicle, vin};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Forecourt",
        description = "The same operations as the pages, for programs. Lists page by key set and link on with the header `Link`; \
                       errors are problem details (RFC 9457)."
    ),
    components(schemas(ProblemDetails)),
    modifiers(&SecuritySchemes),
    security(("bearer" = []), ("session" = []))
)]
struct Api;

/// How one signs in.
struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "An access token of the configured issuer with the scope `forecourt`, or with scopes that name permissions. \
                 Who belongs to several organisations names one in the header `Forecourt-Organisation`.",
            ))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description("forecourt", "The session of a signed-in browser (`__Host-forecourt` over TLS).");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The routes of every capability with their documentation. A capability adds itself here.
pub fn capabilities() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(Api::openapi())
        .merge(identity::rest::router())
        .merge(vehicle::rest::router())
        .merge(vin::rest::router())
        .merge(catalogue::rest::router())
}

/// The OpenAPI document alone, for `forecourt openapi`.
#[must_use]
pub fn document() -> Document {
    let mut document = capabilities().into_openapi();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        operations.into_iter().flatten().for_each(name_an_organisation);
    }
    document
}

/// Documents the header in which a token's owner names an organisation, and the 422 without it; every operation takes it.
fn name_an_organisation(operation: &mut Operation) {
    let organisation = ParameterBuilder::new()
        .name("Forecourt-Organisation")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The id of the organisation to act in, for an access token whose owner belongs to several: 422 without it.",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))),
        ))
        .build();
    operation.parameters.get_or_insert_default().push(organisation.into());
    for (status, response) in refusal::documented(&[422]) {
        operation.responses.responses.entry(status).or_insert(response);
    }
}

/// The routes alone: they need an actor before them.
pub fn router() -> Router<Web> {
    capabilities()
        .split_for_parts()
        .0
        .method_not_allowed_fallback(|| async { Refusal::Method })
}

/// /api/openapi.json and /api/docs: readable without signing in.
pub fn documentation() -> Router<Web> {
    let json = Json(document());
    // `url` would serve the document itself, but without our headers' say over it.
    let ui = SwaggerUi::new("/api/docs").config(
        Config::from("/api/openapi.json")
            .validator_url("none")
            .try_it_out_enabled(true)
            .with_credentials(true),
    );
    Router::new()
        .merge(Router::<Web>::from(ui).layer(middleware::from_fn(allow_swagger)))
        .route("/api/openapi.json", get(move || async move { json }))
}

/// Swagger UI's scripts and styles are files of ours; it draws with data: pictures and sets styles on elements.
async fn allow_swagger(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
             connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    );
    response
}
