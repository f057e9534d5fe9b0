//! TLS 1.2 and newer through rustls with ring: the built-in roots and the merchant's CA file, nothing global.

use std::path::Path;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, UnixTime, pem::PemObject};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use time::OffsetDateTime;

use crate::outcome::Error;

/// The settings of every connection of a client, without a place for sessions: that is each process's own.
///
/// # Errors
/// `Config` when the CA file cannot be read or has no certificate in it.
pub(super) fn client_config(ca_file: Option<&Path>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        add_file(&mut roots, path)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config(format!("TLS cannot be set up: {error}")))?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), Error> {
    let wrong = |reason: String| Error::config(format!("ca_file {} {reason}", path.display()));
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(format!("cannot be read as PEM: {error}")))?;
    if certificates.is_empty() {
        return Err(wrong("has no certificate in it".to_owned()));
    }
    for certificate in certificates {
        roots.add(certificate).map_err(|error| wrong(format!("has a certificate that is none: {error}")))?;
    }
    Ok(())
}

/// Why a handshake failed, for a person at the till.
pub(super) fn explain(error: &rustls::Error, host: &str) -> String {
    let rustls::Error::InvalidCertificate(refused) = error else {
        return format!("TLS with {host} failed ({error})");
    };
    match refused {
        CertificateError::ExpiredContext { time, not_after } => format!(
            "the certificate of {host} was valid until {}, and this machine's clock says {}; \
             if the clock is wrong, correct it",
            date(*not_after),
            date(*time)
        ),
        CertificateError::NotValidYetContext { time, not_before } => format!(
            "the certificate of {host} is valid from {}, and this machine's clock says {}; \
             if the clock is wrong, correct it",
            date(*not_before),
            date(*time)
        ),
        CertificateError::UnknownIssuer => format!(
            "the certificate of {host} was not issued by an authority that is trusted here; \
             if it is the right one, name its PEM file with ca_file"
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate that was shown is not for {host}")
        }
        other => format!("the certificate of {host} was refused ({other})"),
    }
}

fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(at) => format!(
            "{:04}-{:02}-{:02} {:02}:{:02} UTC",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute()
        ),
        Err(_) => format!("{seconds} s after 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_wrong_clock_is_told_apart_by_both_times() {
        let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let refused = CertificateError::NotValidYetContext { time: at(0), not_before: at(1_700_000_000) };
        assert_eq!(
            explain(&rustls::Error::InvalidCertificate(refused), "api.freedompay.uz"),
            "the certificate of api.freedompay.uz is valid from 2023-11-14 22:13 UTC, and this machine's clock says \
             1970-01-01 00:00 UTC; if the clock is wrong, correct it"
        );
    }

    #[test]
    fn a_ca_file_without_certificates_is_a_wrong_configuration() {
        for (path, reason) in [("Cargo.toml", "has no certificate"), ("no/such/file.pem", "cannot be read")] {
            let error = client_config(Some(Path::new(path))).unwrap_err();
            assert!(error.message().contains(reason), "{}", error.message());
        }
    }
}
