//! Pages that the server answers by itself: errors, and what can go wrong at the sign-in.

use super::texts;

texts! {
    page_sign_in_needed { "Sign in to go on", "Inicie sesión para continuar" }
    page_forbidden { "You may not do this", "No tiene permiso" }
    page_not_found { "There is nothing here", "Aquí no hay nada" }
    page_unavailable { "Back in a moment", "Volvemos en un momento" }
    page_too_many { "A little slower, please", "Un poco más despacio, por favor" }
    page_too_large { "This is too large", "Es demasiado grande" }
    page_not_taken { "This was not taken", "No se ha aceptado" }
    page_internal { "Something went wrong", "Algo salió mal" }

    page_to_start { "To the start page", "Ir al inicio" }
    page_try_again { "Try again", "Intentar de nuevo" }
    page_send_again { "Send it again", "Enviar de nuevo" }
    page_form_is_here { "What you typed is on this page: correct it if needed and send it again.", "Lo que escribió está en esta página: corríjalo si hace falta y envíelo de nuevo." }
    page_other_account { "Use another account", "Usar otra cuenta" }

    page_sign_in_denied { "You did not sign in", "No ha iniciado sesión" }
    page_sign_in_denied_text { "The sign-in was cancelled. Nothing has changed; you can try again.", "El inicio de sesión se canceló. No ha cambiado nada; puede intentarlo de nuevo." }
    page_sign_in_expired { "This sign-in has expired", "Este inicio de sesión ha caducado" }
    page_sign_in_expired_text { "It was begun more than ten minutes ago, or it has been used already. Begin again; it takes a moment.", "Empezó hace más de diez minutos o ya se usó. Empiece de nuevo; es un momento." }
    page_sign_in_failed { "The sign-in did not work", "El inicio de sesión no funcionó" }
    page_sign_in_failed_text { "The identity provider's answer could not be accepted, so nobody was signed in. Try again; if it stays, tell whoever runs Forecourt for you.", "La respuesta del proveedor de identidad no se pudo aceptar y nadie inició sesión. Inténtelo de nuevo; si persiste, avise a quien administra Forecourt." }
    page_no_member { "This account can't come in", "Esta cuenta no puede entrar" }
}
