//! Names to addresses on a thread of its own, so that nothing ever waits for a name server that does not answer.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use crate::system;
use crate::thread;

/// Asks the system's resolver. The thread ends with the system's answer, wanted or not; nothing joins it.
pub(super) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let (sender, receiver) = oneshot::channel();
            let asked = name.clone();
            thread::own("fp-resolve").spawn(move || drop(sender.send(look_up(&asked)))).map_err(|error| {
                unresolved(&name, &format!("the system gives no thread: {}", system::words(&error)))
            })?;
            let addresses = receiver.await.map_err(|_| unresolved(&name, "its thread ended"))?;
            let addresses = addresses.map_err(|error| unresolved(&name, &not_found(&error)))?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

fn look_up(name: &str) -> io::Result<Vec<SocketAddr>> {
    Ok((name, 0).to_socket_addrs()?.collect())
}

/// The resolver's own words in English; else a phrase in their place, because they have no number.
fn not_found(error: &io::Error) -> String {
    let words = system::words(error);
    if words.is_ascii() { words } else { "the system has no address for it".to_owned() }
}

fn unresolved(name: &str, reason: &str) -> io::Error {
    io::Error::other(format!("the name {name} could not be resolved ({reason})"))
}
