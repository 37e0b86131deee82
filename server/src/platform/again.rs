//! Changes that are tried again after they lost a race which left nothing behind.

use app::kernel::error::AppError;

/// How often a change is tried in all.
const ATTEMPTS: usize = 3;

/// Does `once`, a whole transaction, until it ends otherwise than by a lost race; the last answer counts, whatever it is.
///
/// # Errors
/// Those of `once`.
pub async fn again<T, E: Into<AppError>, F: Future<Output = Result<T, E>>>(
    lost_race: fn(&E) -> bool,
    once: impl Fn() -> F,
) -> Result<T, AppError> {
    let mut attempt = 1;
    loop {
        match once().await {
            Err(error) if attempt < ATTEMPTS && lost_race(&error) => attempt += 1,
            answer => return answer.map_err(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    /// How often it is tried, and what comes of it, where the first `lost` tries lose a race.
    async fn tried(lost: usize) -> (usize, Result<(), AppError>) {
        let tries = AtomicUsize::new(0);
        let once = || async {
            if tries.fetch_add(1, SeqCst) < lost {
                Err(AppError::TooMany { retry_after: 1 })
            } else {
                Err(AppError::NotAuthenticated)
            }
        };
        let answer = again(|error: &AppError| matches!(error, AppError::TooMany { .. }), once).await;
        (tries.load(SeqCst), answer)
    }

    #[tokio::test]
    async fn a_lost_race_is_run_again_but_not_for_ever_and_other_errors_are_final() {
        assert_eq!(tried(0).await, (1, Err(AppError::NotAuthenticated)));
        assert_eq!(tried(2).await, (3, Err(AppError::NotAuthenticated)));
        assert_eq!(tried(9).await, (3, Err(AppError::TooMany { retry_after: 1 })));
    }
}
