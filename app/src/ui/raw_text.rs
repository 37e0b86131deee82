//! Text of elements that hold nothing else: `<title>`, `<textarea>` (HTML section 13.1.2, escapable raw text elements).

/// The text as it is to be given to the framework, which writes it into the page as it is, tags and all, where the browser sets it as
/// text. Without this, `</textarea>` in a note would end the field.
#[must_use]
pub fn raw_text(text: String) -> String {
    if cfg!(feature = "ssr") {
        maud::html! { (text) }.into_string()
    } else {
        text
    }
}
