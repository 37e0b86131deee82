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
    required { "Required", "Obligatorio" }
    loading { "Loading…", "Cargando…" }
    show_it { "View vehicle", "Ver vehículo" }

    skip_to_content { "Skip to content", "Ir al contenido" }
    main_navigation { "Main navigation", "Navegación principal" }
    narrow_rail { "Collapse menu", "Contraer menú" }
    widen_rail { "Expand menu", "Expandir menú" }
    find_a_vehicle { "Find a vehicle", "Buscar un vehículo" }
    find_placeholder { "Make, model, plate, VIN, stock number…", "Marca, modelo, placa, VIN, número…" }
    person_menu(name) { "{name}: account and settings", "{name}: cuenta y ajustes" }
    organisation { "Organization", "Organización" }
    language { "Language", "Idioma" }
    shortcuts { "Single-key shortcuts", "Atajos de una tecla" }
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
    remove_filter(label) { "Remove filter: {label}", "Quitar filtro: {label}" }
    done_of(done, total) { "{done} of {total}", "{done} de {total}" }
    fields_to_mend[n] { "Correct {n} field", "Correct {n} fields"; "Corrija {n} campo", "Corrija {n} campos" }

    try_again { "Try again", "Intentar de nuevo" }
    back_to_stock { "Back to stock", "Volver al inventario" }
}
