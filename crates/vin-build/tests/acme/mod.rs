//! The tables that a catalogue of one manufacturer is made of, in memory; the server's tests load the same into PostgreSQL.
#![allow(unreachable_pub, reason = "nothing outside a test binary could reach anything")]

use std::collections::BTreeMap;

use vin_build::{BuildError, Cell, Rows};

/// Tables in memory: column names and rows.
#[derive(Debug, Default)]
pub struct Memory(pub BTreeMap<String, (Vec<&'static str>, Vec<Vec<Cell>>)>);

impl Memory {
    /// Adds a table from lines of cells separated by commas; an empty cell is NULL.
    fn with(mut self, table: &str, columns: &str, lines: &'static [&'static str]) -> Self {
        let cell = |text: &str| match (text, text.parse()) {
            ("", _) => Cell::Null,
            (_, Ok(number)) => Cell::Integer(number),
            (text, _) => Cell::Text(text.to_owned()),
        };
        let rows = lines.iter().map(|line| line.split(',').map(cell).collect()).collect();
        let columns = columns.to_owned().leak().split(',').collect();
        self.0.insert(table.to_lowercase(), (columns, rows));
        self
    }
}

impl Rows for Memory {
    fn has(&self, table: &str) -> bool {
        self.0.contains_key(&table.to_lowercase())
    }

    fn rows(&self, table: &str, wanted: &[&str], each: &mut dyn FnMut(&[Cell]) -> Result<(), BuildError>) -> Result<(), BuildError> {
        let missing = || BuildError::Source(format!("{table} is missing"));
        let (columns, rows) = self.0.get(&table.to_lowercase()).ok_or_else(missing)?;
        let place = |name: &&str| {
            columns
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))
                .ok_or_else(missing)
        };
        let places: Vec<usize> = wanted.iter().map(place).collect::<Result<_, _>>()?;
        for row in rows {
            let chosen: Vec<Cell> = places.iter().map(|place| row.get(*place).cloned().unwrap_or(Cell::Null)).collect();
            each(&chosen)?;
        }
        Ok(())
    }
}

/// NHTSA's tables of one manufacturer, as its own release has them.
pub fn tables() -> Memory {
    Memory::default()
        .with(
            "Element",
            "Id,Name,Code,GroupName,LookupTable,Decode,IsPrivate,weight",
            &[
                "5,Body Class,BodyClass,Exterior,BodyStyle,Pattern,0,99",
                "11,Displacement (CC),DisplacementCC,Engine,,Pattern,0,98",
                "13,Displacement (L),DisplacementL,Engine,,Pattern,0,",
                "18,Engine Model,EngineModel,Engine,,Pattern,0,55",
                "24,Fuel Type - Primary,FuelTypePrimary,Engine,FuelType,Pattern,0,91",
                "26,Make,Make,General,Make,Pattern,0,99",
                "27,Manufacturer Name,Manufacturer,General,Manufacturer,WMI,0,",
                "28,Model,Model,General,Model,Pattern,0,99",
                "29,Model Year,ModelYear,General,,WMI,0,99",
                "37,Transmission Style,TransmissionStyle,Mechanical,Transmission,Pattern,0,",
                "39,Vehicle Type,VehicleType,General,VehicleType,WMI,0,99",
                "97,NCSA Make,NCSAMake,Internal,,Pattern,1,",
                "111,Wheelbase (inches) From,WheelBaseShort,Exterior,,Pattern,0,",
                "117,Trailer Body Type,TrailerBodyType,Exterior,TrailerBodyType,Pattern,0,",
            ],
        )
        .with("BodyStyle", "Id,Name", &["13,Sedan/Saloon", "5,Hatchback"])
        .with("FuelType", "Id,Name", &["4,Gasoline"])
        .with("Transmission", "Id,Name", &["3,Manual/Standard"])
        .with("Country", "Id,Name", &["6,UNITED STATES (USA)"])
        .with("Make", "Id,Name", &["1,Acme"])
        .with("Model", "Id,Name", &["10,Rocket", "11,Old Rocket"])
        .with("Make_Model", "MakeId,ModelId", &["1,10", "1,11"])
        .with("VehicleType", "Id,Name", &["2,Passenger Car"])
        .with("Manufacturer", "Id,Name", &["7,Acme Motors Inc."])
        .with(
            "Wmi",
            "Id,Wmi,ManufacturerId,VehicleTypeId,TruckTypeId,CountryId,PublicAvailabilityDate",
            &["1,1AC,7,2,,6,2020-01-01", "2,1AD,7,2,,6,"],
        )
        .with("Wmi_Make", "WmiId,MakeId", &["1,1"])
        .with("VinSchema", "Id,TobeQCed", &["100,0", "101,0", "102,1"])
        .with(
            "Wmi_VinSchema",
            "WmiId,VinSchemaId,YearFrom,YearTo",
            &["1,100,2010,", "1,101,2015,2020", "1,102,2010,"],
        )
        .with(
            "Pattern",
            "Id,VinSchemaId,Keys,ElementId,AttributeId,CreatedOn,UpdatedOn",
            &[
                "1,100,AB[12],28,11,2016-01-01 00:00:00.0,",
                "2,101,AB*,28,10,2015-01-01 00:00:00.0,",
                "3,101,***[C-E],5,13,2015-01-01 00:00:00.0,",
                "4,101,***C,5,5,2015-01-01 00:00:00.0,2014-06-01 00:00:00.0",
                "5,101,****1,18,R5,2015-01-01 00:00:00.0,",
                "6,101,*****|*##,111,##,2015-01-01 00:00:00.0,",
                "7,101,AB*,97,3,2015-01-01 00:00:00.0,",
                "8,102,AB*,28,11,2026-01-01 00:00:00.0,",
            ],
        )
        .with("EngineModel", "Id,Name", &["1, r5 "])
        .with(
            "EngineModelPattern",
            "EngineModelId,ElementId,AttributeId",
            &["1,11,1500", "1,24,4"],
        )
        .with("DefaultValue", "VehicleTypeId,ElementId,DefaultValue", &["2,117,0", "2,37,0"])
        .with("VehicleSpecSchema", "Id,MakeId,VehicleTypeId,TobeQCed", &["1,1,2,0"])
        .with("VehicleSpecSchema_Model", "VehicleSpecSchemaId,ModelId", &["1,10"])
        .with("VehicleSpecSchema_Year", "VehicleSpecSchemaId,Year", &["1,2017"])
        .with("VSpecSchemaPattern", "Id,SchemaId", &["50,1"])
        .with(
            "VehicleSpecPattern",
            "VSpecSchemaPatternId,IsKey,ElementId,AttributeId,CreatedOn,UpdatedOn",
            &["50,t,18,r5,2020-01-01 00:00:00.0,", "50,f,37,3,2020-01-01 00:00:00.0,"],
        )
}
