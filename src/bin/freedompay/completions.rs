//! `freedompay completions`: what a shell needs to complete the arguments.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::output::print;

/// Print the completions for a shell
///
/// bash: freedompay completions bash > /etc/bash_completion.d/freedompay
#[derive(clap::Args)]
pub struct Args {
    shell: Shell,
}

pub fn run(args: &Args) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "freedompay", &mut script);
    print(&String::from_utf8_lossy(&script));
    Exit::Done
}
