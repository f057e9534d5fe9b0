//! Finds a code in a picture that a machine drew, and reads it.
//!
//! It looks for upright codes alone, which is all that a gateway draws, in a time that is linear in the picture's
//! pixels. The search of `rqrr`, for codes turned and photographed, tries pairs of neighbours of every corner pattern
//! and copies the picture for each: 360 by 360 pixels full of corner patterns take it half a minute, and it grows with
//! a higher power. So it is given the modules and no picture.

use rqrr::{BitGrid, Grid};

/// A picture in shades of grey, row by row.
pub(super) struct Grey {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

/// Least difference between dark and light.
const LEAST_CONTRAST: u8 = 32;
/// A picture with more corner patterns is no picture of one code.
const MOST_CORNERS: usize = 64;
/// How many arrangements of three corners are tried.
const MOST_TRIES: usize = 64;

/// The first text in a code of the picture that `accept` takes: dark on light, else light on dark.
pub(super) fn find<T>(picture: &Grey, accept: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
    let darkest = *picture.pixels.iter().min()?;
    let lightest = *picture.pixels.iter().max()?;
    if lightest - darkest < LEAST_CONTRAST {
        return None;
    }
    let threshold = darkest + (lightest - darkest) / 2;
    [false, true].into_iter().find_map(|inverted| {
        let shades = Shades { picture, threshold, inverted };
        let corners = shades.corners()?;
        squares(&corners).take(MOST_TRIES).find_map(|square| accept(&shades.read(&square)?))
    })
}

/// A picture as dark and light.
struct Shades<'a> {
    picture: &'a Grey,
    threshold: u8,
    inverted: bool,
}

/// One of the three corner patterns: its centre and the size of a module, in pixels.
#[derive(Clone, Copy, Debug)]
struct Corner {
    x: f32,
    y: f32,
    module: f32,
}

impl Corner {
    fn has(&self, x: f32, y: f32) -> bool {
        (x - self.x).abs() < 2.0 * self.module && (y - self.y).abs() < 2.0 * self.module
    }
}

/// Where a code may be: the centre of its upper left corner pattern, the size of a module each way, and the side in
/// modules.
struct Square {
    corner: Corner,
    module_x: f32,
    module_y: f32,
    side: usize,
}

impl Shades<'_> {
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let pixel = self.picture.pixels.get(y * self.picture.width + x);
        pixel.is_some_and(|&shade| (shade <= self.threshold) != self.inverted)
    }

    /// All corner patterns; none when there are too many to be of one code.
    fn corners(&self) -> Option<Vec<Corner>> {
        let mut corners: Vec<Corner> = Vec::new();
        for y in 0..self.picture.height {
            let mut runs = Runs::default();
            // One light pixel beyond the edge ends a pattern that touches it.
            for x in 0..=self.picture.width {
                let dark = x < self.picture.width && self.is_dark(x, y);
                let Some(length) = runs.push(dark) else { continue };
                let center = x as f32 - length as f32 / 2.0;
                if corners.iter().any(|corner| corner.has(center, y as f32 + 0.5)) {
                    continue;
                }
                corners.extend(self.corner(center, y, length));
                if corners.len() > MOST_CORNERS {
                    return None;
                }
            }
        }
        Some(corners)
    }

    /// The corner pattern that a row crosses, if its column has the same pattern.
    fn corner(&self, x: f32, y: usize, length: usize) -> Option<Corner> {
        let column = x as usize;
        // Up to the edge of the pattern, then down through all of it.
        let top = y - self.reach(length, |steps| Some((column, y.checked_sub(steps)?)))?;
        let mut runs = Runs::default();
        let height = (top..=self.picture.height.min(top + 2 * length)).find_map(|y| {
            let dark = y < self.picture.height && self.is_dark(column, y);
            runs.push(dark)
        })?;
        let same = height.abs_diff(length) * 4 <= length.max(4);
        let y = top as f32 + height as f32 / 2.0;
        same.then_some(Corner { x, y, module: (length + height) as f32 / 14.0 })
    }

    /// How far it is from inside a pattern to its outermost dark pixel: through dark, light and dark.
    fn reach(&self, most: usize, place: impl Fn(usize) -> Option<(usize, usize)>) -> Option<usize> {
        let mut changes = 0;
        for steps in 1..=most {
            let dark = place(steps).is_some_and(|(x, y)| self.is_dark(x, y));
            if dark != (changes % 2 == 0) {
                changes += 1;
            }
            if changes == 3 {
                return Some(steps - 1);
            }
        }
        None
    }

    /// The text in a square.
    fn read(&self, square: &Square) -> Option<Vec<u8>> {
        let grid = Grid::new(Modules { dark: self.modules(square), side: square.side });
        let mut text = Vec::new();
        grid.decode_to(&mut text).ok()?;
        Some(text)
    }

    fn modules(&self, square: &Square) -> Vec<bool> {
        let places = 0..square.side;
        places
            .clone()
            .flat_map(|row| places.clone().map(move |column| (column, row)))
            .map(|(column, row)| {
                let at = |center: f32, module: f32, place: usize, aside: f32| {
                    (center + (place as f32 - 3.0 + aside) * module).max(0.0) as usize
                };
                // Five places of a module decide by majority: a camera's or a compressor's specks are smaller.
                const PLACES: [(f32, f32); 5] =
                    [(0.0, 0.0), (-0.2, 0.0), (0.2, 0.0), (0.0, -0.2), (0.0, 0.2)];
                let dark = PLACES.iter().filter(|(right, down)| {
                    let x = at(square.corner.x, square.module_x, column, *right);
                    let y = at(square.corner.y, square.module_y, row, *down);
                    x < self.picture.width && self.is_dark(x, y)
                });
                dark.count() > PLACES.len() / 2
            })
            .collect()
    }
}

/// The lengths of the last five runs of one shade.
#[derive(Default)]
struct Runs {
    lengths: [usize; 5],
    dark: bool,
}

impl Runs {
    /// Takes the next pixel. The length of the pattern 1:1:3:1:1 that the pixel before it ended, if it did.
    fn push(&mut self, dark: bool) -> Option<usize> {
        let [a, b, c, d, e] = self.lengths;
        if dark == self.dark {
            self.lengths[4] += 1;
            return None;
        }
        self.dark = dark;
        self.lengths = [b, c, d, e, 1];
        let total = a + b + c + d + e;
        let near = |length: usize, share: usize| (7 * length).abs_diff(share * total) * 2 < share * total;
        let pattern = near(a, 1) && near(b, 1) && near(c, 3) && near(d, 1) && near(e, 1);
        (!dark && a > 0 && pattern).then_some(total)
    }
}

/// The squares that three of the corners can span.
fn squares(corners: &[Corner]) -> impl Iterator<Item = Square> {
    let alike = |a: &Corner, b: &Corner| (a.module - b.module).abs() < 0.3 * a.module;
    let right_of = move |a: &Corner, b: &Corner| {
        alike(a, b) && (b.y - a.y).abs() < 1.5 * a.module && b.x - a.x > 12.0 * a.module
    };
    let below = move |a: &Corner, c: &Corner| {
        alike(a, c) && (c.x - a.x).abs() < 1.5 * a.module && c.y - a.y > 12.0 * a.module
    };
    corners.iter().flat_map(move |a| {
        let rights = corners.iter().filter(move |b| right_of(a, b));
        rights.flat_map(move |b| {
            let belows = corners.iter().filter(move |c| below(a, c));
            belows
                .flat_map(move |c| between(*a, b.x - a.x, c.y - a.y, (a.module + b.module + c.module) / 3.0))
        })
    })
}

/// The squares of a size near the one measured, the nearest first.
fn between(corner: Corner, across: f32, down: f32, module: f32) -> impl Iterator<Item = Square> {
    let is_square = (across - down).abs() < 0.1 * across;
    let version = ((across + down) / 2.0 / module - 10.0) / 4.0;
    let nearest = if is_square { version.round() as i32 } else { 0 };
    [0, -1, 1].into_iter().filter_map(move |step| {
        let version = nearest + step;
        let side = (nearest > 0 && (1..=40).contains(&version)).then(|| 17 + 4 * version as usize)?;
        let modules = (side - 7) as f32;
        Some(Square { corner, module_x: across / modules, module_y: down / modules, side })
    })
}

/// The modules of a code as `rqrr` takes them.
struct Modules {
    dark: Vec<bool>,
    side: usize,
}

impl BitGrid for Modules {
    fn size(&self) -> usize {
        self.side
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }
}
