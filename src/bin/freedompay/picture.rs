//! The payer's code in the form that is asked for: on the screen of this terminal, or as the bytes of a file.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use freedompay::{Error, Matrix};

use crate::output::{Screen, result_file};

/// The forms of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Png,
    Bmp,
    Svg,
    Text,
    Escpos,
    EscposNative,
    Zpl,
    Matrix,
    DataUri,
}

/// How large a code is drawn.
#[derive(clap::Args, Clone, Copy, Debug)]
#[group(skip)]
pub struct Size {
    /// Pixels or printer's dots to a module of the code: png, bmp, data-uri, zpl; from 1 to 64
    #[arg(long, value_name = "NUMBER", default_value_t = 8)]
    pub size: u32,

    /// The printer's paper in dots: escpos, escpos-native; 384 for 58 mm, 576 for 80 mm
    #[arg(long, value_name = "NUMBER", default_value_t = 384)]
    pub paper_dots: u32,
}

impl Default for Size {
    fn default() -> Size {
        Size { size: 8, paper_dots: 384 }
    }
}

impl Form {
    const ALL: [(Form, &'static str); 9] = [
        (Form::Png, "png"),
        (Form::Bmp, "bmp"),
        (Form::Svg, "svg"),
        (Form::Text, "text"),
        (Form::Escpos, "escpos"),
        (Form::EscposNative, "escpos-native"),
        (Form::Zpl, "zpl"),
        (Form::Matrix, "matrix"),
        (Form::DataUri, "data-uri"),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Form::ALL.iter().find(|(form, _)| *form == self).map_or("", |(_, word)| word)
    }

    /// Whether a person can look at its bytes.
    pub fn is_text(self) -> bool {
        matches!(self, Form::Text | Form::Svg | Form::Zpl | Form::DataUri)
    }

    /// The bytes.
    pub fn draw(self, matrix: &Matrix, Size { size, paper_dots }: Size) -> Result<Vec<u8>, Error> {
        match self {
            Form::Png => matrix.to_png(size),
            Form::Bmp => matrix.to_bmp(size),
            Form::Svg => Ok(matrix.to_svg().into_bytes()),
            Form::Text => Ok(matrix.to_text().into_bytes()),
            Form::Escpos => matrix.to_escpos(paper_dots),
            Form::EscposNative => matrix.to_escpos_native(paper_dots),
            Form::Zpl => Ok(matrix.to_zpl(size)?.into_bytes()),
            Form::Matrix => Ok(matrix.to_modules()),
            Form::DataUri => Ok(matrix.to_data_uri(size)?.into_bytes()),
        }
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(word: &str) -> Result<Form, String> {
        let found = Form::ALL.iter().find(|(_, known)| *known == word);
        let words: Vec<&str> = Form::ALL.iter().map(|(_, word)| *word).collect();
        found.map(|(form, _)| *form).ok_or_else(|| format!("{word:?} is not one of {}", words.join(", ")))
    }
}

/// A file with the code, for software that shows a picture.
#[derive(clap::Args, Clone, Debug)]
#[group(skip)]
pub struct FileArgs {
    /// Write the payer's code to this file: .png, .bmp, .svg, .txt, .zpl, or .prn for a receipt printer
    #[arg(long, value_name = "FILE")]
    qr_file: Option<PathBuf>,

    #[command(flatten)]
    size: Size,
}

/// A file that will have the code.
pub struct CodeFile {
    path: PathBuf,
    form: Form,
    size: Size,
}

impl FileArgs {
    /// Removes what an earlier sale left, before anything is sent. The error is one sentence.
    pub fn open(&self) -> Result<Option<CodeFile>, String> {
        let Some(path) = &self.qr_file else { return Ok(None) };
        let form = form_of(path)?;
        // A size that cannot be is said now, and not when the sale exists.
        if let Some(sample) = Matrix::of("https://x.example") {
            form.draw(&sample, self.size).map_err(|error| error.message().to_owned())?;
        }
        result_file::clear(path)?;
        Ok(Some(CodeFile { path: path.clone(), form, size: self.size }))
    }
}

impl CodeFile {
    pub fn write(&self, link: &str) -> Result<(), String> {
        let matrix = Matrix::of(link).ok_or("the link is too long for a QR code")?;
        let bytes = self.form.draw(&matrix, self.size).map_err(|error| error.message().to_owned())?;
        result_file::replace(&self.path, &bytes)
    }
}

fn form_of(path: &Path) -> Result<Form, String> {
    let extension = path.extension().map(|text| text.to_string_lossy().to_ascii_lowercase());
    Ok(match extension.as_deref() {
        Some("png") => Form::Png,
        Some("bmp") => Form::Bmp,
        Some("svg") => Form::Svg,
        Some("txt") => Form::Text,
        Some("zpl") => Form::Zpl,
        Some("prn") => Form::Escpos,
        _ => {
            let path = path.display();
            return Err(format!("--qr-file {path} ends with none of .png, .bmp, .svg, .txt, .zpl, .prn"));
        }
    })
}

/// The code for this terminal; none when it would not fit.
pub fn on_screen(link: &str, screen: Screen) -> Option<String> {
    /// The quiet zone on both sides.
    const QUIET: usize = 8;
    let matrix = Matrix::of(link)?;
    if !screen.is_live || matrix.side() + QUIET > screen.columns {
        return None;
    }
    Some(if screen.paint.0 { matrix.to_text() } else { without_colours(&matrix) })
}

/// The code for a terminal with light letters on a dark ground, by letters alone: light modules are drawn.
fn without_colours(matrix: &Matrix) -> String {
    const QUIET: usize = 4;
    let (side, modules) = (matrix.side(), matrix.to_modules());
    let is_light = |x: usize, y: usize| {
        let inside = (QUIET..side + QUIET).contains(&x) && (QUIET..side + QUIET).contains(&y);
        !inside || modules.get((y - QUIET) * side + x - QUIET) != Some(&1)
    };
    let mut text = String::new();
    for y in (0..side + 2 * QUIET).step_by(2) {
        for x in 0..side + 2 * QUIET {
            text.push(match (is_light(x, y), is_light(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        text.push('\n');
    }
    text
}
