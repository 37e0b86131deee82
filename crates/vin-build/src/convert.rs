//! NHTSA's conversions of displacement, in decimals.
//!
//! The table `Conversion` has six formulas between cubic centimetres, cubic inches and litres; a quotient has sixteen places, as
//! PostgreSQL's NUMERIC gives for these sizes. Zeros at the end are left out. What is no number converts to 0, as in the procedure.

/// Cubic centimetres, cubic inches and litres of a displacement of element 11, 12 or 13.
#[must_use]
pub fn displacement(element: u8, attribute: &str) -> [String; 3] {
    const INCH: Decimal = Decimal {
        digits: 16_387_064,
        scale: 6,
    };
    const THOUSAND: Decimal = Decimal { digits: 1000, scale: 0 };
    const LITRE: Decimal = Decimal {
        digits: 16_387_064,
        scale: 9,
    };
    let own = attribute.trim().to_owned();
    let value = Decimal::parse(&own);
    let by = |formula: fn(Decimal, Decimal) -> Option<Decimal>, factor: Decimal| {
        let result = value.and_then(|value| formula(value, factor));
        result.map_or_else(|| "0".to_owned(), Decimal::shown)
    };
    match element {
        11 => [own, by(Decimal::divided, INCH), by(Decimal::divided, THOUSAND)],
        12 => [by(Decimal::times, INCH), own, by(Decimal::times, LITRE)],
        _ => [by(Decimal::times, THOUSAND), by(Decimal::divided, LITRE), own],
    }
}

/// `digits` / 10^`scale`.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if text.len() > 18 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            scale: u32::try_from(fraction.len()).ok()?,
        })
    }

    fn times(self, other: Self) -> Option<Self> {
        Some(Self {
            digits: self.digits.checked_mul(other.digits)?,
            scale: self.scale + other.scale,
        })
    }

    fn divided(self, other: Self) -> Option<Self> {
        const PLACES: u32 = 16;
        let scaled = self.digits.checked_mul(10i128.checked_pow(PLACES + other.scale)?)? / 10i128.checked_pow(self.scale)?;
        Some(Self {
            digits: (scaled + other.digits / 2) / other.digits,
            scale: PLACES,
        })
    }

    fn shown(self) -> String {
        let width = self.scale as usize + 1;
        let digits = format!("{:0>width$}", self.digits);
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{fraction}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displacements_convert_as_nhtsa_converts_them() {
        assert_eq!(displacement(12, "183"), ["2998.832712", "183", "2.998832712"]);
        assert_eq!(displacement(13, "2"), ["2000", "122.0474881894645679", "2"]);
        assert_eq!(displacement(11, "249.00"), ["249.00", "15.1949122795883387", "0.249"]);
        assert_eq!(displacement(13, "twin"), ["0", "0", "twin"]);
    }
}
