//! Where to go after signing in: a path of Forecourt's own, whatever somebody wrote into the address.

use url::{Position, Url};

/// Longer ones are no place that Forecourt links to.
const LONGEST: usize = 2048;
/// What is no page: going there after a sign-in would sign out, loop or show JSON.
const NO_PAGES: [&str; 5] = ["/auth/", "/rpc/", "/api/", "/pkg/", "/health/"];

/// `text` as a local path with query, or `/`.
#[must_use]
pub fn local_path(text: &str) -> String {
    checked(text).unwrap_or_else(|| "/".into())
}

fn checked(text: &str) -> Option<String> {
    // A browser takes `\` for `/`, and drops tabs and line breaks inside a URL (WHATWG URL section 4.4).
    let odd = |character: char| character == '\\' || character.is_control() || character.is_whitespace();
    if text.len() > LONGEST || text.chars().any(odd) || !text.starts_with('/') || text.starts_with("//") {
        return None;
    }
    let base = Url::parse("http://forecourt.invalid/").ok()?;
    let url = base.join(text).ok()?;
    let path = &url[Position::BeforePath..Position::AfterQuery];
    // `/.//evil.example` becomes `//evil.example` once its dots are resolved.
    let local = url.origin() == base.origin() && !path.starts_with("//") && !NO_PAGES.iter().any(|prefix| path.starts_with(prefix));
    local.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_our_own_is_kept_with_its_query() {
        for path in [
            "/",
            "/stock",
            "/stock?status=available&q=mazda+3",
            "/stock/1/edit?form=abc",
            "/stock?q=a/b//c",
            "/stock?next=http://x.example",
        ] {
            assert_eq!(local_path(path), path);
        }
        assert_eq!(local_path("/stock?q=ñandú"), "/stock?q=%C3%B1and%C3%BA");
    }

    #[test]
    fn nothing_leads_elsewhere() {
        for attack in [
            "",
            "stock",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/%2e//evil.example",
            "/stock/../..//evil.example",
            "https://evil.example",
            "https:evil.example",
            "HTTPS://evil.example/",
            "http:/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/stock\r\nSet-Cookie: a=b",
            "/stock\0",
            "@evil.example",
            ".evil.example",
            "?x",
            "#x",
            "/auth/logout",
            "/auth/login?return_to=/",
            "/x/../auth/login",
            "/rpc/app/vehicle/calls/vehicle_delete",
            "/api/v1/vehicles",
        ] {
            assert_eq!(local_path(attack), "/", "{attack:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(3000))), "/");
    }
}
