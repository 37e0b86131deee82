//! Forms that lose nothing, with and without WASM.
//!
//! A browser without WASM posts a form and follows a redirect. If the operation fails, what was typed is kept on the server
//! under an unguessable key for an hour, and the redirect leads back to the form's page with `?form=KEY`; if the session has
//! ended, through the sign-in. The page asks [`form_kept`] for it and fills itself in. With WASM the error simply comes back to
//! the page, which still holds what was typed.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::AppError;

/// What somebody typed and why it was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    pub values: BTreeMap<String, String>,
    pub error: AppError,
}

/// Gives back a form that could not be taken. `NotFound` after an hour.
#[server]
pub async fn form_kept(key: String) -> Result<KeptForm, AppError> {
    super::call::call(|b, who| async move { b.forms.find(&who, key).await }).await
}

/// The form that came back to this page, by the key in its address. An old key gives nothing.
#[must_use]
pub fn kept_form(key: impl Fn() -> Option<String> + Send + Sync + 'static) -> Resource<Option<KeptForm>> {
    Resource::new_blocking(key, |key| async move {
        match key {
            Some(key) => form_kept(key).await.ok(),
            None => None,
        }
    })
}

#[cfg(feature = "ssr")]
pub use ssr::{Form, FormService, Typed, Upload, UploadService, submit};

#[cfg(feature = "ssr")]
mod ssr {
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;
    use crate::{
        identity::Permission,
        kernel::{actor::Actor, backend::Backend, call::call},
    };
    use async_trait::async_trait;
    use server_fn::codec::MultipartData;

    /// Keeps forms between a failed submit and the page that shows them again.
    #[async_trait]
    pub trait FormService: Send + Sync {
        /// Keeps a form for an hour and gives the key that finds it. Needs no permission: the typist may be signed out by now.
        async fn keep(&self, form: KeptForm) -> Result<String, AppError>;

        /// The form of that key. Needs no permission but a session. `NotFound` after an hour.
        async fn find(&self, actor: &Actor, key: String) -> Result<KeptForm, AppError>;
    }

    /// Reads uploads with a limit on their size.
    #[async_trait]
    pub trait UploadService: Send + Sync {
        /// The file `file` and the other fields; the fields are noted in `typed` too, as they come. Permission: `needs`, without which
        /// nothing is read. `TooLarge` as soon as the limit is passed, `TooMany` while too many others upload; `Invalid` at `file` if
        /// there is none.
        async fn read(&self, actor: &Actor, needs: Permission, data: MultipartData, typed: &Typed) -> Result<Upload, AppError>;
    }

    /// One uploaded file with the fields that came beside it.
    #[derive(Clone, Debug)]
    pub struct Upload {
        pub file_name: String,
        pub file: Vec<u8>,
        pub values: BTreeMap<String, String>,
    }

    impl Upload {
        /// The text of a field; empty if it was not sent.
        #[must_use]
        pub fn value(&self, name: &str) -> &str {
            self.values.get(name).map_or("", String::as_str)
        }
    }

    /// What was typed into a form, for those who learn of it only while they work, such as a reader of uploads.
    #[derive(Clone, Debug, Default)]
    pub struct Typed(Arc<Mutex<BTreeMap<String, String>>>);

    impl Typed {
        pub fn note(&self, name: &str, value: &str) {
            let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            values.insert(name.to_owned(), value.to_owned());
        }

        fn values(&self) -> BTreeMap<String, String> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
        }
    }

    /// The page a form stands on and what was typed.
    #[derive(Debug)]
    pub struct Form {
        page: String,
        values: Typed,
    }

    impl Form {
        pub fn new(page: impl Into<String>, values: impl IntoIterator<Item = (String, String)>) -> Self {
            Self {
                page: page.into(),
                values: Typed(Arc::new(Mutex::new(values.into_iter().collect()))),
            }
        }

        /// A handle that notes more values.
        #[must_use]
        pub fn typed(&self) -> Typed {
            self.values.clone()
        }

        /// Keeps a hidden value beside the typed ones.
        #[must_use]
        pub fn with(self, name: &str, value: impl std::fmt::Display) -> Self {
            self.values.note(name, &value.to_string());
            self
        }
    }

    /// [`call`] for an operation that a form asks for: leads on to `done` or back to the form, and loses nothing.
    ///
    /// # Errors
    /// As [`call`].
    pub async fn submit<T, F>(
        form: Form,
        done: impl FnOnce(&T) -> String,
        operation: impl FnOnce(Backend, Actor) -> F,
    ) -> Result<T, AppError>
    where
        F: Future<Output = Result<T, AppError>>,
    {
        let answer = call(operation).await;
        match &answer {
            Ok(value) => leptos_axum::redirect(&done(value)),
            Err(error) if posted_without_wasm() => {
                let kept = expect_context::<Backend>()
                    .forms
                    .keep(KeptForm {
                        values: form.values.values(),
                        error: error.clone(),
                    })
                    .await;
                let joint = if form.page.contains('?') { '&' } else { '?' };
                let page = kept.map_or_else(|_| form.page.clone(), |key| format!("{}{joint}form={key}", form.page));
                if matches!(error, AppError::NotAuthenticated) {
                    let page = crate::kernel::percent::encode(&page);
                    leptos_axum::redirect(&format!("/auth/login?return_to={page}"));
                } else {
                    leptos_axum::redirect(&page);
                }
            }
            Err(_) => {}
        }
        answer
    }

    fn posted_without_wasm() -> bool {
        use_context::<http::request::Parts>()
            .and_then(|parts| {
                parts
                    .headers
                    .get(http::header::ACCEPT)?
                    .to_str()
                    .ok()
                    .map(|accept| accept.contains("text/html"))
            })
            .unwrap_or(false)
    }
}
