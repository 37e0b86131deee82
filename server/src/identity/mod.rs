//! Identity behind the counter: organisations, members, roles and permissions as rows, and who a session belongs to.
//!
//! `find_member` runs on every request for a page, `find_actor` on every other, `sign_in` once a session begins; `provision` makes organisations and members.

mod error;
pub mod provision;
pub mod rest;
mod service;
mod store;

pub use error::IdentityError;
pub use service::{
    Identity, IssuerAccount, KnownPerson, find_actor, find_member, find_person, organisations_named, sign_in, switch_organisation,
    system_actor,
};
