//! How large the tables of an OpenDocument spreadsheet are: a row or a cell may stand for a million of them (`number-rows-repeated`,
//! `number-columns-repeated`), and its reader holds the rectangle around what has a value.

/// The table that is being looked at.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Rows before the current one, and how often it stands.
    row: u64,
    repeated: u64,
    /// Cells of the current row so far.
    column: u64,
    /// The first column behind the last value of the current row.
    width: u64,
    /// The first row and column behind all values.
    end: [u64; 2],
}

/// The most columns of a table; a row without values may be wider in name.
const COLUMNS: u64 = 16_384;

impl Table {
    /// A row begins.
    pub fn row(&mut self, repeated: u64) {
        self.close_row();
        self.repeated = repeated.max(1);
        (self.column, self.width) = (0, 0);
    }

    /// A cell of the row.
    pub fn cell(&mut self, repeated: u64, valued: bool) {
        self.column = self.column.saturating_add(repeated.max(1)).min(COLUMNS);
        if valued {
            self.width = self.column;
        }
    }

    fn close_row(&mut self) {
        self.row = self.row.saturating_add(self.repeated);
        self.repeated = 0;
        if self.width > 0 {
            self.end = [self.row, self.end[1].max(self.width)];
        }
        (self.column, self.width) = (0, 0);
    }

    /// The cells of the rectangle, once the table has ended.
    pub fn size(mut self) -> u64 {
        self.close_row();
        self.end[0].saturating_mul(self.end[1])
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn repeated_rows_and_cells_count_up_to_the_last_value() {
        let mut table = Table::default();
        table.row(1);
        table.cell(1, true);
        table.cell(1023, false);
        table.row(1000);
        table.cell(3, false);
        table.cell(2, true);
        table.row(1_000_000);
        table.cell(16_384, false);
        assert_eq!(table.size(), 1001 * 5);
        let mut bomb = Table::default();
        bomb.row(u64::MAX);
        bomb.cell(u64::MAX, true);
        assert_eq!(bomb.size(), u64::MAX);
        assert_eq!(Table::default().size(), 0);
    }
}
