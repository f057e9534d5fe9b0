//! The settings that every command takes as flags. The key itself is none of them: whoever can list the processes of a
//! machine can read their arguments.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::key::Key;
use super::{Layer, Origin, Setting};

#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Configuration")]
#[group(skip)]
pub struct Flags {
    /// Read the settings that no flag and no FREEDOMPAY_ variable has from this file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The gateway; https://api.freedompay.uz unless set
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// The merchant's number
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    merchant_id: Option<String>,

    /// Read the secret key from this file, or from standard input (-)
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    secret_file: Option<String>,

    /// Read the key of payouts from this file, or from standard input (-)
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    payout_key_file: Option<String>,

    /// Keep every sale in this file over a power cut
    #[arg(long, value_name = "FILE")]
    journal: Option<String>,

    /// How requests are written: auto, multipart or json
    #[arg(long, value_name = "FORM")]
    body_format: Option<String>,

    /// Which form the header of the signature has: uri or path
    #[arg(long, value_name = "FORM")]
    jws_claim: Option<String>,

    /// How long connecting may take; 10s unless set
    #[arg(long, value_name = "TIME")]
    connect_timeout: Option<String>,

    /// How long one question to the gateway may take in all; 30s unless set
    #[arg(long, value_name = "TIME")]
    call_timeout: Option<String>,

    /// The time between two questions while waiting; 1s unless set
    #[arg(long, value_name = "TIME")]
    poll_interval: Option<String>,

    /// An HTTP proxy; one with a password belongs in the file or the environment
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,

    /// Trust the certificates in this PEM file, too
    #[arg(long, value_name = "FILE")]
    ca_file: Option<String>,
}

impl Flags {
    pub(super) fn layer(&self) -> Layer {
        let given = [
            (Key::BaseUrl, &self.base_url),
            (Key::MerchantId, &self.merchant_id),
            (Key::SecretFile, &self.secret_file),
            (Key::PayoutFile, &self.payout_key_file),
            (Key::Journal, &self.journal),
            (Key::BodyFormat, &self.body_format),
            (Key::JwsClaim, &self.jws_claim),
            (Key::ConnectTimeout, &self.connect_timeout),
            (Key::CallTimeout, &self.call_timeout),
            (Key::PollInterval, &self.poll_interval),
            (Key::Proxy, &self.proxy),
            (Key::CaFile, &self.ca_file),
        ];
        let setting = |key, text: &String| {
            (key, Setting { text: Zeroizing::new(text.clone()), origin: Origin::Flag(key) })
        };
        Layer(given.into_iter().filter_map(|(key, text)| Some(setting(key, text.as_ref()?))).collect())
    }
}
