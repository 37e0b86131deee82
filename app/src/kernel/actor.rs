//! Who acts: a signed-in member with what the role allows, an API client, or the system itself.

use std::collections::BTreeSet;

use super::{
    error::AppError,
    id::{OrganisationId, UserId},
    unit::DistanceUnit,
};
use crate::{i18n::Locale, identity::Permission};

/// The one who asks for an operation. Made by the session layer, by the Bearer layer or by a job; services check it first.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The organisation acted in; every row read or written belongs to it.
    pub organisation: OrganisationId,
    /// The person, if there is one: jobs of the system have none.
    pub user: Option<UserId>,
    /// How the audit names the actor: a person's name, an API client's, or "Forecourt".
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    pub locale: Locale,
    /// The organisation's currency, for amounts that name none.
    pub currency: iso_currency::Currency,
    /// The organisation's unit, for distances that name none.
    pub distance_unit: DistanceUnit,
    /// IANA time zone of the organisation; its day is the business day.
    pub time_zone: String,
    pub origin: Origin,
}

/// Where a request came from, for the audit.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Client address, if it came over HTTP.
    pub address: Option<std::net::IpAddr>,
    /// Request id, the same as in the logs.
    pub request: Option<String>,
    /// `web`, `api`, `job` or `cli`.
    pub channel: &'static str,
}

impl Actor {
    /// Forecourt itself, allowed everything in one organisation: jobs and the command line.
    #[must_use]
    pub fn system(organisation: OrganisationId, currency: iso_currency::Currency, channel: &'static str) -> Self {
        Self {
            organisation,
            user: None,
            name: "Forecourt".into(),
            permissions: Permission::ALL.iter().copied().collect(),
            locale: Locale::En,
            currency,
            distance_unit: DistanceUnit::default(),
            time_zone: "UTC".into(),
            origin: Origin {
                channel,
                ..Origin::default()
            },
        }
    }

    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// The first line of every operation of a service.
    ///
    /// # Errors
    /// `Forbidden`, naming the permission, if the actor lacks it.
    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(AppError::lacks(permission))
    }
}
