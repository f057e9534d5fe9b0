//! Cards that payers have stored, and the forms on which they are asked for one.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::clock::Moment;
use super::pg_sig;
use super::standing::{CARD_DECLINED, CARD_OK, Failure, PayerCard};

/// The published cards that pay, and the one that everybody in a sandbox has.
const PAYING: [&str; 9] = [
    "4111111111111111",
    "4716047261941981",
    "4916307416334310",
    "5367654276102126",
    "4939770956154989",
    "5335215945367703",
    "4916109830832246",
    "5548398681700148",
    "5475102935853613",
];

/// The number of a card; nothing but its mask is ever shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Pan(String);

impl Pan {
    /// None is a number that no card has.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|char| *char != ' ').collect();
        let plain = (13..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        (plain && checksum(&digits).is_multiple_of(10)).then_some(Pan(digits))
    }

    pub fn digits(&self) -> &str {
        &self.0
    }

    /// `4111-11XX-XXXX-1111`.
    pub fn masked(&self) -> String {
        let (first, last) =
            (self.0.get(..6).unwrap_or_default(), self.0.get(self.0.len() - 4..).unwrap_or_default());
        let (bank, rest) = first.split_at(4);
        format!("{bank}-{rest}XX-XXXX-{last}")
    }

    /// Which of the two great brands it is.
    pub fn brand(&self) -> &'static str {
        if self.0.starts_with('4') { "VI" } else { "MC" }
    }
}

/// Every second digit from the right counts twice, its digits added.
fn checksum(digits: &str) -> u32 {
    let weigh = |(place, digit): (usize, char)| match digit.to_digit(10).unwrap_or_default() {
        digit if place % 2 == 0 => digit,
        digit if digit > 4 => 2 * digit - 9,
        digit => 2 * digit,
    };
    digits.chars().rev().enumerate().map(weigh).sum()
}

impl std::fmt::Debug for Pan {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.masked())
    }
}

impl Serialize for Pan {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.masked())
    }
}

/// Out of its mask no number comes back; who keeps it keeps its digits besides.
impl<'de> Deserialize<'de> for Pan {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|_| Pan::default())
    }
}

/// A card that a payer has stored with a merchant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Card {
    pub card_id: u64,
    pub merchant_id: u64,
    /// The merchant's own name for the payer.
    pub user_id: String,
    /// What the merchant knows it by.
    pub token: String,
    pub pan: Pan,
    /// Money can only be sent to it.
    pub for_payout: bool,
    /// `YYYY-MM-DD HH:MM:SS`.
    pub created_at: String,
    pub removed: bool,
}

impl Card {
    /// What the gateway makes of the number to recognise the card by.
    pub fn hash(&self) -> String {
        pg_sig::hash(self.pan.digits())
    }
}

/// A payer is asked for a card.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CardForm {
    pub payment_id: u64,
    pub merchant_id: u64,
    pub user_id: String,
    pub for_payout: bool,
    /// Where the browser goes back to.
    pub back_link: String,
    /// The secret of the payer's link.
    pub customer: String,
    /// The card, once there is one.
    pub token: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Cards {
    forms: Vec<CardForm>,
    /// Places in the list.
    by_customer: HashMap<String, usize>,
    cards: Vec<Card>,
    /// Places of forms and cards that have changed since this was last asked.
    touched: (BTreeSet<usize>, BTreeSet<usize>),
}

impl Cards {
    pub fn ask(&mut self, form: CardForm) {
        self.touched.0.insert(self.forms.len());
        self.restore_form(form);
    }

    /// What has changed since this was last asked; the forms with their places.
    pub fn take_touched(&mut self) -> (Vec<(u64, CardForm)>, Vec<Card>) {
        let (forms, cards) = std::mem::take(&mut self.touched);
        let form = |place: usize| Some((place as u64, self.forms.get(place)?.clone()));
        (
            forms.into_iter().filter_map(form).collect(),
            cards.into_iter().filter_map(|place| self.cards.get(place).cloned()).collect(),
        )
    }

    /// The next form of those that were kept.
    pub fn restore_form(&mut self, form: CardForm) {
        self.by_customer.insert(form.customer.clone(), self.forms.len());
        self.forms.push(form);
    }

    /// The next card of those that were kept.
    pub fn restore_card(&mut self, card: Card) {
        self.cards.push(card);
    }

    pub fn form(&self, customer: &str) -> Option<&CardForm> {
        self.forms.get(*self.by_customer.get(customer)?)
    }

    pub fn forms(&self) -> &[CardForm] {
        &self.forms
    }

    pub fn list(&self) -> &[Card] {
        &self.cards
    }

    /// The payer's answer to a form; None is a form that nobody knows or that has its card.
    pub fn store(&mut self, customer: &str, pan: Pan, token: String, now: &Moment) -> Option<Card> {
        let place = *self.by_customer.get(customer)?;
        let form = self.forms.get_mut(place).filter(|form| form.token.is_none())?;
        self.touched.0.insert(place);
        self.touched.1.insert(self.cards.len());
        form.token = Some(token.clone());
        let card = Card {
            card_id: self.cards.len() as u64 + 1,
            merchant_id: form.merchant_id,
            user_id: form.user_id.clone(),
            token,
            pan,
            for_payout: form.for_payout,
            created_at: now.text.clone(),
            removed: false,
        };
        self.cards.push(card.clone());
        Some(card)
    }

    pub fn of_user(&self, merchant_id: u64, user_id: &str) -> impl Iterator<Item = &Card> {
        self.cards
            .iter()
            .filter(move |card| !card.removed && card.merchant_id == merchant_id && card.user_id == user_id)
    }

    /// A stored card of this user's.
    pub fn find(&self, merchant_id: u64, user_id: &str, token: &str) -> Option<&Card> {
        self.of_user(merchant_id, user_id).find(|card| card.token == token)
    }

    /// The card as it was.
    pub fn remove(&mut self, merchant_id: u64, user_id: &str, token: &str) -> Option<Card> {
        let id = self.find(merchant_id, user_id, token)?.card_id;
        let (place, card) = self.cards.iter_mut().enumerate().find(|(_, card)| card.card_id == id)?;
        self.touched.1.insert(place);
        card.removed = true;
        Some(card.clone())
    }

    /// What happens when somebody pays with this token, or with none.
    pub fn charge(&self, token: Option<&str>) -> Result<PayerCard, Failure> {
        let card = match token {
            None | Some(CARD_OK) => return Ok(PayerCard::default()),
            Some(CARD_DECLINED) => return Err(Failure::declined()),
            Some(token) => self.cards.iter().find(|card| card.token == token && !card.removed),
        };
        match card {
            Some(card) if PAYING.contains(&card.pan.digits()) => {
                Ok(PayerCard { pan: card.pan.masked(), token: card.token.clone() })
            }
            Some(_) => Err(Failure::declined()),
            None => Err(Failure { code: 10032, text: "there is no such card".to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cards_number_has_a_checksum_and_is_never_shown() {
        for text in PAYING.into_iter().chain(["4111 1111 1111 1111"]) {
            let pan = Pan::parse(text).unwrap();
            assert!(!format!("{pan:?}").contains(pan.digits()));
            assert!(!serde_json::to_string(&pan).unwrap().contains(pan.digits()));
        }
        for text in ["", "4111111111111112", "411111111111", "4111-1111-1111-1111", "41111111111111111111"] {
            assert_eq!(Pan::parse(text), None, "{text}");
        }
        assert_eq!(Pan::parse("4716047261941981").unwrap().masked(), "4716-04XX-XXXX-1981");
    }

    #[test]
    fn a_form_takes_one_card_and_a_removed_card_pays_no_more() {
        let mut cards = Cards::default();
        cards.ask(CardForm {
            payment_id: 1,
            merchant_id: 7,
            user_id: "u".to_owned(),
            for_payout: false,
            back_link: String::new(),
            customer: "c".to_owned(),
            token: None,
        });
        let mut store = |customer: &str, token: &str| {
            let pan = Pan::parse("4716047261941981").unwrap();
            cards.store(customer, pan, token.to_owned(), &Moment::default()).is_some()
        };
        assert_eq!((store("x", "t"), store("c", "t"), store("c", "t2")), (false, true, false));
        assert_eq!(cards.charge(Some("t")).unwrap().pan, "4716-04XX-XXXX-1981");
        assert!(cards.find(7, "v", "t").is_none() && cards.find(8, "u", "t").is_none());
        assert!(cards.remove(7, "u", "t").is_some() && cards.remove(7, "u", "t").is_none());
        assert_eq!(cards.charge(Some("t")).unwrap_err().code, 10032);
        assert_eq!(cards.charge(Some(CARD_DECLINED)).unwrap_err().code, 10009);
        assert!(cards.charge(None).is_ok());
    }
}
