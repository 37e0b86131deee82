//! What the columns of a stock list are called out there, in English and Spanish.

use app::{kernel::unit::DistanceUnit, vehicle::VehicleField as F};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub field: F,
    /// The unit that the column's name says.
    pub unit: Option<DistanceUnit>,
}

/// The meaning of a column name, whatever its case, accents, spaces and underscores. None: nobody knows.
#[must_use]
pub fn meaning(name: &str) -> Option<Meaning> {
    let key = key(name);
    if let Some(unit) = [
        ("km", DistanceUnit::Km),
        ("kilometros", DistanceUnit::Km),
        ("mi", DistanceUnit::Mi),
        ("miles", DistanceUnit::Mi),
    ]
    .into_iter()
    .find(|(suffix, _)| {
        key == *suffix
            || key
                .strip_suffix(suffix)
                .is_some_and(|rest| matches!(rest, "mileage" | "odometer" | "kilometraje" | "recorrido"))
    })
    .map(|(_, unit)| unit)
    {
        return Some(Meaning {
            field: F::Mileage,
            unit: Some(unit),
        });
    }
    let field = F::ALL
        .iter()
        .copied()
        .find(|field| self::key(field.name()) == key)
        .or_else(|| alias(&key))?;
    Some(Meaning { field, unit: None })
}

fn alias(key: &str) -> Option<F> {
    Some(match key {
        "type" | "tipo" | "vehicletype" | "clase" => F::Kind,
        "stock" | "stockno" | "stockid" | "numeroinventario" | "numerodeinventario" | "inventario" => F::StockNumber,
        "chasisvin" | "vinnumber" | "numerovin" => F::Vin,
        "licenseplate" | "licenceplate" | "registration" | "placa" | "matricula" | "patente" => F::Plate,
        "brand" | "marca" => F::Make,
        "modelo" => F::Model,
        "trim" | "version" | "linea" => F::Line,
        "year" | "ano" | "anomodelo" => F::ModelYear,
        "body" | "bodystyle" | "carroceria" => F::BodyType,
        "tipodemotocicleta" | "tipomoto" => F::MotorcycleType,
        "puertas" => F::Doors,
        "asientos" | "plazas" => F::Seats,
        "fuel" | "combustible" => F::FuelType,
        "electrificacion" => F::Electrification,
        "gearbox" | "transmision" | "caja" => F::Transmission,
        "drive" | "drivetype" | "traccion" => F::Drivetrain,
        "displacement" | "cc" | "cilindrada" | "cilindraje" | "enginecc" => F::DisplacementCc,
        "potencia" => F::Power,
        "engineno" | "numerodemotor" | "numeromotor" | "motor" => F::EngineNumber,
        "chassisno" | "numerodechasis" | "numerochasis" | "chasis" => F::ChassisNumber,
        "colour" | "color" | "exteriorcolour" | "exteriorcolor" | "colorexterior" => F::ColourOutside,
        "interiorcolour" | "interiorcolor" | "colorinterior" => F::ColourInside,
        "llaves" => F::Keys,
        "odometer" | "kilometraje" | "recorrido" => F::Mileage,
        "city" | "ciudad" | "ciudadregistro" | "ciudaddematricula" => F::CityRegistered,
        "lot" | "place" | "ubicacion" | "lugar" => F::LotPlace,
        "estado" => F::Status,
        "bought" | "boughton" | "acquired" | "purchasedate" | "fechadeadquisicion" | "fechacompra" => F::AcquiredOn,
        "cost" | "buyprice" | "preciodecompra" | "preciocompra" | "costo" => F::PurchasePrice,
        "price" | "saleprice" | "sellingprice" | "precio" | "preciodeventa" | "precioventa" => F::AskingPrice,
        "moneda" | "divisa" => F::Currency,
        "etiquetas" => F::Tags,
        "comments" | "remarks" | "notas" | "observaciones" | "comentarios" => F::Notes,
        _ => return None,
    })
}

/// Lower case letters and digits without accents: what is compared.
fn key(name: &str) -> String {
    vin::folded(name).filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_many_names() {
        let field = |name| meaning(name).map(|meaning| meaning.field);
        assert_eq!(field("Stock Number"), Some(F::StockNumber));
        assert_eq!(field("AÑO"), Some(F::ModelYear));
        assert_eq!(field("año modelo"), Some(F::ModelYear));
        assert_eq!(field("Precio de venta"), Some(F::AskingPrice));
        assert_eq!(field("colour"), Some(F::ColourOutside));
        assert_eq!(field("shoe size"), None);
        assert_eq!(
            meaning("mileage_km"),
            Some(Meaning {
                field: F::Mileage,
                unit: Some(DistanceUnit::Km)
            })
        );
        assert_eq!(
            meaning("Odometer (mi)"),
            Some(Meaning {
                field: F::Mileage,
                unit: Some(DistanceUnit::Mi)
            })
        );
        assert_eq!(meaning("mileage").map(|meaning| meaning.unit), Some(None));
    }
}
