//! VINs: the decode page, what a VIN says about itself, how a form shows what was decoded, scanning one.

use super::{Locale, labels, texts};
use crate::vin::{VinCode, VinGroup, VinOrigin};

texts! {
    vin_decode { "Decode VIN", "Decodificar VIN" }
    vin_decode_intro { "Make, model, engine and equipment from the 17 characters. Lower case, spaces and dashes are fine; * stands for a character you can't read.", "Marca, modelo, motor y equipamiento a partir de los 17 caracteres. Sirven minúsculas, espacios y guiones; * reemplaza un carácter que no se lee." }
    vin_decode_do { "Decode", "Decodificar" }
    vin_decode_source { "From NHTSA's catalogue vPIC. Values are in English, as NHTSA writes them.", "Del catálogo vPIC de la NHTSA. Los valores están en inglés, como los escribe la NHTSA." }
    vin_decode_nothing { "Nothing is known about this VIN", "No se sabe nada de este VIN" }
    vin_decode_nothing_text { "Its manufacturer is in no list that we have. Compare the first three characters with the vehicle.", "Su fabricante no está en ninguna lista que tengamos. Compare los tres primeros caracteres con el vehículo." }
    vin_is_fine { "The VIN is well formed.", "El VIN está bien formado." }
    vin_worth_a_look { "Worth a look", "Conviene revisar" }
    vin_did_you_mean { "Did you mean", "¿Quiso decir" }
    vin_possible(possible) { "Possible characters by position: {possible}", "Caracteres posibles por posición: {possible}" }
    vin_year_uncertain { "The model year could also be thirty years off; enter it to be sure.", "El año modelo podría diferir en treinta años; indíquelo para estar seguro." }
    vin_add_to_stock { "Add to stock", "Agregar al inventario" }
    vin_country(country) { "Maker's code assigned in {country}", "Código de fabricante asignado en {country}" }
    vin_model_year_help { "Only if you know it.", "Solo si lo conoce." }
    vin_year { "Model year", "Año modelo" }
    vin_example { "Try an example", "Probar un ejemplo" }

    decoding_start { "Decode VINs", "Decodificar los VIN" }
    decoding_title { "Decode the VINs of the stock", "Decodificar los VIN del inventario" }
    decoding_intro { "Empty fields are filled from each VIN. What is already there stays as it is.", "Los campos vacíos se llenan a partir de cada VIN. Lo que ya está se conserva." }
    decoding_running { "Decoding", "Decodificando" }
    decoding_done { "Every VIN of the stock was decoded.", "Se decodificaron todos los VIN del inventario." }
    decoding_failed { "The run broke off. What was filled until then is kept; start it again to go on.", "La ejecución se interrumpió. Lo llenado hasta entonces se conserva; iníciela de nuevo para continuar." }
    decoding_known[n] { "{n} VIN decoded", "{n} VINs decoded"; "{n} VIN decodificado", "{n} VIN decodificados" }
    decoding_unknown[n] { "{n} VIN not known", "{n} VINs not known"; "{n} VIN desconocido", "{n} VIN desconocidos" }
    decoding_filled[n] { "{n} field filled", "{n} fields filled"; "{n} campo llenado", "{n} campos llenados" }
    decoding_changed[n] { "{n} vehicle changed", "{n} vehicles changed"; "{n} vehículo modificado", "{n} vehículos modificados" }
    decoding_differences { "Differs from the VIN", "Difiere del VIN" }
    decoding_differences_text { "Nothing was changed here. Compare with the vehicle.", "Aquí no se cambió nada. Compare con el vehículo." }
    decoding_differences_first(n, all) { "The first {n} of {all} differences. Nothing was changed here; compare with the vehicle.", "Las primeras {n} de {all} diferencias. Aquí no se cambió nada; compare con el vehículo." }
    decoding_field { "Field", "Campo" }
    decoding_stored { "In the stock", "En el inventario" }
    decoding_said { "The VIN says", "El VIN dice" }
    decoding_nothing { "No vehicle of the stock has a VIN.", "Ningún vehículo del inventario tiene VIN." }

    vin_filled { "from VIN", "del VIN" }
    vin_differs(value) { "Differs from the VIN: {value}", "Difiere del VIN: {value}" }
    vin_take(value) { "Use {value}", "Usar {value}" }
    vin_reading { "Decoding…", "Decodificando…" }
    vin_read(title) { "VIN decoded: {title}.", "VIN decodificado: {title}." }
    vin_read_nothing { "Nothing is known about this VIN.", "No se sabe nada de este VIN." }
    vin_read_failed { "The VIN could not be decoded just now. Everything can be filled in by hand.", "No se pudo decodificar el VIN en este momento. Todo se puede llenar a mano." }
    vin_all_details { "All details", "Todos los datos" }

    vin_scan { "Scan", "Escanear" }
    vin_scan_title { "Scan the VIN", "Escanear el VIN" }
    vin_scan_starting { "Starting the camera…", "Iniciando la cámara…" }
    vin_scan_aim { "Point at the VIN's bar code or QR code: in the door frame, behind the windshield or on the papers.", "Apunte al código de barras o QR del VIN: en el marco de la puerta, detrás del parabrisas o en los papeles." }
    vin_scan_slow { "Nothing yet? Move closer, hold still, add light, or use a photo.", "¿Nada todavía? Acérquese, no mueva la cámara, ilumine mejor o use una foto." }
    vin_scan_torch { "Light", "Luz" }
    vin_scan_use_photo { "Use a photo", "Usar una foto" }
    vin_scan_use_camera { "Use the camera", "Usar la cámara" }
    vin_scan_private { "Pictures stay on this device.", "Las imágenes no salen de este dispositivo." }
    vin_scan_searching { "Looking for the VIN in the photo", "Buscando el VIN en la foto" }
    vin_scan_unread { "No code with a VIN in this photo", "Esta foto no tiene un código con un VIN" }
    vin_scan_unread_text { "Type the VIN off the photo below, or take another one: closer, sharp, without glare.", "Copie el VIN de la foto aquí abajo o tome otra: más cerca, nítida y sin reflejos." }
    vin_scan_unsearched { "The photo could not be searched without a connection. Type the VIN off below.", "Sin conexión no se pudo buscar en la foto. Copie el VIN aquí abajo." }
    vin_scan_no_photo { "This file could not be opened", "No se pudo abrir este archivo" }
    vin_scan_no_photo_text { "It is not a photo, or of a kind that this browser does not show. JPEG and PNG always work.", "No es una foto, o es de un tipo que este navegador no muestra. JPEG y PNG funcionan siempre." }
    vin_scan_photo { "Photo of the VIN", "Foto del VIN" }
    vin_scan_larger { "Larger", "Ampliar" }
    vin_scan_smaller { "Smaller", "Reducir" }
    vin_scan_turn { "Turn", "Girar" }
    vin_scan_use { "Use this VIN", "Usar este VIN" }
    vin_scan_insecure { "The camera needs a secure connection", "La cámara exige una conexión segura" }
    vin_scan_insecure_text { "Browsers open it only over https. A photo works here too.", "Los navegadores solo la abren por https. Una foto también sirve aquí." }
    vin_scan_refused { "The camera is blocked", "La cámara está bloqueada" }
    vin_scan_refused_text { "Allow it for this page in the browser, beside the address, and try again. Or use a photo.", "Permítala para esta página en el navegador, junto a la dirección, e inténtelo de nuevo. O use una foto." }
    vin_scan_missing { "No camera found", "No se encontró ninguna cámara" }
    vin_scan_missing_text { "Connect one and try again, or use a photo.", "Conecte una e inténtelo de nuevo, o use una foto." }
    vin_scan_busy { "The camera is in use", "La cámara está en uso" }
    vin_scan_busy_text { "Close the other program that uses it and try again. Or use a photo.", "Cierre el otro programa que la usa e inténtelo de nuevo. O use una foto." }
    vin_scan_lost { "The camera was disconnected", "La cámara se desconectó" }
    vin_scan_lost_text { "Connect it and try again, or use a photo.", "Conéctela e inténtelo de nuevo, o use una foto." }
    vin_scan_not_loaded_title { "The scanner did not load", "El escáner no se cargó" }
    vin_scan_not_loaded { "The scanner could not be loaded. Check the connection and try again.", "No se pudo cargar el escáner. Revise la conexión e inténtelo de nuevo." }
    vin_scan_unknown { "The camera did not start", "La cámara no se inició" }
    vin_scan_unknown_text { "Try again, or use a photo.", "Inténtelo de nuevo o use una foto." }
}

labels!(VinOrigin {
    Read: "from VIN", "del VIN";
    Derived: "derived", "deducido";
    Default: "typical", "habitual";
});

labels!(VinGroup {
    Vehicle: "Vehicle", "Vehículo";
    Body: "Body and dimensions", "Carrocería y dimensiones";
    Engine: "Engine", "Motor";
    Drive: "Transmission and brakes", "Transmisión y frenos";
    Electric: "Battery and charging", "Batería y carga";
    Safety: "Safety", "Seguridad";
    Manufacture: "Manufacture", "Fabricación";
    Other: "Other", "Otros";
});

labels!(VinCode {
    Clean: "Decoded without errors.", "Decodificado sin errores.";
    CheckDigit: "The check digit (position 9) does not fit.", "El dígito de control (posición 9) no coincide.";
    Corrected: "One character can't be right; its only alternative is suggested.", "Un carácter no puede ser correcto; se sugiere su única alternativa.";
    CorrectedByCheckDigit: "One character can't be right; the check digit tells which one belongs there.", "Un carácter no puede ser correcto; el dígito de control indica cuál corresponde.";
    SeveralCorrections: "One character can't be right; several others are possible.", "Un carácter no puede ser correcto; hay varios posibles.";
    SeveralErrors: "Several characters can't be right.", "Varios caracteres no pueden ser correctos.";
    Incomplete: "The VIN is incomplete.", "El VIN está incompleto.";
    ManufacturerUnknown: "The manufacturer is not registered with NHTSA, as is usual for vehicles not sold in the United States.", "El fabricante no está registrado en la NHTSA, como es habitual en vehículos no vendidos en Estados Unidos.";
    NoDetails: "No details are available for this manufacturer and year.", "No hay detalles disponibles para este fabricante y año.";
    Glider: "This is a glider, a vehicle built from parts, not a motor vehicle of its own.", "Es un «glider», armado con partes, no un vehículo automotor propio.";
    OffRoad: "Made for off-road use: the manufacturer does not certify it for roads in the United States.", "Hecho para uso fuera de vía: el fabricante no lo certifica para las vías de Estados Unidos.";
    ModelYearCode: "Position 10 stands for no model year.", "La posición 10 no corresponde a ningún año modelo.";
    ModelYearEntered: "The model year that was entered is not the one in position 10.", "El año modelo indicado no es el de la posición 10.";
    UnusedPositions: "Some characters say nothing that the manufacturer has published.", "Algunos caracteres no dicen nada que el fabricante haya publicado.";
    InvalidCharacters: "A character stands where none of its kind can.", "Un carácter está donde no puede ir uno de su tipo.";
});

/// A country that the decoder names, in the reader's language; what is not in the table is called the same in both.
#[must_use]
pub fn country_name(english: &str, t: Locale) -> &str {
    let spanish = SPANISH.iter().find(|(name, _)| t == Locale::Es && *name == english);
    spanish.map_or(english, |(_, name)| name)
}

const SPANISH: &[(&str, &str)] = &[
    ("Belarus", "Bielorrusia"),
    ("Belgium", "Bélgica"),
    ("Brazil", "Brasil"),
    ("Canada", "Canadá"),
    ("Croatia", "Croacia"),
    ("Czechia", "Chequia"),
    ("Denmark", "Dinamarca"),
    ("Finland", "Finlandia"),
    ("France", "Francia"),
    ("Germany", "Alemania"),
    ("Greece", "Grecia"),
    ("Hungary", "Hungría"),
    ("Ireland", "Irlanda"),
    ("Italy", "Italia"),
    ("Japan", "Japón"),
    ("Latvia", "Letonia"),
    ("Lithuania", "Lituania"),
    ("Luxembourg", "Luxemburgo"),
    ("Malaysia", "Malasia"),
    ("Mexico", "México"),
    ("Netherlands", "Países Bajos"),
    ("New Zealand", "Nueva Zelanda"),
    ("Norway", "Noruega"),
    ("Peru", "Perú"),
    ("Philippines", "Filipinas"),
    ("Poland", "Polonia"),
    ("Romania", "Rumania"),
    ("Russia", "Rusia"),
    ("Singapore", "Singapur"),
    ("Slovakia", "Eslovaquia"),
    ("Slovenia", "Eslovenia"),
    ("South Africa", "Sudáfrica"),
    ("South Korea", "Corea del Sur"),
    ("Spain", "España"),
    ("Sweden", "Suecia"),
    ("Switzerland", "Suiza"),
    ("Taiwan", "Taiwán"),
    ("Thailand", "Tailandia"),
    ("Turkey", "Turquía"),
    ("Ukraine", "Ucrania"),
    ("United Arab Emirates", "Emiratos Árabes Unidos"),
    ("United Kingdom", "Reino Unido"),
    ("United States", "Estados Unidos"),
];
