//! The fields of callbacks: which the protocol knows in which kind, and what their values look like.
//!
//! Source: facts 3.1 to 3.4, with `pg_payment_system` of a published example. What only older gateways send is left out on
//! purpose: each name that is known is one more that a forger can give to a value. A merchant can allow it.

use super::CallbackKind::{self, Check, Payout, Redirect, Result};

/// A field that the protocol knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub name: &'static str,
    pub shape: Shape,
    kinds: &'static [CallbackKind],
    /// The kinds whose documentation says that it is always there.
    documented: &'static [CallbackKind],
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `0` or `1`.
    Flag,
    /// `0`, `1` or `2`.
    Outcome,
    /// `ok` or `error`.
    Status,
    /// Decimal digits.
    Id,
    /// A decimal number that is not negative.
    Amount,
    /// Three capital letters.
    Currency,
    /// `2026-05-23 03:25:14`, or another way to write a moment that begins with its date.
    Moment,
    /// A text in one piece.
    Word(Look),
    /// A text in which a semicolon may stand.
    Prose,
}

/// What a text usually looks like. No received value is refused for not looking so; only what another message could be
/// made of is measured by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Any,
    /// Letters, digits and the like, a letter first.
    Name,
    /// Words of letters.
    Person,
    /// Six letters or digits.
    AuthCode,
    /// Twelve digits.
    Reference,
    /// Month and year.
    Expiry,
    /// Digits with some left out.
    Pan,
    /// The same, or what stands for it.
    Card,
    /// No moment, and no number with a point.
    Order,
    /// Letters and digits.
    Salt,
    /// A long piece of letters and digits.
    Token,
    Digits,
    Phone,
    Email,
}

const PAYMENT: &[CallbackKind] = &[Check, Result];
const RESULT: &[CallbackKind] = &[Result];
const PAYOUT: &[CallbackKind] = &[Payout];
const REDIRECT: &[CallbackKind] = &[Redirect];
const ALL: &[CallbackKind] = &[Check, Result, Payout, Redirect];
const NONE: &[CallbackKind] = &[];

const fn field(
    name: &'static str,
    shape: Shape,
    kinds: &'static [CallbackKind],
    documented: &'static [CallbackKind],
) -> Known {
    Known { name, shape, kinds, documented }
}

/// The currencies that the official SDK lists (facts 4).
const CURRENCIES: [&str; 24] = [
    "AED", "AMD", "AZN", "BYN", "CAD", "CNY", "CZK", "EUR", "GBP", "GEL", "HKD", "INR", "KGS", "KRW", "KZT",
    "MDL", "PLN", "RUB", "THB", "TJS", "TRY", "UAH", "USD", "UZS",
];

/// In the order in which signatures take them.
pub(super) const FIELDS: &[Known] = &[
    field("pg_amount", Shape::Amount, PAYMENT, PAYMENT),
    field("pg_auth_code", Shape::Word(Look::AuthCode), RESULT, NONE),
    field("pg_balance", Shape::Amount, PAYOUT, PAYOUT),
    field("pg_can_reject", Shape::Flag, RESULT, NONE),
    field("pg_captured", Shape::Flag, RESULT, NONE),
    field("pg_card_brand", Shape::Word(Look::Name), RESULT, NONE),
    field("pg_card_exp", Shape::Word(Look::Expiry), RESULT, NONE),
    field("pg_card_hash", Shape::Word(Look::Card), PAYOUT, NONE),
    field("pg_card_id", Shape::Word(Look::Digits), RESULT, NONE),
    field("pg_card_owner", Shape::Word(Look::Person), RESULT, NONE),
    field("pg_card_pan", Shape::Word(Look::Pan), RESULT, NONE),
    field("pg_card_token", Shape::Word(Look::Token), RESULT, NONE),
    field("pg_currency", Shape::Currency, PAYMENT, PAYMENT),
    // Seen in a sandbox beside pg_payment_date.
    field("pg_datetime", Shape::Moment, RESULT, NONE),
    field("pg_description", Shape::Prose, PAYMENT, RESULT),
    field("pg_discount_amount", Shape::Amount, RESULT, NONE),
    field("pg_discount_percent", Shape::Amount, RESULT, NONE),
    field("pg_error_code", Shape::Word(Look::Digits), REDIRECT, NONE),
    field("pg_error_description", Shape::Prose, REDIRECT, NONE),
    field("pg_failure_code", Shape::Word(Look::Digits), &[Result, Redirect], NONE),
    field("pg_failure_description", Shape::Prose, &[Result, Redirect], NONE),
    field("pg_merchant_id", Shape::Id, ALL, PAYOUT),
    field("pg_need_email_notification", Shape::Flag, RESULT, NONE),
    field("pg_need_phone_notification", Shape::Flag, RESULT, NONE),
    field("pg_net_amount", Shape::Amount, RESULT, RESULT),
    field("pg_order_id", Shape::Word(Look::Order), ALL, ALL),
    field("pg_payment_amount", Shape::Amount, PAYOUT, PAYOUT),
    field("pg_payment_date", Shape::Moment, &[Result, Payout], &[Result, Payout]),
    field("pg_payment_id", Shape::Id, ALL, ALL),
    field("pg_payment_method", Shape::Word(Look::Name), PAYMENT, NONE),
    field("pg_payment_system", Shape::Word(Look::Name), PAYMENT, NONE),
    field("pg_ps_amount", Shape::Amount, PAYMENT, PAYMENT),
    field("pg_ps_currency", Shape::Currency, PAYMENT, PAYMENT),
    field("pg_ps_full_amount", Shape::Amount, PAYMENT, PAYMENT),
    field("pg_recurring_profile_id", Shape::Word(Look::Digits), RESULT, NONE),
    field("pg_reference", Shape::Word(Look::Reference), RESULT, NONE),
    field("pg_result", Shape::Outcome, RESULT, RESULT),
    field("pg_salt", Shape::Word(Look::Salt), ALL, ALL),
    field("pg_status", Shape::Status, &[Payout, Redirect], PAYOUT),
    field("pg_testing_mode", Shape::Flag, PAYMENT, NONE),
    field("pg_to_pay", Shape::Amount, PAYOUT, PAYOUT),
    field("pg_user_contact_email", Shape::Word(Look::Email), PAYMENT, NONE),
    field("pg_user_phone", Shape::Word(Look::Phone), PAYMENT, NONE),
];

/// What makes a message one of its kind: each stands in it exactly once.
pub(super) fn essential(kind: CallbackKind) -> &'static [&'static str] {
    match kind {
        Check => &["pg_amount", "pg_order_id", "pg_payment_id", "pg_salt"],
        Result => &["pg_amount", "pg_order_id", "pg_payment_id", "pg_result", "pg_salt"],
        Payout => &["pg_merchant_id", "pg_payment_id", "pg_salt"],
        Redirect => &["pg_order_id", "pg_payment_id", "pg_salt"],
        CallbackKind::Unknown => &["pg_salt"],
    }
}

impl Known {
    /// Whether messages of a kind have the field; those of an unknown kind may have any.
    pub fn is_in(&self, kind: CallbackKind) -> bool {
        kind == CallbackKind::Unknown || self.kinds.contains(&kind)
    }

    /// Whether the documentation says that messages of a kind always have the field.
    pub fn is_documented_in(&self, kind: CallbackKind) -> bool {
        self.documented.contains(&kind)
    }

    /// Whether what a message of a kind says about money stands in this field.
    pub fn decides_in(&self, kind: CallbackKind) -> bool {
        self.is_documented_in(kind) && self.shape != Shape::Prose && self.name != "pg_salt"
    }
}

impl Shape {
    /// Whether a received value may be this. What the documentation does not describe is not judged.
    pub fn admits(self, value: &str) -> bool {
        match self {
            Shape::Flag => matches!(value, "0" | "1"),
            Shape::Outcome => matches!(value, "0" | "1" | "2"),
            Shape::Status => matches!(value, "ok" | "error"),
            Shape::Id => (1..=20).contains(&value.len()) && is_digits(value),
            Shape::Amount => decimal(value).is_some(),
            Shape::Currency => value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_uppercase()),
            Shape::Moment => is_moment(value),
            Shape::Word(look) => !value.contains(';') && look.admits(value),
            Shape::Prose => true,
        }
    }

    /// Whether a value looks as values of this field usually do.
    pub fn is_likely(self, value: &str) -> bool {
        match self {
            Shape::Word(look) => self.admits(value) && look.fits(value),
            Shape::Currency => CURRENCIES.contains(&value),
            Shape::Id => self.admits(value) && value.len() > 1 && !value.starts_with('0'),
            _ => self.admits(value),
        }
    }

    /// What the value has to be, for a sentence.
    pub fn described(self) -> &'static str {
        match self {
            Shape::Flag => "0 or 1",
            Shape::Outcome => "0, 1 or 2",
            Shape::Status => "ok or error",
            Shape::Id => "a number in digits",
            Shape::Amount => "a decimal number",
            Shape::Currency => "a currency such as KZT",
            Shape::Moment => "a moment such as 2026-05-23 03:25:14",
            Shape::Word(_) => "what this field holds, and has no semicolon",
            Shape::Prose => "a text",
        }
    }
}

impl Look {
    /// Whether a value may be this at all.
    fn admits(self, value: &str) -> bool {
        let only = |also: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c));
        match self {
            Look::Any | Look::Card | Look::Order | Look::Token => true,
            Look::Name => value.starts_with(|c: char| c.is_ascii_alphabetic()),
            Look::Person => value.contains(char::is_alphabetic),
            Look::AuthCode | Look::Reference => only(""),
            Look::Digits => only("-_"),
            Look::Expiry => {
                value.len() <= 10
                    && value.bytes().all(|byte| byte.is_ascii_digit() || b"/.- ".contains(&byte))
            }
            Look::Pan => value.contains(['X', 'x', '*']),
            Look::Salt => !value.contains(['@', ' ']),
            Look::Phone => value.chars().all(|c| c.is_ascii_digit() || "+()- ".contains(c)),
            Look::Email => value.contains('@'),
        }
    }

    /// Whether a value looks as those that have been seen.
    fn fits(self, value: &str) -> bool {
        let long = |shortest: usize, also: &str| {
            value.len() >= shortest && value.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
        };
        match self {
            Look::Any => !value.is_empty(),
            Look::Name => long(1, "_- "),
            Look::Person => !value.contains(|c: char| c.is_ascii_digit()),
            Look::AuthCode => value.len() == 6,
            Look::Reference => value.len() == 12 && is_digits(value),
            Look::Expiry => (4..=7).contains(&value.len()) && value.contains(['/', '.', '-']),
            Look::Pan => long(10, "*-"),
            Look::Card => long(10, "*-"),
            Look::Order => {
                !value.is_empty() && !is_moment(value) && (!value.contains('.') || decimal(value).is_none())
            }
            Look::Salt => long(1, ""),
            Look::Token => long(16, "-"),
            Look::Digits => !value.is_empty() && is_digits(value),
            Look::Phone => value.len() >= 7,
            Look::Email => true,
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A decimal number in ten-thousandths: the finest that has been seen is `9.9900`.
pub(super) fn decimal(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    if !(1..=12).contains(&whole.len())
        || !(1..=4).contains(&part.len())
        || !is_digits(whole)
        || !is_digits(part)
    {
        return None;
    }
    let part: i64 = format!("{part:0<4}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 10_000 + part)
}

fn is_moment(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default();
    let is_date = date.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let is_time = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || b" T:+-.Z".contains(&byte));
    date.len() == 10 && is_date && text.len() <= 40 && is_time(&text[10..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_signatures_and_has_what_it_needs() {
        assert!(FIELDS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for &kind in ALL {
            for name in essential(kind) {
                let known = FIELDS.iter().find(|known| known.name == *name).unwrap();
                assert!(known.is_in(kind) && known.is_documented_in(kind), "{name} of {kind:?}");
            }
        }
        for known in FIELDS {
            assert!(known.documented.iter().all(|&kind| known.is_in(kind)), "{}", known.name);
        }
    }

    #[test]
    fn shapes_take_what_has_been_seen_on_the_wire() {
        let look = |name: &str| FIELDS.iter().find(|known| known.name == name).unwrap().shape;
        for (name, value) in [
            ("pg_payment_id", "10057654"),
            ("pg_payment_id", "234234234234"),
            ("pg_amount", "100.00"),
            ("pg_amount", "9.9900"),
            ("pg_net_amount", "95"),
            ("pg_currency", "KZT"),
            ("pg_payment_system", "EPAYWEBKZT"),
            ("pg_payment_method", "bankcard"),
            ("pg_description", "оплата; заказ № 1"),
            ("pg_result", "2"),
            ("pg_payment_date", "2018-05-23 03:25:14"),
            ("pg_payment_date", "2026-05-23T03:25:14+05:00"),
            ("pg_user_phone", "77777777777"),
            ("pg_user_phone", "7(922)1111111"),
            ("pg_user_contact_email", "test@g.com"),
            ("pg_card_pan", "4405-64XX-XXXX-6150"),
            ("pg_card_exp", "09/25"),
            ("pg_card_owner", "TEST USER"),
            ("pg_card_brand", "VI"),
            ("pg_reference", "260722112924"),
            ("pg_salt", "YQyk545ZL1lYyNeX"),
        ] {
            assert!(look(name).is_likely(value), "{name} {value}");
        }
    }

    #[test]
    fn shapes_refuse_what_is_something_else() {
        for (shape, values) in [
            (Shape::Flag, &["", "2", "01", "1 ", "true"][..]),
            (Shape::Outcome, &["", "3", "1;", "ok"]),
            (Shape::Id, &["", "-1", "1.0", "1;2", "١", "123456789012345678901"]),
            (Shape::Amount, &["", ".5", "5.", "1,5", "-1", "1e3", "1.23456", "1;2", "1 000"]),
            (Shape::Currency, &["", "kzt", "KZ", "KZTT", "KZ;"]),
            (
                Shape::Moment,
                &["", "2018", "2018-05-23;", "23.05.2018 10:00", "2018-05-2x", "2018-05-23 noon", "ЖЖЖЖЖ-ЖЖ"],
            ),
            (Shape::Word(Look::Any), &["a;b"]),
        ] {
            for value in values {
                assert!(!shape.admits(value), "{shape:?} {value}");
            }
        }
    }
}
