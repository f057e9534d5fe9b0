//! A code for a terminal: two modules to a character, in Unicode half blocks.

use super::{Matrix, QUIET_ZONE};

impl Matrix {
    /// Lines of half blocks with the quiet zone, each ended by a line feed.
    ///
    /// Each line sets black on white by the terminal's own codes and resets them at its end, so that the code is dark
    /// on light whatever the terminal's colours are.
    pub fn to_text(&self) -> String {
        const DARK_ON_LIGHT: &str = "\x1b[30;47;107m";
        const AS_BEFORE: &str = "\x1b[0m\n";
        let side = i32::try_from(self.side()).unwrap_or(0);
        let places = -QUIET_ZONE..side + QUIET_ZONE;
        let mut out = String::new();
        for y in places.clone().step_by(2) {
            out.push_str(DARK_ON_LIGHT);
            for x in places.clone() {
                out.push(match (self.is_dark(x, y), self.is_dark(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            out.push_str(AS_BEFORE);
        }
        out
    }
}
