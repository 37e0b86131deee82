//! The decoder beside the referee.
