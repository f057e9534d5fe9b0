//! What is sold: the arguments of the commands that create an invoice.

use freedompay::{Error, InvoiceRequest};

#[derive(clap::Args, Clone, Debug)]
#[group(skip)]
pub struct Args {
    /// The merchant's own id of the order, unique, at most 50 characters
    #[arg(allow_hyphen_values = true)]
    order_id: String,

    /// What is to be paid, such as 10 or 10.50
    #[arg(allow_hyphen_values = true)]
    amount: String,

    /// What the payer reads
    #[arg(allow_hyphen_values = true)]
    description: String,

    /// The currency, such as KZT; the shop's own unless given
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,

    /// The ways to pay, separated by commas; qr unless given
    #[arg(long, value_name = "WORDS")]
    method: Option<String>,

    /// Where the gateway asks whether the sale may still be paid
    #[arg(long, value_name = "URL")]
    check_url: Option<String>,

    /// Where the gateway tells the result
    #[arg(long, value_name = "URL")]
    result_url: Option<String>,

    /// How the gateway calls these two: GET, POST or XML
    #[arg(long, value_name = "METHOD")]
    request_method: Option<String>,
}

impl Args {
    /// The sale in the words of the library; the error names the argument.
    pub fn request(&self) -> Result<InvoiceRequest, Error> {
        let mut request = InvoiceRequest::new(&self.order_id, self.amount.parse()?, &self.description)?;
        let options = &mut request.options;
        self.currency.as_deref().map_or(Ok(()), |text| options.set_currency(text))?;
        self.method.as_deref().map_or(Ok(()), |text| options.set_method(text))?;
        self.check_url.as_deref().map_or(Ok(()), |text| options.set_check_url(text))?;
        self.result_url.as_deref().map_or(Ok(()), |text| options.set_result_url(text))?;
        self.request_method.as_deref().map_or(Ok(()), |text| options.set_request_method(text))?;
        Ok(request)
    }
}
