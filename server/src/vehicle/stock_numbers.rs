//! Stock numbers that Forecourt proposes: ST-00001, ST-00002, … by a counter for each organisation.
//!
//! People may type any number they like; the counter steps over those that are in use.

use app::vehicle::VehicleField;
use sqlx::PgConnection;

use super::store;
use crate::platform::db::Scope;

/// A typed number further ahead than this is somebody's own system (or a slip) and does not move the counter.
const FOLLOWED_AHEAD: i64 = 10_000;

/// `ST-00042`.
#[must_use]
pub fn written(number: i64) -> String {
    format!("ST-{number:05}")
}

/// 42 of `ST-00042`; None for numbers of another make.
#[must_use]
pub fn read(text: &str) -> Option<i64> {
    let digits = text
        .get(..3)
        .filter(|start| start.eq_ignore_ascii_case("ST-"))
        .map(|_| &text[3..])?;
    let plain = digits.len() >= 5 && digits.len() <= 9 && digits.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten().filter(|number| *number > 0)
}

/// Takes the next free number. Others who want one wait for the end of the transaction.
pub async fn take(connection: &mut PgConnection, scope: Scope) -> Result<String, sqlx::Error> {
    loop {
        let number = written(store::take_numbers(connection, scope, 1).await?);
        let wanted = [(VehicleField::StockNumber, number.clone())];
        if store::taken(connection, scope, &wanted, None).await?.is_empty() {
            return Ok(number);
        }
    }
}

/// Takes the next `count` numbers for an import: those in use already are stepped over.
pub async fn take_many(connection: &mut PgConnection, scope: Scope, count: usize) -> Result<Vec<String>, sqlx::Error> {
    let mut free = Vec::with_capacity(count);
    while free.len() < count {
        let missing = i64::try_from(count - free.len()).unwrap_or(i64::MAX);
        let first = store::take_numbers(connection, scope, missing).await?;
        let numbers: Vec<String> = (first..first + missing).map(written).collect();
        let wanted: Vec<_> = numbers.iter().map(|number| (VehicleField::StockNumber, number.clone())).collect();
        let taken: std::collections::HashSet<String> = store::taken(connection, scope, &wanted, None)
            .await?
            .into_iter()
            .map(|row| row.value)
            .collect();
        free.extend(numbers.into_iter().filter(|number| !taken.contains(number)));
    }
    Ok(free)
}

/// The number that `take` would give now.
pub async fn propose(connection: &mut PgConnection, scope: Scope) -> Result<String, sqlx::Error> {
    let mut next = store::next_number(connection, scope).await?;
    loop {
        let wanted: Vec<_> = (next..next + 20)
            .map(|number| (VehicleField::StockNumber, written(number)))
            .collect();
        let taken = store::taken(connection, scope, &wanted, None).await?;
        let free = wanted
            .into_iter()
            .map(|(_, number)| number)
            .find(|number| taken.iter().all(|row| row.value != *number));
        match free {
            Some(number) => return Ok(number),
            None => next += 20,
        }
    }
}

/// Lets the counter follow a typed number of its own make. Call it before the row is inserted: whoever takes a number locks the counter
/// first too, so that no two wait for each other.
pub async fn follow(connection: &mut PgConnection, scope: Scope, stock_number: &str) -> Result<(), sqlx::Error> {
    let Some(number) = read(stock_number) else {
        return Ok(());
    };
    let next = store::next_number(connection, scope).await?;
    if number >= next && number - next <= FOLLOWED_AHEAD {
        store::numbers_used_up_to(connection, scope, number).await?;
    }
    Ok(())
}

/// As [`follow`], for the numbers of a whole list at once.
pub async fn follow_all(connection: &mut PgConnection, scope: Scope, mut used: Vec<i64>) -> Result<(), sqlx::Error> {
    used.sort_unstable();
    let before = store::next_number(connection, scope).await?;
    let next = after(before, &used);
    if next > before {
        store::numbers_used_up_to(connection, scope, next - 1).await?;
    }
    Ok(())
}

/// Where the counter stands after these numbers, which rise: each may lie so far ahead of the one before.
fn after(next: i64, used: &[i64]) -> i64 {
    used.iter().fold(next, |next, number| {
        if *number >= next && *number - next <= FOLLOWED_AHEAD {
            number + 1
        } else {
            next
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{after, read, written};

    #[test]
    fn the_counter_follows_a_long_list_and_no_slip_of_the_pen() {
        let list: Vec<i64> = (1..=20_000).collect();
        assert_eq!(after(1, &list), 20_001);
        assert_eq!(after(1, &[3, 4, 900_000]), 5);
        assert_eq!(after(100, &[1, 2]), 100);
    }

    #[test]
    fn only_numbers_of_our_own_make_are_followed() {
        assert_eq!(read(&written(42)), Some(42));
        assert_eq!(read("st-00042"), Some(42));
        assert_eq!(read("ST-123456"), Some(123_456));
        for other in [
            "",
            "ST",
            "ST-",
            "ST-42",
            "ST-0000a",
            "ST-00000",
            "ST-1234567890",
            "AB-00042",
            "ñT-00042",
            "S\u{301}-00042",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
