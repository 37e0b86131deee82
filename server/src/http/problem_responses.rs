//! How OpenAPI learns of the problems that an operation answers with.

/// Names sets of problem responses, beside those that every operation has: `problem_responses! { FindProblems: 404; }` can stand among
/// the `responses` of `#[utoipa::path]`.
macro_rules! problem_responses {
    ($($name:ident: $($status:literal)*;)+) => {$(
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::http::refusal::documented(&[$($status),*])
            }
        }
    )+};
}

pub(crate) use problem_responses;
