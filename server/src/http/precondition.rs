//! Conditional requests (RFC 9110 section 13): a version as an entity tag, If-Match for changes, If-None-Match for reads.

use app::kernel::{error::AppError, problem::FieldProblems};
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::refusal::Refusal;

/// The entity tag of a version: `"7"`.
#[must_use]
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// What has a version, with it as entity tag (RFC 9110 section 8.8.3).
pub fn tagged(version: i64, body: impl Serialize) -> Response {
    ([(header::ETAG, etag(version))], Json(body)).into_response()
}

/// What has a version, for one who reads it: 304 without a body if the reader has that version already, else as [`tagged`].
pub fn read(headers: &HeaderMap, version: i64, body: impl Serialize) -> Response {
    if reader_has(headers, version) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag(version))]).into_response();
    }
    tagged(version, body)
}

/// What a change expects to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any version, as long as there is one.
    Any,
    /// One of these versions. Empty if no tag is one of ours, which matches nothing.
    Versions(Vec<i64>),
}

impl IfMatch {
    #[must_use]
    pub fn includes(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }
}

/// The header If-Match, if there is one. Weak tags match nothing: the comparison is strong (section 8.8.3.2).
///
/// # Errors
/// `Malformed` for anything but `*` or a list of entity tags.
pub fn if_match(headers: &HeaderMap) -> Result<Option<IfMatch>, Refusal> {
    let Some(tags) = tags(headers, &header::IF_MATCH) else {
        return Ok(None);
    };
    match tags {
        Ok(None) => Ok(Some(IfMatch::Any)),
        Ok(Some(tags)) => {
            let strong = tags.iter().filter(|(weak, _)| !weak);
            Ok(Some(IfMatch::Versions(strong.filter_map(|(_, tag)| version(tag)).collect())))
        }
        Err(NotTags) => Err(Refusal::Malformed {
            detail: "The header If-Match holds an entity tag in quotes, as ETag gave it: \"7\".".into(),
        }),
    }
}

/// The versions that the header If-Match names, for an operation that takes it but does not need it; `None` if any will do.
///
/// # Errors
/// As [`if_match`].
pub fn versions(headers: &HeaderMap) -> Result<Option<Vec<i64>>, Refusal> {
    Ok(match if_match(headers)? {
        None | Some(IfMatch::Any) => None,
        Some(IfMatch::Versions(versions)) => Some(versions),
    })
}

/// The version that a change was made from, for an operation that needs the header If-Match. `current` looks up the version that there is
/// now, where the header does not name exactly one: what would be refused without the header is refused first (RFC 9110 section 13.2.1).
///
/// # Errors
/// As [`if_match`], and those of `current`; `PreconditionRequired` without the header, `PreconditionFailed` if it names other versions.
pub async fn expected(headers: &HeaderMap, current: impl Future<Output = Result<i64, AppError>>) -> Result<i64, Refusal> {
    let expected = if_match(headers)?;
    if let Some(IfMatch::Versions(versions)) = &expected
        && let [version] = versions[..]
    {
        return Ok(version);
    }
    let version = match (current.await, &expected) {
        (Ok(version), _) => version,
        // Who may change but not read need not know whether it is there, only what is missing.
        (Err(AppError::Forbidden { .. }), None) => return Err(Refusal::PreconditionRequired),
        (Err(error), _) => return Err(error.into()),
    };
    match expected {
        None => Err(Refusal::PreconditionRequired),
        Some(expected) if expected.includes(version) => Ok(version),
        Some(_) => Err(Refusal::PreconditionFailed {
            version,
            fields: FieldProblems::new(),
        }),
    }
}

/// Whether the reader already has this version. What can't be read is ignored: the answer is then the whole resource.
fn reader_has(headers: &HeaderMap, current: i64) -> bool {
    match tags(headers, &header::IF_NONE_MATCH) {
        Some(Ok(None)) => true,
        _ => reader_names(headers, &etag(current)),
    }
}

/// Whether the header If-None-Match names this tag, by the weak comparison (section 8.8.3.2). `*` names none: it stands for what there is,
/// and whoever asks here does not know yet whether there is anything.
#[must_use]
pub fn reader_names(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let own = tag.to_str().unwrap_or_default().trim_start_matches("W/").trim_matches('"');
    match tags(headers, &header::IF_NONE_MATCH) {
        Some(Ok(Some(tags))) => tags.iter().any(|(_, tag)| tag == own),
        _ => false,
    }
}

/// A version in the one way that [`etag`] writes it: `+7` and `007` are other tags.
fn version(tag: &str) -> Option<i64> {
    tag.parse().ok().filter(|version: &i64| version.to_string() == tag)
}

struct NotTags;

/// Whether each is weak, and its text. `None` inside is `*`.
type Tags = Option<Vec<(bool, String)>>;

fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Result<Tags, NotTags>> {
    let lines: Result<Vec<&str>, _> = headers.get_all(name).iter().map(HeaderValue::to_str).collect();
    match lines {
        Ok(lines) if lines.is_empty() => None,
        Ok(lines) => Some(parse(&lines.join(","))),
        Err(_) => Some(Err(NotTags)),
    }
}

fn parse(list: &str) -> Result<Tags, NotTags> {
    if list.trim() == "*" {
        return Ok(None);
    }
    let mut found = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (tag, after) = quoted.strip_prefix('"').and_then(|text| text.split_once('"')).ok_or(NotTags)?;
        found.push((weak, tag.to_owned()));
        rest = after.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',').ok_or(NotTags)?.trim_start();
        }
    }
    if found.is_empty() { Err(NotTags) } else { Ok(Some(found)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn matches(values: &[&'static str]) -> Result<Option<IfMatch>, ()> {
        if_match(&of(&header::IF_MATCH, values)).map_err(|_| ())
    }

    #[test]
    fn if_match_takes_a_tag_a_list_or_a_star() {
        assert_eq!(matches(&[]), Ok(None));
        assert_eq!(matches(&["*"]), Ok(Some(IfMatch::Any)));
        assert_eq!(matches(&["\"7\""]), Ok(Some(IfMatch::Versions(vec![7]))));
        assert_eq!(matches(&["\"7\" , \"8\"", "\"9\""]), Ok(Some(IfMatch::Versions(vec![7, 8, 9]))));
    }

    #[test]
    fn weak_and_foreign_tags_match_nothing_and_bare_words_are_refused() {
        assert_eq!(
            matches(&["W/\"7\", \"a,b\", \"007\", \"\""]),
            Ok(Some(IfMatch::Versions(Vec::new())))
        );
        for bad in ["7", "", "\"7", "\"7\" \"8\"", "*, \"7\"", "w/\"7\""] {
            assert_eq!(matches(&[bad]), Err(()), "{bad}");
        }
    }

    #[test]
    fn a_reader_that_has_the_version_need_not_read_it_again() {
        let has = |value| reader_has(&of(&header::IF_NONE_MATCH, &[value]), 7);
        assert!(has("\"7\"") && has("W/\"7\"") && has("\"6\", \"7\"") && has("*"));
        assert!(!has("\"8\"") && !has("7") && !reader_has(&HeaderMap::new(), 7));
    }

    #[test]
    fn a_reader_names_one_of_its_tags_weak_or_not() {
        let tag = HeaderValue::from_static("W/\"abc\"");
        let names = |value| reader_names(&of(&header::IF_NONE_MATCH, &[value]), &tag);
        for value in ["W/\"abc\"", "\"abc\"", "\"x\", W/\"abc\""] {
            assert!(names(value), "{value}");
        }
        for value in ["W/\"abd\"", "abc", "*", ""] {
            assert!(!names(value), "{value}");
        }
        assert!(!reader_names(&HeaderMap::new(), &tag));
    }
}
