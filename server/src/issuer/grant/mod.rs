//! The two ways to tokens: a fresh authorization code, and the refresh token that came with the last answer.

pub(super) mod authorization_code;
pub(super) mod refresh;

/// How long a refresh token waits for its use, days.
const REFRESH_DAYS: i32 = 14;
/// How long a person can stay signed in at a client without giving the password again, days.
const GRANT_DAYS: i32 = 60;
