//! The certificates of a sandbox that speaks HTTPS: an authority of its own, kept in two files where that is asked for,
//! and under it a certificate for the names by which this machine reaches itself, new at each start.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{RootCertStore, ServerConfig};
use time::{Duration, OffsetDateTime};

use super::Error;

/// Whether a sandbox speaks HTTPS, and where its authority comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Plain HTTP.
    #[default]
    Off,
    /// HTTPS under an authority that ends with the sandbox; `Sandbox::ca_certificate` has it.
    Fresh,
    /// HTTPS under the authority in this PEM file, whose key lies beside it in a file of the same name with `.key`
    /// behind. Both are made where neither is there.
    Kept(PathBuf),
}

/// The name by which this machine always reaches itself.
const HERE: &str = "localhost";

pub(super) struct Authority {
    /// PEM.
    pub certificate: String,
    key: KeyPair,
}

impl Authority {
    /// None where the sandbox speaks plain HTTP.
    pub fn of(tls: &Tls) -> Result<Option<Authority>, Error> {
        match tls {
            Tls::Off => Ok(None),
            Tls::Fresh => Authority::make().map(Some),
            Tls::Kept(path) => Authority::keep(path).map(Some),
        }
    }

    fn make() -> Result<Authority, Error> {
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = parameters().self_signed(&key).map_err(failed)?.pem();
        Ok(Authority { certificate, key })
    }

    fn keep(path: &Path) -> Result<Authority, Error> {
        let mut key_name = path.file_name().unwrap_or_default().to_owned();
        key_name.push(".key");
        let key_path = path.with_file_name(key_name);
        let wrong =
            |path: &Path, what: &dyn std::fmt::Display| Error::new(format!("{}: {what}", path.display()));
        match (path.exists(), key_path.exists()) {
            (true, true) => {
                let read = |path: &Path| fs::read_to_string(path).map_err(|error| wrong(path, &error));
                let key = KeyPair::from_pem(&read(&key_path)?).map_err(|error| wrong(&key_path, &error))?;
                Ok(Authority { certificate: read(path)?, key })
            }
            (false, false) => {
                let made = Authority::make()?;
                write_key(&key_path, &made.key.serialize_pem()).map_err(|error| wrong(&key_path, &error))?;
                fs::write(path, &made.certificate).map_err(|error| wrong(path, &error))?;
                Ok(made)
            }
            (there, _) => {
                let (lonely, missing) = if there { (path, &*key_path) } else { (&*key_path, path) };
                Err(wrong(lonely, &format!("{} is not beside it", missing.display())))
            }
        }
    }

    /// The settings of a server that is reached by these names or addresses.
    pub fn serve(&self, names: Vec<String>) -> Result<ServerConfig, Error> {
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = self.issue(names, &key)?;
        self.check(certificate.der())?;
        let key =
            PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| Error::new(error.to_string()))?;
        let mut settings = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .map_err(failed)?;
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(settings)
    }

    fn issue(&self, mut names: Vec<String>, key: &KeyPair) -> Result<Certificate, Error> {
        names.extend([HERE, "127.0.0.1", "::1"].map(str::to_owned));
        names.sort_unstable();
        names.dedup();
        let mut parameters = CertificateParams::new(names).map_err(failed)?;
        parameters.distinguished_name.push(DnType::CommonName, "Sandbox gateway");
        (parameters.not_before, parameters.not_after) = valid_for(Duration::days(365));
        parameters.use_authority_key_identifier_extension = true;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.signed_by(key, &Issuer::new(self::parameters(), &self.key)).map_err(failed)
    }

    /// A client that trusts the authority's certificate has to be content with what its key has signed.
    fn check(&self, certificate: &CertificateDer) -> Result<(), Error> {
        let stale = |error: &dyn std::fmt::Display| {
            Error::new(format!(
                "the authority's certificate and key do not go together or are out of date: {error}"
            ))
        };
        let mut roots = RootCertStore::empty();
        let authority =
            CertificateDer::from_pem_slice(self.certificate.as_bytes()).map_err(|error| stale(&error))?;
        roots.add(authority).map_err(|error| stale(&error))?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
            .build()
            .map_err(|error| stale(&error))?;
        let name = ServerName::try_from(HERE).map_err(|error| stale(&error))?;
        verifier
            .verify_server_cert(certificate, &[], &name, &[], UnixTime::now())
            .map(drop)
            .map_err(|error| stale(&error))
    }
}

/// The same at each start: what a kept key signs then names the kept certificate as its issuer.
fn parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, "Freedom Pay sandbox, for tests only");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (parameters.not_before, parameters.not_after) = valid_for(Duration::days(3650));
    parameters
}

fn valid_for(time: Duration) -> (OffsetDateTime, OffsetDateTime) {
    let now = OffsetDateTime::now_utc();
    (now - Duration::days(1), now + time)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Nobody else may read it: whoever has it can speak for every gateway to whoever trusts the authority.
fn write_key(path: &Path, pem: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(path)?, pem.as_bytes())
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::new(format!("HTTPS cannot be set up: {error}"))
}
