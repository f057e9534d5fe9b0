//! The names of the settings: one word, from which the name in each place is made.

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    BaseUrl,
    MerchantId,
    Secret,
    SecretFile,
    Payout,
    PayoutFile,
    Journal,
    BodyFormat,
    JwsClaim,
    ConnectTimeout,
    CallTimeout,
    PollInterval,
    Proxy,
    CaFile,
    Lang,
}

impl Key {
    pub const ALL: [Key; 15] = [
        Key::BaseUrl,
        Key::MerchantId,
        Key::Secret,
        Key::SecretFile,
        Key::Payout,
        Key::PayoutFile,
        Key::Journal,
        Key::BodyFormat,
        Key::JwsClaim,
        Key::ConnectTimeout,
        Key::CallTimeout,
        Key::PollInterval,
        Key::Proxy,
        Key::CaFile,
        Key::Lang,
    ];

    /// In the configuration file.
    pub fn name(self) -> &'static str {
        match self {
            Key::BaseUrl => "base_url",
            Key::MerchantId => "merchant_id",
            Key::Secret => "secret_key",
            Key::SecretFile => "secret_file",
            Key::Payout => "payout_key",
            Key::PayoutFile => "payout_key_file",
            Key::Journal => "journal",
            Key::BodyFormat => "body_format",
            Key::JwsClaim => "jws_claim",
            Key::ConnectTimeout => "connect_timeout",
            Key::CallTimeout => "call_timeout",
            Key::PollInterval => "poll_interval",
            Key::Proxy => "proxy",
            Key::CaFile => "ca_file",
            Key::Lang => "lang",
        }
    }

    /// In the environment.
    pub fn variable(self) -> String {
        format!("FREEDOMPAY_{}", self.name().to_ascii_uppercase())
    }

    /// On the command line.
    pub fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// Whether its value is the name of a file, which a configuration file means from its own folder.
    pub fn is_path(self) -> bool {
        matches!(self, Key::SecretFile | Key::PayoutFile | Key::Journal | Key::CaFile)
    }

    /// Whether the file may write it as a number.
    pub fn is_number(self) -> bool {
        self == Key::MerchantId
    }
}
