//! Texts in the alphabets that are older than Unicode: a program's, and on a printer's slip, where no text becomes a command
//! of the printer.
//!
//! Input: the code page, the paper, how it is printed, then lines.
#![no_main]

use freedompay::{CodePage, Language, Matrix, Receipt, Sale, TextEncoding};
use freedompay_fuzz::{Input, begin};
use libfuzzer_sys::fuzz_target;

const PAGES: [CodePage; 3] = [CodePage::Cp866, CodePage::Windows1251, CodePage::Kz1048];

fuzz_target!(init: begin(), |data: &[u8]| {
    let mut input = Input(data);
    let page = PAGES[usize::from(input.byte()) % PAGES.len()];
    let (paper, print) = (u32::from(input.byte()) * 8, input.byte());
    let mut receipt = Receipt::new();
    let _ = receipt.set_paper_dots(paper);
    receipt.set_code_page(page, 17).expect("the number is a byte");
    receipt.set_native_code(print & 1 == 1);
    receipt.set_cut(print & 2 == 2);
    encodings(input.0);
    let text = String::from_utf8_lossy(input.0);
    let _ = CodePage::named(&text);
    for line in text.lines() {
        assert!(page.encode(line).iter().all(|&byte| byte >= b' ' && byte != 0x7f), "no byte is a command");
        let _ = receipt.add_line(line);
    }
    let mut lines = text.lines();
    let mut line = || lines.next_back();
    let _ = receipt.set_labels(line().unwrap_or_default(), line().unwrap_or_default());
    let sale = Sale { amount: line(), currency: line(), order_id: line() };
    if let Some(matrix) = Matrix::of(text.get(..100.min(text.len())).unwrap_or("x")) {
        receipt.to_escpos(&sale, &matrix).expect("the receipt was checked as it was made");
    }
});

/// Texts of programs: what is read as a letter is written as the same byte, and a sentence in another language is one line.
fn encodings(bytes: &[u8]) {
    for encoding in TextEncoding::ALL {
        let Ok(text) = encoding.decode(bytes) else { continue };
        let (mut out, mut missing) = (Vec::new(), Vec::new());
        encoding.encode(&text, &mut out, &mut missing);
        assert!(out == bytes && missing.is_empty(), "{}", encoding.name());
        assert_eq!(TextEncoding::named(encoding.name()).ok(), Some(encoding));
        for other in TextEncoding::ALL {
            other.encode(&text, &mut Vec::new(), &mut Vec::new());
        }
        let _ = Language::Russian.say(&text);
    }
}
