//! What errors and fields say.

use super::texts;

texts! {
    problem_required { "This field is required.", "Este campo es obligatorio." }
    problem_too_long[max] { "At most {max} character.", "At most {max} characters."; "Como máximo {max} carácter.", "Como máximo {max} caracteres." }
    problem_not_a_number { "Enter a number.", "Escriba un número." }
    problem_not_whole { "Enter a whole number.", "Escriba un número entero." }
    problem_out_of_range(min, max) { "Must be between {min} and {max}.", "Debe estar entre {min} y {max}." }
    problem_too_precise[n] { "At most {n} decimal.", "At most {n} decimals."; "Como máximo {n} decimal.", "Como máximo {n} decimales." }
    problem_not_a_date { "Enter a valid date, e.g. 2026-01-31.", "Escriba una fecha válida, p. ej. 2026-01-31." }
    problem_in_the_future { "The date can't be in the future.", "La fecha no puede ser futura." }
    problem_unknown(allowed) { "Choose one of: {allowed}.", "Elija uno de estos valores: {allowed}." }
    problem_control_characters { "Remove invisible control characters.", "Quite los caracteres de control invisibles." }
    problem_taken(vehicle) { "Already used by {vehicle}.", "Ya lo usa {vehicle}." }
    problem_malformed(expected) { "Invalid format. Expected: {expected}", "Formato no válido. Se espera: {expected}" }
    problem_too_many(max) { "At most {max}.", "Como máximo {max}." }
    problem_repeated_line(line) { "Duplicate of line {line}.", "Repetido: igual que la línea {line}." }
    problem_duplicate(name) { "“{name}” is there twice.", "«{name}» aparece dos veces." }
    problem_empty_file { "The file is empty. Its first line must name the columns.", "El archivo está vacío. Su primera línea debe nombrar las columnas." }
    problem_no_header { "The first line must name the columns, such as make, model or plate.", "La primera línea debe nombrar las columnas, por ejemplo marca, modelo o placa." }
    problem_duplicate_column(first, second) { "The columns “{first}” and “{second}” mean the same. Remove one of them.", "Las columnas «{first}» y «{second}» significan lo mismo. Elimine una de ellas." }
    problem_too_many_cells[columns] { "This row has more cells than the {columns} column of the first line. A text that contains the separator needs quotes.", "This row has more cells than the {columns} columns of the first line. A text that contains the separator needs quotes."; "Esta fila tiene más celdas que la {columns} columna de la primera línea. Un texto que contiene el separador debe ir entre comillas.", "Esta fila tiene más celdas que las {columns} columnas de la primera línea. Un texto que contiene el separador debe ir entre comillas." }
    problem_too_many_columns[max] { "The file has more than {max} column.", "The file has more than {max} columns."; "El archivo tiene más de {max} columna.", "El archivo tiene más de {max} columnas." }
    problem_too_many_rows[max] { "The file has more than {max} row. Split it into several files.", "The file has more than {max} rows. Split it into several files."; "El archivo tiene más de {max} fila. Divídalo en varios archivos.", "El archivo tiene más de {max} filas. Divídalo en varios archivos." }
    problem_unclosed_quote(line) { "The quotation mark that opens in line {line} is never closed.", "Las comillas que se abren en la línea {line} no se cierran." }
    problem_bad_csv(line) { "Line {line} can't be read as CSV.", "La línea {line} no se puede leer como CSV." }
    problem_unknown_encoding { "Some characters can't be read. Save the file as UTF-8 and try again.", "Algunos caracteres no se pueden leer. Guarde el archivo como UTF-8 e inténtelo de nuevo." }
    problem_bad_upload { "The upload was incomplete. Choose the file again.", "La carga quedó incompleta. Elija el archivo de nuevo." }
    problem_bad_cursor { "This page link has changed or expired.", "El enlace de esta página cambió o caducó." }
    problem_interrupted { "The import was interrupted. Upload the file again.", "La importación se interrumpió. Suba el archivo de nuevo." }
    problem_broken_off { "The work was interrupted. What was done until then stays; start it again.", "El trabajo se interrumpió. Lo hecho hasta entonces se conserva; inícielo de nuevo." }
    problem_not_confirmed[days] { "The import was not confirmed within {days} day. Upload the file again.", "The import was not confirmed within {days} days. Upload the file again."; "La importación no se confirmó en {days} día. Suba el archivo de nuevo.", "La importación no se confirmó en {days} días. Suba el archivo de nuevo." }
    problem_superseded { "Newer files were uploaded before this import was confirmed. Upload the file again.", "Se subieron archivos más nuevos antes de confirmar esta importación. Suba el archivo de nuevo." }

    error_not_authenticated { "Your session had ended or you were not signed in, so this was not done. What you typed is kept: try again once you are signed in.", "Su sesión había expirado o no la había iniciado, así que esto no se hizo. Lo que escribió se conserva: inténtelo de nuevo con la sesión iniciada." }
    error_forbidden(permission) { "Your role does not allow this (it needs {permission}). Ask an owner of your organization.", "Su rol no lo permite (requiere {permission}). Pídalo a un propietario de la organización." }
    error_cross_site { "This request came from another website, so it was not carried out. Open Forecourt itself and try again.", "Esta solicitud llegó desde otro sitio web y no se ejecutó. Abra Forecourt e inténtelo de nuevo." }
    error_scope(scope) { "The access token does not include the scope {scope}.", "El token de acceso no incluye el alcance {scope}." }
    error_account_disabled { "Your account is disabled. Ask an owner of your organization to enable it.", "Su cuenta está desactivada. Pida a un propietario de la organización que la active." }
    error_timeout { "The answer took too long. Try again in a moment.", "La respuesta tardó demasiado. Inténtelo de nuevo en un momento." }
    error_not_found { "It does not exist or was deleted.", "No existe o se eliminó." }
    error_invalid { "Please correct the marked fields.", "Corrija los campos marcados." }
    error_taken { "A value that must be unique is already in use.", "Un valor que debe ser único ya está en uso." }
    error_changed { "Somebody else changed this while you were editing. Nothing is lost: compare and save again.", "Otra persona lo cambió mientras usted editaba. No se pierde nada: compare y guarde de nuevo." }
    error_move_not_allowed(from, to) { "A vehicle that is “{from}” can't become “{to}”.", "Un vehículo «{from}» no puede pasar a «{to}»." }
    error_under_way { "This import is already in progress or finished.", "Esta importación ya está en curso o terminó." }
    error_too_large(limit) { "This is too large (maximum {limit}). Split it and try again.", "Es demasiado grande (máximo {limit}). Divídalo e inténtelo de nuevo." }
    error_too_many[n] { "Too many requests. Try again in {n} second.", "Too many requests. Try again in {n} seconds."; "Demasiadas solicitudes. Inténtelo de nuevo en {n} segundo.", "Demasiadas solicitudes. Inténtelo de nuevo en {n} segundos." }
    error_unavailable { "Forecourt is temporarily unavailable. Try again in a few seconds. What you saved is safe.", "Forecourt no está disponible por el momento. Inténtelo de nuevo en unos segundos. Lo guardado está a salvo." }
    error_internal(incident) { "Something went wrong on our side. Try again; if it keeps failing, give support this reference: {incident}", "Algo falló de nuestro lado. Inténtelo de nuevo; si persiste, indique a soporte esta referencia: {incident}" }
    error_transport { "The server could not be reached. Check your connection and try again; your changes are still here.", "No se pudo contactar con el servidor. Revise la conexión e inténtelo de nuevo; sus cambios siguen aquí." }
}
