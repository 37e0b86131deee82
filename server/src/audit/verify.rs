//! Walks every organisation's chain, a batch at a time, and reports the first row that is not as it was recorded.

use app::kernel::{error::AppError, id::OrganisationId};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    chain::{BATCH, GENESIS, hash},
    store::{self, Head},
};
use crate::platform::db;

/// What was found in one organisation's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub name: String,
    /// Rows found whole, from the first on.
    pub verified: i64,
    /// Rows that wait for their place in the chain: seconds' worth, unless no worker runs.
    pub waiting: i64,
    /// The first break; None if the chain is whole.
    pub broken: Option<Break>,
}

/// How a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// The row's contents, or its hash, are not what was recorded.
    #[error("row {sequence} ({id}) was changed")]
    Changed { sequence: i64, id: Uuid },
    /// The row does not follow the one before it: rows were exchanged.
    #[error("row {sequence} ({id}) does not follow the row before it")]
    Reordered { sequence: i64, id: Uuid },
    /// Rows are gone, from `sequence` on.
    #[error("row {sequence} was removed")]
    Removed { sequence: i64 },
    /// Rows stand beyond the end that the chain had.
    #[error("row {sequence} was added past the end of the chain")]
    Added { sequence: i64 },
}

/// Verifies every organisation's chain, in bounded memory. The system may run meanwhile.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn verify(db: &PgPool) -> Result<Vec<Verdict>, AppError> {
    let mut verdicts = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let page = store::organisations(db, after, 200).await.map_err(db::failure)?;
        let Some((last, _)) = page.last() else { return Ok(verdicts) };
        after = *last;
        for (organisation, name) in page {
            verdicts.push(verify_one(db, organisation, name).await.map_err(db::failure)?);
        }
    }
}

async fn verify_one(db: &PgPool, organisation: Uuid, name: String) -> sqlx::Result<Verdict> {
    // The end is read first: the chain may grow while it is walked, and rows past this end are then checked like the others.
    let end = store::head(db, organisation).await?.unwrap_or(Head {
        sequence: 0,
        hash: GENESIS.to_vec(),
    });
    let mut at = Head {
        sequence: 0,
        hash: GENESIS.to_vec(),
    };
    let mut broken = None;
    'walk: loop {
        let entries = store::chained(db, organisation, at.sequence, BATCH).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            let sequence = entry.sequence.unwrap_or_default();
            broken = if sequence != at.sequence + 1 {
                Some(Break::Removed { sequence: at.sequence + 1 })
            } else if entry.previous_hash.as_deref() != Some(at.hash.as_slice()) {
                Some(Break::Reordered { sequence, id: entry.id })
            } else if entry.hash.as_deref() != Some(hash(&entry, sequence, &at.hash).as_slice()) {
                Some(Break::Changed { sequence, id: entry.id })
            } else {
                None
            };
            if broken.is_some() {
                break 'walk;
            }
            at = Head {
                sequence,
                hash: entry.hash.unwrap_or_default(),
            };
            if sequence == end.sequence && at.hash != end.hash {
                broken = Some(Break::Changed { sequence, id: entry.id });
                break 'walk;
            }
        }
    }
    if broken.is_none() && at.sequence < end.sequence {
        broken = Some(Break::Removed { sequence: at.sequence + 1 });
    }
    if broken.is_none() && at.sequence > end.sequence {
        let now = store::head(db, organisation).await?.map_or(0, |head| head.sequence);
        if at.sequence > now {
            broken = Some(Break::Added { sequence: now + 1 });
        }
    }
    Ok(Verdict {
        organisation: organisation.into(),
        name,
        verified: at.sequence,
        waiting: store::waiting(db, organisation).await?,
        broken,
    })
}
