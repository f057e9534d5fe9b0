//! What one call takes of optional fields.

use super::{Fields, rule, wrong};
use crate::call::{self, Call};
use crate::outcome::Error;

/// The fields of a call, by the gateway's names. Which they are stands beside each call, with its source.
pub(crate) struct Endpoint {
    /// The call, as a message names it.
    pub what: &'static str,
    /// Those that are arguments of the call's function.
    pub arguments: &'static [&'static str],
    /// Those without which the gateway refuses it.
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
    /// Whether it takes names of the merchant's own and gives them back in its callbacks.
    pub own_names: bool,
}

/// What the library adds to every call.
const OWN: [&str; 3] = ["pg_merchant_id", "pg_salt", "pg_sig"];

impl Endpoint {
    /// The call with the optional fields behind its own, when each is one that it takes and is right.
    pub fn complete(&self, call: Call, more: &Fields) -> Result<Call, Error> {
        for (name, value) in more.iter() {
            let way = call::way(name).unwrap_or_default();
            self.must_take(name, way.first().copied().unwrap_or_default())?;
            rule::check(name, &way, value)?;
        }
        rule::check_positions(more)?;
        if let Some(name) = self.required.iter().find(|name| more.get(name).is_none()) {
            return Err(wrong(name, &format!("is missing, and {} needs it", self.what)));
        }
        Ok(more.iter().fold(call, |call, (name, value)| call.text(name.to_owned(), value)))
    }

    fn must_take(&self, name: &str, first: &str) -> Result<(), Error> {
        if OWN.contains(&first) {
            return Err(wrong(name, "is set by the library itself"));
        }
        if self.arguments.contains(&first) {
            return Err(wrong(name, &format!("is an argument of {} already", self.what)));
        }
        if self.required.contains(&first) || self.optional.contains(&first) {
            return Ok(());
        }
        let is_gateways = first.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("pg_"));
        match (is_gateways, self.own_names) {
            (false, true) => Ok(()),
            (false, false) => Err(wrong(
                name,
                &format!("is a name of your own, which {} does not take; fp_call sends any field", self.what),
            )),
            (true, _) => Err(wrong(
                name,
                &format!("is none that {} is known to take; fp_call sends any field", self.what),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: Endpoint = Endpoint {
        what: "a shop",
        arguments: &["pg_amount"],
        required: &["pg_post_link"],
        optional: &["pg_lifetime", "pg_receipt_positions"],
        own_names: false,
    };
    const OPEN: Endpoint = Endpoint { own_names: true, required: &[], ..SHOP };

    fn complete(endpoint: &Endpoint, fields: &[(&str, &str)]) -> Result<Call, Error> {
        let mut more = Fields::new();
        for (name, value) in fields {
            more.set(name, value).unwrap();
        }
        endpoint.complete(Call::order("/x").text("pg_amount", "10"), &more)
    }

    #[test]
    fn what_a_call_does_not_take_is_refused_by_name() {
        for (endpoint, fields, message) in [
            (&OPEN, &[("pg_salt", "1")][..], "field \"pg_salt\" is set by the library itself"),
            (&OPEN, &[("pg_sig[0]", "1")], "field \"pg_sig[0]\" is set by the library itself"),
            (&OPEN, &[("pg_merchant_id", "1")], "field \"pg_merchant_id\" is set by the library itself"),
            (&OPEN, &[("pg_amount", "1")], "field \"pg_amount\" is an argument of a shop already"),
            (
                &OPEN,
                &[("pg_colour", "red")],
                "field \"pg_colour\" is none that a shop is known to take; fp_call sends any field",
            ),
            (
                &OPEN,
                &[("PG_LIFETIME", "300")],
                "field \"PG_LIFETIME\" is none that a shop is known to take; fp_call sends any field",
            ),
            (
                &SHOP,
                &[("pg_post_link", "https://x.example/"), ("colour", "red")],
                "field \"colour\" is a name of your own, which a shop does not take; fp_call sends any field",
            ),
            (&SHOP, &[], "field \"pg_post_link\" is missing, and a shop needs it"),
            (
                &OPEN,
                &[("pg_lifetime", "299")],
                "field \"pg_lifetime\" \"299\" is not a number from 300 to 604800",
            ),
        ] {
            let error = complete(endpoint, fields).unwrap_err();
            assert_eq!(error.message(), message);
        }
    }

    #[test]
    fn what_a_call_takes_stands_behind_its_own_fields_in_order() {
        let fields = [("pg_lifetime", "300"), ("pg_post_link", "https://x.example/")];
        let call = complete(&SHOP, &fields).unwrap();
        let names: Vec<_> = call.fields.iter().map(|field| &*field.name).collect();
        assert_eq!(names, ["pg_amount", "pg_lifetime", "pg_post_link"]);
        let call = complete(&OPEN, &[("colour[0]", "red"), ("pgx", "1")]).unwrap();
        assert_eq!(call.fields.len(), 3);
    }
}
