//! The specimens of `/ui`: every piece in every state. Only in debug builds.
