//! The integration tests: one binary, real PostgreSQL and Redis, a fresh database for each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set itself up should fail loudly"
)]
#![allow(unreachable_pub, reason = "nothing outside a test binary could reach anything")]

mod audit;
mod bearer;
mod catalogue;
mod catalogue_entries;
mod catalogue_offers;
mod command_line;
mod coverage;
mod csrf;
mod decoding;
mod forms;
mod headers;
mod identity;
mod import;
mod import_ends;
mod issuer;
mod issuer_attacks;
mod issuer_guessing;
mod jobs;
mod operation;
mod organisations;
mod problems;
mod process;
mod refresh;
mod rest;
mod rest_guards;
mod rest_imports;
mod sessions;
mod support;
mod tenancy;
mod uploads;
mod vehicle;
mod vehicle_fields;
mod vehicle_forms;
mod vehicle_lists;
mod vin;
mod whole;
