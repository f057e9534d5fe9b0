//! The code as an SVG: one light square and one dark path, in units of a module.

use std::fmt::Write;

use super::{Matrix, QUIET_ZONE};

/// Pixels of a module where nobody says how large the drawing is to be.
const USUAL_MODULE: usize = 4;

impl Matrix {
    /// A drawing with the quiet zone that scales to any size. Both colours are stated, so that it is dark on light on
    /// any page.
    pub fn to_svg(&self) -> String {
        let side = self.full_side();
        let pixels = side * USUAL_MODULE;
        let path = self.path();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{pixels}\" height=\"{pixels}\" \
             viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>\n"
        )
    }

    /// Every run of dark modules as a bar one module high.
    fn path(&self) -> String {
        let side = self.side() as i32;
        let mut path = String::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let run = (x..side).take_while(|&x| self.is_dark(x, y)).count() as i32;
                if run > 0 {
                    let (left, top) = (x + QUIET_ZONE, y + QUIET_ZONE);
                    // Writing to a String does not fail.
                    let _ = write!(path, "M{left} {top}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_cover_the_dark_modules_and_no_other() {
        let matrix = Matrix::of("https://customer.example/pay.html?customer=1").unwrap();
        let side = matrix.side();
        let mut drawn = vec![0; side * side];
        for bar in matrix.path().split_terminator('z') {
            let numbers: Vec<usize> =
                bar.split(['M', ' ', 'h', 'v', '-']).filter_map(|n| n.parse().ok()).collect();
            let [x, y, run, 1, back] = numbers[..] else { panic!("{bar}") };
            assert_eq!(run, back);
            drawn[(y - 4) * side + x - 4..][..run].iter_mut().for_each(|module| *module += 1);
        }
        assert_eq!(drawn, matrix.to_modules());
    }

    #[test]
    fn colours_and_scale_are_stated_in_one_path() {
        let svg = Matrix::of("https://x.example").unwrap().to_svg();
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(svg.contains("viewBox=\"0 0 29 29\"") && svg.contains("width=\"116\""), "{svg}");
        assert!(svg.contains("fill=\"#fff\"") && svg.contains("fill=\"#000\""));
    }
}
