//! The SQL that reads NHTSA's tables, schema `vpic`; nothing in it is an organisation's.
//!
//! Names of tables and columns are compared without regard to case: NHTSA's dumps write them in lower case, the documentation in
//! capitals. Rows come in a fixed order from one snapshot, so that the same release gives the same bytes.

use std::{cell::RefCell, collections::BTreeMap};

use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, postgres::PgRow};
use tokio::runtime::Handle;
use vin_build::{BuildError, Cell, Rows};

/// A connection to the tables.
#[derive(Debug)]
pub(super) struct Vpic {
    connection: RefCell<PgConnection>,
    runtime: Handle,
    /// Tables by their name in lower case.
    tables: BTreeMap<String, Table>,
}

#[derive(Debug, Default)]
struct Table {
    name: String,
    /// Columns by their name in lower case: their own name, and whether they are texts.
    columns: BTreeMap<String, (String, bool)>,
}

impl Vpic {
    pub(super) async fn open(url: &str) -> Result<Self, BuildError> {
        let mut connection = PgConnection::connect(url).await.map_err(failed)?;
        sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .execute(&mut connection)
            .await
            .map_err(failed)?;
        let columns: Vec<(String, String, bool)> = sqlx::query_as(
            "SELECT table_name::text, column_name::text, collation_name IS NOT NULL OR data_type IN ('text', 'character varying', 'character')
             FROM information_schema.columns
             WHERE table_schema = 'vpic'
             ORDER BY table_name, column_name",
        )
        .fetch_all(&mut connection)
        .await
        .map_err(failed)?;
        if columns.is_empty() {
            return Err(BuildError::Source(
                "the database has no schema vpic, or this user may not read it: load NHTSA's release first".into(),
            ));
        }
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for (table, column, is_text) in columns {
            let known = tables.entry(table.to_lowercase()).or_default();
            known.columns.insert(column.to_lowercase(), (column, is_text));
            known.name = table;
        }
        Ok(Self {
            connection: RefCell::new(connection),
            runtime: Handle::current(),
            tables,
        })
    }

    /// Every column as text; in the order of NHTSA's ids, which decides between equals, and where a table has none, of what is asked for.
    fn query(&self, table: &str, wanted: &[&str]) -> Result<String, BuildError> {
        let known = self
            .tables
            .get(&table.to_lowercase())
            .ok_or_else(|| BuildError::Source(format!("there is no table vpic.{table}")))?;
        let column = |name: &str| {
            let missing = || BuildError::Source(format!("vpic.{table} has no column {name}"));
            known.columns.get(&name.to_lowercase()).ok_or_else(missing)
        };
        let in_order = |(name, is_text): &(String, bool)| format!("{}{}", quoted(name), if *is_text { " COLLATE \"C\"" } else { "" });
        let wanted: Vec<_> = wanted.iter().map(|name| column(name)).collect::<Result<_, _>>()?;
        let shown: Vec<String> = wanted.iter().map(|(name, _)| format!("{}::text", quoted(name))).collect();
        let order: Vec<String> = known.columns.get("id").into_iter().chain(wanted).map(in_order).collect();
        let (shown, order) = (shown.join(", "), order.join(", "));
        Ok(format!("SELECT {shown} FROM vpic.{} ORDER BY {order}", quoted(&known.name)))
    }
}

impl Rows for Vpic {
    fn has(&self, table: &str) -> bool {
        self.tables.contains_key(&table.to_lowercase())
    }

    fn rows(&self, table: &str, columns: &[&str], each: &mut dyn FnMut(&[Cell]) -> Result<(), BuildError>) -> Result<(), BuildError> {
        let query = self.query(table, columns)?;
        let mut connection = self
            .connection
            .try_borrow_mut()
            .map_err(|_| BuildError::Source(format!("vpic.{table} was asked for while another table was read")))?;
        self.runtime.block_on(async {
            // Names come from the database's own list of columns, quoted.
            let mut rows = sqlx::query(AssertSqlSafe(query)).fetch(&mut *connection);
            while let Some(row) = rows.try_next().await.map_err(failed)? {
                each(&cells(&row)?)?;
            }
            Ok(())
        })
    }
}

fn cells(row: &PgRow) -> Result<Vec<Cell>, BuildError> {
    let cell = |index| {
        row.try_get::<Option<String>, _>(index)
            .map(|text| text.map_or(Cell::Null, Cell::Text))
    };
    (0..row.len()).map(cell).collect::<Result<_, _>>().map_err(failed)
}

/// An identifier between quotes, as PostgreSQL reads it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: sqlx::Error) -> BuildError {
    BuildError::Source(error.to_string())
}
