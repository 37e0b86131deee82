//! Identity: organisations, their members, roles and permissions, and who is signed in.

mod calls;
mod model;
#[cfg(feature = "ssr")]
mod service;

pub use calls::*;
pub use model::{Me, Membership, OrganisationKind, Permission, Preset};
#[cfg(feature = "ssr")]
pub use service::{IdentityService, SessionService};
