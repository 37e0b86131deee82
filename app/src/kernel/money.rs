//! Money: an exact decimal and its currency. Never a float.

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::{
    number::{group_digits, looks_grouped},
    problem::Problem,
};
use crate::i18n::Locale;

/// The most that one amount may be: NUMERIC(16, 4) holds it, with the four decimals of the finest currencies (CLF, UYW), and no vehicle costs it.
pub const MAX_AMOUNT: i64 = 100_000_000_000;
/// The most decimals of any currency's amounts.
pub const MAX_DECIMALS: u32 = 4;

/// An amount in a currency (ISO 4217). JSON holds the amount as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Money {
    #[cfg_attr(feature = "ssr", schema(value_type = String, example = "12900.00"))]
    #[serde(deserialize_with = "exact")]
    pub amount: Decimal,
    #[cfg_attr(feature = "ssr", schema(value_type = String, example = "USD"))]
    #[serde(with = "currency_code")]
    pub currency: Currency,
}

/// An amount as it is written. By hand: rust_decimal's own also reads numbers in scientific notation, which nobody sends.
fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Decimal::from_str_exact(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// A currency as its ISO 4217 code, for serde. By hand: what iso_currency derives is forty kilobytes of WASM.
pub(crate) mod currency_code {
    use iso_currency::Currency;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(currency: &Currency, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(currency.code())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::from_code(&code).ok_or_else(|| D::Error::custom(format_args!("no currency {code:?}")))
    }
}

impl Money {
    #[must_use]
    pub const fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Decimals of the currency (ISO 4217 minor unit): 2 for USD, 0 for JPY, 4 for CLF.
    #[must_use]
    pub fn decimals(currency: Currency) -> u32 {
        u32::from(currency.exponent().unwrap_or(2))
    }

    /// Checks an amount as a person typed it: not negative, not absurd, not finer than the currency. Three decimals where the currency has
    /// fewer are refused even if they are zeros: `12.000` is twelve thousand to many.
    ///
    /// # Errors
    /// `OutOfRange` or `TooPrecise`.
    pub fn checked(amount: Decimal, currency: Currency) -> Result<Self, Problem> {
        if amount.is_sign_negative() && !amount.is_zero() || amount > Decimal::from(MAX_AMOUNT) {
            return Err(Problem::OutOfRange {
                min: "0".into(),
                max: MAX_AMOUNT.to_string(),
            });
        }
        let decimals = Self::decimals(currency);
        let normal = amount.normalize();
        if normal.scale() > decimals || looks_grouped(&amount) && decimals < amount.scale() {
            return Err(Problem::TooPrecise { decimals });
        }
        Ok(Self::new(normal, currency))
    }

    /// As people read it: `$12,900` or `$12,900.50`; cents only where there are some.
    #[must_use]
    pub fn show(&self, t: Locale) -> String {
        let amount = self.amount.normalize();
        let decimals = if amount.scale() == 0 { 0 } else { Self::decimals(self.currency) };
        self.show_with(decimals, t)
    }

    /// As a list shows it: no cents.
    #[must_use]
    pub fn show_whole(&self, t: Locale) -> String {
        self.show_with(0, t)
    }

    fn show_with(&self, decimals: u32, t: Locale) -> String {
        let mut rounded = self
            .amount
            .round_dp_with_strategy(decimals, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(decimals);
        let sign = if rounded.is_sign_negative() && !rounded.is_zero() {
            "−"
        } else {
            ""
        };
        let digits = group_digits(&rounded.abs().to_string(), t);
        format!("{sign}{}{digits}", self.symbol())
    }

    fn symbol(&self) -> String {
        match self.currency {
            Currency::USD => "$".into(),
            Currency::EUR => "€".into(),
            Currency::GBP => "£".into(),
            other => format!("{}\u{a0}", other.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_with_cents_only_where_there_are_some() {
        let usd = |text: &str| Money::new(text.parse().unwrap_or_default(), Currency::USD);
        assert_eq!(usd("12900").show(Locale::En), "$12,900");
        assert_eq!(usd("12900.00").show(Locale::En), "$12,900");
        assert_eq!(usd("12900.5").show(Locale::En), "$12,900.50");
        assert_eq!(usd("12900.5").show(Locale::Es), "$12.900,50");
        assert_eq!(usd("-3.999").show_whole(Locale::En), "−$4");
    }

    #[test]
    fn negative_absurd_and_too_fine_amounts_are_refused() {
        let check = |text: &str, currency| Money::checked(text.parse().unwrap_or_default(), currency);
        assert!(matches!(check("-1", Currency::USD), Err(Problem::OutOfRange { .. })));
        assert!(matches!(check("100000000001", Currency::USD), Err(Problem::OutOfRange { .. })));
        assert_eq!(check("1.999", Currency::USD), Err(Problem::TooPrecise { decimals: 2 }));
        assert_eq!(check("1.5", Currency::JPY), Err(Problem::TooPrecise { decimals: 0 }));
        assert!(check("1.50", Currency::USD).is_ok());
        assert_eq!(check("12.900", Currency::USD), Err(Problem::TooPrecise { decimals: 2 }));
        assert_eq!(check("12.000", Currency::JPY), Err(Problem::TooPrecise { decimals: 0 }));
        assert!(check("12.0000", Currency::USD).is_ok(), "nobody groups by fours");
        assert!(check("12.900", Currency::KWD).is_ok());
    }
}
