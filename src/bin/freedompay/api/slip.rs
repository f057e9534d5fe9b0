//! The QR forms and the slip: `fp_qr_…` and `fp_receipt` for a link that an earlier call has answered.

use freedompay::{Code, CodePage, Matrix, Receipt, Sale};
use serde_json::Value;

use super::request::Request;
use crate::facts::{Facts, Problem};
use crate::picture::{Form, Size};

/// What an `fp_buffer` would hold.
pub type Content = Result<Vec<u8>, Problem>;

/// A form of a link's code.
pub fn qr(request: &Request) -> Result<Content, String> {
    let form = request.text("form")?;
    let link = request.text("link")?;
    if form == "receipt" {
        let sale = Sale {
            amount: request.optional_text("amount")?,
            currency: request.optional_text("currency")?,
            order_id: request.optional_text("order_id")?,
        };
        let receipt = of_rows(request)?;
        return Ok(receipt.and_then(|receipt| Ok(receipt.to_escpos(&sale, &matrix(link)?)?)));
    }
    let form: Form = form.replace('_', "-").parse()?;
    let size = match form {
        Form::Svg | Form::Text | Form::Matrix => Size::default(),
        Form::Escpos | Form::EscposNative => Size { paper_dots: request.size("size")?, ..Size::default() },
        Form::Png | Form::Bmp | Form::Zpl | Form::DataUri => {
            Size { size: request.size("size")?, ..Size::default() }
        }
    };
    Ok(matrix(link).and_then(|matrix| Ok(form.draw(&matrix, size)?)))
}

/// Whether a slip's values can be used: nothing, or what is wrong.
pub fn receipt(request: &Request) -> Result<Content, String> {
    Ok(of_rows(request)?.map(|_| Vec::new()))
}

fn matrix(link: &str) -> Result<Matrix, Problem> {
    let too_long = || wrong(format!("the link has {} bytes, and no QR code holds so much", link.len()));
    Matrix::of(link).ok_or_else(too_long)
}

/// The setters of `fp_receipt` in order, with the first refusal: `[["paper_dots",384],["line","Shop"]]`. The outer error
/// says that the request has no such setter.
fn of_rows(request: &Request) -> Result<Result<Receipt, Problem>, String> {
    let mut receipt = Receipt::new();
    let mut refused = None;
    for row in request.rows("receipt")? {
        let (name, values) = match row {
            [Value::String(name), values @ ..] => (name.as_str(), values),
            _ => return Err("receipt has a row without a name".to_owned()),
        };
        let done = set(&mut receipt, name, values);
        let done =
            done.ok_or_else(|| format!("receipt has a row {name:?} that is no setter with its values"))?;
        if let Err(problem) = done {
            refused.get_or_insert(problem);
        }
    }
    Ok(refused.map_or(Ok(receipt), Err))
}

/// Calls a setter; none: there is no such setter for these values.
fn set(receipt: &mut Receipt, name: &str, values: &[Value]) -> Option<Result<(), Problem>> {
    let size = |at: usize| u32::try_from(values.get(at)?.as_u64()?).ok();
    let text = |at: usize| values.get(at)?.as_str();
    let done = match name {
        "paper_dots" => receipt.set_paper_dots(size(0)?),
        "code_page" => {
            let (page, selector) = (text(0)?, size(1)?);
            CodePage::named(page).and_then(|page| receipt.set_code_page(page, selector))
        }
        "line" => receipt.add_line(text(0)?),
        "labels" => receipt.set_labels(text(0)?, text(1)?),
        "native_code" => {
            return Some(
                flag("native", values.first()?.as_i64()?).map(|native| receipt.set_native_code(native)),
            );
        }
        "cut" => return Some(flag("cut", values.first()?.as_i64()?).map(|cut| receipt.set_cut(cut))),
        _ => return None,
    };
    Some(done.map_err(Problem::from))
}

/// An unknown number from the caller is refused and means nothing.
fn flag(field: &str, value: i64) -> Result<bool, Problem> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(wrong(format!("{field} {value} is neither 0 nor 1"))),
    }
}

fn wrong(message: String) -> Problem {
    Facts::wrong(Code::Argument, message)
}
