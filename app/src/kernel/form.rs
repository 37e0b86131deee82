//! Forms that lose nothing, with and without WASM.
//!
//! A browser without WASM posts a form and follows a redirect. If the operation fails, what was typed is kept on the server
//! under an unguessable key for an hour, and the redirect leads back to the form's page with `?form=KEY`; if the session has
//! ended, through the sign-in. The page asks [`form_kept`] for it and fills itself in. A form that cannot be kept is answered
//! by a page that holds it, to be sent again ([`NotKept`]). With WASM the error simply comes back to the page, which still holds
//! what was typed; if the session has ended, the page posts the plain form after all (`ui::through_sign_in`), or keeps a copy of its own
//! (`vehicle::form_draft`).

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    error::AppError,
    json::Json,
    number::Notation,
    page_data::{PageData, page_data},
};

/// What somebody typed and why it was not taken; no error if it only comes back with more filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptForm {
    pub values: BTreeMap<String, String>,
    pub error: Option<AppError>,
}

impl KeptForm {
    /// How its numbers are written, if it says so.
    #[must_use]
    pub fn notation(&self) -> Option<Notation> {
        Notation::named(self.values.get("notation")?)
    }

    /// The version that its typist goes on from. A form that came back because somebody else was faster is compared with what is stored
    /// and goes on from there, `now`; one that came back for another reason still belongs to the version that it was made from.
    #[must_use]
    pub fn version(&self, now: i64) -> i64 {
        let outrun = self.error.as_ref().is_some_and(AppError::is_changed);
        let made_from = self.values.get("version").filter(|_| !outrun);
        made_from.and_then(|version| version.parse().ok()).unwrap_or(now)
    }
}

/// Gives back a form that could not be taken, to the one who typed it. `NotFound` for anybody else and after an hour.
#[server(output = Json)]
pub async fn form_kept(key: String) -> Result<KeptForm, AppError> {
    let request = use_context::<http::request::Parts>();
    super::call::call(|b, who| async move {
        let request = request.ok_or_else(|| AppError::NotFound { what: "form".into() })?;
        b.forms.find(&who, &request, key).await
    })
    .await
}

/// The form that came back to this page, by the key in its address. An old key gives nothing.
#[must_use]
pub fn kept_form(key: impl Fn() -> Option<String> + Send + Sync + 'static) -> PageData<Option<KeptForm>> {
    page_data(key, |key| async move {
        match key {
            Some(key) => form_kept(key).await.ok(),
            None => None,
        }
    })
}

#[cfg(feature = "ssr")]
pub use ssr::{Form, FormKey, FormService, NotKept, Typed, Upload, UploadService, give_back, notation_said, submit};

#[cfg(feature = "ssr")]
mod ssr {
    use std::{
        any::Any,
        sync::{Arc, Mutex, PoisonError},
    };

    use super::*;
    use crate::{
        identity::Permission,
        kernel::{
            actor::Actor,
            backend::Backend,
            call::{call, current_actor},
            percent,
            problem::Problem,
        },
    };
    use async_trait::async_trait;
    use http::request::Parts;
    use leptos_axum::ResponseOptions;
    use server_fn::codec::MultipartData;

    /// Keeps forms between a failed submit and the page that shows them again.
    #[async_trait]
    pub trait FormService: Send + Sync {
        /// Keeps a form for an hour for the one who typed it: for `actor` if there is one, else for the browser that sent
        /// `request`. Needs no permission: the typist may be signed out by now. `TooLarge` and `TooMany` above the limits.
        async fn keep(&self, actor: Option<&Actor>, request: &Parts, form: KeptForm) -> Result<FormKey, AppError>;

        /// The form of that key. Needs no permission but a session. `NotFound` for anybody but its typist, and after an hour.
        async fn find(&self, actor: &Actor, request: &Parts, key: String) -> Result<KeptForm, AppError>;
    }

    /// What finds a kept form again.
    #[derive(Debug)]
    pub struct FormKey {
        pub key: String,
        /// A `Set-Cookie` by which the browser is known again, for a form that is bound to a browser.
        pub cookie: Option<http::HeaderValue>,
    }

    /// Beside a request: why its form was refused, if it could not be kept either. The web layer then answers with a page that
    /// holds the form.
    #[derive(Clone, Debug, Default)]
    pub struct NotKept(Arc<Mutex<Option<AppError>>>);

    impl NotKept {
        fn note(&self, error: AppError) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }

        /// Why the form was refused; `None` if it was taken or kept.
        #[must_use]
        pub fn take(&self) -> Option<AppError> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
        }
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
        /// What the reader lets few have at a time. Its end lets the next one upload, so it is kept for as long as the file is in memory.
        pub turn: Arc<dyn Any + Send + Sync>,
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

        /// Keeps a hidden value, if it was sent.
        #[must_use]
        pub fn with_optional(self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
            match value {
                Some(value) => self.with(name, value),
                None => self,
            }
        }
    }

    /// How the numbers of a form are written. It is never guessed: a form that does not say so comes back as it is.
    ///
    /// # Errors
    /// `Invalid` at `notation`.
    pub fn notation_said(notation: Option<Notation>) -> Result<Notation, AppError> {
        notation.ok_or_else(|| AppError::invalid("notation", Problem::Required))
    }

    /// [`call`] for an operation that a form asks for: leads a browser without WASM on to `done` or back to the form, and loses nothing.
    /// With WASM the page goes on by itself (`ui::go_on`), if it still stands there when the answer comes.
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
        if let Some(request) = posted_without_wasm() {
            match &answer {
                Ok(value) => leptos_axum::redirect(&done(value)),
                Err(error) => lead_back(form, Some(error), &request).await,
            }
        }
        answer
    }

    /// [`call`] for a button that only fills in more of a form: it comes back to its page with what `operation` gives over what was
    /// typed, or with the error. For browsers without WASM; the others fill in by themselves.
    ///
    /// # Errors
    /// As [`call`].
    pub async fn give_back<F>(form: Form, operation: impl FnOnce(Backend, Actor) -> F) -> Result<(), AppError>
    where
        F: Future<Output = Result<BTreeMap<String, String>, AppError>>,
    {
        let answer = call(operation).await;
        for (name, value) in answer.iter().flatten() {
            form.values.note(name, value);
        }
        if let Some(request) = posted_without_wasm() {
            lead_back(form, answer.as_ref().err(), &request).await;
        }
        answer.map(|_| ())
    }

    /// Keeps the form and redirects to its page, through the sign-in if the session has ended.
    async fn lead_back(form: Form, error: Option<&AppError>, request: &Parts) {
        let Form { page, values } = form;
        let actor = current_actor().ok();
        let response = use_context::<ResponseOptions>();
        let kept = KeptForm {
            values: values.values(),
            error: error.cloned(),
        };
        let page = match expect_context::<Backend>().forms.keep(actor.as_ref(), request, kept).await {
            Ok(FormKey { key, cookie }) => {
                if let (Some(cookie), Some(response)) = (cookie, response) {
                    response.append_header(http::header::SET_COOKIE, cookie);
                }
                percent::address(&page, [("form", Some(key))])
            }
            Err(why) => {
                if let Some(not_kept) = request.extensions.get::<NotKept>() {
                    not_kept.note(error.unwrap_or(&why).clone());
                }
                page
            }
        };
        if matches!(error, Some(AppError::NotAuthenticated)) {
            leptos_axum::redirect(&percent::address("/auth/login", [("return_to", Some(page))]));
        } else {
            leptos_axum::redirect(&page);
        }
    }

    /// The request, if a browser posted a plain form with it.
    fn posted_without_wasm() -> Option<Parts> {
        use_context::<Parts>().filter(|parts| {
            let accept = parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
            accept.is_some_and(|accept| accept.contains("text/html"))
        })
    }
}
