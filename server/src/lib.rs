//! What the browser never sees: HTTP, sessions, SQL, jobs, the identity provider; the binary `forecourt`.

pub mod audit;
pub mod config;
pub mod http;
pub mod identity;
pub mod issuer;
pub mod jobs;
pub mod platform;
pub mod vehicle;
