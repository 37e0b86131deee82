//! The catalogue: makes, models, lines, engines, and an organisation's own entries.

use super::{labels, texts};
use crate::catalogue::{CatalogueAction, CatalogueField, CatalogueLevel};

texts! {
    catalogue { "Catalogue", "Catálogo" }
    catalogue_intro { "Makes, models, trims and engines from NHTSA's vPIC, with your own entries.", "Marcas, modelos, versiones y motores del vPIC de la NHTSA, con sus propias entradas." }
    catalogue_year { "Model year", "Año modelo" }
    catalogue_any_year { "Any year", "Cualquier año" }
    catalogue_kind { "Type", "Tipo" }
    catalogue_any_kind { "Cars and motorcycles", "Autos y motocicletas" }
    catalogue_show { "Show", "Mostrar" }
    catalogue_makes { "Makes", "Marcas" }
    catalogue_models { "Models", "Modelos" }
    catalogue_lines { "Trims", "Versiones" }
    catalogue_engines { "Engines", "Motores" }
    catalogue_filter(level) { "Filter {level}", "Filtrar {level}" }
    catalogue_choose_make { "Choose a make first.", "Elija primero una marca." }
    catalogue_choose_model { "Choose a model first.", "Elija primero un modelo." }
    catalogue_nothing { "Nothing here.", "No hay nada." }
    catalogue_nothing_text { "The catalogue knows none. Free text is always allowed; add what is missing.", "El catálogo no conoce ninguno. Siempre se puede escribir libremente; agregue lo que falte." }
    catalogue_no_match(text) { "Nothing matches “{text}”.", "Nada coincide con «{text}»." }
    catalogue_show_all(n) { "Show all {n}", "Mostrar los {n}" }
    catalogue_in_stock[n] { "{n} in stock", "{n} in stock"; "{n} en inventario", "{n} en inventario" }
    catalogue_own { "own", "propia" }
    catalogue_corrected { "corrected", "corregida" }
    catalogue_hidden { "hidden", "oculta" }
    catalogue_instead_of(name) { "vPIC: {name}", "vPIC: {name}" }
    catalogue_not_in { "not in the catalogue", "no está en el catálogo" }
    catalogue_add { "Add entry", "Agregar entrada" }
    catalogue_add_level(level) { "Add {level}", "Agregar {level}" }
    catalogue_correct { "Correct", "Corregir" }
    catalogue_correct_name(name) { "Correct {name}", "Corregir {name}" }
    catalogue_hide { "Hide", "Ocultar" }
    catalogue_hide_name(name) { "Hide {name}", "Ocultar {name}" }
    catalogue_edit_name(name) { "Edit {name}", "Editar {name}" }
    catalogue_remove { "Remove", "Quitar" }
    catalogue_undo_correction { "Undo correction", "Deshacer la corrección" }
    catalogue_changes { "Change log", "Registro de cambios" }
    catalogue_no_changes { "No changes yet", "Aún no hay cambios" }
    catalogue_no_changes_text { "What is added, corrected or hidden in the catalogue is listed here.", "Aquí se lista lo que se agrega, corrige u oculta en el catálogo." }
    catalogue_entries { "Own entries", "Entradas propias" }
    catalogue_no_entries { "No entries of your own", "Aún no hay entradas propias" }
    catalogue_no_entries_text { "What you add, correct or hide in the catalogue is listed here.", "Aquí se lista lo que usted agrega, corrige u oculta en el catálogo." }
    catalogue_all_levels { "All", "Todas" }
    catalogue_years { "Model years", "Años modelo" }
    catalogue_saved { "Saved in the catalogue.", "Guardado en el catálogo." }
    catalogue_was_hidden { "It is not offered any more. Vehicles keep their text.", "Ya no se ofrece. Los vehículos conservan su texto." }
    catalogue_removed { "The entry was removed.", "La entrada se quitó." }

    catalogue_group_place { "Where it belongs", "Dónde pertenece" }
    catalogue_group_entry { "Entry", "Entrada" }
    catalogue_group_engine { "Engine", "Motor" }
    catalogue_years_help { "Blank means any year.", "En blanco significa cualquier año." }
    catalogue_corrects_help { "The name in vPIC that this one replaces. Blank for something that vPIC does not have.", "El nombre en vPIC que este reemplaza. En blanco para algo que vPIC no tiene." }
    catalogue_line_help { "Only if no other trim has this engine.", "Solo si ninguna otra versión tiene este motor." }
    catalogue_hidden_label { "Do not offer this name", "No ofrecer este nombre" }
    catalogue_hidden_help { "The name in vPIC disappears from the lists. Vehicles keep their text.", "El nombre de vPIC desaparece de las listas. Los vehículos conservan su texto." }
    catalogue_changed_meanwhile { "Somebody else changed this entry. What you typed is kept; compare and save again.", "Otra persona cambió esta entrada. Lo que escribió se conserva; compare y guarde de nuevo." }
    catalogue_stored_now { "Stored now", "Guardado ahora" }
    catalogue_entry_exists(name) { "{name} is in the catalogue's own entries already.", "{name} ya está entre las entradas propias del catálogo." }
    catalogue_show_entry { "View entry", "Ver la entrada" }
    catalogue_engine_fill { "Engine from the catalogue", "Motor del catálogo" }
    catalogue_engine_fill_help { "Fills displacement, fuel, electrification and power where you typed nothing.", "Llena cilindrada, combustible, electrificación y potencia donde no escribió nada." }
    catalogue_filled { "from catalogue", "del catálogo" }
    catalogue_litres(litres) { "{litres} L", "{litres} L" }
    catalogue_cc(cc) { "{cc} cc", "{cc} cc" }
    catalogue_cylinders(count) { "{count} cyl.", "{count} cil." }
    catalogue_yes { "yes", "sí" }
    catalogue_scope { "Year and type", "Año y tipo" }
    catalogue_marks { "Entries marked “own” were added here; “corrected” ones replace a name of vPIC.", "Las entradas «propia» se agregaron aquí; las «corregida» reemplazan un nombre de vPIC." }
}

labels!(CatalogueLevel {
    Make: "make", "marca";
    Model: "model", "modelo";
    Line: "trim", "versión";
    Engine: "engine", "motor";
});

labels!(CatalogueAction {
    Created: "Added", "Agregada";
    Updated: "Changed", "Modificada";
    Deleted: "Removed", "Quitada";
    Restored: "Brought back", "Recuperada";
});

labels!(CatalogueField {
    Level: "Level", "Nivel";
    Kind: "Type", "Tipo";
    FirstYear: "First model year", "Primer año modelo";
    LastYear: "Last model year", "Último año modelo";
    Make: "Make", "Marca";
    Model: "Model", "Modelo";
    Line: "Trim", "Versión";
    Name: "Name", "Nombre";
    Corrects: "Name in vPIC", "Nombre en vPIC";
    Hidden: "Not offered", "No se ofrece";
    DisplacementCc: "Displacement (cc)", "Cilindrada (cc)";
    Cylinders: "Cylinders", "Cilindros";
    FuelType: "Fuel", "Combustible";
    Electrification: "Electrification", "Electrificación";
    Power: "Power", "Potencia";
    PowerUnit: "Unit", "Unidad";
});
