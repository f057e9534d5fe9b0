//! A slip for the payer: the merchant's lines, the amount, the code and the order id as one ESC/POS block.

use super::Matrix;
use super::raster::check_paper;
use crate::outcome::Error;
use crate::text::CodePage;

/// A character's width in dots in the printer's usual font.
const CHARACTER_DOTS: u32 = 12;
/// More would be a mistake of the caller's, and a waste of paper.
const MOST_LINES: usize = 100;
const LONGEST_LINE: usize = 500;

/// How a merchant's slips look; made once and used for every sale.
#[derive(Clone, Debug)]
pub struct Receipt {
    paper_dots: u32,
    code_page: CodePage,
    selector: u8,
    lines: Vec<String>,
    amount_label: String,
    order_label: String,
    native_code: bool,
    cut: bool,
}

/// What a slip says of one sale.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sale<'a> {
    /// In decimal digits; without it the slip has no line for it.
    pub amount: Option<&'a str>,
    /// Such as `KZT`.
    pub currency: Option<&'a str>,
    /// The merchant's own; without it the slip has no line for it.
    pub order_id: Option<&'a str>,
}

impl Default for Receipt {
    fn default() -> Receipt {
        Receipt {
            paper_dots: 384,
            code_page: CodePage::Cp866,
            selector: 17,
            lines: Vec::new(),
            amount_label: String::new(),
            order_label: String::new(),
            native_code: false,
            cut: false,
        }
    }
}

impl Receipt {
    /// For 58 mm paper and code page cp866 under the number 17, without lines and labels, not cut.
    pub fn new() -> Receipt {
        Receipt::default()
    }

    /// The printer's paper in dots: 384 for 58 mm, 576 for 80 mm; any multiple of 8 from 256 to 1024.
    pub fn set_paper_dots(&mut self, paper_dots: u32) -> Result<(), Error> {
        check_paper(paper_dots)?;
        self.paper_dots = paper_dots;
        Ok(())
    }

    /// The alphabet, and the printer's own number for it (`ESC t`, from 0 to 255), which its manual tells.
    pub fn set_code_page(&mut self, code_page: CodePage, selector: u32) -> Result<(), Error> {
        let Ok(selector) = u8::try_from(selector) else {
            return Err(Error::argument(format!("selector {selector} is not between 0 and 255")));
        };
        (self.code_page, self.selector) = (code_page, selector);
        Ok(())
    }

    /// One more line above the amount, centred and wrapped between words: at most 100 lines of at most 500 characters.
    /// An empty text is an empty line.
    pub fn add_line(&mut self, line: &str) -> Result<(), Error> {
        check_count(self.lines.len())?;
        self.lines.push(checked("line", line)?);
        Ok(())
    }

    /// What stands before the amount and before the order id, such as `К оплате:` and `Заказ`; nothing unless set.
    pub fn set_labels(&mut self, amount: &str, order_id: &str) -> Result<(), Error> {
        (self.amount_label, self.order_label) =
            (checked("amount_label", amount)?, checked("order_label", order_id)?);
        Ok(())
    }

    /// Whether the printer draws the code itself, as with `Matrix::to_escpos_native`.
    pub fn set_native_code(&mut self, native: bool) {
        self.native_code = native;
    }

    /// Whether the paper is cut at the end.
    pub fn set_cut(&mut self, cut: bool) {
        self.cut = cut;
    }

    /// The slip of one sale.
    pub fn to_escpos(&self, sale: &Sale<'_>, matrix: &Matrix) -> Result<Vec<u8>, Error> {
        let code = if self.native_code {
            matrix.to_escpos_native(self.paper_dots)?
        } else {
            matrix.to_escpos(self.paper_dots)?
        };
        // From the printer's first state; one-byte characters, which printers sold in China leave with FS .
        let mut out = b"\x1b@\x1c.\x1bt".to_vec();
        out.push(self.selector);
        const CENTRED: &[u8] = b"\x1ba\x01";
        out.extend_from_slice(CENTRED);
        for line in &self.lines {
            self.print(&mut out, line, 1);
        }
        if let Some(amount) = sale.amount {
            if !self.amount_label.is_empty() {
                self.print(&mut out, &self.amount_label, 1);
            }
            let amount = [amount, sale.currency.unwrap_or_default()].join(" ");
            out.extend_from_slice(b"\x1d!\x11"); // twice as wide and as high
            self.print(&mut out, amount.trim_end(), 2);
            out.extend_from_slice(b"\x1d!\0");
        }
        out.extend_from_slice(&code);
        out.extend_from_slice(CENTRED); // the printer's own code leaves the text at the left
        if let Some(order_id) = sale.order_id {
            self.print(&mut out, [&self.order_label, order_id].join(" ").trim_start(), 1);
        }
        out.extend_from_slice(b"\x1ba\0");
        // Past the tear bar by lines, or past the knife by the cut's own feed.
        out.extend_from_slice(if self.cut { b"\x1dVB\0" } else { b"\x1bd\x04" });
        Ok(out)
    }

    /// A text in lines that fit the paper; `scale` is how wide its characters are.
    fn print(&self, out: &mut Vec<u8>, text: &str, scale: u32) {
        let columns = (self.paper_dots / CHARACTER_DOTS / scale) as usize;
        for line in wrapped(&self.code_page.encode(text), columns) {
            out.extend_from_slice(&line);
            out.push(b'\n');
        }
    }
}

fn checked(field: &str, text: &str) -> Result<String, Error> {
    check_length(field, text.chars().count())?;
    Ok(text.to_owned())
}

/// Whether there is room for one more line.
pub(crate) fn check_count(lines: usize) -> Result<(), Error> {
    if lines >= MOST_LINES {
        return Err(Error::argument(format!("a receipt has at most {MOST_LINES} lines")));
    }
    Ok(())
}

/// Whether a line may have so many characters.
pub(crate) fn check_length(field: &str, length: usize) -> Result<(), Error> {
    if length > LONGEST_LINE {
        return Err(Error::argument(format!("{field} has {length} characters, more than {LONGEST_LINE}")));
    }
    Ok(())
}

/// The lines of a text, broken between words, and inside a word that is longer than a line.
fn wrapped(text: &[u8], columns: usize) -> Vec<Vec<u8>> {
    let mut lines = vec![Vec::new()];
    for word in text.split(|&byte| byte == b' ').filter(|word| !word.is_empty()) {
        for (index, part) in word.chunks(columns).enumerate() {
            let Some(line) = lines.last_mut() else { continue };
            let space = usize::from(index == 0 && !line.is_empty());
            if !line.is_empty() && line.len() + space + part.len() > columns {
                lines.push(part.to_vec());
            } else {
                line.resize(line.len() + space, b' ');
                line.extend_from_slice(part);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matrix() -> Matrix {
        Matrix::of("https://customer.example/pay.html?customer=1").unwrap()
    }

    #[test]
    fn a_slip_has_everything_in_its_order() {
        let mut receipt = Receipt::new();
        receipt.set_code_page(CodePage::Windows1251, 46).unwrap();
        receipt.add_line("ТОО Чай").unwrap();
        receipt.set_labels("К оплате:", "Заказ").unwrap();
        receipt.set_cut(true);
        let sale = Sale { amount: Some("10.50"), currency: Some("KZT"), order_id: Some("00102") };
        let slip = receipt.to_escpos(&sale, &matrix()).unwrap();
        let page = CodePage::Windows1251;
        let expected = [
            b"\x1b@\x1c.\x1bt\x2e\x1ba\x01",
            &page.encode("ТОО Чай")[..],
            b"\n",
            &page.encode("К оплате:"),
            b"\n\x1d!\x1110.50 KZT\n\x1d!\0",
            &matrix().to_escpos(384).unwrap(),
            b"\x1ba\x01",
            &page.encode("Заказ 00102"),
            b"\n\x1ba\0\x1dVB\0",
        ];
        assert_eq!(slip, expected.concat());
    }

    #[test]
    fn lines_break_between_words_and_inside_long_ones() {
        let lines = |text: &str| -> Vec<String> {
            wrapped(text.as_bytes(), 8).into_iter().map(|line| String::from_utf8(line).unwrap()).collect()
        };
        assert_eq!(lines("tea  and cakes"), ["tea and", "cakes"]);
        assert_eq!(lines("0123456789abcdefg b"), ["01234567", "89abcdef", "g b"]);
        assert_eq!(lines("12345678 12345678"), ["12345678", "12345678"]);
        assert_eq!(lines(""), [""]);
    }

    #[test]
    fn what_no_printer_can_do_is_refused() {
        let mut receipt = Receipt::new();
        assert!(receipt.set_paper_dots(100).is_err());
        assert!(receipt.set_code_page(CodePage::Cp866, 256).is_err());
        assert!(receipt.add_line(&"я".repeat(501)).is_err());
        for _ in 0..MOST_LINES {
            receipt.add_line("").unwrap();
        }
        assert!(receipt.add_line("one more").is_err());
    }

    proptest! {
        #[test]
        fn no_text_adds_a_command(
            line in any::<String>(), amount in any::<String>(), order_id in any::<String>(), native in any::<bool>()
        ) {
            let mut receipt = Receipt::new();
            receipt.add_line(&line.chars().take(500).collect::<String>()).unwrap();
            receipt.set_native_code(native);
            let matrix = matrix();
            let sale = Sale { amount: Some(&amount), currency: None, order_id: Some(&order_id) };
            let slip = receipt.to_escpos(&sale, &matrix).unwrap();
            let code = if native { matrix.to_escpos_native(384) } else { matrix.to_escpos(384) }.unwrap();
            let at = slip.windows(code.len()).position(|part| part == code).unwrap();
            let texts = [&slip[..at], &slip[at + code.len()..]].concat();
            let commands = texts.iter().filter(|&&byte| byte < b' ' && byte != b'\n').count();
            // ESC @, FS ., ESC t 17, ESC a 1, GS ! 17, GS ! 0, ESC a 1, ESC a 0, ESC d 4
            prop_assert_eq!(commands, 1 + 1 + 2 + 2 + 2 + 2 + 2 + 2 + 2);
        }
    }
}
