//! The integration tests: one binary, real PostgreSQL and Redis, a fresh database for each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set itself up should fail loudly"
)]

mod bearer;
mod csrf;
mod headers;
mod identity;
mod issuer;
mod issuer_attacks;
mod issuer_guessing;
mod problems;
mod process;
mod sessions;
mod support;

#[tokio::test]
async fn a_fresh_database_has_the_schema() {
    let platform = support::platform().await;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        .fetch_one(&platform.db)
        .await
        .unwrap();
    assert!(tables > 5);
}
