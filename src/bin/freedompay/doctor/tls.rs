//! What is spoken with the gateway: the version of TLS, the certificate, and who has issued it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, InvalidMessage, ProtocolVersion,
    RootCertStore, SignatureScheme, StreamOwned,
};

use super::clock::now;
use super::der::Certificate;
use super::finding::Finding;
use crate::lang::Lang;

/// A certificate that ends within so many days has to be seen to by the gateway.
const SOON_DAYS: i64 = 14;

/// A connection through which a question can be asked.
pub trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// Shakes hands; the encrypted connection and what was seen, or what is wrong.
pub fn examine(
    stream: TcpStream,
    host: &str,
    ca_file: Option<&Path>,
    lang: Lang,
) -> Result<(Box<dyn Stream>, Finding), Finding> {
    let unreached = |reason: String| {
        let remedy = lang.of(
            "something between this machine and the gateway breaks TLS: look at proxy, firewall and virus scanner",
            "что-то между машиной и шлюзом мешает TLS: проверьте прокси, брандмауэр, антивирус",
        );
        Finding::unreached("tls", reason, remedy)
    };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| unreached(error.to_string()))?;
    let again = stream.try_clone().ok().and_then(|stream| stream.peer_addr().ok());
    match shake_hands(stream, name.clone(), trusting(ca_file).map_err(unreached)?) {
        Ok(encrypted) => {
            let finding = seen(&encrypted.conn, lang);
            Ok((Box::new(encrypted), finding))
        }
        Err(Failure::Certificate(error)) => {
            // Nothing is sent over this second connection: it only shows the certificate that was refused.
            let shown = again.and_then(|address| TcpStream::connect(address).ok()).and_then(|stream| {
                let encrypted = shake_hands(stream, name, looking_on()?).ok()?;
                leaf(&encrypted.conn)
            });
            Err(refused(&error, shown.as_ref(), host, lang))
        }
        Err(Failure::NoTls) => Err(Finding::unreached(
            "tls",
            lang.of("what answers there does not speak TLS", "отвечают там не по TLS"),
            lang.of(
                "look at the host and the port in base_url, then at proxy, firewall and virus scanner",
                "проверьте адрес и порт в base_url, затем прокси, брандмауэр, антивирус",
            ),
        )),
        Err(Failure::Other(reason)) => Err(unreached(reason)),
    }
}

enum Failure {
    Certificate(String),
    NoTls,
    Other(String),
}

type Encrypted = StreamOwned<ClientConnection, TcpStream>;

fn shake_hands(
    mut stream: TcpStream,
    name: ServerName<'static>,
    config: ClientConfig,
) -> Result<Encrypted, Failure> {
    let other = |error: &dyn std::fmt::Display| Failure::Other(error.to_string());
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(|error| other(&error))?;
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(&mut stream) {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<Error>());
            return Err(match cause {
                Some(Error::InvalidCertificate(reason)) => Failure::Certificate(format!("{reason:?}")),
                Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => Failure::NoTls,
                Some(cause) => other(cause),
                None => other(&error),
            });
        }
    }
    Ok(StreamOwned::new(connection, stream))
}

/// As the library: the built-in roots and the merchant's own.
fn trusting(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        let bytes = fs::read(path).map_err(|error| error.to_string())?;
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        for certificate in CertificateDer::pem_slice_iter(text) {
            let certificate = certificate.map_err(|error| error.to_string())?;
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Takes any certificate, to see whose it is.
fn looking_on() -> Option<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone());
    let builder = builder.with_safe_default_protocol_versions().ok()?.dangerous();
    Some(builder.with_custom_certificate_verifier(Arc::new(LookOn(provider))).with_no_client_auth())
}

#[derive(Debug)]
struct LookOn(Arc<CryptoProvider>);

impl ServerCertVerifier for LookOn {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn leaf(connection: &ClientConnection) -> Option<Certificate> {
    Certificate::read(connection.peer_certificates()?.first()?)
}

/// What a good handshake has shown.
fn seen(connection: &ClientConnection, lang: Lang) -> Finding {
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let chain = connection.peer_certificates().unwrap_or_default();
    let Some(certificate) = leaf(connection) else {
        return Finding::ok("tls", version);
    };
    let root = chain.last().and_then(|last| Certificate::read(last)).map(|last| last.issuer);
    let days = (certificate.not_after - now()) / 86_400;
    let mut authority = certificate.issuer.clone();
    if let Some(root) = root.filter(|root| *root != authority) {
        authority.push_str(", ");
        authority.push_str(&root);
    }
    let Certificate { subject, .. } = certificate;
    let message = match lang {
        Lang::En => format!("{version}, {subject}, issued by {authority}, valid for {days} more days"),
        Lang::Ru => format!("{version}, {subject}, выдан {authority}, действует ещё {days} дн."),
    };
    if days < SOON_DAYS {
        let remedy = lang.of("the gateway has to renew it in time", "шлюз должен вовремя его обновить");
        return Finding::warning("tls", message, remedy);
    }
    Finding::ok("tls", message)
}

/// Why a certificate was refused, with its names.
fn refused(error: &str, shown: Option<&Certificate>, host: &str, lang: Lang) -> Finding {
    let whose = match shown {
        Some(Certificate { subject, issuer, .. }) => match lang {
            Lang::En => format!("{subject}, issued by {issuer}"),
            Lang::Ru => format!("{subject}, выдан {issuer}"),
        },
        None => host.to_owned(),
    };
    let at = now();
    let is_time = shown.is_some_and(|shown| !(shown.not_before..=shown.not_after).contains(&at));
    if error.starts_with("Expired") || error.starts_with("NotValidYet") || is_time {
        let message = match lang {
            Lang::En => format!("the certificate is not valid by this machine's clock: {whose}"),
            Lang::Ru => format!("по часам этой машины сертификат недействителен: {whose}"),
        };
        let remedy = lang.of(
            "set the clock: timedatectl set-ntp true; if it is right, the gateway has to renew its certificate",
            "поставьте часы: timedatectl set-ntp true; если они верны, сертификат должен обновить шлюз",
        );
        return Finding::unreached("tls", message, remedy);
    }
    if error.starts_with("NotValidForName") {
        let message = match lang {
            Lang::En => format!("the certificate is for another name than {host}: {whose}"),
            Lang::Ru => format!("сертификат не для {host}: {whose}"),
        };
        let remedy = lang.of("look at base_url and at the proxy", "проверьте base_url и прокси");
        return Finding::unreached("tls", message, remedy);
    }
    let message = match lang {
        Lang::En => format!("the certificate is not trusted here: {whose}"),
        Lang::Ru => format!("сертификату здесь не доверяют: {whose}"),
    };
    let remedy = lang.of(
        "a firewall or virus scanner that looks into TLS may have put it there: let the gateway pass it, or name the \
         authority's PEM file with ca_file if you know it",
        "его могли подставить брандмауэр или антивирус: исключите шлюз из проверки или, если центр вам известен, укажите \
         его PEM-файл в ca_file",
    );
    Finding::unreached("tls", message, remedy)
}
