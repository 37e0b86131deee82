//! Versions: what people change has one that goes up by one with every change, and a change names the version that it was made from.

/// The row of something that has a version, locked until the transaction ends.
#[derive(Debug)]
pub struct Locked {
    pub version: i64,
    pub deleted: bool,
}

/// Why a row is not there to be changed as somebody asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// There is no such row in this organisation, or it is deleted.
    Missing,
    /// It was changed meanwhile and has this version by now.
    Changed { version: i64 },
}

impl Locked {
    /// Whether the row is at a version that the caller knows; without any named, every version will do.
    ///
    /// # Errors
    /// `Changed`.
    pub fn expect_one_of(&self, known: Option<&[i64]>) -> Result<(), Stale> {
        match known {
            Some(known) if !known.contains(&self.version) => Err(Stale::Changed { version: self.version }),
            _ => Ok(()),
        }
    }
}

/// Whether a row is there, lives, and is at this version.
///
/// # Errors
/// `Missing`, `Changed`.
pub fn expect_living_at(row: Option<Locked>, version: i64) -> Result<(), Stale> {
    let row = row.filter(|row| !row.deleted).ok_or(Stale::Missing)?;
    row.expect_one_of(Some(&[version]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn row(deleted: bool) -> Locked {
        Locked { version: 7, deleted }
    }

    #[test]
    fn a_change_meets_the_living_row_that_it_was_made_from() {
        assert_eq!(expect_living_at(Some(row(false)), 7), Ok(()));
        assert_eq!(expect_living_at(Some(row(false)), 6), Err(Stale::Changed { version: 7 }));
        assert_eq!(expect_living_at(Some(row(true)), 7), Err(Stale::Missing));
        assert_eq!(expect_living_at(None, 7), Err(Stale::Missing));
    }

    #[test]
    fn who_names_no_version_means_any() {
        assert_eq!(row(true).expect_one_of(None), Ok(()));
        assert_eq!(row(true).expect_one_of(Some(&[6, 7])), Ok(()));
        assert_eq!(row(true).expect_one_of(Some(&[])), Err(Stale::Changed { version: 7 }));
    }
}
