//! The check of a draft under way: it reads a field and notes its problem, so that every problem is named at once.
//!
//! What all forms have in common stands here. A capability adds what only its own fields need with `impl Check<'_, ItsField>`.

use std::{collections::BTreeMap, fmt::Display};

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    number::{Notation, looks_grouped},
    problem::{FieldProblems, Problem},
};

/// The fields of a form, which are a closed set.
pub trait FormField: Copy + 'static {
    const ALL: &'static [Self];

    /// Its name in forms, REST and CSV.
    fn name(self) -> &'static str;

    /// Most characters that it takes.
    fn max_length(self) -> usize;

    /// Whether it takes several lines.
    fn is_multiline(self) -> bool {
        false
    }
}

/// The check under way.
pub struct Check<'a, F> {
    fields: &'a BTreeMap<String, String>,
    notation: Notation,
    problems: FieldProblems,
    of: std::marker::PhantomData<F>,
}

impl<'a, F: FormField> Check<'a, F> {
    /// Begins with texts by field name, their numbers written in `notation`, and notes a problem at each name that no field has.
    pub fn new(fields: &'a BTreeMap<String, String>, notation: Notation) -> Self {
        let mut problems = FieldProblems::new();
        for name in fields.keys().filter(|name| F::ALL.iter().all(|field| field.name() != *name)) {
            let allowed = F::ALL.iter().map(|field| field.name().to_owned()).collect();
            problems.insert(name.chars().take(80).collect(), Problem::Unknown { allowed });
        }
        Self {
            fields,
            notation,
            problems,
            of: std::marker::PhantomData,
        }
    }

    /// What came of it.
    ///
    /// # Errors
    /// Field name → problem, for each field that has one.
    pub fn done<T>(self, checked: T) -> Result<T, FieldProblems> {
        if self.problems.is_empty() {
            Ok(checked)
        } else {
            Err(self.problems)
        }
    }

    /// Notes what is wrong with a field; the first that is found stays.
    pub fn note(&mut self, field: F, problem: Problem) {
        self.problems.entry(field.name().to_owned()).or_insert(problem);
    }

    /// The text of a field without the spaces around it; nothing where there is none, or one that is refused.
    pub fn text(&mut self, field: F) -> Option<String> {
        let text = self.fields.get(field.name()).map_or("", String::as_str).trim();
        let may_stand = |c: char| field.is_multiline() && matches!(c, '\n' | '\r' | '\t');
        if text.chars().any(|c| c.is_control() && !may_stand(c)) {
            self.note(field, Problem::ControlCharacters);
            return None;
        }
        let max = field.max_length();
        if text.chars().count() > max {
            self.note(field, Problem::TooLong { max });
            return None;
        }
        (!text.is_empty()).then(|| text.replace("\r\n", "\n"))
    }

    /// The text of a field that must not be empty.
    pub fn needed(&mut self, field: F) -> Option<String> {
        let text = self.text(field);
        if text.is_none() {
            self.note(field, Problem::Required);
        }
        text
    }

    /// A number with as many decimals as were typed.
    pub fn number(&mut self, field: F) -> Option<Decimal> {
        let text = self.text(field)?;
        let number = self.notation.read_as_typed(&text);
        number.map_err(|problem| self.note(field, problem)).ok()
    }

    /// A whole number from `min` to `max`, both included.
    pub fn whole<N: TryFrom<i64>>(&mut self, field: F, min: i64, max: i64) -> Option<N> {
        let number = self.number(field)?;
        if looks_grouped(&number) || number.normalize().scale() > 0 {
            self.note(field, Problem::NotWhole);
            return None;
        }
        let whole = number.to_i64().filter(|whole| (min..=max).contains(whole));
        let whole = whole.and_then(|whole| N::try_from(whole).ok());
        if whole.is_none() {
            let (min, max) = (min.to_string(), max.to_string());
            self.note(field, Problem::OutOfRange { min, max });
        }
        whole
    }

    /// A value of a closed set.
    pub fn one_of<T: Copy + Display>(&mut self, field: F, all: &[T], named: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(field)?;
        let value = named(&text);
        if value.is_none() {
            let allowed = all.iter().map(ToString::to_string).collect();
            self.note(field, Problem::Unknown { allowed });
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::closed_set::closed_set;

    closed_set! {
        pub enum Field {
            Size = "size",
            Notes = "notes",
        }
    }

    impl FormField for Field {
        const ALL: &'static [Self] = Self::ALL;

        fn name(self) -> &'static str {
            Self::name(self)
        }

        fn max_length(self) -> usize {
            8
        }

        fn is_multiline(self) -> bool {
            self == Self::Notes
        }
    }

    fn problem_of_size(text: &str) -> Option<Problem> {
        let fields = BTreeMap::from([("size".to_owned(), text.to_owned())]);
        let mut check = Check::new(&fields, Notation::Comma);
        let _: Option<i16> = check.whole(Field::Size, 1, 20_000);
        check.done(()).err()?.remove("size")
    }

    #[test]
    fn a_whole_number_is_read_by_its_notation_and_its_bounds() {
        assert_eq!(problem_of_size("20.000"), None);
        assert_eq!(problem_of_size("1,5"), Some(Problem::NotWhole));
        assert_eq!(problem_of_size("12,0"), None);
        assert_eq!(
            problem_of_size("12,000"),
            Some(Problem::NotWhole),
            "twelve thousand in another notation"
        );
        assert_eq!(problem_of_size("many"), Some(Problem::NotANumber));
        let (min, max) = ("1".to_owned(), "20000".to_owned());
        assert_eq!(problem_of_size("20.001"), Some(Problem::OutOfRange { min, max }));
        assert_eq!(problem_of_size("123456789"), Some(Problem::TooLong { max: 8 }));
        assert_eq!(problem_of_size("1\n2"), Some(Problem::ControlCharacters));
    }

    #[test]
    fn lines_stand_where_they_may_and_unknown_names_nowhere() {
        let fields = BTreeMap::from([("notes".to_owned(), " a\r\nb ".to_owned()), ("colour".to_owned(), String::new())]);
        let mut check = Check::new(&fields, Notation::Point);
        assert_eq!(check.text(Field::Notes).as_deref(), Some("a\nb"));
        assert_eq!(check.needed(Field::Size), None);
        let problems = check.done(()).err().unwrap_or_default();
        assert_eq!(problems.keys().map(String::as_str).collect::<Vec<_>>(), ["colour", "size"]);
    }
}
