//! TLS 1.2 and newer through rustls with ring: the built-in roots and the merchant's CA file, nothing global.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, UnixTime, pem::PemObject};
use rustls::{CertificateError, ClientConfig, InvalidMessage, RootCertStore};
use time::OffsetDateTime;

use crate::outcome::Error;
use crate::system;

/// The longest CA file. All the roots that a system trusts have a quarter of it.
const MAX_CA_BYTES: u64 = 1024 * 1024;

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
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_CA_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| wrong(format!("cannot be read: {}", system::words(&error))))?;
    if bytes.len() as u64 > MAX_CA_BYTES {
        return Err(wrong(format!("is longer than {MAX_CA_BYTES} bytes")));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(wrong("is written in UTF-16; save it in UTF-8".to_owned()));
    }
    // An editor's mark would hide the first line, and with it the first certificate.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let certificates = CertificateDer::pem_slice_iter(text)
        .collect::<Result<Vec<_>, _>>()
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
    let refused = match error {
        rustls::Error::InvalidCertificate(refused) => refused,
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            return format!("{host} answered something that is not TLS");
        }
        _ => return format!("TLS with {host} failed ({error})"),
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
    fn a_server_that_speaks_no_tls_is_told_apart_from_one_that_fails_at_it() {
        let plain = rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType);
        assert_eq!(explain(&plain, "10.0.0.7"), "10.0.0.7 answered something that is not TLS");
        let failed = explain(&rustls::Error::DecryptError, "10.0.0.7");
        assert!(failed.starts_with("TLS with 10.0.0.7 failed ("), "{failed}");
    }

    #[test]
    fn a_ca_file_that_begins_with_an_editor_s_mark_keeps_its_first_certificate() {
        let folder = std::env::temp_dir().join(format!("freedompay-ca-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("ca.pem");
        let pem = |name: &str| {
            let key = rcgen::KeyPair::generate().unwrap();
            rcgen::CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap().pem()
        };
        let two = pem("one.example") + &pem("two.example");
        let roots = |bytes: &[u8]| {
            std::fs::write(&file, bytes).unwrap();
            let mut roots = RootCertStore::empty();
            add_file(&mut roots, &file).map(|()| roots.len()).map_err(|error| error.message().to_owned())
        };
        assert_eq!(roots(two.as_bytes()), Ok(2));
        assert_eq!(roots(format!("\u{feff}{two}").as_bytes()), Ok(2));
        assert_eq!(roots(two.replace('\n', "\r\n").as_bytes()), Ok(2));
        let wide: Vec<u8> = format!("\u{feff}{two}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(roots(&wide).unwrap_err().contains("UTF-16"));
        let long = vec![b'\n'; 1024 * 1024 + 1];
        assert!(roots(&long).unwrap_err().contains("is longer than"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_ca_file_without_certificates_is_a_wrong_configuration() {
        for (path, reason) in [("Cargo.toml", "has no certificate"), ("no/such/file.pem", "cannot be read")] {
            let error = client_config(Some(Path::new(path))).unwrap_err();
            assert!(error.message().contains(reason), "{}", error.message());
        }
    }
}
