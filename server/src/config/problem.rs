//! What is wrong with a configuration, all at once, in words that say what to write instead. Values of secrets are never shown.

use std::fmt;

/// One problem of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// As in a file: `oidc.issuer`.
    pub key: String,
    /// Where the value came from: a file, an environment variable, a default.
    pub source: String,
    /// What is there; None where nothing is, or where it is a secret.
    pub value: Option<String>,
    /// What is expected, or what to do.
    pub expected: String,
}

/// Every problem that was found; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblems(pub Vec<ConfigProblem>);

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)?;
        if !self.source.is_empty() {
            write!(f, " ({})", self.source)?;
        }
        if let Some(value) = &self.value {
            write!(f, " is {value:?}")?;
        }
        write!(f, ": {}", self.expected)
    }
}

impl fmt::Display for ConfigProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems = &self.0;
        let plural = if problems.len() == 1 { "problem" } else { "problems" };
        writeln!(f, "{} {plural} in the configuration:", problems.len())?;
        for problem in problems {
            writeln!(f, "  - {problem}")?;
        }
        write!(f, "Every key is explained in config/forecourt.example.toml.")
    }
}

impl std::error::Error for ConfigProblems {}
