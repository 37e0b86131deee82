//! Times as people read them.

use app::kernel::actor::Actor;
use chrono::{DateTime, FixedOffset, TimeZone};
use chrono_tz::Tz;

/// A time by the clock of the actor's organisation. A zone that only PostgreSQL knows is shown in UTC.
#[must_use]
pub fn local<Z: TimeZone>(at: &DateTime<Z>, actor: &Actor) -> DateTime<FixedOffset> {
    let zone: Tz = actor.time_zone.parse().unwrap_or(Tz::UTC);
    at.with_timezone(&zone).fixed_offset()
}
