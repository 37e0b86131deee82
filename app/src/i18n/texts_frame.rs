//! The frame around every page: navigation, top bar, what stands everywhere, and the pieces of the design system.

use super::texts;

texts! {
    stock { "Stock", "Inventario" }
    import { "Import", "Importar" }
    new_vehicle { "New vehicle", "Nuevo vehículo" }
    save { "Save", "Guardar" }
    cancel { "Cancel", "Cancelar" }
    close { "Close", "Cerrar" }
    undo { "Undo", "Deshacer" }
    required { "Needed", "Obligatorio" }
    loading { "Loading…", "Cargando…" }
    show_it { "Show it", "Verlo" }

    skip_to_content { "Skip to the content", "Ir al contenido" }
    places { "Places", "Secciones" }
    narrow_rail { "Fold the navigation", "Plegar la navegación" }
    widen_rail { "Unfold the navigation", "Desplegar la navegación" }
    find_a_vehicle { "Find a vehicle", "Buscar un vehículo" }
    find_placeholder { "Make, model, plate, VIN, stock number…", "Marca, modelo, placa, VIN, número…" }
    person_menu(name) { "{name}: account and settings", "{name}: cuenta y ajustes" }
    organisation { "Organisation", "Organización" }
    language { "Language", "Idioma" }
    theme { "Theme", "Tema" }
    theme_system { "System", "Sistema" }
    theme_light { "Light", "Claro" }
    theme_dark { "Dark", "Oscuro" }

    just_now { "just now", "ahora mismo" }
    minutes_ago[n] { "{n} minute ago", "{n} minutes ago"; "hace {n} minuto", "hace {n} minutos" }
    hours_ago[n] { "{n} hour ago", "{n} hours ago"; "hace {n} hora", "hace {n} horas" }
    days_ago[n] { "{n} day ago", "{n} days ago"; "hace {n} día", "hace {n} días" }

    pages { "Pages", "Páginas" }
    previous_page { "Previous page", "Página anterior" }
    next_page { "Next page", "Página siguiente" }
    remove_filter(label) { "Remove the filter {label}", "Quitar el filtro {label}" }
    done_of(done, total) { "{done} of {total}", "{done} de {total}" }
    fields_to_mend[n] { "{n} field needs another look", "{n} fields need another look"; "Revise {n} campo", "Revise {n} campos" }

    error_page_signed_out { "Your session has ended", "Su sesión ha terminado" }
    error_page_forbidden { "This is not open to your role", "Su rol no tiene acceso" }
    error_page_not_found { "There is nothing here", "Aquí no hay nada" }
    error_page_wait { "One moment, please", "Un momento, por favor" }
    error_page_offline { "No connection to the server", "Sin conexión con el servidor" }
    error_page_invalid { "This could not be taken", "No se pudo aceptar" }
    error_page_internal { "Something went wrong", "Algo salió mal" }
    try_again { "Try again", "Intentar de nuevo" }
    to_the_stock { "To the stock", "Ir al inventario" }
}
