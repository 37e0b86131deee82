//! The stock: what its fields, states and pages are called.

use super::{labels, texts};
use crate::{
    kernel::unit::DistanceUnit,
    vehicle::{
        BodyType, Drivetrain, Electrification, FuelType, MotorcycleType, PowerUnit, StockStatus, Transmission, VehicleField, VehicleKind,
    },
};

texts! {
    vehicles[n] { "{n} vehicle", "{n} vehicles"; "{n} vehículo", "{n} vehículos" }
    days_in_stock[n] { "{n} day", "{n} days"; "{n} día", "{n} días" }

    stock_summary(vehicles, asking, margin) { "{vehicles} · {asking} asking · {margin} expected margin", "{vehicles} · {asking} en precios de venta · {margin} de margen esperado" }
    views { "Views", "Vistas" }
    tab_all { "All", "Todos" }
    tab_needs_work { "Needs work", "Por preparar" }
    search_stock { "Search stock", "Buscar en el inventario" }
    list_keys { "Shortcuts: / search, J/K move, Enter opens", "Atajos: / buscar, J/K mover, Enter abrir" }
    filter { "Filter", "Filtrar" }
    filter_any { "Any", "Cualquiera" }
    filter_show { "Show", "Mostrar" }
    filter_clear { "Clear filters", "Quitar filtros" }
    year_from { "Year from", "Año desde" }
    year_to { "Year to", "Año hasta" }
    price_from { "Price from", "Precio desde" }
    price_to { "Price to", "Precio hasta" }
    chip_search(text) { "“{text}”", "«{text}»" }
    chip_year_from(year) { "Year from {year}", "Año desde {year}" }
    chip_year_to(year) { "Year to {year}", "Año hasta {year}" }
    chip_price_from(price) { "Price from {price}", "Precio desde {price}" }
    chip_price_to(price) { "Price to {price}", "Precio hasta {price}" }
    page_of_list { "Page", "Página" }
    order { "Order", "Orden" }
    order_newest { "Newest first", "Más recientes" }
    order_oldest { "Oldest first", "Más antiguos" }
    order_price_up { "Price, low to high", "Precio, de menor a mayor" }
    order_price_down { "Price, high to low", "Precio, de mayor a menor" }
    order_mileage_up { "Mileage, low to high", "Kilometraje, de menor a mayor" }
    order_mileage_down { "Mileage, high to low", "Kilometraje, de mayor a menor" }
    order_year_up { "Year, old to new", "Año, de viejo a nuevo" }
    order_year_down { "Year, new to old", "Año, de nuevo a viejo" }
    order_days_up { "Shortest in stock", "Menos días en inventario" }
    order_days_down { "Longest in stock", "Más días en inventario" }
    order_title { "Make and model", "Marca y modelo" }
    column_vehicle { "Vehicle", "Vehículo" }
    column_asking { "Asking", "Precio" }
    column_in_stock { "In stock", "En inventario" }
    no_price { "No price", "Sin precio" }
    shown_of(shown, all) { "{shown} of {all}", "{shown} de {all}" }
    vehicle_deleted { "Vehicle deleted.", "Vehículo eliminado." }
    no_stock { "No vehicles yet", "Aún no hay vehículos" }
    no_stock_text { "Import your list as CSV, or add the first vehicle by hand.", "Importe su lista en CSV o agregue el primer vehículo a mano." }
    nothing_found { "No vehicles match", "Ningún vehículo coincide" }
    nothing_found_text { "Remove a filter or use fewer words.", "Quite un filtro o use menos palabras." }
    page_lost { "This page of the list can't be found", "No se encuentra esta página de la lista" }
    page_lost_text { "The link has changed or expired.", "El enlace cambió o expiró." }
    first_page { "Go to first page", "Ir a la primera página" }

    tab_overview { "Overview", "Resumen" }
    tab_history { "History", "Historial" }
    edit { "Edit", "Editar" }
    more { "More", "Más" }
    delete_vehicle { "Delete", "Eliminar" }
    delete_changed { "Somebody else changed this vehicle meanwhile, so it was not deleted. It is shown as it is now; delete it again if you still want to.", "Otra persona modificó este vehículo mientras tanto, por lo que no se eliminó. Se muestra como está ahora; elimínelo de nuevo si aún lo desea." }
    vehicle_created { "Added to stock.", "Agregado al inventario." }
    vehicle_saved { "Saved.", "Guardado." }
    whole_history { "Full history", "Historial completo" }
    pricing { "Pricing", "Precios" }
    bought_on(day) { "Bought {day}", "Comprado {day}" }
    last_asking_price { "Last asking price", "Último precio de venta" }
    margin_at_asking { "Margin at asking price", "Margen al precio de venta" }
    price_history { "Asking price history", "Historial del precio de venta" }
    group_identification { "Identification", "Identificación" }
    group_technical { "Technical", "Datos técnicos" }
    group_state { "Condition and location", "Estado y ubicación" }
    group_notes { "Notes", "Notas" }
    happened_created { "Added to stock", "Agregado al inventario" }
    happened_edited[n] { "{n} field changed", "{n} fields changed"; "{n} campo cambiado", "{n} campos cambiados" }
    happened_deleted { "Deleted", "Eliminado" }
    happened_restored { "Restored", "Restaurado" }
    price_lowered(from, to) { "Asking price lowered from {from} to {to}", "Precio de venta rebajado de {from} a {to}" }
    price_changed(from, to) { "Asking price changed from {from} to {to}", "Precio de venta cambiado de {from} a {to}" }
    price_set(to) { "Asking price set to {to}", "Precio de venta fijado en {to}" }
    price_removed { "Asking price removed", "Precio de venta eliminado" }
    previously(status) { "previously {status}", "antes: {status}" }

    step_prepare { "Start preparation", "Empezar la preparación" }
    step_put_on_sale { "List for sale", "Poner en venta" }
    step_take_back { "Return to stock", "Devolver al inventario" }
    change_price { "Change price", "Cambiar precio" }
    set_price { "Set asking price", "Fijar precio de venta" }
    new_status { "New status", "Nuevo estado" }
    with_reason(status) { "{status} (reason required)", "{status} (requiere motivo)" }
    reason { "Reason", "Motivo" }
    reason_help { "Required for In repair and Inactive. Shown in the history.", "Obligatorio para En reparación e Inactivo. Se muestra en el historial." }
    status_moved(status) { "Status: {status}", "Estado: {status}" }
    change_status { "Change status", "Cambiar estado" }
    follows_from_contract { "Reserved and Sold are set by the contract.", "Reservado y Vendido los fija el contrato." }

    edit_vehicle(title) { "Edit {title}", "Editar {title}" }
    save_changes { "Save changes", "Guardar cambios" }
    add_to_stock { "Add to stock", "Agregar al inventario" }
    nothing_unsaved { "No unsaved changes", "Sin cambios sin guardar" }
    unsaved[n] { "{n} unsaved change", "{n} unsaved changes"; "{n} cambio sin guardar", "{n} cambios sin guardar" }
    leave_unsaved { "Leave this page? Your changes are not saved yet.", "¿Salir de esta página? Sus cambios aún no están guardados." }
    draft_restored { "Your unsaved changes were restored.", "Se recuperaron sus cambios sin guardar." }
    draft_discard { "Discard them", "Descartarlos" }
    choose { "Not set", "Sin indicar" }
    unit { "Unit", "Unidad" }
    kind_help { "Determines which fields apply.", "Determina qué campos se aplican." }
    stock_number_help(next) { "Leave empty to use {next}.", "Déjelo vacío para usar {next}." }
    vin_help { "17 characters, no I, O or Q. An unusual VIN can still be saved.", "17 caracteres, sin I, O ni Q. Un VIN inusual también se puede guardar." }
    plate_help { "Spaces and dashes don't matter.", "Los espacios y guiones no importan." }
    acquired_help { "Purchase date; today if empty.", "Fecha de compra; hoy si se deja vacío." }
    tags_help { "Separated by commas.", "Separadas por comas." }
    custom_fields_help { "One per line, as “Name: value”.", "Uno por línea, así: «Nombre: valor»." }
    currency_help { "Three letters, such as USD or EUR.", "Tres letras, como USD o EUR." }
    status_help { "Status on arrival.", "Estado al ingresar." }
    amount_help { "For example 12,900 or 12,900.50.", "Por ejemplo 12.900 o 12.900,50." }

    vin_length(n) { "A VIN has 17 characters; this one has {n}.", "Un VIN tiene 17 caracteres; este tiene {n}." }
    vin_never_used(found, position, instead) { "Position {position}: {found} is never used; did you mean {instead}?", "Posición {position}: {found} nunca se usa; ¿quiso decir {instead}?" }
    vin_not_in_alphabet(found, position) { "Position {position}: {found} can't be part of a VIN.", "Posición {position}: {found} no puede formar parte de un VIN." }
    vin_not_known(position) { "Position {position} is not known.", "La posición {position} no se conoce." }
    vin_check_digit(found, expected) { "The check digit (position 9) is {found} and should be {expected} for a vehicle built for North America. Compare it with the vehicle.", "El dígito de control (posición 9) es {found} y debería ser {expected} en un vehículo para Norteamérica. Compárelo con el vehículo." }

    conflict_title { "Somebody else saved this vehicle while you were editing", "Otra persona guardó este vehículo mientras usted lo editaba" }
    conflict_merged { "Their changes are in the form now; save again to keep both.", "Los cambios de esa persona ya están en el formulario; guarde de nuevo para conservar ambos." }
    conflict_choose { "You both changed these fields. Choose which version to keep, then save again.", "Ambos cambiaron estos campos. Elija qué versión conservar y guarde de nuevo." }
    conflict_compare { "These fields differ from the saved version. The form below holds yours; change what you want to take from the saved version, then save again.", "Estos campos difieren de la versión guardada. El formulario conserva la suya; cambie lo que quiera tomar de la guardada y guarde de nuevo." }
    conflict_their_changes { "Taken from the saved version", "Tomado de la versión guardada" }
    conflict_mine { "Your version", "Su versión" }
    conflict_theirs { "Saved version", "Versión guardada" }
    conflict_keep_mine { "Keep mine", "Conservar la mía" }
    conflict_take_theirs { "Use saved version", "Usar la guardada" }
    empty_value { "(empty)", "(vacío)" }

    import_title { "Import a stock list", "Importar un inventario" }
    import_intro { "The CSV file is checked row by row first. Nothing is saved until you confirm.", "Primero se revisa el archivo CSV fila por fila. No se guarda nada hasta que usted lo confirme." }
    import_file { "CSV file", "Archivo CSV" }
    import_file_help { "Separated by commas, semicolons or tabs; UTF-8 or Windows-1252. The first row names the columns.", "Separado por comas, punto y coma o tabuladores; UTF-8 o Windows-1252. La primera fila nombra las columnas." }
    import_notation { "How are numbers written in the file?", "¿Cómo están escritos los números en el archivo?" }
    import_notation_point { "1,234.56", "1,234.56" }
    import_notation_comma { "1.234,56", "1.234,56" }
    import_notation_point_help { "Point for decimals", "Punto decimal" }
    import_notation_comma_help { "Comma for decimals", "Coma decimal" }
    import_check { "Check the file", "Revisar el archivo" }
    import_columns { "Columns", "Columnas" }
    import_columns_text { "Make and model are required; everything else is optional. The usual English and Spanish words are understood too, for columns (price, placa, mileage_km) and for values; an unknown column is left out and named in the report.", "Marca y modelo son obligatorios; lo demás es opcional. También se entienden las palabras usuales en español e inglés, para columnas (placa, price, mileage_km) y para valores; una columna desconocida se omite y se indica en el informe." }
    import_column { "Column", "Columna" }
    import_meaning { "Description", "Descripción" }
    import_values { "Values", "Valores" }
    import_free_text(max) { "Text, at most {max} characters", "Texto, máximo {max} caracteres" }
    import_number { "Number", "Número" }
    import_branch_id { "Id of a branch", "Id de una sede" }
    import_date { "Date, as 2026-01-31", "Fecha, así: 2026-01-31" }
    import_sample { "Example", "Ejemplo" }
    import_of(file) { "Import of {file}", "Importación de {file}" }
    import_checking { "Checking", "Revisando" }
    import_writing { "Importing", "Importando" }
    import_waiting { "Waiting to start…", "En espera…" }
    import_refresh { "Refresh", "Actualizar" }
    import_good[n] { "{n} valid row", "{n} valid rows"; "{n} fila válida", "{n} filas válidas" }
    import_bad[n] { "{n} row with errors", "{n} rows with errors"; "{n} fila con errores", "{n} filas con errores" }
    import_read_as(encoding, separator) { "Read as {encoding}, separated by {separator}.", "Leído como {encoding}, separado por {separator}." }
    separator_comma { "commas", "comas" }
    separator_semicolon { "semicolons", "punto y coma" }
    separator_tab { "tabs", "tabuladores" }
    import_ignored { "Unknown columns, left out:", "Columnas desconocidas, omitidas:" }
    import_problems { "Rows with errors", "Filas con errores" }
    import_problems_first(n) { "The first {n} problems. Correct them in the file and start over to see the rest.", "Los primeros {n} problemas. Corríjalos en el archivo y empiece de nuevo para ver el resto." }
    import_line { "Line", "Línea" }
    import_value { "Value", "Valor" }
    import_why { "Problem", "Problema" }
    import_all[n] { "Import {n} vehicle", "Import all {n} vehicles"; "Importar {n} vehículo", "Importar los {n} vehículos" }
    import_good_only[n] { "Import the {n} valid row", "Import the {n} valid rows"; "Importar {n} fila válida", "Importar las {n} filas válidas" }
    import_again { "Start over", "Empezar de nuevo" }
    import_nothing_written { "Nothing has been saved yet.", "Aún no se ha guardado nada." }
    import_no_good { "There is no valid row to import.", "No hay ninguna fila válida para importar." }
    import_done[n] { "{n} vehicle imported.", "{n} vehicles imported."; "{n} vehículo importado.", "{n} vehículos importados." }
    import_failed { "The file was not imported; nothing was saved.", "El archivo no se importó; no se guardó nada." }
    import_to_stock { "View stock", "Ver el inventario" }
    import_uploading { "Uploading…", "Subiendo…" }
}

labels!(VehicleKind {
    Car: "Car", "Automóvil";
    Motorcycle: "Motorcycle", "Motocicleta";
});

labels!(StockStatus {
    InAcquisition: "In acquisition", "En adquisición";
    InPreparation: "In preparation", "En preparación";
    InMaintenance: "In maintenance", "En mantenimiento";
    InRepair: "In repair", "En reparación";
    Available: "For sale", "En venta";
    Reserved: "Reserved", "Reservado";
    Sold: "Sold", "Vendido";
    InUse: "In use", "En uso";
    Inactive: "Inactive", "Inactivo";
});

labels!(BodyType {
    Sedan: "Sedan", "Sedán";
    Hatchback: "Hatchback", "Hatchback";
    Wagon: "Station wagon", "Station wagon";
    Coupe: "Coupe", "Cupé";
    Convertible: "Convertible", "Convertible";
    Suv: "SUV", "SUV";
    Crossover: "Crossover", "Crossover";
    Minivan: "Minivan", "Minivan";
    Van: "Van", "Van";
    CargoVan: "Cargo van", "Van de carga";
    Pickup: "Pickup", "Camioneta pickup";
    Truck: "Truck", "Camión";
    ChassisCab: "Chassis cab", "Chasis cabina";
    Bus: "Bus", "Autobús";
    Other: "Other", "Otra";
});

labels!(MotorcycleType {
    Standard: "Standard", "Estándar";
    Sport: "Sport", "Deportiva";
    Touring: "Touring", "Turismo";
    Cruiser: "Cruiser", "Cruiser";
    Street: "Street", "Urbana";
    DualSport: "Dual-sport", "Doble propósito";
    OffRoad: "Off-road", "Todoterreno";
    Custom: "Custom", "Custom";
    Scooter: "Scooter", "Scooter";
    Moped: "Moped", "Ciclomotor";
    ThreeWheeled: "Three-wheeled", "Tres ruedas";
    Other: "Other", "Otra";
});

labels!(FuelType {
    Gasoline: "Gasoline", "Gasolina";
    Diesel: "Diesel", "Diésel";
    Electric: "Electric", "Eléctrico";
    FlexFuel: "Flex fuel", "Flex";
    Lpg: "LPG", "GLP";
    NaturalGas: "Natural gas", "Gas natural";
    Hydrogen: "Hydrogen", "Hidrógeno";
    Other: "Other", "Otro";
});

labels!(Electrification {
    None: "None", "Ninguna";
    MildHybrid: "Mild hybrid", "Híbrido ligero";
    Hybrid: "Hybrid", "Híbrido";
    PlugInHybrid: "Plug-in hybrid", "Híbrido enchufable";
    BatteryElectric: "Battery electric", "Eléctrico de batería";
    FuelCell: "Fuel cell", "Pila de combustible";
});

labels!(Transmission {
    Manual: "Manual", "Manual";
    Automatic: "Automatic", "Automática";
    Cvt: "CVT", "CVT";
    DualClutch: "Dual-clutch", "Doble embrague";
    AutomatedManual: "Automated manual", "Manual automatizada";
    DirectDrive: "Direct drive", "Transmisión directa";
    Other: "Other", "Otra";
});

labels!(Drivetrain {
    Front: "Front-wheel drive", "Delantera";
    Rear: "Rear-wheel drive", "Trasera";
    All: "All-wheel drive", "Integral (AWD)";
    FourByFour: "4×4", "4×4";
    FourByTwo: "4×2", "4×2";
    SixByFour: "6×4", "6×4";
    Chain: "Chain", "Cadena";
    Belt: "Belt", "Correa";
    Shaft: "Shaft", "Cardán";
    Other: "Other", "Otra";
});

labels!(DistanceUnit {
    Km: "km", "km";
    Mi: "mi", "mi";
});

labels!(PowerUnit {
    Kw: "kW", "kW";
    Hp: "hp", "hp";
    Ps: "PS", "CV";
});

labels!(VehicleField {
    Kind: "Vehicle type", "Tipo de vehículo";
    StockNumber: "Stock number", "Número de inventario";
    Vin: "VIN", "VIN";
    Plate: "Plate", "Placa";
    Make: "Make", "Marca";
    Model: "Model", "Modelo";
    Line: "Trim", "Línea o versión";
    ModelYear: "Model year", "Año modelo";
    BodyType: "Body type", "Carrocería";
    MotorcycleType: "Motorcycle type", "Tipo de motocicleta";
    Doors: "Doors", "Puertas";
    Seats: "Seats", "Asientos";
    FuelType: "Fuel", "Combustible";
    Electrification: "Electrification", "Electrificación";
    Transmission: "Transmission", "Transmisión";
    Drivetrain: "Drivetrain", "Tracción";
    DisplacementCc: "Displacement (cc)", "Cilindrada (cc)";
    Power: "Power", "Potencia";
    PowerUnit: "Power unit", "Unidad de potencia";
    EngineNumber: "Engine number", "Número de motor";
    ChassisNumber: "Chassis number", "Número de chasis";
    ColourOutside: "Exterior color", "Color exterior";
    ColourInside: "Interior color", "Color interior";
    Keys: "Number of keys", "Número de llaves";
    Mileage: "Mileage", "Kilometraje";
    MileageUnit: "Mileage unit", "Unidad de kilometraje";
    CityRegistered: "City of registration", "Ciudad de matrícula";
    Branch: "Branch", "Sede";
    LotPlace: "Lot location", "Ubicación en el patio";
    Status: "Status", "Estado";
    AcquiredOn: "Acquisition date", "Fecha de adquisición";
    PurchasePrice: "Purchase price", "Precio de compra";
    AskingPrice: "Asking price", "Precio de venta";
    Currency: "Currency", "Moneda";
    Tags: "Tags", "Etiquetas";
    Notes: "Notes", "Notas";
    CustomFields: "Custom fields", "Campos personalizados";
});
