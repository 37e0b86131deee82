//! Data that the server reads for a page and the browser finds within it.

use std::{
    pin::{Pin, pin},
    task::{Context, Waker},
};

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

/// What [`page_data`] reads.
pub type PageData<T> = Resource<T, ScriptJson>;

/// What `fetch` gives for `source`, and for whatever `source` is next. The server waits for it before it answers, and sends it within the
/// page; so the browser begins without asking.
pub fn page_data<S, T, Fut>(source: impl Fn() -> S + Send + Sync + 'static, fetch: impl Fn(S) -> Fut + Send + Sync + 'static) -> PageData<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(source, fetch, true)
}

/// Something that a page waits for.
pub trait Awaited: Sync {
    /// Ready when it is there.
    fn there(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

impl<T: Send + Sync + 'static> Awaited for PageData<T> {
    fn there(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move { drop(self.by_ref().await) })
    }
}

/// Waits until all of `data` are there at once; then each of them can be awaited without waiting. To be used wherever a view needs more than
/// one: a `Suspend` watches what it reads only when it is through, so that something that is awaited first, and asked for anew (another
/// address) while the next is still on its way, would be shown as it was, for good.
pub async fn all_there(data: &[&dyn Awaited]) {
    let is_there = |one: &&dyn Awaited| pin!(one.there()).poll(&mut Context::from_waker(Waker::noop())).is_ready();
    while !data.iter().all(is_there) {
        for one in data {
            one.there().await;
        }
    }
}

/// JSON in which quotation mark and apostrophe have changed places. Leptos writes it as a string of a script: there every quotation mark takes
/// a backslash and every run between two of them a call, and the JSON of a list has thousands.
#[derive(Debug)]
pub struct ScriptJson;

impl<T: Serialize> Encoder<T> for ScriptJson {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value).map(exchanged)
    }
}

impl<T: DeserializeOwned> Decoder<T> for ScriptJson {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_str(&exchanged(text.to_owned()))
    }
}

/// ASCII for ASCII: what was UTF-8 stays it.
fn exchanged(text: String) -> String {
    let mut bytes = text.into_bytes();
    for byte in &mut bytes {
        *byte = match *byte {
            b'"' => b'\'',
            b'\'' => b'"',
            other => other,
        };
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_has_few_quotation_marks() -> Result<(), serde_json::Error> {
        let value = vec![r#"Driver's "best""#.to_owned(), "</script>\\ \u{2028}".to_owned()];
        let text = ScriptJson::encode(&value)?;
        assert_eq!(text, r#"['Driver"s \'best\'','</script>\\ "#.to_owned() + "\u{2028}']");
        assert_eq!(<ScriptJson as Decoder<Vec<String>>>::decode(&text)?, value);
        Ok(())
    }
}
