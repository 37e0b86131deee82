//! The stock: what its fields, states and pages are called.

use super::{labels, texts};
use crate::{
    kernel::unit::DistanceUnit,
    vehicle::{
        BodyType, Drivetrain, Electrification, FuelType, MotorcycleType, PowerUnit, StockStatus, Transmission, VehicleField, VehicleKind,
        VehicleSort,
    },
};

texts! {
    vehicles[n] { "{n} vehicle", "{n} vehicles"; "{n} vehículo", "{n} vehículos" }
    days_in_stock[n] { "{n} day", "{n} days"; "{n} día", "{n} días" }

    stock_summary(vehicles, asking, margin) { "{vehicles} · {asking} asking · {margin} expected margin", "{vehicles} · {asking} en precios de venta · {margin} de margen esperado" }
    import_stock { "Import", "Importar" }
    views { "Views", "Vistas" }
    tab_all { "All", "Todos" }
    tab_needs_work { "Needs work", "Por preparar" }
    search_stock { "Search the stock", "Buscar en el inventario" }
    list_keys { "Keys: / search, j and k walk through the list, Enter opens", "Teclas: / buscar, j y k recorren la lista, Intro abre" }
    filter { "Filter", "Filtrar" }
    filter_any { "Any", "Cualquiera" }
    filter_show { "Show", "Mostrar" }
    filter_clear { "Clear filters", "Quitar filtros" }
    filter_kind { "Kind", "Tipo" }
    filter_make { "Make", "Marca" }
    filter_status { "Status", "Estado" }
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
    column_plate { "Plate", "Placa" }
    column_status { "Status", "Estado" }
    column_mileage { "Mileage", "Kilometraje" }
    column_asking { "Asking", "Precio" }
    column_in_stock { "In stock", "En inventario" }
    no_price { "No price", "Sin precio" }
    shown_of(shown, all) { "{shown} of {all}", "{shown} de {all}" }
    vehicle_deleted { "The vehicle was taken off the stock.", "El vehículo se retiró del inventario." }
    no_stock { "No vehicles yet", "Aún no hay vehículos" }
    no_stock_text { "Import the list you have as CSV, or add the first vehicle by hand.", "Importe su lista en CSV o agregue el primer vehículo a mano." }
    nothing_found { "Nothing matches", "Nada coincide" }
    nothing_found_text { "No vehicle fits what is searched and filtered. Take a filter off, or look for fewer words.", "Ningún vehículo cumple la búsqueda y los filtros. Quite un filtro o busque menos palabras." }
    page_lost { "This page of the list can't be found", "No se encuentra esta página de la lista" }
    page_lost_text { "Its address was changed or is too old. The list itself is fine.", "Su dirección se modificó o es demasiado antigua. La lista está bien." }
    first_page { "To the first page", "Ir a la primera página" }

    tab_overview { "Overview", "Resumen" }
    tab_history { "History", "Historial" }
    edit { "Edit", "Editar" }
    more { "More", "Más" }
    delete_vehicle { "Delete", "Eliminar" }
    delete_changed { "Somebody else changed this vehicle meanwhile, so it was not deleted. It is shown as it is now; delete it again if you still want to.", "Otra persona modificó este vehículo mientras tanto, por lo que no se eliminó. Se muestra como está ahora; elimínelo de nuevo si aún lo desea." }
    vehicle_created { "Added to the stock.", "Agregado al inventario." }
    vehicle_saved { "Saved.", "Guardado." }
    what_happened { "What happened", "Qué ha pasado" }
    whole_history { "Whole history", "Historial completo" }
    money { "Money", "Dinero" }
    bought_on(day) { "Bought {day}", "Comprado {day}" }
    asking { "Asking price", "Precio de venta" }
    last_asking_price { "Last asking price", "Último precio de venta" }
    margin_at_asking { "Margin at asking price", "Margen al precio de venta" }
    price_history { "Asking price over time", "Precio de venta en el tiempo" }
    group_identification { "Identification", "Identificación" }
    group_technical { "Technical", "Datos técnicos" }
    group_state { "Appearance and place", "Aspecto y ubicación" }
    group_money { "Money", "Dinero" }
    group_place { "Place", "Ubicación" }
    group_notes { "Notes", "Notas" }
    happened_created { "Added to the stock", "Agregado al inventario" }
    happened_edited[n] { "{n} field changed", "{n} fields changed"; "{n} campo cambiado", "{n} campos cambiados" }
    happened_deleted { "Taken off the stock", "Retirado del inventario" }
    happened_restored { "Put back into the stock", "Devuelto al inventario" }
    price_lowered(from, to) { "Asking price lowered from {from} to {to}", "Precio de venta rebajado de {from} a {to}" }
    price_changed(from, to) { "Asking price changed from {from} to {to}", "Precio de venta cambiado de {from} a {to}" }
    price_set(to) { "Asking price set to {to}", "Precio de venta fijado en {to}" }
    price_removed { "Asking price removed", "Precio de venta eliminado" }
    before_it_was(status) { "before: {status}", "antes: {status}" }

    step_prepare { "Start preparation", "Empezar la preparación" }
    step_put_on_sale { "Put on sale", "Poner en venta" }
    step_take_back { "Take back into stock", "Devolver al inventario" }
    change_price { "Change the price", "Cambiar el precio" }
    set_price { "Set the asking price", "Fijar el precio de venta" }
    other_moves { "Change status", "Cambiar estado" }
    new_status { "New status", "Nuevo estado" }
    with_reason(status) { "{status} (say why)", "{status} (indique el motivo)" }
    reason { "Reason", "Motivo" }
    reason_help { "Shown in the history. Needed for repair and for inactive.", "Se muestra en el historial. Obligatorio para reparación e inactivo." }
    move_it { "Change", "Cambiar" }
    follows_from_contract { "Reserved and sold follow from a contract and change with it.", "Reservado y vendido dependen de un contrato y cambian con él." }

    edit_vehicle(title) { "Edit {title}", "Editar {title}" }
    save_changes { "Save changes", "Guardar cambios" }
    add_to_stock { "Add to the stock", "Agregar al inventario" }
    nothing_unsaved { "Nothing unsaved", "Nada sin guardar" }
    unsaved[n] { "{n} field unsaved", "{n} fields unsaved"; "{n} campo sin guardar", "{n} campos sin guardar" }
    leave_unsaved { "Leave this page? What you typed is not saved yet.", "¿Salir de esta página? Lo que escribió aún no está guardado." }
    draft_restored { "This is what you typed before. It is not saved yet.", "Esto es lo que escribió antes. Aún no está guardado." }
    draft_discard { "Discard it", "Descartarlo" }
    choose { "Not set", "Sin indicar" }
    unit { "Unit", "Unidad" }
    kind_help { "What it is decides which fields make sense.", "El tipo decide qué campos tienen sentido." }
    stock_number_help(next) { "Left empty, it becomes {next}.", "Si se deja vacío, será {next}." }
    vin_help { "17 characters, without I, O and Q. A VIN that looks wrong is only warned of.", "17 caracteres, sin I, O ni Q. Si parece incorrecto solo se advierte." }
    plate_help { "Spaces and dashes don't matter.", "Los espacios y guiones no importan." }
    acquired_help { "The day it became yours; today if left empty.", "El día en que se adquirió; hoy si se deja vacío." }
    tags_help { "Separated by commas.", "Separadas por comas." }
    custom_fields_help { "One per line, as “Name: value”.", "Uno por línea, así: «Nombre: valor»." }
    currency_help { "Three letters, such as USD or EUR.", "Tres letras, como USD o EUR." }
    status_help { "Where it stands when it comes in.", "En qué estado entra." }
    amount_help { "Numbers as you write them: 12,900 or 12,900.50.", "Números como usted los escribe: 12.900 o 12.900,50." }

    vin_length(n) { "A VIN has 17 characters; this one has {n}.", "Un VIN tiene 17 caracteres; este tiene {n}." }
    vin_never_used(found, position, instead) { "{found} (place {position}) is never part of a VIN; perhaps {instead}.", "{found} (posición {position}) no aparece nunca en un VIN; quizá {instead}." }
    vin_not_in_alphabet(found, position) { "{found} (place {position}) can't be part of a VIN.", "{found} (posición {position}) no puede ser parte de un VIN." }
    vin_check_digit(found, expected) { "The check digit (9th place) is {found}, and should be {expected} for a vehicle built for North America. Compare it with the vehicle.", "El dígito de control (posición 9) es {found} y debería ser {expected} en un vehículo para Norteamérica. Compárelo con el vehículo." }

    conflict_title { "Somebody else saved this vehicle while you were editing", "Otra persona guardó este vehículo mientras usted lo editaba" }
    conflict_merged { "Their changes are in the form now; save again to keep both.", "Sus cambios ya están en el formulario; guarde de nuevo para conservar ambos." }
    conflict_choose { "You both changed these fields. Choose what stays, then save again.", "Ambos cambiaron estos campos. Elija qué queda y guarde de nuevo." }
    conflict_compare { "These fields differ from what is stored now. The form below holds yours; change what you want to take over, then save again.", "Estos campos difieren de lo guardado ahora. El formulario conserva lo suyo; cambie lo que quiera adoptar y guarde de nuevo." }
    conflict_taken_over { "Taken over from the other person", "Adoptado de la otra persona" }
    conflict_mine { "Yours", "Lo suyo" }
    conflict_theirs { "Stored now", "Guardado ahora" }
    conflict_keep_mine { "Keep mine", "Conservar lo mío" }
    conflict_take_theirs { "Take theirs", "Adoptar lo guardado" }
    empty_value { "(empty)", "(vacío)" }
    session_ended { "Your session ended. What you typed is kept; sign in to go on.", "Su sesión terminó. Lo que escribió se conserva; inicie sesión para continuar." }

    import_title { "Import a stock list", "Importar un inventario" }
    import_intro { "A CSV file is checked row by row first. Nothing is written until you say so.", "Primero se revisa el archivo CSV fila por fila. No se guarda nada hasta que usted lo confirme." }
    import_file { "CSV file", "Archivo CSV" }
    import_file_help { "Separated by commas, semicolons or tabs; UTF-8 or Windows-1252. The first row names the columns.", "Separado por comas, punto y coma o tabuladores; UTF-8 o Windows-1252. La primera fila nombra las columnas." }
    import_notation { "How are numbers written in the file?", "¿Cómo están escritos los números en el archivo?" }
    import_notation_point { "1,234.56", "1,234.56" }
    import_notation_comma { "1.234,56", "1.234,56" }
    import_notation_point_help { "Point for decimals", "Punto decimal" }
    import_notation_comma_help { "Comma for decimals", "Coma decimal" }
    import_check { "Check the file", "Revisar el archivo" }
    import_columns { "Columns", "Columnas" }
    import_columns_text { "Make and model are needed; everything else may be missing. The usual English and Spanish words are understood too, for columns (price, placa, mileage_km) as for values; a column that nobody knows is left out and named in the report.", "Marca y modelo son obligatorios; lo demás puede faltar. También se entienden las palabras usuales en español e inglés, para columnas (placa, price, mileage_km) y para valores; una columna desconocida se omite y se indica en el informe." }
    import_column { "Column", "Columna" }
    import_meaning { "What it holds", "Contenido" }
    import_values { "Values", "Valores" }
    import_free_text(max) { "Text, at most {max} characters", "Texto, máximo {max} caracteres" }
    import_number { "Number", "Número" }
    import_branch_id { "Id of a branch", "Id de una sede" }
    import_date { "Date, as 2026-01-31", "Fecha, así: 2026-01-31" }
    import_sample { "Example", "Ejemplo" }
    import_of(file) { "Import of {file}", "Importación de {file}" }
    import_checking { "Checking", "Revisando" }
    import_writing { "Importing", "Importando" }
    import_waiting { "Waiting for a worker…", "Esperando turno…" }
    import_refresh { "Refresh", "Actualizar" }
    import_good[n] { "{n} good row", "{n} good rows"; "{n} fila correcta", "{n} filas correctas" }
    import_bad[n] { "{n} bad row", "{n} bad rows"; "{n} fila con errores", "{n} filas con errores" }
    import_read_as(encoding, separator) { "Read as {encoding}, separated by {separator}.", "Leído como {encoding}, separado por {separator}." }
    separator_comma { "commas", "comas" }
    separator_semicolon { "semicolons", "punto y coma" }
    separator_tab { "tabs", "tabuladores" }
    import_ignored { "Left out, because their names are not known:", "Omitidas, porque no se reconocen sus nombres:" }
    import_problems { "Rows to mend", "Filas por corregir" }
    import_problems_first(n) { "The first {n} problems. Mend them in the file and start over to see the rest.", "Los primeros {n} problemas. Corríjalos en el archivo y empiece de nuevo para ver el resto." }
    import_line { "Line", "Línea" }
    import_value { "What stands there", "Lo que hay" }
    import_why { "Why it is not taken", "Por qué no se acepta" }
    import_all[n] { "Import {n} vehicle", "Import all {n} vehicles"; "Importar {n} vehículo", "Importar los {n} vehículos" }
    import_good_only[n] { "Import the {n} good row", "Import the {n} good rows"; "Importar {n} fila correcta", "Importar las {n} filas correctas" }
    import_again { "Start over", "Empezar de nuevo" }
    import_nothing_written { "Nothing has been written yet.", "Aún no se ha guardado nada." }
    import_no_good { "There is no row that could be imported.", "No hay ninguna fila que se pueda importar." }
    import_done[n] { "{n} vehicle is in your stock now.", "{n} vehicles are in your stock now."; "{n} vehículo ya está en su inventario.", "{n} vehículos ya están en su inventario." }
    import_failed { "The file was not imported; nothing was written.", "El archivo no se importó; no se guardó nada." }
    import_to_stock { "Show the stock", "Ver el inventario" }
    import_uploading { "Uploading…", "Subiendo…" }
}

labels!(VehicleKind {
    Car: "Car", "Coche";
    Motorcycle: "Motorcycle", "Motocicleta";
});

labels!(StockStatus {
    InAcquisition: "In acquisition", "En adquisición";
    InPreparation: "In preparation", "En preparación";
    InMaintenance: "In maintenance", "En mantenimiento";
    InRepair: "In repair", "En reparación";
    Available: "On sale", "En venta";
    Reserved: "Reserved", "Reservado";
    Sold: "Sold", "Vendido";
    InUse: "In use", "En uso";
    Inactive: "Inactive", "Inactivo";
});

labels!(BodyType {
    Sedan: "Sedan", "Sedán";
    Hatchback: "Hatchback", "Hatchback";
    Wagon: "Wagon", "Familiar";
    Coupe: "Coupe", "Cupé";
    Convertible: "Convertible", "Descapotable";
    Suv: "SUV", "SUV";
    Crossover: "Crossover", "Crossover";
    Minivan: "Minivan", "Monovolumen";
    Van: "Van", "Van";
    CargoVan: "Cargo van", "Furgoneta";
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
    Hp: "hp", "CV";
});

labels!(VehicleSort {
    Added: "Newest first", "Más recientes primero";
    Price: "Price", "Precio";
    Mileage: "Mileage", "Kilometraje";
    Year: "Year", "Año";
    DaysInStock: "Days in stock", "Días en inventario";
    Title: "Make and model", "Marca y modelo";
});

labels!(VehicleField {
    Kind: "Kind", "Tipo";
    StockNumber: "Stock number", "Número de inventario";
    Vin: "VIN", "VIN";
    Plate: "Plate", "Placa";
    Make: "Make", "Marca";
    Model: "Model", "Modelo";
    Line: "Line or trim", "Línea o versión";
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
    ColourOutside: "Colour outside", "Color exterior";
    ColourInside: "Colour inside", "Color interior";
    Keys: "Keys", "Llaves";
    Mileage: "Mileage", "Kilometraje";
    MileageUnit: "Mileage unit", "Unidad de kilometraje";
    CityRegistered: "City registered", "Ciudad de matrícula";
    Branch: "Branch", "Sede";
    LotPlace: "Place on the lot", "Lugar en el patio";
    Status: "Status", "Estado";
    AcquiredOn: "Acquired on", "Fecha de adquisición";
    PurchasePrice: "Purchase price", "Precio de compra";
    AskingPrice: "Asking price", "Precio de venta";
    Currency: "Currency", "Moneda";
    Tags: "Tags", "Etiquetas";
    Notes: "Notes", "Notas";
    CustomFields: "Custom fields", "Campos propios";
});
