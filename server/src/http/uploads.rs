//! Reads uploads chunk by chunk, counting, so that a file over the limit is refused before it is in memory; few at a time, so that all of
//! them together stay within bounds.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::{
    identity::Permission,
    kernel::{
        actor::Actor,
        error::AppError,
        form::{Typed, Upload, UploadService},
        id::OrganisationId,
        problem::Problem,
    },
};
use async_trait::async_trait;
use leptos::server_fn::codec::MultipartData;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::platform::Platform;

/// The longest wait for the next chunk: a client that trickles is let go.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(30);
/// What the fields beside the file may hold together.
const MAX_FIELD_BYTES: usize = 65_536;
const MAX_FIELDS: usize = 50;
/// Uploads that are read or kept at a time. Each is in memory whole, so this times `import_max_bytes` is what they can take.
pub const MAX_CONCURRENT: usize = 4;
/// Of them, how many may be one organisation's, so that none can hold up all others by trickling.
pub const MAX_OF_ORGANISATION: usize = 2;
/// The longest wait for one's turn, and what those are told who waited in vain.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(5);
const RETRY_AFTER: u32 = 15;
/// The longest that one upload may take: nobody keeps a turn by trickling.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// Uploads up to the configured size.
#[derive(Debug)]
pub struct Uploads {
    limit: u64,
    turns: Arc<Semaphore>,
    /// Those of organisations that upload now.
    turns_of: Mutex<HashMap<OrganisationId, Arc<Semaphore>>>,
}

impl Uploads {
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the contract of every service")]
    pub fn new(platform: Platform) -> Self {
        Self {
            limit: platform.config.import_max_bytes,
            turns: Arc::new(Semaphore::new(MAX_CONCURRENT)),
            turns_of: Mutex::default(),
        }
    }
}

fn broken(detail: impl std::fmt::Display) -> AppError {
    tracing::debug!(%detail, "an upload could not be read");
    AppError::invalid("file", Problem::BadUpload)
}

#[async_trait]
impl UploadService for Uploads {
    async fn read(&self, actor: &Actor, needs: Permission, data: MultipartData, typed: &Typed) -> Result<Upload, AppError> {
        actor.require(needs)?;
        let full = AppError::TooMany { retry_after: RETRY_AFTER };
        let turn = tokio::time::timeout(QUEUE_TIMEOUT, self.turn(actor.organisation)).await;
        let turn = turn.map_err(|_| full.clone())?.map_err(|_| full)?;
        match tokio::time::timeout(UPLOAD_TIMEOUT, self.read_parts(data, typed, turn)).await {
            Ok(upload) => upload,
            Err(_) => Err(broken("it took too long")),
        }
    }
}

/// The right to have a file in memory: one of the organisation's and one of all.
type Turn = (OwnedSemaphorePermit, OwnedSemaphorePermit);

impl Uploads {
    /// Waits for the organisation's own first: who waits there takes nothing from others.
    async fn turn(&self, organisation: OrganisationId) -> Result<Turn, AcquireError> {
        let of_organisation = self.turns_of(organisation).acquire_owned().await?;
        let of_all = Arc::clone(&self.turns).acquire_owned().await?;
        Ok((of_organisation, of_all))
    }

    fn turns_of(&self, organisation: OrganisationId) -> Arc<Semaphore> {
        let mut all = self.turns_of.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever holds or awaits a turn holds the semaphore too.
        all.retain(|_, turns| Arc::strong_count(turns) > 1);
        let turns = all
            .entry(organisation)
            .or_insert_with(|| Arc::new(Semaphore::new(MAX_OF_ORGANISATION)));
        Arc::clone(turns)
    }

    async fn read_parts(&self, data: MultipartData, typed: &Typed, turn: Turn) -> Result<Upload, AppError> {
        let mut parts = data.into_inner().ok_or_else(|| broken("there is none"))?;
        let too_large = || AppError::TooLarge { limit: self.limit };
        let mut file = None;
        let mut values = BTreeMap::new();
        let mut in_fields = 0;
        while let Some(mut part) = next(parts.next_field()).await? {
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = name == "file" && file.is_none();
            let file_name = part.file_name().unwrap_or_default().to_owned();
            let mut bytes = Vec::new();
            while let Some(chunk) = next(part.chunk()).await? {
                bytes.extend_from_slice(&chunk);
                if is_file && bytes.len() as u64 > self.limit || !is_file && in_fields + bytes.len() > MAX_FIELD_BYTES {
                    return Err(too_large());
                }
            }
            if is_file {
                file = Some((base_name(&file_name), bytes));
            } else {
                in_fields += bytes.len();
                let value = String::from_utf8_lossy(&bytes).into_owned();
                typed.note(&name, &value);
                values.insert(name, value);
            }
            if values.len() > MAX_FIELDS {
                return Err(broken("too many fields"));
            }
        }
        match file {
            // A browser sends an unnamed empty file when none was chosen.
            Some((file_name, file)) if !(file_name.is_empty() && file.is_empty()) => Ok(Upload {
                file_name,
                file,
                values,
                turn: Arc::new(turn),
            }),
            _ => Err(AppError::invalid("file", Problem::Required)),
        }
    }
}

async fn next<T, E: std::fmt::Display>(chunk: impl Future<Output = Result<T, E>>) -> Result<T, AppError> {
    match tokio::time::timeout(CHUNK_TIMEOUT, chunk).await {
        Ok(Ok(chunk)) => Ok(chunk),
        Ok(Err(error)) => Err(broken(error)),
        Err(_) => Err(broken("it broke off")),
    }
}

/// The name of a file as a browser sends it, without a path and control characters, at most 200 characters; empty if nothing is left.
#[must_use]
pub fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    name.chars().filter(|character| !character.is_control()).take(200).collect()
}
