//! TLS for real: whom the library trusts, and that a failed handshake is never more than "not sent".

mod support;

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use freedompay::{Client, Code, Error, Sent};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};
use support::{GOOD, config, http, request};

/// An authority of a test, and where its certificate lies as a file.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pem"));
        std::fs::write(&file, issuer.pem()).unwrap();
        Authority { issuer, file }
    }

    /// A certificate for `name`, changed by `change` before it is signed, with its key.
    fn issue(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// Serves good answers over TLS; answers its port.
fn serve(
    versions: &[&'static SupportedProtocolVersion],
    (certificate, key): (rcgen::Certificate, KeyPair),
) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let settings = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let settings = Arc::new(settings);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(settings.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            thread::spawn(move || {
                while support::read_request(&mut stream).is_some() {
                    let _ = stream.write_all(&http("200 OK", GOOD));
                }
            });
        }
    });
    port
}

const BOTH: [&SupportedProtocolVersion; 2] = [&rustls::version::TLS12, &rustls::version::TLS13];

fn init(port: u16, authority: Option<&Authority>) -> Result<i64, Error> {
    let mut config = config(&format!("https://localhost:{port}"));
    if let Some(authority) = authority {
        config.set_ca_file(&authority.file).unwrap();
    }
    Client::new(&config)?.invoice_init(&request("1")).map(|invoice| invoice.id())
}

fn refused(port: u16, authority: Option<&Authority>, reason: &str) {
    let error = init(port, authority).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::NotSent, Sent::No), "{error}");
    assert!(error.message().contains(reason), "{error}");
    assert!(error.message().ends_with("; nothing was sent"), "{error}");
}

#[test]
fn an_authority_of_the_merchant_is_trusted_when_its_file_is_named_and_only_then() {
    let authority = Authority::new("shop-ca");
    for version in BOTH {
        let port = serve(&[version], authority.issue("localhost", |_| {}));
        assert_eq!(init(port, Some(&authority)).unwrap(), 7, "{version:?}");
        refused(port, None, "not issued by an authority that is trusted here");
        refused(port, Some(&Authority::new("other-ca")), "not issued by an authority that is trusted here");
    }
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new("name-ca");
    let port = serve(&BOTH, authority.issue("api.freedompay.uz", |_| {}));
    refused(port, Some(&authority), "the certificate that was shown is not for localhost");
}

#[test]
fn a_certificate_out_of_its_time_is_refused_with_both_times() {
    let authority = Authority::new("time-ca");
    let expired = authority.issue("localhost", |params| {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 31);
    });
    let port = serve(&BOTH, expired);
    refused(port, Some(&authority), "was valid until 2020-01-31 00:00 UTC, and this machine's clock says 20");
    let early = authority.issue("localhost", |params| {
        params.not_before = date_time_ymd(2090, 1, 1);
        params.not_after = date_time_ymd(2091, 1, 1);
    });
    let port = serve(&BOTH, early);
    refused(port, Some(&authority), "is valid from 2090-01-01 00:00 UTC, and this machine's clock says 20");
}

#[test]
fn a_peer_that_speaks_no_tls_is_not_sent_anything() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let plain = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    refused(plain, None, "localhost answered something that is not TLS");
}

/// OpenSSL's own server, held to TLS 1.1.
struct OldServer(Child);

impl OldServer {
    fn start(port: u16, certificate: &Path, key: &Path) -> OldServer {
        let mut openssl = Command::new("openssl");
        openssl
            .args(["s_server", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-quiet", "-accept"])
            .arg(format!("127.0.0.1:{port}"))
            .arg("-cert")
            .arg(certificate)
            .arg("-key")
            .arg(key)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = OldServer(openssl.spawn().expect("the openssl command"));
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("openssl s_server does not listen");
    }
}

impl Drop for OldServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether OpenSSL's own client comes to terms with a server over TLS 1.1.
fn speaks_tls_1_1(port: u16) -> bool {
    let output = Command::new("openssl")
        .args(["s_client", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-connect"])
        .arg(format!("127.0.0.1:{port}"))
        .stdin(Stdio::null())
        .output()
        .expect("the openssl command");
    String::from_utf8_lossy(&output.stdout).lines().any(|line| line.trim() == "Protocol  : TLSv1.1")
}

#[test]
fn tls_1_1_is_refused() {
    let authority = Authority::new("old-ca");
    let (certificate, key) = authority.issue("localhost", |_| {});
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (certificate_file, key_file) = (folder.join("old-cert.pem"), folder.join("old-key.pem"));
    std::fs::write(&certificate_file, certificate.pem()).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _server = OldServer::start(port, &certificate_file, &key_file);
    assert!(speaks_tls_1_1(port), "a client that still speaks it is served");
    refused(port, Some(&authority), "TLS with localhost failed");
}
