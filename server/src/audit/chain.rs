//! The hash chain: each organisation's rows in one line, each row's hash over its contents and the hash before it.
//!
//! `hash = SHA-256(bytes)`, where `bytes` are the fields below, in this order, each written as a 32-bit big-endian length and
//! that many bytes; a NULL is the length FFFFFFFF and nothing else:
//!
//! 1. `forecourt audit 1` (ASCII), 2. the previous row's hash (32 bytes; zeros before the first), 3. sequence (i64 big-endian,
//!    from 1), 4. organisation_id (16 bytes), 5. id (16), 6. at (i64 big-endian, microseconds since 1970-01-01 UTC),
//! 7. user_id (16 or NULL), 8. actor, 9. action, 10. subject_kind (UTF-8), 11. subject_id (16), 12. before, 13. after
//!    (PostgreSQL's text of the jsonb, or NULL), 14. channel, 15. address (PostgreSQL's text of the inet, or NULL), 16. request_id.

use app::kernel::error::AppError;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use super::store::{self, Entry, Head};
use crate::platform::db;

/// Rows chained in one transaction, rows verified at once.
pub(super) const BATCH: i64 = 500;

/// What stands before the first row.
pub(super) const GENESIS: [u8; 32] = [0; 32];

/// Chains every row that is not chained yet; how many. Runs on any number of replicas: an organisation whose chain is being
/// extended elsewhere is passed over.
///
/// # Errors
/// `Unavailable` while PostgreSQL is away; what was chained stays chained.
pub async fn chain(db: &PgPool) -> Result<u64, AppError> {
    let mut done = 0;
    for organisation in store::behind(db).await.map_err(db::failure)? {
        while let Some(count) = extend(db, organisation).await.map_err(db::failure)? {
            done += count;
        }
    }
    Ok(done)
}

/// Chains one batch; None if nothing is left or somebody else is at it.
async fn extend(db: &PgPool, organisation: Uuid) -> sqlx::Result<Option<u64>> {
    let mut transaction = db.begin().await?;
    if !store::try_lock(&mut transaction, organisation).await? {
        return Ok(None);
    }
    let entries = store::unchained(&mut transaction, organisation, BATCH).await?;
    if entries.is_empty() {
        return Ok(None);
    }
    let mut head = store::head(&mut *transaction, organisation).await?.unwrap_or(Head {
        sequence: 0,
        hash: GENESIS.to_vec(),
    });
    let mut links = Vec::with_capacity(entries.len());
    for entry in &entries {
        let sequence = head.sequence + 1;
        let hash = hash(entry, sequence, &head.hash).to_vec();
        links.push((entry.id, sequence, head.hash, hash.clone()));
        head = Head { sequence, hash };
    }
    store::extend(&mut transaction, organisation, &links, &head).await?;
    transaction.commit().await?;
    Ok(Some(entries.len() as u64))
}

/// The hash of a row at its place, as the module's head defines it.
pub(super) fn hash(entry: &Entry, sequence: i64, previous: &[u8]) -> [u8; 32] {
    let mut sha = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| match bytes {
        Some(bytes) => {
            // Nothing in a row comes near 4 GiB: PostgreSQL's own limit for a value is 1 GiB.
            sha.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX - 1).to_be_bytes());
            sha.update(bytes);
        }
        None => sha.update(u32::MAX.to_be_bytes()),
    };
    field(Some(b"forecourt audit 1"));
    field(Some(previous));
    field(Some(&sequence.to_be_bytes()));
    field(Some(entry.organisation_id.as_bytes()));
    field(Some(entry.id.as_bytes()));
    field(Some(&entry.at.to_be_bytes()));
    field(entry.user_id.as_ref().map(|id| id.as_bytes().as_slice()));
    field(Some(entry.actor.as_bytes()));
    field(Some(entry.action.as_bytes()));
    field(Some(entry.subject_kind.as_bytes()));
    field(Some(entry.subject_id.as_bytes()));
    field(entry.before.as_deref().map(str::as_bytes));
    field(entry.after.as_deref().map(str::as_bytes));
    field(Some(entry.channel.as_bytes()));
    field(entry.address.as_deref().map(str::as_bytes));
    field(entry.request_id.as_deref().map(str::as_bytes));
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            organisation_id: Uuid::from_u128(1),
            id: Uuid::from_u128(2),
            at: 1_700_000_000_000_000,
            user_id: None,
            actor: "ab".into(),
            action: "c".into(),
            subject_kind: "vehicle".into(),
            subject_id: Uuid::from_u128(3),
            before: None,
            after: Some("{}".into()),
            channel: "web".into(),
            address: None,
            request_id: None,
            sequence: None,
            previous_hash: None,
            hash: None,
        }
    }

    #[test]
    fn text_cannot_move_from_one_field_to_the_next() {
        let moved = Entry {
            actor: "a".into(),
            action: "bc".into(),
            ..entry()
        };
        assert_ne!(hash(&entry(), 1, &GENESIS), hash(&moved, 1, &GENESIS));
    }

    #[test]
    fn nothing_and_empty_differ() {
        let empty = Entry {
            request_id: Some(String::new()),
            ..entry()
        };
        assert_ne!(hash(&entry(), 1, &GENESIS), hash(&empty, 1, &GENESIS));
    }

    /// The bytes are a format: rows hashed by one version are verified by the next.
    #[test]
    fn the_format_does_not_change() {
        let hex = hex::encode(hash(&entry(), 1, &GENESIS));
        assert_eq!(hex, "0ecd51d541d0e37d51da433bfeb07517acc4aa60f32c9f3078090428c8336a33");
    }
}
