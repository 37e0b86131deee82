//! What errors and fields say.

use super::texts;

texts! {
    problem_required { "This is needed.", "Este dato es obligatorio." }
    problem_too_long(max) { "At most {max} characters.", "Como máximo {max} caracteres." }
    problem_not_a_number { "This is not a number.", "Esto no es un número." }
    problem_not_whole { "A whole number, please.", "Debe ser un número entero." }
    problem_out_of_range(min, max) { "Between {min} and {max}.", "Entre {min} y {max}." }
    problem_too_precise(decimals) { "At most {decimals} decimals.", "Como máximo {decimals} decimales." }
    problem_not_a_date { "There is no such day. Write it as 2026-01-31.", "Ese día no existe. Escríbalo así: 2026-01-31." }
    problem_in_the_future { "This day lies in the future.", "Este día está en el futuro." }
    problem_unknown(allowed) { "Not one of: {allowed}.", "No es ninguno de estos valores: {allowed}." }
    problem_control_characters { "This holds characters that can't be stored (such as NUL).", "Contiene caracteres que no se pueden guardar (como NUL)." }
    problem_taken(vehicle) { "{vehicle} already has this.", "Ya lo tiene {vehicle}." }
    problem_repeated(row) { "Row {row} of this file already has this.", "Ya lo tiene la fila {row} de este archivo." }
    problem_malformed(expected) { "This is not written right: {expected}", "No está bien escrito: {expected}" }

    error_not_authenticated { "Sign in to go on. What you typed is kept.", "Inicie sesión para continuar. Lo que escribió se conserva." }
    error_forbidden(permission) { "Your role does not allow this (it needs {permission}). Ask an owner of your organisation.", "Su rol no lo permite (requiere {permission}). Pídalo a un propietario de la organización." }
    error_cross_site { "This request came from another website, so it was not carried out. Open Forecourt itself and try again.", "Esta solicitud llegó desde otro sitio web y no se ejecutó. Abra Forecourt e inténtelo de nuevo." }
    error_scope(scope) { "The access token does not include the scope {scope}.", "El token de acceso no incluye el alcance {scope}." }
    error_account_disabled { "Your account is disabled. Ask an owner of your organisation to enable it.", "Su cuenta está desactivada. Pida a un propietario de la organización que la active." }
    error_timeout { "The answer took too long. Try again in a moment.", "La respuesta tardó demasiado. Inténtelo de nuevo en un momento." }
    error_not_found { "This does not exist, or no longer.", "Esto no existe o ya no existe." }
    error_invalid { "Some fields need another look.", "Revise algunos campos." }
    error_taken { "A value that must be unique is already in use.", "Un valor que debe ser único ya está en uso." }
    error_changed { "Somebody else changed this while you were editing. Nothing is lost: compare and save again.", "Otra persona lo cambió mientras usted editaba. No se pierde nada: compare y guarde de nuevo." }
    error_move_not_allowed(from, to) { "A vehicle that is “{from}” can't become “{to}”.", "Un vehículo «{from}» no puede pasar a «{to}»." }
    error_under_way { "This is already under way.", "Esto ya está en curso." }
    error_too_large(limit) { "This is too large: at most {limit} MB. Split it and try again.", "Es demasiado grande: máximo {limit} MB. Divídalo e inténtelo de nuevo." }
    error_too_many(seconds) { "Too many requests. Try again in {seconds} seconds.", "Demasiadas peticiones. Inténtelo de nuevo en {seconds} segundos." }
    error_unavailable { "Forecourt is waiting for one of its services and will be back by itself in a moment. What you saved is safe.", "Forecourt está esperando a uno de sus servicios y volverá solo en un momento. Lo guardado está a salvo." }
    error_internal(incident) { "Something went wrong on our side. Try again; if it stays, tell us this number: {incident}", "Algo falló de nuestro lado. Inténtelo de nuevo; si persiste, indíquenos este número: {incident}" }
    error_transport { "The server could not be reached. Check the connection and try again; what you typed is still here.", "No se pudo contactar con el servidor. Revise la conexión e inténtelo de nuevo; lo que escribió sigue aquí." }
}
