//! The signature under attack: messages that a forger can write without the key are generated, and none may be believed
//! that says otherwise of the payment.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;

use super::examples::{Fields, KEY, URL, client, owned, posted, signature};
use super::field::FIELDS;
use super::*;
use crate::outcome::Code;

static CLIENT: LazyLock<Client> = LazyLock::new(client);

/// Names that stand on either side of the protocol's.
const OWN: [&str; 10] =
    ["a", "cart_id", "city", "p", "pf", "pga", "qty", "terminal_id", "user[0][name]", "zzz"];

fn values(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(of).prop_map(str::to_owned)
}

fn amount() -> impl Strategy<Value = String> {
    prop_oneof!["[1-9][0-9]{0,5}", "[1-9][0-9]{0,3}\\.[0-9]{2}"]
}

/// What a merchant gives its own fields: names, numbers, flags, texts with anything in them.
fn own_value() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{1,6}", "[01]", "[a-zA-Z ]{0,9}", "[ -~]{0,12}", "[А-я; ]{0,9}"]
}

fn own_fields() -> impl Strategy<Value = Fields> {
    proptest::collection::btree_map(values(&OWN), own_value(), 0..4)
        .prop_map(|fields| fields.into_iter().collect())
}

/// A field that may be there.
fn maybe(
    name: &'static str,
    value: impl Strategy<Value = String> + 'static,
) -> BoxedStrategy<Option<(String, String)>> {
    proptest::option::of(value.prop_map(move |value| (name.to_owned(), value))).boxed()
}

fn always(
    name: &'static str,
    value: impl Strategy<Value = String> + 'static,
) -> BoxedStrategy<Option<(String, String)>> {
    value.prop_map(move |value| Some((name.to_owned(), value))).boxed()
}

/// A result as the documentation describes it, with any of the optional fields, and own fields.
fn result() -> impl Strategy<Value = Fields> {
    let flag = || values(&["0", "1"]);
    (amount(), values(&["KZT", "UZS", "KGS"])).prop_flat_map(move |(amount, currency)| {
        let fields = vec![
            always("pg_amount", Just(amount.clone())),
            maybe("pg_auth_code", "[0-9A-Z]{6}"),
            maybe("pg_can_reject", flag()),
            maybe("pg_captured", flag()),
            maybe("pg_card_brand", values(&["VI", "MC", "CA"])),
            maybe("pg_card_exp", "[01][0-9]/[23][0-9]"),
            maybe("pg_card_owner", "[A-Z]{2,9} [A-Z]{2,9}"),
            maybe("pg_card_pan", "[0-9]{4}-[0-9]{2}XX-XXXX-[0-9]{4}"),
            always("pg_currency", Just(currency.clone())),
            maybe("pg_datetime", "2026-0[1-9]-[12][0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9]\\+00:00"),
            always(
                "pg_description",
                values(&["Tea", "Tea; cake", "Order 5; 100 KZT; 1", "оплата заказа № 1", ";"]),
            ),
            maybe("pg_failure_code", "[0-9]{3,5}"),
            maybe("pg_failure_description", values(&["Declined", "Declined; ask the bank;1"])),
            maybe("pg_need_email_notification", flag()),
            maybe("pg_need_phone_notification", flag()),
            always("pg_net_amount", Just(amount.clone())),
            always("pg_order_id", values(&["00102", "abc", "77", "1", "100"])),
            always("pg_payment_date", "2026-0[1-9]-[12][0-9] [01][0-9]:[0-5][0-9]:[0-5][0-9]"),
            always("pg_payment_id", "[1-9][0-9]{3,11}"),
            maybe("pg_payment_method", values(&["bankcard", "wallet"])),
            always("pg_ps_amount", Just(amount.clone())),
            always("pg_ps_currency", Just(currency)),
            always("pg_ps_full_amount", Just(amount)),
            maybe("pg_reference", "[0-9]{12}"),
            always("pg_result", values(&["0", "1", "2"])),
            always("pg_salt", "[A-Za-z0-9]{8,16}"),
            maybe("pg_testing_mode", flag()),
            maybe("pg_user_contact_email", "[a-z]{1,5}@[a-z]{1,5}"),
            maybe("pg_user_phone", "7[0-9]{10}"),
        ];
        (fields, own_fields()).prop_map(|(fields, own)| fields.into_iter().flatten().chain(own).collect())
    })
}

/// What a message says was paid, whether it is believed or not.
fn meaning(fields: &Fields) -> Vec<Option<String>> {
    let message = message(fields);
    let kind = kind(&message);
    let deciding = FIELDS.iter().filter(|known| known.decides_in(kind));
    let values = deciding.map(|known| message.get(known.name).map(plain));
    [Some(format!("{kind:?}"))].into_iter().chain(values).collect()
}

/// Amounts by their worth.
fn plain(value: &str) -> String {
    field::decimal(value).map_or(value.to_owned(), |worth| worth.to_string())
}

fn signed(fields: &Fields) -> Fields {
    let mut all = fields.clone();
    all.push(("pg_sig".to_owned(), signature("result", fields, KEY)));
    all
}

fn message(fields: &Fields) -> Document {
    let mut message = Document::default();
    for (name, value) in fields {
        message.insert(&crate::call::way(name).unwrap(), value).unwrap();
    }
    message
}

/// The values that are signed, in order.
fn in_order(fields: &Fields) -> Vec<String> {
    pg_sig::in_order(&message(fields)).iter().map(|(_, value)| (*value).to_owned()).collect()
}

/// A forger's choices, one after the other.
struct Choices<'a> {
    choices: std::slice::Iter<'a, Index>,
}

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        self.choices.next().map_or(0, |choice| choice.index(count))
    }
}

/// Forges a message of a kind out of the pieces of a signed text: any of those that have everything which makes a message
/// one of the kind, and whose values could be what they are called. None when the text gives none.
fn forge(pieces: &[&str], kind: CallbackKind, choices: &mut Choices<'_>) -> Option<Fields> {
    let names: Vec<_> = FIELDS.iter().filter(|known| known.is_in(kind)).collect();
    let essential = |name: usize| field::essential(kind).contains(&names[name].name);
    let longest = |name: usize| if names[name].shape == field::Shape::Prose { 3 } else { 1 };
    let fits = |name: usize, value: &[&str]| match value {
        [one] => names[name].shape.admits(one) || (one.is_empty() && !essential(name)),
        _ => true,
    };
    // Whether the names from here on can be given to the pieces from there on.
    let mut works = vec![vec![true; pieces.len() + 1]; names.len() + 1];
    for name in (0..names.len()).rev() {
        for piece in 0..=pieces.len() {
            let takes = (1..=longest(name)).any(|len| {
                pieces.get(piece..piece + len).is_some_and(|value| fits(name, value))
                    && works[name + 1][piece + len]
            });
            works[name][piece] = takes || (!essential(name) && works[name + 1][piece]);
        }
    }
    let starts: Vec<usize> = (0..=pieces.len()).filter(|&piece| works[0][piece]).collect();
    let mut piece = *starts.get(choices.below(starts.len().max(1)))?;
    let mut forged = own(&pieces[..piece], "a", choices);
    for name in 0..names.len() {
        let mut ways: Vec<usize> = (1..=longest(name))
            .filter(|len| {
                pieces.get(piece..piece + len).is_some_and(|value| fits(name, value))
                    && works[name + 1][piece + len]
            })
            .collect();
        if !essential(name) && works[name + 1][piece] {
            ways.push(0);
        }
        let len = ways[choices.below(ways.len())];
        if len > 0 {
            forged.push((names[name].name.to_owned(), pieces[piece..piece + len].join(";")));
            piece += len;
        }
    }
    forged.extend(own(&pieces[piece..], "z", choices));
    Some(forged)
}

/// Own fields that swallow the pieces: one for each, or one for all.
fn own(pieces: &[&str], name: &str, choices: &mut Choices<'_>) -> Fields {
    match (pieces, choices.below(2)) {
        ([], _) => Fields::new(),
        (_, 0) => pieces
            .iter()
            .enumerate()
            .map(|(at, piece)| (format!("{name}{at:04}"), (*piece).to_owned()))
            .collect(),
        _ => owned(&[(name, &pieces.join(";"))]),
    }
}

fn choices() -> impl Strategy<Value = Vec<Index>> {
    proptest::collection::vec(any::<Index>(), 64)
}

/// Forges a message out of a genuine one, and asks whether it is believed though it says something else.
fn is_safe(genuine: &Fields, kind: CallbackKind, choices: &[Index]) -> bool {
    let values = in_order(genuine).join(";");
    let pieces: Vec<&str> = values.split(';').collect();
    let Some(forged) = forge(&pieces, kind, &mut Choices { choices: choices.iter() }) else { return true };
    assert_eq!(in_order(&forged).join(";"), values, "a forgery is of the same text");
    // Of a message that is refused a reading may be believed, as long as it says the same.
    posted(&CLIENT, URL, &signed(&forged)).is_err() || meaning(&forged) == meaning(genuine)
}

/// A check as the documentation describes it, with own fields. Small amounts look like flags.
fn check() -> impl Strategy<Value = Fields> {
    (prop_oneof![amount(), values(&["1", "2"])], own_fields()).prop_flat_map(|(amount, own)| {
        let fields = vec![
            always("pg_amount", Just(amount.clone())),
            always("pg_currency", values(&["KZT", "UZS"])),
            always("pg_order_id", values(&["00102", "abc", "77", "1"])),
            always("pg_payment_id", "[1-9][0-9]{3,11}"),
            always("pg_ps_amount", Just(amount.clone())),
            always("pg_ps_currency", Just("UZS".to_owned())),
            always("pg_ps_full_amount", Just(amount)),
            always("pg_salt", "[A-Za-z0-9]{8,16}"),
        ];
        fields.prop_map(move |fields| fields.into_iter().flatten().chain(own.clone()).collect())
    })
}

fn payout() -> impl Strategy<Value = Fields> {
    let fields = vec![
        always("pg_balance", amount()),
        maybe("pg_card_hash", "[0-9]{4}-[0-9]{2}XX-XXXX-[0-9]{4}"),
        always("pg_merchant_id", "[1-9][0-9]{4,6}"),
        always("pg_order_id", values(&["out-1", "77"])),
        always("pg_payment_amount", amount()),
        always("pg_payment_date", "2026-0[1-9]-[12][0-9] [01][0-9]:[0-5][0-9]:[0-5][0-9]"),
        always("pg_payment_id", "[1-9][0-9]{3,11}"),
        always("pg_salt", "[A-Za-z0-9]{8,16}"),
        always("pg_status", values(&["ok", "error"])),
        always("pg_to_pay", amount()),
    ];
    (fields, own_fields()).prop_map(|(fields, own)| fields.into_iter().flatten().chain(own).collect())
}

/// A merchant's own field with a semicolon may make a message one that can be read in two ways; most do not.
fn has_semicolon_of_its_own(fields: &Fields) -> bool {
    fields.iter().any(|(name, value)| !name.starts_with("pg_") && value.contains(';'))
}

fn is_believed(genuine: &Fields) -> Result<(), TestCaseError> {
    let callback = posted(&CLIENT, URL, &signed(genuine))
        .map_err(|error| TestCaseError::fail(error.message().to_owned()))?;
    for (name, value) in genuine {
        prop_assert_eq!(callback.field(name), Some(value.as_str()));
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_genuine_result_is_believed(genuine in result()) {
        prop_assume!(!has_semicolon_of_its_own(&genuine));
        is_believed(&genuine)?;
    }

    #[test]
    fn a_genuine_check_is_believed(genuine in check()) {
        prop_assume!(!has_semicolon_of_its_own(&genuine));
        is_believed(&genuine)?;
    }

    #[test]
    fn a_genuine_payout_is_believed(genuine in payout()) {
        prop_assume!(!has_semicolon_of_its_own(&genuine));
        is_believed(&genuine)?;
    }

    #[test]
    fn a_result_forged_out_of_another_is_not_believed(genuine in result(), choices in choices()) {
        prop_assert!(is_safe(&genuine, CallbackKind::Result, &choices));
    }

    #[test]
    fn a_result_forged_out_of_a_check_is_not_believed(genuine in check(), choices in choices()) {
        prop_assert!(is_safe(&genuine, CallbackKind::Result, &choices));
    }

    #[test]
    fn a_payout_forged_out_of_another_is_not_believed(genuine in payout(), choices in choices()) {
        prop_assert!(is_safe(&genuine, CallbackKind::Payout, &choices));
    }

    #[test]
    fn a_check_forged_out_of_a_result_is_not_believed(genuine in result(), choices in choices()) {
        prop_assert!(is_safe(&genuine, CallbackKind::Check, &choices));
    }

    #[test]
    fn a_changed_value_is_refused_as_a_bad_signature(
        genuine in result(), at in any::<Index>(), byte in any::<Index>(), other in "[ -:<-~]",
    ) {
        let mut fields = signed(&genuine);
        let (_, value) = &mut fields[at.index(genuine.len())];
        let places: Vec<_> = value.char_indices().map(|(place, character)| place..place + character.len_utf8()).collect();
        match places.get(byte.index(places.len().max(1))) {
            Some(place) if value[place.clone()] != other => value.replace_range(place.clone(), &other),
            Some(_) => return Ok(()),
            None => value.push_str(&other),
        }
        let error = posted(&CLIENT, URL, &fields).unwrap_err();
        prop_assert!(error.code() == Code::Signature && error.message().contains("missing or wrong"), "{}", error);
    }

    #[test]
    fn a_field_of_the_protocol_that_is_dropped_doubled_or_renamed_is_refused(
        genuine in result(), at in any::<Index>(), deed in 0..3, letter in "[a-z_0-9]",
    ) {
        let mut fields = signed(&genuine);
        let at = at.index(genuine.iter().filter(|(name, _)| name.starts_with("pg_")).count());
        match deed {
            0 => drop(fields.remove(at)),
            1 => fields.push(fields[at].clone()),
            _ => fields[at].0.push_str(&letter),
        }
        prop_assert_eq!(posted(&CLIENT, URL, &fields).unwrap_err().code(), Code::Signature);
    }

    #[test]
    fn the_order_of_the_fields_on_the_wire_means_nothing(genuine in result(), order in any::<prop::sample::Index>()) {
        prop_assume!(!has_semicolon_of_its_own(&genuine));
        let mut fields = signed(&genuine);
        let turn = order.index(fields.len());
        fields.rotate_left(turn);
        let callback = posted(&CLIENT, URL, &fields).unwrap();
        prop_assert_eq!(callback.field("pg_amount"), Some(genuine[0].1.as_str()));
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(
        url in ".{0,40}", path in "/[ -~]{0,40}",
        content_type in proptest::option::of(prop_oneof![
            Just("application/x-www-form-urlencoded"), Just("multipart/form-data; boundary=b"), Just("text/xml"),
            Just("multipart/form-data; boundary=\""), Just("x"),
        ]),
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "(--b|\r\n|Content-Disposition: form-data; name=|\"|a|;|:| |=|--){0,40}".prop_map(String::into_bytes),
            "(<|>|/|a|pg_sig|!DOCTYPE|&|;|#0|\\[CDATA\\[| ){0,40}".prop_map(String::into_bytes),
            "(a|pg_|=|&|%|;|\\[|\\]|result|0|pg_xml|%3C|\\+){0,60}".prop_map(String::into_bytes),
        ],
    ) {
        for url in [&url, &path] {
            prop_assert!(CLIENT.callback(url, content_type, &body).is_err());
        }
    }
}

/// The worst that a body of the allowed size can be, signed, so that every step is taken.
#[test]
fn the_worst_messages_are_over_soon() {
    let amounts = ["1"; 900].join(";");
    let genuine = |own: &str| {
        let mut fields = owned(&super::examples::RESULT);
        fields.push(("a".to_owned(), own.to_owned()));
        fields
    };
    let many = |count: usize| {
        let mut fields = owned(&super::examples::RESULT);
        fields.extend((0..count).map(|at| (format!("z{at:04}[x][{at}]"), "1".to_owned())));
        fields
    };
    for fields in
        [genuine(&amounts), genuine(&";".repeat(300_000)), genuine(&"1;KZT;".repeat(300)), many(900)]
    {
        let steps_are_bounded = posted(&CLIENT, URL, &signed(&fields));
        if let Err(error) = steps_are_bounded {
            assert!(error.message().starts_with("the callback's signature is right, but"), "{error}");
        }
    }
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let parts = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(15_000);
    for (content_type, body) in [
        ("text/xml", deep),
        ("multipart/form-data; boundary=b", parts),
        (
            "multipart/form-data; boundary=------------------------------------------------------",
            "-".repeat(1024 * 1024),
        ),
        ("application/x-www-form-urlencoded", "&".repeat(1024 * 1024)),
        ("application/x-www-form-urlencoded", "a=1&".repeat(260_000)),
    ] {
        assert!(CLIENT.callback(URL, Some(content_type), body.as_bytes()).is_err());
    }
}
