//! Whether a signed message can mean only what it says.
//!
//! What is signed is `script;value;value;…;key`: the values in the order of their fields' names, but neither the names
//! nor where a value ends. Whoever has seen one signed message can therefore write others that have the same signature:
//! he parts the text anew at its semicolons, and gives each piece any name, as long as the order stays. Fields that stand
//! beside each other in that order can trade text; a field can pass its value on to a neighbour's name; and the
//! merchant's own names, which stand in front of all that begin with `pg_` and behind them, never between, can swallow
//! what is left over at both ends. So `pg_result` 0 is turned into 1 by calling the 0 something else and finding a 1
//! further on.
//!
//! Against that stand two rules. First, each field of the protocol is one that it knows, stands once and looks like what
//! it is; a semicolon may stand in its descriptions and in the merchant's own fields only. Second, the text is read
//! again in every way that the protocol allows: if a message comes out that says otherwise of the payment, one of the
//! two is a forgery, and neither is believed. These readings count:
//!
//! - complete ones: with every field that the documentation calls required, and amounts that fit each other. So nothing
//!   can be made out of a message that is as documented.
//! - for gateways that leave things out, those with no more own fields than this message has, and all of the required
//!   ones that it has, if the outcome is another, or if what was a flag or a card's number has become the amount.
//!
//! More would not do: own names fit anything, so that hardly a message could be believed.
//!
//! What this cannot see is a message that a payer had written whole into a field of the merchant's own, semicolons and
//! all, and that the gateway then signed for his way back; nor which name belongs to a value that decides nothing. That
//! is why a callback is a hint, and the gateway's own word the proof.

use std::collections::{HashMap, HashSet};

use super::CallbackKind;
use super::field::{FIELDS, Known, Look, Shape, decimal, essential};
use crate::answer::Document;
use crate::outcome::shown;
use crate::sign::pg_sig::{self, Leaf};

/// The most pieces that a message's text may have; the longest known has some forty.
const MAX_PIECES: usize = 2000;

/// How many steps are taken to find another reading. A message that needs more is no callback.
const MAX_STEPS: usize = 100_000;

/// Checks a message whose signature is right. The error says why it proves nothing all the same.
pub(super) fn check(kind: CallbackKind, message: &Document, allowed: &[String]) -> Result<(), String> {
    let leaves = pg_sig::in_order(message);
    let said = protocol_fields(kind, &leaves, allowed)?;
    for name in essential(kind) {
        if !said.contains_key(name) {
            return Err(format!("it has no {name}"));
        }
    }
    let text = Text::of(&leaves);
    if text.pieces.len() > MAX_PIECES {
        return Err(format!("its values have more than {MAX_PIECES} semicolons"));
    }
    // Whose own fields have semicolons is measured more strictly: those could have been put there to be parted.
    let loose = leaves.iter().any(|(way, value)| !way[0].name.starts_with("pg_") && value.contains(';'));
    let mut steps = MAX_STEPS;
    for other in [CallbackKind::Result, CallbackKind::Check, CallbackKind::Payout, CallbackKind::Redirect] {
        // Anything can be read as a redirect, which proves nothing.
        if other == CallbackKind::Redirect && kind != other {
            continue;
        }
        let same = kind == other;
        let mut names = names(other, allowed);
        // Between the few fields of these a long description would make room for anything.
        if !same && other != CallbackKind::Result {
            names.retain(|name| name.known.is_some_and(|known| known.is_documented_in(other)));
        }
        let mut search =
            Search { kind: other, same, loose, names, said: &said, text: &text, seen: HashSet::new(), steps };
        match search.run() {
            Found::Nothing => {}
            Found::Other(name) => {
                return Err(format!(
                    "its signature does not cover names, and fits another message as well, with another {name}"
                ));
            }
            Found::TooMuch => return Err("its text can be read in too many ways".to_owned()),
        }
        steps = search.steps;
    }
    Ok(())
}

/// The protocol's fields by name: known ones, once each, that look like what they are.
fn protocol_fields<'a>(
    kind: CallbackKind,
    leaves: &[Leaf<'a>],
    allowed: &[String],
) -> Result<HashMap<&'a str, &'a str>, String> {
    let mut said = HashMap::new();
    for (way, value) in leaves {
        let name = way[0].name;
        if !name.starts_with("pg_") {
            continue;
        }
        let known = FIELDS.iter().find(|known| known.name == name && known.is_in(kind));
        let is_allowed = allowed.iter().any(|allowed| allowed == name);
        if (known.is_none() && !is_allowed) || (known.is_some() && way.len() > 1) {
            return Err(format!(
                "it has the field {}, which the protocol does not have there; a field of the merchant's own with such a \
                 name has to be allowed beforehand",
                shown(&way.iter().map(|step| step.name).collect::<Vec<_>>().join("/"))
            ));
        }
        let shape = known.map_or(Shape::Word(Look::Any), |known| known.shape);
        // What decides nothing may be there without a value.
        let is_absent = value.is_empty() && !essential(kind).contains(&name);
        if !is_absent && !shape.admits(value) {
            return Err(format!("its {name} is {}, which is not {}", shown(value), shape.described()));
        }
        if said.insert(name, *value).is_some() && way.len() == 1 {
            return Err(format!("it has {name} more than once"));
        }
    }
    Ok(said)
}

/// What is signed, between the script's name and the key.
struct Text<'a> {
    /// What stands between two semicolons.
    pieces: Vec<&'a str>,
    /// How many of the first are of the merchant's own fields.
    before: usize,
    /// How many of the last.
    behind: usize,
}

impl<'a> Text<'a> {
    fn of(leaves: &[Leaf<'a>]) -> Text<'a> {
        let mut text = Text { pieces: Vec::new(), before: 0, behind: 0 };
        for (way, value) in leaves {
            let from = text.pieces.len();
            text.pieces.extend(value.split(';'));
            let count = text.pieces.len() - from;
            match way[0].name {
                name if name.starts_with("pg_") => {}
                name if name < "pg_" => text.before += count,
                _ => text.behind += count,
            }
        }
        text
    }
}

/// A name that a piece of the text can have.
#[derive(Clone, Copy)]
struct Name<'a> {
    name: &'a str,
    shape: Shape,
    known: Option<&'static Known>,
}

fn names(kind: CallbackKind, allowed: &[String]) -> Vec<Name<'_>> {
    let known = FIELDS.iter().filter(|known| known.is_in(kind)).map(|known| Name {
        name: known.name,
        shape: known.shape,
        known: Some(known),
    });
    let other = allowed
        .iter()
        .filter(|name| !FIELDS.iter().any(|known| known.name == *name && known.is_in(kind)))
        .map(|name| Name { name, shape: Shape::Word(Look::Any), known: None });
    let mut names: Vec<Name<'_>> = known.chain(other).collect();
    names.sort_by_key(|name| name.name);
    names
}

/// What a search for another reading comes to.
enum Found<'a> {
    Nothing,
    /// A reading in which this field says something else.
    Other(&'a str),
    TooMuch,
}

/// A reading up to some name and some piece. What two of them have in common goes on in the same way.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Reading {
    /// The next name, by its place in the list.
    name: usize,
    /// The next piece.
    piece: usize,
    amount: Option<usize>,
    currency: Option<usize>,
    ps_amount: Option<usize>,
    /// A card's id stands only beside its number or token.
    wants_card: bool,
    /// It has every documented field so far.
    complete: bool,
    /// It has no more own fields than the message, and every documented field that the message has.
    modest: bool,
    /// The place of the first name that says something else than in the message.
    differs: Option<usize>,
    /// The same, of names that alone decide.
    vital: Option<usize>,
}

/// The search for another reading of a message as one of a kind.
struct Search<'a> {
    kind: CallbackKind,
    /// Whether that is the kind that the message is said to be of.
    same: bool,
    /// Whether a value may also be what it only could be, and not just what it looks like.
    loose: bool,
    names: Vec<Name<'a>>,
    said: &'a HashMap<&'a str, &'a str>,
    text: &'a Text<'a>,
    /// Readings that lead nowhere.
    seen: HashSet<Reading>,
    steps: usize,
}

impl<'a> Search<'a> {
    fn run(&mut self) -> Found<'a> {
        for start in 0..self.text.pieces.len() {
            let reading = Reading {
                name: 0,
                piece: start,
                amount: None,
                currency: None,
                ps_amount: None,
                wants_card: false,
                // What is documented of a redirect is too little to be told by.
                complete: self.kind != CallbackKind::Redirect,
                modest: self.same && start <= self.text.before,
                differs: None,
                vital: None,
            };
            match self.follow(reading) {
                Found::Nothing => {}
                found => return found,
            }
        }
        Found::Nothing
    }

    /// Goes on from a reading with every value that its next name can have.
    fn follow(&mut self, reading: Reading) -> Found<'a> {
        if !(reading.complete || reading.modest) || self.seen.contains(&reading) {
            return Found::Nothing;
        }
        if self.steps == 0 {
            return Found::TooMuch;
        }
        self.steps -= 1;
        let Some(&name) = self.names.get(reading.name) else { return self.end(reading) };
        let next = Reading { name: reading.name + 1, ..reading };
        let mut ways = Vec::new();
        if let Some(without) = self.without(name, next) {
            ways.push(without);
        }
        let longest = if name.shape == Shape::Prose { self.text.pieces.len() - reading.piece } else { 1 };
        ways.extend((1..=longest).map_while(|pieces| self.with(name, next, pieces)).flatten());
        for way in ways {
            match self.follow(way) {
                Found::Nothing => {}
                found => return found,
            }
        }
        self.seen.insert(reading);
        Found::Nothing
    }

    /// A reading that leaves the name out, where the gateway may do that.
    fn without(&self, name: Name<'_>, next: Reading) -> Option<Reading> {
        let is_documented = name.known.is_some_and(|known| known.is_documented_in(self.kind));
        let is_essential = essential(self.kind).contains(&name.name);
        let card_is_missing = next.wants_card && name.name == "pg_card_token";
        let is_in_part =
            next.ps_amount.is_some() && matches!(name.name, "pg_ps_currency" | "pg_ps_full_amount");
        if is_essential || card_is_missing || is_in_part {
            return None;
        }
        let complete = next.complete && !is_documented;
        let modest = next.modest && !(is_documented && self.said.contains_key(name.name));
        Some(Reading { complete, modest, ..next })
    }

    /// A reading that takes so many pieces as the value of the name. None when there are no more; none inside when the
    /// value cannot be the name's.
    #[allow(clippy::option_option)]
    fn with(&self, name: Name<'_>, next: Reading, pieces: usize) -> Option<Option<Reading>> {
        let value = self.text.pieces.get(next.piece..next.piece + pieces)?;
        let decides = name.known.is_some_and(|known| known.decides_in(self.kind));
        let fits = match value {
            [one] => {
                name.shape.is_likely(one)
                    || (self.loose && name.shape.admits(one))
                    || (one.is_empty() && !decides)
            }
            _ => true,
        };
        if !fits {
            return Some(None);
        }
        let place = next.piece;
        let mut next = Reading { piece: next.piece + pieces, modest: next.modest && pieces == 1, ..next };
        if decides && !self.says(name, value[0]) {
            let name_place = next.name - 1;
            next.differs = next.differs.or(Some(name_place));
            if matches!(name.name, "pg_amount" | "pg_result" | "pg_status")
                || self.kind == CallbackKind::Redirect
            {
                next.vital = next.vital.or(Some(name_place));
            }
        }
        // The message's own amount has to be something else, then.
        if place == self.text.before
            && name.shape != Shape::Flag
            && !matches!(name.name, "pg_amount" | "pg_card_id")
        {
            next.vital = None;
        }
        let at = |place: Option<usize>| place.and_then(|place| self.text.pieces.get(place));
        match name.name {
            "pg_amount" => {
                next.amount = Some(place);
                if decimal(value[0]) == Some(0) {
                    return Some(None);
                }
            }
            "pg_currency" => next.currency = Some(place),
            "pg_card_id" => next.wants_card = !value[0].is_empty(),
            "pg_card_pan" | "pg_card_token" => next.wants_card = false,
            // What the merchant gets is never more than what was paid.
            "pg_net_amount" if at(next.amount).and_then(|amount| decimal(amount)) < decimal(value[0]) => {
                return Some(None);
            }
            "pg_ps_amount" => next.ps_amount = Some(place),
            "pg_ps_currency" | "pg_ps_full_amount" if next.ps_amount.is_none() => return Some(None),
            // In one currency the two are one amount.
            "pg_ps_currency" if at(next.currency) == Some(&value[0]) => {
                let amount = at(next.amount).and_then(|amount| decimal(amount));
                let ps_amount = at(next.ps_amount).and_then(|amount| decimal(amount));
                if ps_amount.is_some() && amount != ps_amount {
                    return Some(None);
                }
            }
            _ => {}
        }
        Some(Some(next))
    }

    /// Whether the message says the same of a name.
    fn says(&self, name: Name<'_>, value: &str) -> bool {
        let Some(&said) = self.said.get(name.name) else { return false };
        said == value
            || (name.shape == Shape::Amount && decimal(said).is_some() && decimal(said) == decimal(value))
    }

    /// The rest of the text is own fields: whether the reading counts, and says something else.
    fn end(&self, reading: Reading) -> Found<'a> {
        let behind = self.text.pieces.len() - reading.piece;
        let other = if reading.complete {
            if !self.same {
                return Found::Other("meaning");
            }
            reading.differs
        } else if reading.modest && behind <= self.text.behind {
            reading.vital
        } else {
            None
        };
        other.map_or(Found::Nothing, |place| Found::Other(self.names[place].name))
    }
}
