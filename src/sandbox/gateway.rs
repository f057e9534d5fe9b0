//! The four endpoints of the invoice API: who asks, whether the signature is right, what the fields say,
//! and the answer. Refusals are answers too, under HTTP 200, as the gateway gives them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State as Shared};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};

use super::answer::{Answer, Language, printable};
use super::fault::layer::Skew;
use super::invoice::{Invoice, InvoiceState};
use super::ledger::{Found, Refusal};
use super::options::{AnswerFormat, Merchant, QrForm, SignaturePolicy, parse_id};
use super::payment::{Payment, PaymentKind, Terms};
use super::record::{Finding, Signed};
use super::request::{Fields, Format, Problem};
use super::signature::{self, Expected};
use super::standing::{CARD_DECLINED, CARD_OK, Failure, PayerCard, Standing};
use super::state::State;
use super::{field, page, picture};

const NOT_FOUND: u32 = 11068;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Init,
    Status,
    Info,
    Pay,
}

impl Endpoint {
    pub const ALL: [Endpoint; 4] = [Self::Init, Self::Status, Self::Info, Self::Pay];

    pub fn path(self) -> &'static str {
        match self {
            Self::Init => "/v5/merchant/invoice/init",
            Self::Status => "/v5/merchant/invoice/status",
            Self::Info => "/v5/merchant/invoice/info",
            Self::Pay => "/v5/merchant/invoice/pay",
        }
    }

    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Init => &[
                "order_id",
                "merchant_id",
                "amount",
                "description",
                "invoice_method",
                "currency",
                "check_url",
                "result_url",
                "request_method",
            ],
            Self::Status => &["merchant_id", "invoice_id", "order_id"],
            Self::Info => &["customer"],
            Self::Pay => &["customer", "user_id", "card_token"],
        }
    }

    /// Info and pay come from the payer's side, which has no key of the merchant's.
    fn by_payer(self) -> bool {
        matches!(self, Self::Info | Self::Pay)
    }
}

pub(super) async fn handle(
    endpoint: Endpoint,
    Shared(state): Shared<Arc<State>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    // The size was limited where the request was recorded.
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (Some(format), Some(content_type)) = (Format::of(&parts.headers), parts.headers.get(CONTENT_TYPE))
    else {
        let problem = "the Content-Type is neither multipart/form-data nor application/json";
        let finding = axum::Extension(Finding::problem(problem));
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, finding, format!("{problem}\n")).into_response();
    };

    let mut finding = Finding::default();
    let outcome = match Fields::decode(format, content_type, &body).await {
        Err(problem) => Err(problem),
        Ok(_) if parts.uri.query().is_some() => {
            Err(Problem::field("the address has a query, which no endpoint takes"))
        }
        Ok(fields) => {
            Call { state: &state, endpoint, headers: &parts.headers, fields: &fields, body: &body }
                .answer(&mut finding)
                .await
        }
    };
    let answer = outcome.unwrap_or_else(|problem| {
        let detail = problem.detail.map(|detail| format!("; {detail}")).unwrap_or_default();
        finding.problem = Some(format!("{} {}{detail}", problem.code, problem.text));
        Answer::default()
            .text("status", "error")
            .number("error_code", problem.code)
            .text("error_description", printable(&problem.text))
    });
    let language = match (state.options.answer, format) {
        (AnswerFormat::Xml, _) | (AnswerFormat::Auto, Format::Multipart) => Language::Xml,
        (AnswerFormat::Json, _) | (AnswerFormat::Auto, Format::Json) => Language::Json,
    };
    let Skew(off) = parts.extensions.get::<Skew>().copied().unwrap_or_default();
    let text = answer.text("dt", state.date_time(off)).write(language);
    let content_type = HeaderValue::from_static(language.content_type());
    (axum::Extension(finding), [(CONTENT_TYPE, content_type)], text).into_response()
}

/// One decoded request on its way to its answer.
struct Call<'a> {
    state: &'a State,
    endpoint: Endpoint,
    headers: &'a HeaderMap,
    fields: &'a Fields,
    body: &'a Bytes,
}

impl Call<'_> {
    /// Who asks comes before what is asked: a request whose signature is wrong learns nothing else.
    async fn answer(&self, finding: &mut Finding) -> Result<Answer, Problem> {
        let fields = self.fields;
        finding.order_id = fields.peek("order_id").map(str::to_owned);
        finding.invoice_id = fields.peek("invoice_id").and_then(parse_id);
        let has_token = self.headers.contains_key(signature::HEADER_NAME);
        // Until it is shown to be right.
        finding.signed = if has_token { Signed::Wrong } else { Signed::No };

        let customer_invoice = match self.endpoint.by_payer() {
            true => fields
                .peek("customer")
                .and_then(|customer| self.state.by_customer(customer))
                .and_then(|payment| Invoice::of(&payment)),
            false => None,
        };
        if let Some(invoice) = &customer_invoice {
            finding.invoice_id = Some(invoice.invoice_id);
            finding.order_id = Some(invoice.order_id.clone());
        }
        let merchant = match (self.endpoint.by_payer(), &customer_invoice) {
            (false, _) => Some(self.merchant()?),
            (true, Some(invoice)) => self.state.merchant(invoice.merchant_id),
            (true, None) => {
                self.token().ok().and_then(signature::claimed_merchant).and_then(|id| self.state.merchant(id))
            }
        };
        match (has_token, merchant) {
            (true, Some(merchant)) => {
                self.verify(merchant)?;
                finding.signed = Signed::Valid;
            }
            (true, None) => return Err(Problem::new(9998, "signature: its merchant is unknown")),
            (false, _) => self.allow_unsigned()?,
        }

        fields.only(self.endpoint.fields())?;
        let answer = match (self.endpoint, merchant) {
            (Endpoint::Init, Some(merchant)) => self.init(merchant, finding)?,
            (Endpoint::Status, Some(merchant)) => self.status(merchant, finding)?,
            (Endpoint::Info, _) => self.info(customer_invoice)?,
            (Endpoint::Pay, _) => self.pay(customer_invoice).await?,
            (Endpoint::Init | Endpoint::Status, None) => {
                return Err(Problem::new(9997, "merchant_id is unknown"));
            }
        };
        Ok(answer)
    }

    fn merchant(&self) -> Result<&Merchant, Problem> {
        let text = self.fields.required_number("merchant_id")?;
        let id = parse_id(text)
            .ok_or_else(|| Problem::new(9997, format!("merchant_id {text:?} is not a positive integer")))?;
        self.state.merchant(id).ok_or_else(|| Problem::new(9997, format!("merchant_id {id} is unknown")))
    }

    fn token(&self) -> Result<&str, Problem> {
        let mut values = self.headers.get_all(signature::HEADER_NAME).iter();
        match (values.next().map(HeaderValue::to_str), values.next()) {
            (Some(Ok(token)), None) => Ok(token),
            (_, Some(_)) => Err(Problem::new(9998, "signature: the header comes twice")),
            _ => Err(Problem::new(9998, "signature: the header is not plain text")),
        }
    }

    fn verify(&self, merchant: &Merchant) -> Result<(), Problem> {
        let compact;
        let payload = match self.fields.format() {
            Format::Json => self.body.as_ref(),
            Format::Multipart => {
                compact = self.fields.compact_json();
                compact.as_bytes()
            }
        };
        let expected = Expected {
            path: self.endpoint.path(),
            merchant,
            payload,
            body: self.body,
            header: self.state.options.jws,
        };
        expected.verify(self.token()?).map_err(|mismatch| Problem {
            code: 9998,
            text: format!("signature is wrong, {}", mismatch.difference),
            detail: Some(mismatch.expected),
        })
    }

    fn allow_unsigned(&self) -> Result<(), Problem> {
        let required = self.state.options.signature == SignaturePolicy::Required;
        let json = self.fields.format() == Format::Json && !self.endpoint.by_payer();
        if required || json {
            return Err(Problem::new(9998, "signature: the X-JWS-Signature header is missing"));
        }
        Ok(())
    }

    fn init(&self, merchant: &Merchant, finding: &mut Finding) -> Result<Answer, Problem> {
        let fields = self.fields;
        let order_id = fields.required_text("order_id")?;
        // No callback could tell a longer one.
        field::check_length("order_id", order_id, 50)?;
        let amount = fields.required_number("amount")?;
        field::check_amount("amount", amount)?;
        let description = fields.required_text("description")?;
        let invoice_method = fields.required_text("invoice_method")?;
        field::check_method(invoice_method)?;
        let currency = fields.text("currency")?.unwrap_or("KZT");
        field::check_currency("currency", currency)?;
        let url = |name| match fields.text(name)? {
            Some(url) => field::check_url(name, url).map(|()| Some(url.to_owned())),
            None => Ok(None),
        };
        let (check_url, result_url) = (url("check_url")?, url("result_url")?);
        let request_method = fields.text("request_method")?;
        request_method.map_or(Ok(()), |method| field::check_request_method("request_method", method))?;

        let invoice = self.state.create(Payment {
            payment_id: 0,
            merchant_id: merchant.id,
            order_id: order_id.to_owned(),
            kind: PaymentKind::Invoice,
            amount: amount.to_owned(),
            currency: currency.to_owned(),
            description: description.to_owned(),
            terms: Terms {
                invoice_method: Some(invoice_method.to_owned()),
                check_url,
                result_url,
                request_method: request_method.map(str::to_owned),
                ..Terms::default()
            },
            now: Standing::default(),
            customer: random_token()?,
            created: Duration::ZERO,
            created_at: String::new(),
            past: Vec::new(),
        });
        finding.invoice_id = Some(invoice.payment_id);
        finding.problem = self.another_invoice(&invoice);
        let link = page::link(self.state, &invoice);
        let qr = match self.state.options.qr {
            QrForm::Link => Some(STANDARD.encode(link)),
            QrForm::Png => picture::png(&link).map(|png| STANDARD.encode(png)),
        };
        Ok(Answer::default()
            .text("status", "ok")
            .text("invoice_status", InvoiceState::from(invoice.now.status).word())
            .number("invoice_id", invoice.payment_id)
            .fields("invoice_methods", Answer::default().maybe("qr", qr.as_deref())))
    }

    /// The documents ask for an order id of each sale's own and do not say that another is refused. So it is not; but a till that
    /// sells twice has to be seen.
    fn another_invoice(&self, invoice: &Payment) -> Option<String> {
        let Payment { payment_id, merchant_id, order_id, .. } = invoice;
        let earlier = self.state.ledger(|ledger, _| {
            ledger.newest(*merchant_id, order_id, |found| match found {
                Found::Payment(earlier) => (earlier.payment_id != *payment_id
                    && earlier.now.status.is_paid_or_open())
                .then_some(earlier.payment_id),
                Found::Refund(..) => None,
            })
        })?;
        Some(format!(
            "everything was done, and order_id {order_id:?} has payment {earlier} already: the payer may pay twice"
        ))
    }

    fn status(&self, merchant: &Merchant, finding: &mut Finding) -> Result<Answer, Problem> {
        let invoice = match (self.fields.number("invoice_id")?, self.fields.text("order_id")?) {
            (Some(text), None) => {
                let id = parse_id(text).ok_or_else(|| {
                    Problem::field(format!("invoice_id {text:?} is not a positive integer"))
                })?;
                // An invoice of another merchant is as unknown as one that never was.
                let payment = self.state.payment(id).filter(|payment| payment.merchant_id == merchant.id);
                payment.as_ref().and_then(Invoice::of)
            }
            (None, Some(order_id)) => self
                .state
                .ledger(|ledger, _| ledger.newest_invoice(merchant.id, order_id).and_then(Invoice::of)),
            (None, None) => {
                return Err(Problem::field("invoice_id is missing, and so is order_id"));
            }
            (Some(_), Some(_)) => {
                return Err(Problem::field("invoice_id and order_id exclude each other"));
            }
        };
        let invoice = invoice.ok_or_else(|| Problem::new(NOT_FOUND, "there is no such invoice"))?;
        finding.invoice_id = Some(invoice.invoice_id);
        finding.order_id = Some(invoice.order_id.clone());
        let card = invoice.card.as_ref();
        Ok(Answer::default()
            .text("status", "ok")
            .number("invoice_id", invoice.invoice_id)
            .text("invoice_status", invoice.state.word())
            .number("amount", &invoice.amount)
            .text("currency", &invoice.currency)
            .maybe("card_pan", card.map(|card| card.pan.as_str()))
            .maybe("card_token", card.map(|card| card.token.as_str())))
    }

    fn info(&self, invoice: Option<Invoice>) -> Result<Answer, Problem> {
        let invoice = self.of_customer(invoice)?;
        let opened = self.state.open(invoice.invoice_id).as_ref().and_then(Invoice::of);
        Ok(payer_answer(opened.unwrap_or(invoice)))
    }

    async fn pay(&self, invoice: Option<Invoice>) -> Result<Answer, Problem> {
        // The one that a card was stored under.
        field::check_user_id("user_id", self.fields.required_text("user_id")?)?;
        let card = self.fields.required_text("card_token")?;
        let invoice = self.of_customer(invoice)?;
        let id = invoice.invoice_id;
        let ended = match card {
            _ if invoice.state.ended() => return Err(has_ended(invoice.state)),
            CARD_OK => self.state.pay(id, PayerCard::default()).await,
            CARD_DECLINED => self.state.decline(id, Failure::declined()),
            _ => return Err(Problem::new(10032, "card_token is unknown")),
        };
        match ended {
            Ok(payment) => Ok(payer_answer(Invoice::of(&payment).unwrap_or(invoice))),
            Err(Refusal::Ended(status)) => Err(has_ended(status.into())),
            Err(Refusal::Asking) => Err(Problem::new(350, "the merchant is being asked about the invoice")),
            Err(Refusal::Unknown) => Err(Problem::new(NOT_FOUND, "there is no such invoice")),
        }
    }

    fn of_customer(&self, invoice: Option<Invoice>) -> Result<Invoice, Problem> {
        self.fields.required_text("customer")?;
        invoice.ok_or_else(|| Problem::new(NOT_FOUND, "customer belongs to no invoice"))
    }
}

fn has_ended(state: InvoiceState) -> Problem {
    Problem::new(10015, format!("the invoice has ended, it is {}", state.word()))
}

fn payer_answer(invoice: Invoice) -> Answer {
    let pan = invoice.card.map(|card| card.pan);
    Answer::default()
        .text("status", "ok")
        .number("amount", invoice.amount)
        .text("order_id", invoice.order_id)
        .text("invoice_status", invoice.state.word())
        .number("invoice_id", invoice.invoice_id)
        .text("description", invoice.description)
        .text("currency", invoice.currency)
        .maybe("card_pan", pan.as_deref())
}

/// 128 random bits: whoever has it may pay, so it cannot be guessed.
pub(super) fn random_token() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Problem::new(9999, "the system gave no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
