//! Standard input: the request on its first line, and what is said while the call is under way.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use freedompay::Cancel;
use serde_json::Value;
use zeroize::Zeroizing;

/// A request is not longer than this. A callback's body may have 1 MiB, which is a third more in base64.
const LONGEST: u64 = 4 << 20;

/// What a line that comes later says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    GoOn,
    GiveUp,
}

/// The lines behind the request. None comes any more once the receiver has ended.
pub struct Input(Receiver<Word>);

impl Input {
    /// The request's line. Its bytes hold the key and are zeroed when they are dropped.
    pub fn first_line() -> Result<Zeroizing<Vec<u8>>, String> {
        let mut line = Zeroizing::new(Vec::with_capacity(4096));
        let read = io::stdin().lock().take(LONGEST + 1).read_until(b'\n', &mut line);
        match read {
            Err(error) => Err(format!("standard input: {error}")),
            Ok(_) if line.len() as u64 > LONGEST => Err("the request is longer than 4 MiB".to_owned()),
            Ok(_) => Ok(line),
        }
    }

    /// Listens to the lines behind it on a thread of its own: `{"cancel":true}` gives the call up at once. The end of input
    /// changes nothing.
    pub fn listen(cancel: &Cancel) -> Input {
        let (sender, receiver) = channel();
        let cancel = cancel.clone();
        let listen = move || {
            for line in io::stdin().lock().lines().map_while(Result::ok) {
                let word = word(&line);
                if word == Word::GiveUp {
                    cancel.ask();
                }
                if sender.send(word).is_err() {
                    return;
                }
            }
        };
        // Without a thread nobody can give the call up, and it ends all the same.
        let _ = thread::Builder::new().name("input".to_owned()).spawn(listen);
        Input(receiver)
    }

    /// Waits for the next line; the end of input gives up.
    pub fn next(&self) -> Word {
        self.0.recv().unwrap_or(Word::GiveUp)
    }
}

fn word(line: &str) -> Word {
    let asks = serde_json::from_str::<Value>(line).is_ok_and(|value| value["cancel"] == Value::Bool(true));
    if asks { Word::GiveUp } else { Word::GoOn }
}
