//! The report: everything that was found, for whoever helps, without a secret.

use super::clock::now;
use super::finding::{Finding, State};
use super::setup::Setup;

/// The report's text.
pub fn write(findings: &[Finding], setup: Option<&Setup>) -> String {
    let mut text = format!("freedompay doctor, {} s after 1970\n\n", now());
    for finding in findings {
        let word = match finding.state {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Wrong => "wrong",
        };
        text.push_str(&format!("{word}: {}: {}\n", finding.name, finding.message));
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("    {remedy}\n"));
        }
    }
    if let Some(setup) = setup {
        text.push_str("\nSettings, without their values:\n");
        for origin in &setup.origins {
            text.push_str(&format!("    {origin}\n"));
        }
    }
    text
}
