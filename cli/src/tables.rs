//! The tables of an interpreted run: read before it begins, and again when their files change.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use streamwright::files::TableFile;
use streamwright_dsl::topology::Topology;
use streamwright_interpreter::{Program, TableRows, framing_of};
use streamwright_values::Timestamp;
use streamwright_values::format::lines;

pub(crate) struct Tables<'r> {
    topology: &'r Topology,
    program: &'r Program<'r>,
    files: RefCell<Vec<TableFile>>,
    rows: RefCell<Vec<Rc<TableRows>>>,
}

impl<'r> Tables<'r> {
    /// Reads all of them.
    ///
    /// # Errors
    /// A sentence for people: a run does not begin without its tables.
    pub(crate) fn read(topology: &'r Topology, program: &'r Program<'r>) -> Result<Tables<'r>, String> {
        let paths = (0..topology.tables.len()).map(|table| program.table_path(table).unwrap_or_default());
        let files = RefCell::new(paths.map(TableFile::new).collect());
        let tables = Tables { topology, program, files, rows: RefCell::default() };
        for table in 0..topology.tables.len() {
            let rows = tables.rows_of(table)?;
            tables.rows.borrow_mut().push(rows);
        }
        Ok(tables)
    }

    fn rows_of(&self, table: usize) -> Result<Rc<TableRows>, String> {
        let about = &self.topology.tables[table];
        let bytes = self.files.borrow_mut()[table].read().map_err(|why| format!("{}: {why}", about.name))?;
        let records = lines::Records::new(framing_of(&about.format), &bytes, lines::RECORD_MAX);
        let records = Box::new(records.map(|record| Ok(record.into())));
        let rows = self.program.table_rows(table, records, lines::RECORD_MAX);
        let path = self.program.table_path(table).unwrap_or_default();
        rows.map(Rc::new).map_err(|error| format!("{}: {path}: {error}", about.name))
    }

    /// The rows as they are now. A table that cannot be read any more stays as it was.
    pub(crate) fn now(&self, clock: Timestamp) -> Vec<Rc<TableRows>> {
        for table in 0..self.topology.tables.len() {
            if !self.files.borrow_mut()[table].has_changed(clock) {
                continue;
            }
            match self.rows_of(table) {
                Ok(rows) => self.rows.borrow_mut()[table] = rows,
                Err(why) => {
                    let _ = writeln!(std::io::stderr(), "table {why}; the rows from before hold on");
                }
            }
        }
        self.rows.borrow().clone()
    }
}
