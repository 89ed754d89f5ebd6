//! Cells as they stand in a file, before anybody knows which row is the header.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// Most cells kept.
pub(super) const MAX_CELLS: usize = 8_000_000;
/// Most columns kept.
pub(super) const MAX_COLUMNS: usize = 200;

/// Records with their row number in the file, from 1.
pub(super) type Records = Vec<(u32, Vec<String>)>;

/// What a file or a sheet holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Rows with their number in the file, from 1.
    pub(super) records: Records,
    /// Cells that took their text from the merged cell they are part of: row number and column from 0.
    pub(super) merged: Vec<(u32, u16)>,
    /// Records in which a quote is opened and never closed.
    #[serde(default)]
    pub(super) open_quotes: Vec<u32>,
    /// Rows that the spreadsheet does not show.
    #[serde(default)]
    pub(super) hidden: Vec<u32>,
    /// Name of the sheet read; empty for text files.
    pub(super) sheet: String,
    /// All sheets with cells, in the file's order.
    pub(super) sheets: Vec<String>,
}

impl Grid {
    /// Puts the text of each merged region's first cell into its other cells. Regions are row and column bounds from 0,
    /// inclusive.
    pub(super) fn fill_merged(&mut self, regions: &[[u32; 4]]) {
        let at: HashMap<u32, usize> = self.records.iter().enumerate().map(|(at, (row, _))| (*row, at)).collect();
        let mut budget = MAX_CELLS;
        for [top, left, bottom, right] in regions {
            let Some(first) = at.get(&(top + 1)) else { continue };
            let left = *left as usize;
            let Some(text) = self.records[*first].1.get(left).filter(|text| !text.is_empty()).cloned() else {
                continue;
            };
            for row in *top..=(*bottom).min(top.saturating_add(1_000_000)) {
                let Some(index) = at.get(&(row + 1)) else { continue };
                for column in left..=(*right as usize).min(MAX_COLUMNS - 1) {
                    let cells = &mut self.records[*index].1;
                    if cells.len() <= column {
                        cells.resize(column + 1, String::new());
                    }
                    if cells[column].is_empty() && budget > 0 {
                        budget -= 1;
                        cells[column].clone_from(&text);
                        self.merged.push((row + 1, u16::try_from(column).unwrap_or(u16::MAX)));
                    }
                }
            }
        }
        self.merged.sort_unstable();
    }
}
