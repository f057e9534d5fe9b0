//! The way to the gateway, step by step: its name, the proxy, the connection. The first step that fails is the one that is
//! told.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::{Host, Url};

use super::finding::Finding;
use crate::lang::Lang;

/// Where the gateway is and how it is reached.
pub struct Way<'a> {
    pub lang: Lang,
    pub gateway: &'a Url,
    pub proxy: Option<&'a Url>,
    /// For each step.
    pub time: Duration,
}

/// An answer's head is not longer than this.
const LONGEST_HEAD: usize = 16 * 1024;

impl Way<'_> {
    /// Goes the way; the connection at its end, if it comes so far.
    pub fn examine(&self, findings: &mut Vec<Finding>) -> Option<TcpStream> {
        let first = self.proxy.unwrap_or(self.gateway);
        let addresses = match self.find(first) {
            Ok((addresses, finding)) => {
                findings.push(finding);
                addresses
            }
            Err(finding) => {
                findings.push(finding);
                return None;
            }
        };
        let connected = self.connect(first, &addresses);
        let stream = self.keep(connected, findings)?;
        if self.proxy.is_none() {
            return Some(stream);
        }
        let through = self.through_proxy(stream);
        self.keep(through, findings)
    }

    fn keep<T>(&self, step: Result<(T, Finding), Finding>, findings: &mut Vec<Finding>) -> Option<T> {
        match step {
            Ok((value, finding)) => {
                findings.push(finding);
                Some(value)
            }
            Err(finding) => {
                findings.push(finding);
                None
            }
        }
    }

    fn find(&self, url: &Url) -> Result<(Vec<SocketAddr>, Finding), Finding> {
        let lang = self.lang;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().unwrap_or(443);
        if !matches!(url.host(), Some(Host::Domain(_))) {
            let addresses =
                (host.as_str(), port).to_socket_addrs().map(Iterator::collect).unwrap_or_default();
            let text = lang.of("is an address: no name is looked up", "это адрес, имя не нужно");
            return Ok((addresses, Finding::ok("name", format!("{host} {text}"))));
        }
        let begin = Instant::now();
        let remedy = lang.of(
            "look at the network cable, the name server (DNS) and the spelling of base_url",
            "проверьте сеть, сервер имён (DNS) и написание base_url",
        );
        let wrong = |reason: &str| {
            let text = lang.of("the name cannot be found", "имя не найдено");
            Finding::unreached("name", format!("{text}: {host} ({reason})"), remedy)
        };
        // A name server that does not answer is waited for on a thread that nobody joins.
        let (sender, receiver) = mpsc::channel();
        let asked = host.clone();
        let started = thread::Builder::new().name("name".to_owned()).spawn(move || {
            let found: io::Result<Vec<SocketAddr>> =
                (asked.as_str(), port).to_socket_addrs().map(Iterator::collect);
            let _ = sender.send(found);
        });
        started.map_err(|error| wrong(&error.to_string()))?;
        match receiver.recv_timeout(self.time) {
            Ok(Ok(addresses)) if !addresses.is_empty() => {
                let list: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
                let ms = begin.elapsed().as_millis();
                Ok((addresses, Finding::ok("name", format!("{host}: {} ({ms} ms)", list.join(", ")))))
            }
            Ok(Ok(_)) => Err(wrong(lang.of("it has no address", "нет адреса"))),
            Ok(Err(error)) => Err(wrong(&error.to_string())),
            Err(_) => Err(wrong(lang.of("no name server answers", "сервер имён не отвечает"))),
        }
    }

    fn connect(&self, url: &Url, addresses: &[SocketAddr]) -> Result<(TcpStream, Finding), Finding> {
        let lang = self.lang;
        let mut last = None;
        for address in addresses {
            let begin = Instant::now();
            match TcpStream::connect_timeout(address, self.time) {
                Ok(stream) => {
                    let set = stream.set_read_timeout(Some(self.time));
                    let set = set.and_then(|()| stream.set_write_timeout(Some(self.time)));
                    if let Err(error) = set {
                        return Err(Finding::unreached("connection", error.to_string(), ""));
                    }
                    let ms = begin.elapsed().as_millis();
                    return Ok((stream, Finding::ok("connection", format!("{address} ({ms} ms)"))));
                }
                Err(error) => last = Some((address, error)),
            }
        }
        let reason = match last {
            Some((address, error)) => format!("{address}: {error}"),
            None => url.host_str().unwrap_or_default().to_owned(),
        };
        let text = lang.of("nobody takes the connection", "соединение не принимают");
        let remedy = match self.proxy {
            Some(_) => lang.of(
                "look at the proxy's address and port, and whether it runs",
                "проверьте адрес и порт прокси и работает ли он",
            ),
            None => lang.of(
                "look at base_url and at the firewall: outgoing connections to this port have to be allowed; \
                 where only a proxy gets out, set proxy",
                "проверьте base_url и брандмауэр: исходящие соединения на этот порт должны быть разрешены; если наружу \
                 ведёт только прокси, задайте proxy",
            ),
        };
        Err(Finding::unreached("connection", format!("{text}: {reason}"), remedy))
    }

    /// Asks the proxy for a way to the gateway.
    fn through_proxy(&self, mut stream: TcpStream) -> Result<(TcpStream, Finding), Finding> {
        let lang = self.lang;
        let Some(proxy) = self.proxy.filter(|proxy| proxy.scheme() == "http") else {
            let text = lang.of("a proxy behind TLS is not looked into", "прокси за TLS не проверяется");
            let remedy = lang.of("see whether the gateway answers below", "смотрите ответ шлюза ниже");
            return Err(Finding::warning("proxy", text, remedy));
        };
        if self.gateway.scheme() == "http" {
            let text = lang.of("passes plain requests on", "передаёт открытые запросы");
            return Ok((stream, Finding::ok("proxy", text)));
        }
        let host = self.gateway.host_str().unwrap_or_default();
        let port = self.gateway.port_or_known_default().unwrap_or(443);
        let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
        if !proxy.username().is_empty() {
            request.push_str(&format!("Proxy-Authorization: Basic {}\r\n", credentials(proxy)));
        }
        request.push_str("\r\n");
        let answered = stream.write_all(request.as_bytes()).and_then(|()| read_head(&mut stream));
        let refused = |reason: &str| {
            let text = lang.of("the proxy refuses", "прокси отказал");
            let remedy = lang.of(
                "ask whoever looks after the proxy to let this machine reach the gateway's host and port, or correct proxy",
                "попросите администратора прокси открыть доступ к адресу и порту шлюза или исправьте proxy",
            );
            Finding::unreached("proxy", format!("{text}: {reason}"), remedy)
        };
        let head = answered.map_err(|error| refused(&error.to_string()))?;
        let status = head.lines().next().unwrap_or_default();
        match status.split_whitespace().nth(1) {
            Some(code) if code.starts_with('2') => {
                let text = lang.of("opens a way to", "открывает путь к");
                Ok((stream, Finding::ok("proxy", format!("{text} {host}:{port}"))))
            }
            Some("407") => {
                let remedy = lang.of(
                    "put the proxy's user name and password into proxy: http://user:password@host:port, in the \
                     configuration file or FREEDOMPAY_PROXY",
                    "укажите имя и пароль прокси: http://user:password@host:port, в файле настроек или FREEDOMPAY_PROXY",
                );
                Err(Finding { remedy: Some(remedy.to_owned()), ..refused(status) })
            }
            _ => Err(refused(status)),
        }
    }
}

fn credentials(proxy: &Url) -> String {
    let decoded = |text: &str| percent_decoded(text);
    let password = decoded(proxy.password().unwrap_or_default());
    let mut pair = decoded(proxy.username());
    pair.push(b':');
    pair.extend(password);
    STANDARD.encode(pair)
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, more)) = rest.split_first() {
        let digits = more.get(..2).filter(|_| byte == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &more[2..];
            }
            None => {
                bytes.push(byte);
                rest = more;
            }
        }
    }
    bytes
}

/// The head of an answer, up to its empty line.
pub fn read_head(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD || stream.read(&mut byte)? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer is no HTTP"));
        }
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
