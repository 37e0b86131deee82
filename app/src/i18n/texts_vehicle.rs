//! The stock: what its fields, states and pages are called.

use super::{labels, texts};
use crate::vehicle::{
    BodyType, DistanceUnit, Drivetrain, Electrification, FuelType, MotorcycleType, PowerUnit, StockStatus, Transmission, VehicleField,
    VehicleKind, VehicleSort,
};

texts! {
    vehicles[n] { "{n} vehicle", "{n} vehicles"; "{n} vehículo", "{n} vehículos" }
    days_in_stock[n] { "{n} day", "{n} days"; "{n} día", "{n} días" }
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
