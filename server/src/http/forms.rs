//! Keeps forms that could not be taken: an hour, sealed, under an unguessable key.

use app::kernel::{
    actor::Actor,
    error::AppError,
    form::{FormService, KeptForm},
};
use async_trait::async_trait;
use fred::{interfaces::KeysInterface, types::Expiration};

use super::{
    kv::patiently,
    seal::{Sealer, name_of, secret_name},
};
use crate::platform::{Platform, db};

/// Larger forms are not kept: every field of the largest one at its limit is well below.
const LARGEST: usize = 256 * 1024;
const KEPT_SECONDS: i64 = 3600;

/// The forms in Redis.
#[derive(Debug)]
pub struct Forms {
    platform: Platform,
    sealer: Sealer,
}

impl Forms {
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let sealer = Sealer::new(platform.keys.seal, "form 1");
        Self { platform, sealer }
    }
}

#[async_trait]
impl FormService for Forms {
    async fn keep(&self, form: KeptForm) -> Result<String, AppError> {
        let key = secret_name();
        let name = name_of(&key);
        let sealed = self
            .sealer
            .seal(&name, &form)
            .ok_or_else(|| db::internal(&std::io::Error::other("a form could not be sealed")))?;
        if sealed.len() > LARGEST {
            return Err(AppError::TooLarge { limit: LARGEST as u64 });
        }
        let kept = self.platform.kv.set::<(), _, _>(
            format!("form:{name}"),
            sealed.as_slice(),
            Some(Expiration::EX(KEPT_SECONDS)),
            None,
            false,
        );
        patiently(kept).await?;
        Ok(key)
    }

    async fn find(&self, _actor: &Actor, key: String) -> Result<KeptForm, AppError> {
        let name = name_of(&key);
        let sealed: Option<Vec<u8>> = patiently(self.platform.kv.get(format!("form:{name}"))).await?;
        sealed
            .and_then(|sealed| self.sealer.open(&name, &sealed))
            .ok_or_else(|| AppError::NotFound { what: "form".into() })
    }
}
