//! Registered clients.

use sqlx::PgConnection;

/// A registered relying party.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
    pub(crate) audience: String,
    pub(crate) signing_algorithm: String,
}

pub(crate) async fn find_client(connection: &mut PgConnection, id: &str) -> sqlx::Result<Option<Client>> {
    sqlx::query_as!(
        Client,
        "SELECT id, name, secret_hash, redirect_uris, post_logout_redirect_uris, audience, signing_algorithm FROM issuer.client WHERE id = $1",
        id
    )
    .fetch_optional(connection)
    .await
}

/// Registers the client, or brings what is registered up to date.
pub(crate) async fn save_client(connection: &mut PgConnection, client: &Client) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO issuer.client (id, name, secret_hash, redirect_uris, post_logout_redirect_uris, audience, signing_algorithm)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, secret_hash = excluded.secret_hash, redirect_uris = excluded.redirect_uris,
             post_logout_redirect_uris = excluded.post_logout_redirect_uris, audience = excluded.audience,
             signing_algorithm = excluded.signing_algorithm",
        client.id,
        client.name,
        client.secret_hash,
        &client.redirect_uris,
        &client.post_logout_redirect_uris,
        client.audience,
        client.signing_algorithm
    )
    .execute(connection)
    .await
    .map(drop)
}
