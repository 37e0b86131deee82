//! Pages that must stand when nothing else does: self-contained, styled, in the reader's language, without a script.

use std::{collections::BTreeMap, sync::LazyLock};

use app::{
    i18n::Locale,
    kernel::error::AppError,
    ui::{logo, tokens},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::problem;
#[cfg(test)]
use crate::platform::kv;

/// The rules, and the tokens they use.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let rules = include_str!("error_page.css");
    let used = tokens::colours().filter(|(name, ..)| rules.contains(&format!("var(--{name})")));
    let tokens: String = used
        .map(|(name, light, dark)| format!("--{name}:light-dark({light},{dark});"))
        .collect();
    format!(":root{{color-scheme:light dark;{tokens}}}{rules}")
});

/// The style is inline, so that the page needs nothing else; its hash allows it (CSP Level 3 section 6.7). `form-action` is added where
/// the issuer is known ([`super::headers`]).
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'");
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// A way on from an error.
#[derive(Debug)]
enum Way {
    Link {
        href: String,
        text: &'static str,
    },
    /// Posts again what was posted, so that nothing typed is lost. What is in `shown` (name, label) can be corrected first.
    Resend {
        action: String,
        values: Vec<(String, String)>,
        shown: BTreeMap<String, String>,
        text: &'static str,
    },
}

/// A page about something that went wrong: what happened, what is safe, what to do.
#[derive(Debug)]
pub struct ErrorPage {
    locale: Locale,
    status: StatusCode,
    title: String,
    text: String,
    retry_after: Option<u32>,
    list: Vec<String>,
    ways: Vec<Way>,
}

impl ErrorPage {
    #[must_use]
    pub fn new(locale: Locale, status: StatusCode, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            locale,
            status,
            title: title.into(),
            text: text.into(),
            retry_after: None,
            list: Vec::new(),
            ways: Vec::new(),
        }
    }

    /// The page of an error, with the way back to the start.
    #[must_use]
    pub fn of(error: &AppError, t: Locale) -> Self {
        let page = Self::new(t, problem::status(error), error.title(t), error.text(t));
        Self {
            retry_after: error.retry_after(),
            ..page
        }
        .link("/", t.page_to_start())
    }

    #[must_use]
    pub fn link(mut self, href: impl Into<String>, text: &'static str) -> Self {
        self.ways.push(Way::Link { href: href.into(), text });
        self
    }

    /// Offers to load the same page again. Only for what was a GET.
    #[must_use]
    pub fn again(mut self) -> Self {
        let text = self.locale.try_again();
        // An empty reference is the address of the page itself (RFC 3986 section 4.4).
        self.ways.insert(0, Way::Link { href: String::new(), text });
        self
    }

    /// Offers to post the form again, with what was typed in it.
    #[must_use]
    pub fn resend(mut self, action: impl Into<String>, values: Vec<(String, String)>) -> Self {
        let way = Way::Resend {
            action: action.into(),
            values,
            shown: BTreeMap::new(),
            text: self.locale.page_send_again(),
        };
        self.ways = vec![way];
        self
    }

    /// The form itself, for one that was refused and could not be kept: what must be corrected can be, the rest is sent again as it was.
    #[must_use]
    pub fn form(mut self, action: impl Into<String>, values: Vec<(String, String)>, error: &AppError) -> Self {
        let problems = error.fields();
        let named = |name: &str| problems.get(field_name(name));
        let shown: BTreeMap<String, String> = values
            .iter()
            .filter(|(name, _)| named(name).is_some())
            .map(|(name, _)| (name.clone(), app::field_label(self.locale, field_name(name))))
            .collect();
        self.text = format!("{} {}", self.text, self.locale.page_form_is_here());
        self.list = problems
            .iter()
            .map(|(field, problem)| format!("{}: {}", app::field_label(self.locale, field), problem.text(self.locale)))
            .collect();
        self.ways = vec![Way::Resend {
            action: action.into(),
            values,
            shown,
            text: self.locale.page_send_again(),
        }];
        self
    }

    fn html(&self) -> String {
        let list: String = self.list.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
        let list = if list.is_empty() { list } else { format!("<ul>{list}</ul>") };
        let ways: String = self.ways.iter().enumerate().map(|(place, way)| way.html(place == 0)).collect();
        format!(
            "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Forecourt</title><style>{style}</style></head>\
             <body><main><p class=\"brand\">{logo}Forecourt</p><p class=\"status\">{status}</p><h1>{title}</h1><p>{text}</p>{list}<div class=\"ways\">{ways}</div></main></body></html>",
            style = *STYLE,
            logo = logo().into_string(),
            lang = self.locale.tag(),
            title = escape(&self.title),
            status = self.status.as_u16(),
            text = escape(&self.text),
        )
    }
}

impl Way {
    fn html(&self, first: bool) -> String {
        let class = if first { "button primary" } else { "button" };
        match self {
            Self::Link { href, text } => format!("<a class=\"{class}\" href=\"{}\">{}</a>", escape(href), escape(text)),
            Self::Resend {
                action,
                values,
                shown,
                text,
            } => {
                let field = |(name, value): &(String, String)| {
                    let (label, name, value) = (shown.get(name), escape(name), escape(value));
                    if let Some(label) = label {
                        let label = escape(label);
                        // A line break right after the tag is dropped by the parser.
                        format!("<label>{label}<textarea name=\"{name}\" rows=\"8\">\n{value}</textarea></label>")
                    } else {
                        format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
                    }
                };
                let fields: String = values.iter().map(field).collect();
                format!(
                    "<form method=\"post\" action=\"{}\">{fields}<button class=\"{class}\">{}</button></form>",
                    escape(action),
                    escape(text)
                )
            }
        }
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let mut response = (self.status, Html(self.html())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.locale.tag()));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// `notes` of `draft[notes]`.
fn field_name(name: &str) -> &str {
    name.rsplit_once('[').map_or(name, |(_, field)| field.trim_end_matches(']'))
}

/// Text for HTML, in an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // A hidden field would otherwise lose its line breaks to the parser's normalising.
            '\n' => safe.push_str("&#10;"),
            '\r' => safe.push_str("&#13;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use app::{kernel::problem::Problem, vehicle::VehicleField};

    use super::*;

    #[test]
    fn what_was_typed_comes_back_and_cannot_break_out() {
        let page = ErrorPage::of(&kv::unavailable(), Locale::Es)
            .resend(
                "/rpc/x",
                vec![("draft[notes]".into(), "\"><script>alert(1)</script>\nsecond line".into())],
            )
            .html();
        assert!(!page.contains("<script>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&#10;second line"));
        assert!(page.contains("lang=\"es\"") && page.contains("name=\"draft[notes]\""));
    }

    #[test]
    fn a_field_to_mend_is_called_what_people_call_it() {
        let error = AppError::invalid("asking_price", Problem::NotANumber);
        let values = vec![("draft[asking_price]".into(), "x".into()), ("draft[make]".into(), "Mazda".into())];
        let page = ErrorPage::of(&error, Locale::Es).form("/rpc/x", values, &error).html();
        let label = VehicleField::AskingPrice.label(Locale::Es);
        assert!(
            page.contains(&format!("<label>{label}<textarea name=\"draft[asking_price]\"")),
            "{page}"
        );
        assert!(
            page.contains(&format!("<li>{label}: ")) && page.contains("type=\"hidden\" name=\"draft[make]\""),
            "{page}"
        );
    }
}
