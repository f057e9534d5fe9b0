//! Where a fault can strike at all. A rule that no request can ever meet is a slip of the pen, and is told so when it is made.

use super::Fault;
use crate::sandbox::gateway::Endpoint;
use crate::sandbox::{card_page, classic, page};

/// Refuses an endpoint at which the fault can never strike; the error says why.
pub(super) fn check(fault: Fault, endpoint: &str) -> Result<(), String> {
    let is_met = |address: &&str| ends_with(address, endpoint);
    if !addresses().any(|address| is_met(&address)) {
        return Err(format!(
            "no address of the sandbox is {endpoint:?} or ends with it; some are init, status, revoke.php, get_status3.php"
        ));
    }
    let (strikes, what) = match fault {
        Fault::WrongSignature | Fault::NoSignature => {
            (classic::paths().any(|address| is_met(&address)), "classic answers")
        }
        Fault::FailedRefund => {
            (ends_with("/revoke.php", endpoint) || ends_with("/revoke", endpoint), "revoke.php")
        }
        Fault::UnlistedRefunds => (ends_with("/get_status3.php", endpoint), "get_status3.php"),
        _ => (true, ""),
    };
    match strikes {
        true => Ok(()),
        false => Err(format!("{} strikes {what} alone, and never at {endpoint:?}", fault.written().0)),
    }
}

/// Every address that rules look at, the payer's pages too.
fn addresses() -> impl Iterator<Item = &'static str> {
    let invoices = Endpoint::ALL.into_iter().map(Endpoint::path);
    invoices.chain(classic::paths()).chain([page::PATH, card_page::PATH])
}

/// Whether an address is this one or ends with it, from one of its slashes on. `{id}` is any one part of it.
pub(super) fn ends_with(address: &str, endpoint: &str) -> bool {
    let mut parts = address.rsplit('/');
    endpoint.trim_start_matches('/').rsplit('/').all(|wanted| {
        parts.next().is_some_and(|part| part == wanted || (part.starts_with('{') && !wanted.is_empty()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::FaultRule;
    use super::*;

    #[test]
    fn an_address_is_met_by_its_end() {
        for (endpoint, met) in [
            ("init", true),
            ("/v5/merchant/invoice/init", true),
            ("v5/merchant/invoice/init", true),
            ("inti", false),
            ("nit", false),
            ("invoice", false),
            ("init/", false),
            ("/x/v5/merchant/invoice/init", false),
        ] {
            assert_eq!(ends_with("/v5/merchant/invoice/init", endpoint), met, "{endpoint}");
        }
        for (endpoint, met) in
            [("/v1/merchant/7/card/pay", true), ("7/card/pay", true), ("/card/7/pay", false)]
        {
            assert_eq!(ends_with("/v1/merchant/{id}/card/pay", endpoint), met, "{endpoint}");
        }
    }

    #[test]
    fn a_rule_that_no_request_can_meet_is_refused_with_the_reason() {
        for (rule, reason) in [
            ("lost-answer:inti", "no address of the sandbox is \"inti\" or ends with it"),
            ("no-signature:invoice/init", "strikes classic answers alone, and never at \"invoice/init\""),
            ("wrong-signature:pay.html", "wrong-signature strikes classic answers alone"),
            ("failed-refund:cancel.php", "failed-refund strikes revoke.php alone"),
            ("unlisted-refunds:revoke.php", "unlisted-refunds strikes get_status3.php alone"),
        ] {
            let error = rule.parse::<FaultRule>().unwrap_err().to_string();
            assert!(error.contains(reason), "{rule}: {error}");
        }
        for rule in
            ["no-signature:card/init", "wrong-signature:pay", "failed-refund:revoke", "http=500:pay.html"]
        {
            assert!(rule.parse::<FaultRule>().is_ok(), "{rule}");
        }
    }
}
