//! Keeps forms that could not be taken: an hour, sealed, under an unguessable key, for the one who typed them.
//!
//! A member's form opens only for that person in that organisation. A form of somebody who is not signed in is bound to the browser by
//! a cookie of its own; the first member who opens it there becomes its owner. What is kept is limited per form, per person or address,
//! and in total for strangers, because Redis holds sessions too and evicts nothing.

use std::net::IpAddr;

use app::kernel::{
    actor::Actor,
    error::AppError,
    form::{FormKey, FormService, KeptForm},
    id::{OrganisationId, UserId},
};
use async_trait::async_trait;
use axum::http::{HeaderValue, request::Parts};
use fred::{
    interfaces::KeysInterface,
    types::{Expiration, SetOptions},
};
use serde::{Deserialize, Serialize};

use super::{
    headers::is_https,
    rate_limit,
    request::{caller, cookie, network},
    seal::{Sealer, name_of, secret_name},
};
use crate::platform::{Platform, db, kv::with_timeout};

/// The largest form that is kept, sealed: every field of the largest one at its limit is well below.
const MAX_BYTES: usize = 256 * 1024;
const TTL_SECONDS: i64 = 3600;
/// Forms that one network may leave in a minute.
const PER_MINUTE: u64 = 30;
/// Bytes that may be kept in an hour for one member, for one network without a session, and for all of those together.
const MEMBER_BYTES_PER_HOUR: u64 = 8 * 1024 * 1024;
const ADDRESS_BYTES_PER_HOUR: u64 = 1024 * 1024;
const ANONYMOUS_BYTES_PER_HOUR: u64 = 64 * 1024 * 1024;

/// Whose form it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Owner {
    Member {
        user: Option<UserId>,
        organisation: OrganisationId,
    },
    /// Hash of the browser's cookie.
    Browser { name: String },
}

impl Owner {
    fn of(actor: &Actor) -> Self {
        Self::Member {
            user: actor.user,
            organisation: actor.organisation,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    owner: Owner,
    form: KeptForm,
}

/// The forms in Redis.
#[derive(Debug)]
pub struct Forms {
    platform: Platform,
    sealer: Sealer,
}

fn not_found() -> AppError {
    AppError::NotFound { what: "form".into() }
}

impl Forms {
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let sealer = Sealer::new(platform.keys.seal, "form 2");
        Self { platform, sealer }
    }

    fn seal(&self, name: &str, kept: &Kept) -> Result<Vec<u8>, AppError> {
        let sealed = self.sealer.seal(name, kept);
        sealed.ok_or_else(|| db::internal(&std::io::Error::other("a form could not be sealed")))
    }

    async fn store(&self, owner: Owner, address: Option<IpAddr>, form: KeptForm) -> Result<String, AppError> {
        let key = secret_name();
        let name = name_of(&key);
        rate_limit::count(&self.platform.kv, "form", address, PER_MINUTE).await?;
        let sealed = self.seal(
            &name,
            &Kept {
                owner: owner.clone(),
                form,
            },
        )?;
        if sealed.len() > MAX_BYTES {
            return Err(AppError::TooLarge { limit: MAX_BYTES as u64 });
        }
        self.spend(&owner, address, sealed.len() as u64).await?;
        let expire = Some(Expiration::EX(TTL_SECONDS));
        let set = self
            .platform
            .kv
            .set::<(), _, _>(format!("form:{name}"), sealed.as_slice(), expire, None, false);
        with_timeout(set).await?;
        Ok(key)
    }

    async fn spend(&self, owner: &Owner, address: Option<IpAddr>, bytes: u64) -> Result<(), AppError> {
        let kv = &self.platform.kv;
        match owner {
            Owner::Member { user, organisation } => {
                let who = user.map_or_else(|| organisation.to_string(), |user| user.to_string());
                rate_limit::count_bytes(kv, &format!("form:{who}"), bytes, MEMBER_BYTES_PER_HOUR).await
            }
            Owner::Browser { .. } => {
                if let Some(address) = address {
                    rate_limit::count_bytes(kv, &format!("form:{}", network(address)), bytes, ADDRESS_BYTES_PER_HOUR).await?;
                }
                rate_limit::count_bytes(kv, "form:anonymous", bytes, ANONYMOUS_BYTES_PER_HOUR).await
            }
        }
    }

    /// The cookie that binds forms to a browser without a session.
    fn cookie_name(&self) -> &'static str {
        if is_https(&self.platform.config.public_url) {
            "__Host-forecourt-form"
        } else {
            "forecourt-form"
        }
    }

    fn browser<'a>(&self, request: &'a Parts) -> Option<&'a str> {
        cookie(&request.headers, self.cookie_name()).filter(|value| !value.is_empty())
    }

    fn set_cookie(&self, value: &str) -> Option<HeaderValue> {
        let name = self.cookie_name();
        let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
        HeaderValue::from_str(&format!(
            "{name}={value}; Path=/; Max-Age={TTL_SECONDS}; HttpOnly; SameSite=Lax{secure}"
        ))
        .ok()
    }
}

#[async_trait]
impl FormService for Forms {
    async fn keep(&self, actor: Option<&Actor>, request: &Parts, form: KeptForm) -> Result<FormKey, AppError> {
        let address = caller(&request.extensions).address;
        let (owner, cookie) = match actor {
            Some(actor) => (Owner::of(actor), None),
            None => {
                let browser = self.browser(request).map_or_else(secret_name, str::to_owned);
                let owner = Owner::Browser { name: name_of(&browser) };
                (owner, self.set_cookie(&browser))
            }
        };
        let key = self.store(owner, address, form).await;
        if let Err(error) = &key {
            tracing::warn!(%error, "a form could not be kept; its page holds it instead");
        }
        Ok(FormKey { key: key?, cookie })
    }

    async fn find(&self, actor: &Actor, request: &Parts, key: String) -> Result<KeptForm, AppError> {
        let name = name_of(&key);
        let record = format!("form:{name}");
        let sealed: Option<Vec<u8>> = with_timeout(self.platform.kv.get(&record)).await?;
        let kept: Option<Kept> = sealed.and_then(|sealed| self.sealer.open(&name, &sealed));
        let Some(mut kept) = kept else { return Err(not_found()) };
        let member = Owner::of(actor);
        if kept.owner == member {
            return Ok(kept.form);
        }
        let browser = self.browser(request).map(|browser| Owner::Browser { name: name_of(browser) });
        if browser.as_ref() != Some(&kept.owner) {
            tracing::warn!(user = ?actor.user, "somebody asked for a form that somebody else typed");
            return Err(not_found());
        }
        // From now on it is this person's, whoever signs in with the same browser next.
        kept.owner = member;
        let sealed = self.seal(&name, &kept)?;
        let set = self
            .platform
            .kv
            .set::<(), _, _>(&record, sealed.as_slice(), Some(Expiration::KEEPTTL), Some(SetOptions::XX), false);
        with_timeout(set).await?;
        Ok(kept.form)
    }
}
