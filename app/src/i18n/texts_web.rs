//! Titles of error pages, and what can go wrong at the sign-in.

use super::texts;

texts! {
    page_sign_in_needed { "Please sign in", "Inicie sesión" }
    page_forbidden { "You don't have access", "No tiene acceso" }
    page_not_found { "Page not found", "No se encontró la página" }
    page_unavailable { "Temporarily unavailable", "No disponible por el momento" }
    page_too_many { "Too many requests", "Demasiadas solicitudes" }
    page_too_large { "Too large", "Demasiado grande" }
    page_not_taken { "Could not be completed", "No se pudo completar" }
    page_internal { "Something went wrong", "Algo salió mal" }
    page_offline { "No connection to the server", "Sin conexión con el servidor" }

    page_to_start { "Home", "Inicio" }
    page_send_again { "Send it again", "Enviar de nuevo" }
    page_form_is_here { "What you typed is on this page: correct it if needed and send it again.", "Lo que escribió está en esta página: corríjalo si hace falta y envíelo de nuevo." }
    page_other_account { "Use another account", "Usar otra cuenta" }

    page_sign_in_denied { "Sign-in canceled", "Inicio de sesión cancelado" }
    page_sign_in_denied_text { "You canceled the sign-in. Nothing has changed; you can try again.", "Usted canceló el inicio de sesión. No ha cambiado nada; puede intentarlo de nuevo." }
    page_sign_in_expired { "Sign-in expired", "El inicio de sesión expiró" }
    page_sign_in_expired_text { "This sign-in has expired or was already used. Please sign in again.", "Este inicio de sesión expiró o ya se usó. Inicie sesión de nuevo." }
    page_sign_in_failed { "Sign-in failed", "No se pudo iniciar sesión" }
    page_sign_in_failed_text { "The identity provider's answer could not be accepted, so nobody was signed in. Try again; if it keeps failing, contact your administrator.", "La respuesta del proveedor de identidad no se pudo aceptar y nadie inició sesión. Inténtelo de nuevo; si persiste, avise a su administrador." }
    page_no_member { "This account has no access", "Esta cuenta no tiene acceso" }
}
