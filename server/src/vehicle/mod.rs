//! vehicle

pub mod rest;
