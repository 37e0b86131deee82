//! The dry run: every row by the rules of the form, then against the other rows of the file and against the stock.

use std::collections::HashMap;

use app::{
    kernel::{
        actor::Actor,
        id::BranchId,
        problem::{FieldProblems, Problem},
    },
    vehicle::{CheckContext, ImportOptions, ImportProblem, NewVehicle, VehicleDraft, VehicleField},
};
use sqlx::PgConnection;

use super::{
    progress::Progress,
    reader::{Row, Sheet, shorten},
};
use crate::{
    platform::db::Scope,
    vehicle::{
        error::VehicleError,
        row::unique_values,
        stock_numbers,
        store::{
            self, TakenRow,
            imports::{Counts, Findings},
        },
    },
};

/// Rows that are looked up in the stock at a time.
const BATCH: usize = 1_000;

/// The rules that a row is read by.
#[derive(Debug)]
pub(super) struct Rules {
    pub context: CheckContext,
    branches: Vec<(BranchId, String)>,
}

impl Rules {
    /// As they are in the actor's organisation today. An import brings the past along: every status may be set.
    pub(super) async fn of(connection: &mut PgConnection, actor: &Actor, options: &ImportOptions) -> Result<Self, VehicleError> {
        Ok(Self {
            context: CheckContext {
                notation: options.notation,
                currency: actor.currency,
                distance_unit: actor.distance_unit,
                today: store::today(connection, &actor.time_zone).await?,
                any_status: true,
            },
            branches: store::branches(connection, Scope::of(actor)).await?,
        })
    }

    /// The vehicle that a row describes. A list names branches as people do.
    pub(super) fn read(&self, draft: &VehicleDraft) -> Result<NewVehicle, FieldProblems> {
        let named = draft.get(VehicleField::Branch).trim().to_lowercase();
        let branch = self.branch(&named);
        let mut draft = draft.clone();
        draft.set(VehicleField::Branch, branch.map(|branch| branch.to_string()).unwrap_or_default());
        let mut read = draft.check(&self.context);
        if branch.is_none() && !named.is_empty() {
            let allowed = self.branches.iter().map(|(_, name)| name.clone()).collect();
            let mut problems = read.err().unwrap_or_default();
            problems.insert(VehicleField::Branch.name().into(), Problem::Unknown { allowed });
            read = Err(problems);
        }
        read
    }

    fn branch(&self, named: &str) -> Option<BranchId> {
        self.branches
            .iter()
            .find(|(id, name)| name.to_lowercase() == named || id.to_string() == named)
            .map(|(id, _)| *id)
    }

    /// How people call a branch.
    #[must_use]
    pub(super) fn branch_name(&self, branch: BranchId) -> Option<String> {
        self.branches.iter().find(|(id, _)| *id == branch).map(|(_, name)| name.clone())
    }

    /// The values of a row with problems elsewhere that must still be unique.
    fn unique_of_rest(&self, draft: &VehicleDraft, problems: &FieldProblems) -> Vec<(VehicleField, String)> {
        use VehicleField::{ChassisNumber, EngineNumber, Make, Model, Plate, StockNumber, Vin};
        let mut rest = VehicleDraft::default();
        for field in [StockNumber, Vin, Plate, EngineNumber, ChassisNumber] {
            if !problems.contains_key(field.name()) {
                rest.set(field, draft.get(field));
            }
        }
        // Needed by the check, whatever they are.
        rest.set(Make, "-");
        rest.set(Model, "-");
        rest.check(&self.context)
            .map(|new| unique_values(&new, new.stock_number.as_deref()))
            .unwrap_or_default()
    }
}

/// What was found in a file.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub counts: Counts,
    /// The first ones, in file order.
    pub problems: Vec<ImportProblem>,
    /// Row by row, whether it is good.
    pub good: Vec<bool>,
    /// Numbers of our own make (`ST-00042`) that good rows bring along.
    pub numbers: Vec<i64>,
    /// Good rows without a stock number.
    pub unnumbered: usize,
    /// Which line has a value that must be unique. Bounded by the rows that a file may have.
    claims: HashMap<(VehicleField, String), u64>,
}

impl Verdict {
    /// Whether a row of the file has this stock number.
    #[must_use]
    pub(super) fn has_number(&self, number: &str) -> bool {
        self.claims.contains_key(&key(VehicleField::StockNumber, number))
    }

    /// The report's part on the file and its problems.
    #[must_use]
    pub(super) fn findings(&self, sheet: &Sheet) -> Findings {
        Findings {
            problems: self.problems.clone(),
            ..findings(sheet)
        }
    }
}

/// How the file was read.
#[must_use]
pub(super) fn findings(sheet: &Sheet) -> Findings {
    Findings {
        ignored_columns: sheet.ignored_columns.clone(),
        encoding: sheet.encoding.into(),
        delimiter: sheet.delimiter.into(),
        ..Findings::default()
    }
}

/// A row with what is wrong with it so far and the values that must be unique.
struct Looked {
    line: u64,
    draft: VehicleDraft,
    problems: Vec<ImportProblem>,
    unique: Vec<(VehicleField, String)>,
    numbered: bool,
}

/// Checks every row; the first `keep` problems are kept, all bad rows are counted.
pub(super) async fn file(
    connection: &mut PgConnection,
    scope: Scope,
    sheet: &Sheet,
    rules: &Rules,
    keep: usize,
    progress: &mut Progress,
) -> Result<Verdict, VehicleError> {
    let mut verdict = Verdict::default();
    let rows_in_all = i64::try_from(sheet.row_count).unwrap_or(i64::MAX);
    let mut rows = sheet.rows();
    loop {
        progress.report(rows_in_all, verdict.counts.rows).await?;
        let batch: Vec<Looked> = rows.by_ref().take(BATCH).map(|row| look(sheet, rules, row)).collect();
        if batch.is_empty() {
            break;
        }
        let wanted: Vec<_> = batch.iter().flat_map(|row| row.unique.iter().cloned()).collect();
        let mut taken: HashMap<(String, String), TakenRow> = store::taken(connection, scope, &wanted, None)
            .await?
            .into_iter()
            .map(|row| ((row.field.clone(), row.value.clone()), row))
            .collect();
        for row in batch {
            verdict.add(sheet, row, &mut taken, keep);
        }
    }
    verdict.counts.done = verdict.counts.rows;
    Ok(verdict)
}

fn look(sheet: &Sheet, rules: &Rules, row: Row) -> Looked {
    let mut looked = Looked {
        line: row.line,
        draft: row.draft,
        problems: row.problems,
        unique: Vec::new(),
        numbered: false,
    };
    match rules.read(&looked.draft) {
        Ok(new) => {
            looked.unique = unique_values(&new, new.stock_number.as_deref());
            looked.numbered = new.stock_number.is_some();
        }
        Err(problems) => {
            looked.unique = rules.unique_of_rest(&looked.draft, &problems);
            for (name, problem) in problems {
                match VehicleField::named(&name) {
                    Some(field) => looked.note(sheet, field, problem),
                    None => looked.problems.push(ImportProblem {
                        line: looked.line,
                        column: name,
                        value: String::new(),
                        problem,
                    }),
                }
            }
        }
    }
    looked
}

impl Looked {
    /// Notes a problem, unless the reader has found fault with the cell already.
    fn note(&mut self, sheet: &Sheet, field: VehicleField, problem: Problem) {
        let column = sheet.column_of(field);
        if self.problems.iter().any(|known| known.column == column) {
            return;
        }
        self.problems.push(ImportProblem {
            line: self.line,
            column,
            value: shorten(self.draft.get(field)),
            problem,
        });
    }
}

impl Verdict {
    fn add(&mut self, sheet: &Sheet, mut row: Looked, taken: &mut HashMap<(String, String), TakenRow>, keep: usize) {
        let own_number =
            |(field, value): &(VehicleField, String)| (*field == VehicleField::StockNumber).then(|| stock_numbers::read(value));
        let number = row.unique.iter().find_map(own_number).flatten();
        for (field, value) in std::mem::take(&mut row.unique) {
            let holder = taken.get(&(field.name().to_owned(), value.clone()));
            let first = *self.claims.entry(key(field, &value)).or_insert(row.line);
            if first != row.line {
                row.note(sheet, field, Problem::Repeated { line: first });
            } else if let Some(holder) = holder {
                let problem = Problem::Taken {
                    vehicle: holder.title.clone(),
                    id: holder.id.to_string(),
                };
                row.note(sheet, field, problem);
            }
        }
        let is_good = row.problems.is_empty();
        self.counts.rows += 1;
        if is_good {
            self.counts.good += 1;
            self.numbers.extend(number);
            self.unnumbered += usize::from(!row.numbered);
        } else {
            self.counts.bad += 1;
        }
        self.good.push(is_good);
        let room = keep.saturating_sub(self.problems.len());
        self.problems.extend(row.problems.into_iter().take(room));
    }
}

/// What is compared: stock numbers without regard to case.
fn key(field: VehicleField, value: &str) -> (VehicleField, String) {
    match field {
        VehicleField::StockNumber => (field, value.to_lowercase()),
        _ => (field, value.to_owned()),
    }
}
