//! The constants of windows.

use streamwright_dsl::topology::{Expr, Top, Window, WindowKind};
use streamwright_values::{Duration, dataflow};

use super::{Constants, StartError};
use crate::state::{Grid, Reach, Revisions, Shape, WindowSettings};

impl Constants<'_> {
    pub(super) fn window(&self, window: &Window) -> Result<WindowSettings, StartError> {
        let shape = self.shape(window)?;
        let top = window.top.as_ref().map_or(Ok(0), |top| self.top(top))?;
        Ok(WindowSettings { shape, top })
    }

    fn shape(&self, window: &Window) -> Result<Shape, StartError> {
        let ending = |grid| Ok(Shape::Ending(grid, self.revisions(window)?));
        match &window.kind {
            WindowKind::All => ending(Grid::All),
            WindowKind::Until(_) => ending(Grid::Until),
            WindowKind::Tumbling { size, offset } => ending(self.grid(size, size, offset.as_ref())?),
            WindowKind::Hopping { size, every, offset } => ending(self.grid(size, every, offset.as_ref())?),
            WindowKind::Session { gap, longest } => {
                let gap = self.in_range(dataflow::window_size(self.duration(gap)?))?;
                let longest = match longest {
                    Some(longest) => Some(
                        self.in_range(dataflow::longest_session(self.duration(longest)?, Duration(gap)))?,
                    ),
                    None => None,
                };
                Ok(Shape::Session { gap, longest, every: self.revisions(window)?.every })
            }
            WindowKind::Rows(rows) => Ok(Shape::ByRows(Reach::Rows(self.rows(rows)?))),
            WindowKind::TrailingRows(rows) => Ok(Shape::ByRows(Reach::TrailingRows(self.rows(rows)?))),
            WindowKind::Trailing(size) => Ok(Shape::ByRows(Reach::Trailing(
                self.in_range(dataflow::window_size(self.duration(size)?))?,
            ))),
            WindowKind::Running { lasts } => {
                Ok(Shape::ByRows(Reach::Running(self.period("for", lasts.as_ref())?)))
            }
        }
    }

    fn revisions(&self, window: &Window) -> Result<Revisions, StartError> {
        let late = self.period("allow late", window.allow_late.as_ref())?;
        let every = self.period("emit every", window.emit_every.as_ref())?;
        Ok(Revisions { late, every })
    }

    fn rows(&self, rows: &Expr) -> Result<i64, StartError> {
        self.in_range(dataflow::window_rows(self.int(rows)?))
    }

    pub(super) fn top(&self, top: &Top) -> Result<i64, StartError> {
        self.in_range(dataflow::top_rows(self.int(&top.count)?))
    }

    fn grid(&self, size: &Expr, every: &Expr, offset: Option<&Expr>) -> Result<Grid, StartError> {
        let size = Duration(self.in_range(dataflow::window_size(self.duration(size)?))?);
        let every = Duration(self.in_range(dataflow::window_every(self.duration(every)?, size))?);
        let offset = match offset {
            Some(offset) => self.in_range(dataflow::window_offset(self.duration(offset)?, every))?,
            None => 0,
        };
        Ok(Grid::Every { size: size.0, every: every.0, offset })
    }
}
