//! People, roles and signing in.

use super::texts;

texts! {
    sign_in { "Sign in", "Iniciar sesión" }
    sign_out { "Sign out", "Cerrar sesión" }
}
