//! Tenancy, proved on pg_catalog: every table, unique key and foreign key begins with `organisation_id`, and nothing cascades.
//!
//! So the database itself refuses a reference across organisations, and the schema can be distributed by that key.

use sqlx::{AssertSqlSafe, PgPool};

use crate::support;

/// Tables that belong to no organisation, each with the reason.
const EXEMPT: [(&str, &str); 3] = [
    ("_sqlx_migrations", "sqlx's own list of migrations"),
    ("app_user", "a person, who may be a member of many organisations"),
    ("user_login", "a person's account at an identity provider"),
];

/// In every schema but PostgreSQL's own and the issuer's, whose accounts belong to no organisation and may lie in another database.
const OURS: &str = "relnamespace IN (SELECT oid FROM pg_namespace
                                     WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'issuer'))";

fn exempt(table: &str) -> bool {
    EXEMPT.iter().any(|(name, _)| *name == table)
}

/// Tables outside `public` with their schemas.
async fn tables(db: &PgPool) -> Vec<String> {
    let tables = format!("SELECT oid::regclass::text FROM pg_class WHERE {OURS} AND relkind IN ('r', 'p') ORDER BY 1");
    sqlx::query_scalar(AssertSqlSafe(tables)).fetch_all(db).await.unwrap()
}

/// What is wrong with the schema, one sentence each.
async fn faults(db: &PgPool) -> Vec<String> {
    let mut faults = Vec::new();
    for table in tables(db).await.iter().filter(|table| !exempt(table)) {
        let nullable: Option<bool> = sqlx::query_scalar(
            "SELECT NOT attnotnull FROM pg_attribute
             WHERE attrelid = $1::text::regclass AND attname = 'organisation_id' AND atttypid = 'uuid'::regtype",
        )
        .bind(table)
        .fetch_optional(db)
        .await
        .unwrap();
        match nullable {
            None => faults.push(format!("{table} has no column organisation_id uuid")),
            Some(true) => faults.push(format!("{table}.organisation_id may be NULL")),
            Some(false) => {}
        }
        let has_key: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'p')")
                .bind(table)
                .fetch_one(db)
                .await
                .unwrap();
        if !has_key {
            faults.push(format!("{table} has no primary key"));
        }
    }
    // An index over an expression has attribute number 0 there and counts as not beginning with the organisation.
    let keys = format!(
        "SELECT t.oid::regclass::text, i.relname::text, a.attname::text
         FROM pg_index x
         JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_class t ON t.oid = x.indrelid
         LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
         WHERE t.{OURS} AND (x.indisunique OR x.indisexclusion)"
    );
    let keys: Vec<(String, String, Option<String>)> = sqlx::query_as(AssertSqlSafe(keys)).fetch_all(db).await.unwrap();
    for (table, index, first) in keys {
        if !exempt(&table) && first.as_deref() != Some("organisation_id") {
            faults.push(format!("the unique index {index} of {table} does not begin with organisation_id"));
        }
    }
    let references = format!(
        "SELECT t.oid::regclass::text, c.conname::text, f.oid::regclass::text, a.attname::text, fa.attname::text,
                c.confdeltype::text || c.confupdtype::text
         FROM pg_constraint c
         JOIN pg_class t ON t.oid = c.conrelid
         JOIN pg_class f ON f.oid = c.confrelid
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         JOIN pg_attribute fa ON fa.attrelid = c.confrelid AND fa.attnum = c.confkey[1]
         WHERE c.contype = 'f' AND t.{OURS}"
    );
    let references: Vec<(String, String, String, String, String, String)> =
        sqlx::query_as(AssertSqlSafe(references)).fetch_all(db).await.unwrap();
    for (table, name, referred, column, referred_column, on) in references {
        if on.contains('c') {
            faults.push(format!("the foreign key {name} of {table} cascades"));
        }
        let scoped = column == "organisation_id" && referred_column == "organisation_id";
        if !scoped && referred != "app_user" {
            faults.push(format!(
                "the foreign key {name} of {table} to {referred} does not begin with organisation_id"
            ));
        }
    }
    faults
}

#[tokio::test]
async fn every_table_and_key_begins_with_the_organisation() {
    let platform = support::platform().await;
    assert!(tables(&platform.db).await.len() > 8, "the schema is there");
    let faults = faults(&platform.db).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn an_exemption_without_its_table_is_removed_from_the_list() {
    let platform = support::platform().await;
    let tables = tables(&platform.db).await;
    for (name, reason) in EXEMPT {
        assert!(
            tables.iter().any(|table| table == name),
            "{name} ({reason}) is exempt and does not exist"
        );
    }
}

#[tokio::test]
async fn nothing_cascades_in_any_schema() {
    let platform = support::platform().await;
    let cascading: Vec<String> =
        sqlx::query_scalar("SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND 'c' IN (confdeltype, confupdtype)")
            .fetch_all(&platform.db)
            .await
            .unwrap();
    assert!(cascading.is_empty(), "{cascading:?}");
}

/// The guard itself: each fault it is there for is found.
#[tokio::test]
async fn the_guard_sees_every_kind_of_fault() {
    let platform = support::platform().await;
    sqlx::raw_sql(
        "CREATE TABLE loose (id uuid PRIMARY KEY);
         CREATE TABLE keyless (organisation_id uuid NOT NULL);
         CREATE TABLE nullable (organisation_id uuid, id uuid UNIQUE);
         CREATE TABLE folded (organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE, id uuid, name text,
                              PRIMARY KEY (organisation_id, id));
         CREATE UNIQUE INDEX folded_name ON folded (lower(name), organisation_id);
         CREATE TABLE crossing (organisation_id uuid NOT NULL, id uuid, loose_id uuid REFERENCES loose, PRIMARY KEY (organisation_id, id));
         CREATE SCHEMA aside;
         CREATE TABLE aside.elsewhere (id uuid PRIMARY KEY)",
    )
    .execute(&platform.db)
    .await
    .unwrap();
    let faults = faults(&platform.db).await.join("\n");
    for expected in [
        "loose has no column organisation_id uuid",
        "loose_pkey of loose does not begin",
        "keyless has no primary key",
        "nullable.organisation_id may be NULL",
        "nullable_id_key of nullable does not begin",
        "folded_organisation_id_fkey of folded cascades",
        "folded_name of folded does not begin",
        "crossing_loose_id_fkey of crossing to loose does not begin",
        "aside.elsewhere has no column organisation_id uuid",
        "elsewhere_pkey of aside.elsewhere does not begin",
    ] {
        assert!(faults.contains(expected), "missed: {expected}\nfound:\n{faults}");
    }
}
