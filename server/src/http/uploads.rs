//! Reads uploads piece by piece, counting, so that a file over the limit is refused before it is in memory.

use std::{collections::BTreeMap, time::Duration};

use app::kernel::{
    error::AppError,
    form::{Upload, UploadService},
    problem::Problem,
};
use async_trait::async_trait;
use leptos::server_fn::codec::MultipartData;

use crate::platform::Platform;

/// The longest wait for the next piece: a client that trickles is let go.
const PIECE: Duration = Duration::from_secs(30);
/// What the fields beside the file may hold together.
const FIELDS: usize = 65_536;
const MOST_FIELDS: usize = 50;

/// Uploads up to the configured size.
#[derive(Debug)]
pub struct Uploads {
    limit: u64,
}

impl Uploads {
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the contract of every service")]
    pub fn new(platform: Platform) -> Self {
        Self {
            limit: platform.config.import_max_bytes,
        }
    }
}

fn broken(detail: impl std::fmt::Display) -> AppError {
    AppError::invalid(
        "file",
        Problem::Malformed {
            expected: format!("a whole multipart/form-data body ({detail})"),
        },
    )
}

#[async_trait]
impl UploadService for Uploads {
    async fn read(&self, data: MultipartData) -> Result<Upload, AppError> {
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
            while let Some(piece) = next(part.chunk()).await? {
                bytes.extend_from_slice(&piece);
                if is_file && bytes.len() as u64 > self.limit || !is_file && in_fields + bytes.len() > FIELDS {
                    return Err(too_large());
                }
            }
            if is_file {
                file = Some((base_name(&file_name), bytes));
            } else {
                in_fields += bytes.len();
                values.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
            if values.len() > MOST_FIELDS {
                return Err(broken("too many fields"));
            }
        }
        match file {
            // A browser sends an unnamed empty file when none was chosen.
            Some((file_name, file)) if !(file_name.is_empty() && file.is_empty()) => Ok(Upload { file_name, file, values }),
            _ => Err(AppError::invalid("file", Problem::Required)),
        }
    }
}

async fn next<T, E: std::fmt::Display>(piece: impl Future<Output = Result<T, E>>) -> Result<T, AppError> {
    match tokio::time::timeout(PIECE, piece).await {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(error)) => Err(broken(error)),
        Err(_) => Err(broken("it broke off")),
    }
}

/// The name without a path, without control characters, at most 200 characters.
fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|character| !character.is_control()).take(200).collect()
}
