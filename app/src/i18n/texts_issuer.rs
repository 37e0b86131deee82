//! The pages of the embedded identity provider: signing in and out.

use super::texts;

texts! {
    issuer_sign_in_to(client) { "to continue to {client}", "para continuar en {client}" }
    issuer_email { "E-mail address", "Correo electrónico" }
    issuer_password { "Password", "Contraseña" }
    issuer_back_to(client) { "Back to {client}", "Volver a {client}" }

    issuer_wrong { "Incorrect e-mail address or password.", "Correo o contraseña incorrectos." }
    issuer_email_needed { "Enter your e-mail address.", "Escriba su correo electrónico." }
    issuer_password_needed { "Enter your password.", "Escriba su contraseña." }
    issuer_wait_seconds[n] { "Too many attempts. Wait {n} second, then try again.", "Too many attempts. Wait {n} seconds, then try again."; "Demasiados intentos. Espere {n} segundo e inténtelo de nuevo.", "Demasiados intentos. Espere {n} segundos e inténtelo de nuevo." }
    issuer_wait_minutes[n] { "Too many attempts. Wait {n} minute, then try again.", "Too many attempts. Wait {n} minutes, then try again."; "Demasiados intentos. Espere {n} minuto e inténtelo de nuevo.", "Demasiados intentos. Espere {n} minutos e inténtelo de nuevo." }
    issuer_busy { "Many people are signing in right now. Try again in a few seconds.", "Muchas personas están iniciando sesión en este momento. Inténtelo de nuevo en unos segundos." }

    issuer_stopped { "Sign-in failed", "No se pudo iniciar sesión" }
    issuer_unknown_client { "The application that sent you here is not registered. Its operator must check the client id.", "La aplicación que lo envió aquí no está registrada. Su operador debe revisar el identificador de cliente." }
    issuer_unknown_redirect { "The application that sent you here asked to return to an address that is not registered for it. Nothing was sent there. Its operator must register exactly this redirect URI.", "La aplicación que lo envió aquí pidió volver a una dirección que no tiene registrada. No se envió nada allí. Su operador debe registrar exactamente esa URI de redirección." }
    issuer_transaction_lost { "This sign-in page was open too long, or cookies are disabled. Start again from the application; cookies from this site are required.", "Esta página estuvo abierta demasiado tiempo o las cookies están desactivadas. Empiece de nuevo desde la aplicación; se necesitan las cookies de este sitio." }
    issuer_cross_site { "This form came from another site, so it was not accepted. Open the application and sign in there.", "Este formulario vino de otro sitio y no se aceptó. Abra la aplicación e inicie sesión allí." }

    issuer_sign_out_question { "Sign out of Forecourt?", "¿Cerrar la sesión de Forecourt?" }
    issuer_sign_out_explained { "This ends your sign-in in this browser, for every application that uses it.", "Esto cierra su sesión en este navegador para todas las aplicaciones que la usan." }
    issuer_stay_signed_in { "Stay signed in", "Seguir conectado" }
    issuer_signed_out { "You are signed out", "Sesión cerrada" }
    issuer_signed_out_explained { "You can close this page or sign in again.", "Puede cerrar esta página o iniciar sesión de nuevo." }
    issuer_unknown_logout_redirect { "You are signed out here. The application asked to return to an address that is not registered for it, so you were not sent there.", "Su sesión está cerrada aquí. La aplicación pidió volver a una dirección que no tiene registrada, así que no se le envió allí." }
}
