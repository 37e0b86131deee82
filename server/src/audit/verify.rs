//! Walks every organisation's chain, a batch at a time, and reports the first row that is not as it was recorded.
//!
//! Whoever may write to the whole database can recalculate a whole chain. That shows only against an [`End`] that was noted elsewhere.

use std::fmt;

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
    /// The hash of the last of them.
    pub hash: Vec<u8>,
    /// Rows that wait for their place in the chain: seconds' worth, unless no worker runs.
    pub waiting: i64,
    /// The first break; None if the chain is whole.
    pub broken: Option<Break>,
}

impl Verdict {
    /// Where the part that was found whole ends.
    #[must_use]
    pub fn end(&self) -> End {
        End {
            organisation: self.organisation,
            sequence: self.verified,
            hash: self.hash.clone(),
        }
    }
}

/// The end that a chain had once, written `ORGANISATION:SEQUENCE:HASH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub organisation: OrganisationId,
    pub sequence: i64,
    pub hash: Vec<u8>,
}

impl End {
    /// Reads it as it is written.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        Some(Self {
            organisation: parts.next()?.parse().ok()?,
            sequence: parts.next()?.parse::<i64>().ok().filter(|sequence| *sequence > 0)?,
            hash: hex::decode(parts.next()?).ok().filter(|hash| hash.len() == GENESIS.len())?,
        })
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.organisation, self.sequence, hex::encode(&self.hash))
    }
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
    /// The chain fits together, but is not the one whose end was noted: it was recalculated.
    #[error("the rows up to {sequence} are not those whose end was noted: the chain was recalculated")]
    Recalculated { sequence: i64 },
}

/// Verifies every organisation's chain, in bounded memory. The system may run meanwhile.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn verify(db: &PgPool) -> Result<Vec<Verdict>, AppError> {
    verify_against(db, &[]).await
}

/// As [`verify`]; and each chain must still hold the ends that were noted of it, which may be any number of rows back.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away.
pub async fn verify_against(db: &PgPool, noted: &[End]) -> Result<Vec<Verdict>, AppError> {
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let page = store::organisations(db, after, 200).await.map_err(db::failure)?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (organisation, name) in page {
            verdicts.push(verify_one(db, organisation, name, noted).await.map_err(db::failure)?);
        }
    }
    for end in noted {
        if verdicts.iter().all(|verdict| verdict.organisation != end.organisation) {
            verdicts.push(gone(end.organisation));
        }
    }
    Ok(verdicts)
}

/// An organisation that was there and is not any more.
fn gone(organisation: OrganisationId) -> Verdict {
    Verdict {
        organisation,
        name: organisation.to_string(),
        verified: 0,
        hash: GENESIS.to_vec(),
        waiting: 0,
        broken: Some(Break::Removed { sequence: 1 }),
    }
}

async fn verify_one(db: &PgPool, organisation: Uuid, name: String, noted: &[End]) -> sqlx::Result<Verdict> {
    let noted: Vec<&End> = noted.iter().filter(|end| end.organisation.0 == organisation).collect();
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
            if noted.iter().any(|end| end.sequence == sequence && end.hash != at.hash) {
                broken = Some(Break::Recalculated { sequence });
                break 'walk;
            }
        }
    }
    let expected = noted.iter().map(|end| end.sequence).fold(end.sequence, i64::max);
    if broken.is_none() && at.sequence < expected {
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
        hash: at.hash,
        waiting: store::waiting(db, organisation).await?,
        broken,
    })
}
