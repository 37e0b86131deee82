//! Query strings of REST, of which nothing is let pass that is not known, and the header Link, which leads to the pages beside one.

use std::collections::BTreeSet;

use app::kernel::{
    page::{Cursor, Page},
    problem::{FieldProblems, Problem},
};
use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::refusal::sent_name;

/// The `known` names of a query string with their values, and a problem at each name that is unknown, or that stands there twice though
/// it is not one of those that may (`repeated`).
#[must_use]
pub fn read(raw: Option<&str>, known: &[&str], repeated: &[&str]) -> (Vec<(String, String)>, FieldProblems) {
    let (mut pairs, mut seen, mut problems) = (Vec::new(), BTreeSet::new(), FieldProblems::new());
    for (name, value) in url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned() {
        if !known.contains(&name.as_str()) {
            let allowed = known.iter().map(|&name| name.to_owned()).collect();
            problems.insert(sent_name(&name), Problem::Unknown { allowed });
            continue;
        }
        if !seen.insert(name.clone()) && !repeated.contains(&name.as_str()) {
            let expected = "one value".to_owned();
            problems.insert(name.clone(), Problem::Malformed { expected });
        }
        pairs.push((name, value));
    }
    (pairs, problems)
}

/// The header Link to the pages beside this one (RFC 8288); `None` if it is the only one. `address` is that of the page at a cursor, with
/// its path and all else that it says.
pub fn link<T>(page: &Page<T>, address: impl Fn(&Cursor) -> String) -> Option<HeaderValue> {
    let links: Vec<String> = [(&page.next, "next"), (&page.previous, "prev")]
        .into_iter()
        .filter_map(|(cursor, rel)| Some(format!("<{}>; rel=\"{rel}\"", address(cursor.as_ref()?))))
        .collect();
    // Only unreserved characters and what is written here: it is always a header value.
    HeaderValue::from_str(&links.join(", ")).ok().filter(|_| !links.is_empty())
}

/// A page of a list with its header Link.
pub fn linked<T: Serialize>(page: Page<T>, link: Option<HeaderValue>) -> Response {
    let mut response = Json(page).into_response();
    response.headers_mut().extend(link.map(|link| (header::LINK, link)));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_or_stands_there_twice_is_named() {
        let (pairs, problems) = read(Some("a=1&b=2&b=3&a=4&c=5"), &["a", "b"], &["b"]);
        let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "b", "a"]);
        assert_eq!(problems.into_keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(read(None, &["a"], &[]), (Vec::new(), FieldProblems::new()));
    }

    #[test]
    fn links_lead_both_ways_or_there_are_none() {
        let page = |next: Option<&str>, previous: Option<&str>| Page::<()> {
            items: Vec::new(),
            next: next.map(|cursor| Cursor(cursor.to_owned())),
            previous: previous.map(|cursor| Cursor(cursor.to_owned())),
        };
        let links = |page| link(&page, |cursor| format!("/list?cursor={}", cursor.0));
        let both = HeaderValue::from_static("</list?cursor=n>; rel=\"next\", </list?cursor=p>; rel=\"prev\"");
        assert_eq!(links(page(Some("n"), Some("p"))), Some(both));
        assert_eq!(links(page(None, None)), None);
    }
}
