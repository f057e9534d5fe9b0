//! The code as rows of dots, one bit each: what pictures and printers are given in their own packings.

use super::{Matrix, QUIET_ZONE};
use crate::outcome::Error;

/// The narrowest and the widest paper, in dots. 58 mm paper has 384, 80 mm paper 576.
const PAPER_DOTS: std::ops::RangeInclusive<u32> = 256..=1024;
/// A smaller module is lost in the spread of a thermal head's heat.
const SMALLEST_PRINTED_MODULE: usize = 3;

/// The code with its quiet zone, a whole number of dots to a module. A set bit is dark, the first dot of a row is the
/// highest bit of its first byte, and the bits behind the last dot are 0.
pub(super) struct Raster {
    /// The dots of a row.
    pub width: usize,
    /// The number of rows.
    pub height: usize,
    /// One row of dots for each row of modules.
    lines: Vec<Vec<u8>>,
    dots_per_module: usize,
}

impl Raster {
    /// All rows from the top.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.lines.iter().flat_map(|line| std::iter::repeat_n(line.as_slice(), self.dots_per_module))
    }
}

impl Matrix {
    /// The code alone.
    pub(super) fn raster(&self, dots_per_module: usize) -> Raster {
        self.raster_within(self.full_side() * dots_per_module, dots_per_module)
    }

    /// The code in the middle of rows of `width` dots, which are at least what it needs.
    pub(super) fn raster_within(&self, width: usize, dots_per_module: usize) -> Raster {
        let side = self.side() as i32;
        let margin = width.saturating_sub(self.full_side() * dots_per_module) / 2;
        let first = margin + QUIET_ZONE as usize * dots_per_module;
        let line = |y| {
            let mut line = vec![0; width.div_ceil(8)];
            for (column, x) in (0..side).enumerate().filter(|&(_, x)| self.is_dark(x, y)) {
                debug_assert!(x < side);
                let start = first + column * dots_per_module;
                for dot in start..start + dots_per_module {
                    if let Some(byte) = line.get_mut(dot / 8) {
                        *byte |= 0x80 >> (dot % 8);
                    }
                }
            }
            line
        };
        Raster {
            width,
            height: self.full_side() * dots_per_module,
            lines: (-QUIET_ZONE..side + QUIET_ZONE).map(line).collect(),
            dots_per_module,
        }
    }

    /// The largest whole number of dots to a module with which the code and its quiet zone fit a paper.
    pub(super) fn dots_per_module(&self, paper_dots: u32) -> Result<usize, Error> {
        check_paper(paper_dots)?;
        let dots = paper_dots as usize / self.full_side();
        if dots < SMALLEST_PRINTED_MODULE {
            return Err(Error::argument(format!(
                "paper_dots {paper_dots} is too narrow: the link has {} bytes, and its code needs at least {} dots",
                self.link().len(),
                self.full_side() * SMALLEST_PRINTED_MODULE
            )));
        }
        Ok(dots)
    }
}

/// Whether a printer has paper so wide.
pub(super) fn check_paper(paper_dots: u32) -> Result<(), Error> {
    if !PAPER_DOTS.contains(&paper_dots) || !paper_dots.is_multiple_of(8) {
        return Err(Error::argument(format!(
            "paper_dots {paper_dots} is not a multiple of 8 between {} and {}: 58 mm paper has 384, 80 mm paper 576",
            PAPER_DOTS.start(),
            PAPER_DOTS.end()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dot_is_the_module_it_belongs_to() {
        let matrix = Matrix::of("https://customer.example/pay.html?customer=1").unwrap();
        for (dots_per_module, width) in [(1, matrix.full_side()), (3, 384), (5, 200), (7, 576)] {
            let width = width.max(matrix.full_side() * dots_per_module);
            let raster = matrix.raster_within(width, dots_per_module);
            let margin = (width - matrix.full_side() * dots_per_module) / 2;
            assert_eq!(raster.rows().count(), raster.height);
            for (y, row) in raster.rows().enumerate() {
                assert_eq!(row.len(), width.div_ceil(8));
                for x in 0..row.len() * 8 {
                    let module = |place: usize| (place / dots_per_module) as i32 - QUIET_ZONE;
                    let dark = x >= margin && matrix.is_dark(module(x - margin), module(y));
                    assert_eq!(row[x / 8] >> (7 - x % 8) & 1 == 1, dark, "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_module_is_the_largest_that_fits_the_paper() {
        let matrix = Matrix::of(&("https://x.example/?".to_owned() + &"a".repeat(59))).unwrap();
        assert_eq!(matrix.full_side(), 41);
        assert_eq!(matrix.dots_per_module(384).unwrap(), 9);
        assert_eq!(matrix.dots_per_module(576).unwrap(), 14);
        for paper in [0, 100, 255, 383, 385, 1032, 65535, u32::MAX] {
            let said = matrix.dots_per_module(paper).err().unwrap();
            assert!(said.message().starts_with(&format!("paper_dots {paper} is not")), "{said}");
        }
        let large = Matrix::of(&"x".repeat(2000)).unwrap();
        assert!(
            large.dots_per_module(384).err().unwrap().message().contains("too narrow: the link has 2000")
        );
    }
}
