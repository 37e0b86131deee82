//! VINs a second.
fn main() {}
