//! The code as a label for printers that speak ZPL.

use super::{Matrix, module_size};
use crate::outcome::Error;

impl Matrix {
    /// A whole label, `^XA` to `^XZ`, with the code as a graphic in its upper left corner, quiet zone included: dot for
    /// dot the same on every printer, where the printer's own `^BQ` differs between firmwares. To set it into a label
    /// of one's own, take the part from `^GFA` to `^FS`. Size in dots: from 1 to 64 a module; 203 dots are an inch
    /// on most printers.
    pub fn to_zpl(&self, dots_per_module: u32) -> Result<String, Error> {
        let raster = self.raster(module_size("dots_per_module", dots_per_module)?);
        let row_bytes = raster.width.div_ceil(8);
        let total = row_bytes * raster.height;
        let mut out = format!("^XA\n^FO0,0^GFA,{total},{total},{row_bytes},\n");
        let mut above: &[u8] = &[];
        for row in raster.rows() {
            if row == above {
                out.push(':');
            } else {
                compress(row, &mut out);
            }
            above = row;
        }
        out.push_str("\n^FS\n^XZ\n");
        Ok(out)
    }
}

/// A row in hexadecimal digits, each run of one digit behind its length, `,` for light to the end.
fn compress(row: &[u8], out: &mut String) {
    let digits: Vec<u8> = row.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    let mut rest = digits.as_slice();
    while let Some(&digit) = rest.first() {
        let run = rest.iter().take_while(|&&other| other == digit).count();
        if digit == 0 && run == rest.len() {
            out.push(',');
            return;
        }
        count(run, out);
        out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
        rest = rest.get(run..).unwrap_or_default();
    }
}

/// The length of a run: `z` is 400, `g` to `y` are 20 to 380, `G` to `Y` are 1 to 19.
fn count(mut run: usize, out: &mut String) {
    if run == 1 {
        return;
    }
    while run >= 400 {
        out.push('z');
        run -= 400;
    }
    let letter = |first: u8, steps: usize| char::from(first + steps as u8 - 1);
    if run >= 20 {
        out.push(letter(b'g', run / 20));
    }
    if !run.is_multiple_of(20) {
        out.push(letter(b'G', run % 20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_written_as_the_manual_says() {
        for (run, written) in
            [(1, ""), (2, "H"), (19, "Y"), (20, "g"), (21, "gG"), (327, "vM"), (400, "z"), (421, "zgG")]
        {
            let mut out = String::new();
            count(run, &mut out);
            assert_eq!(out, written, "{run}");
        }
        let mut out = String::new();
        compress(&[0, 0xff, 0xf1, 0, 0], &mut out);
        assert_eq!(out, "H0IF1,");
    }
}
