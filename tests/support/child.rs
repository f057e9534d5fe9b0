//! A test's own program again, as a process of its own: for what only processes do to each other, such as dying.

use std::process::{Command, Stdio};

/// The name under which every test file that needs one keeps what its children do.
pub const NAME: &str = "what_a_child_process_does";

/// What the parent told this process to do; none in the parent.
pub fn orders() -> Option<Vec<String>> {
    let orders = std::env::var("FREEDOMPAY_TEST_CHILD").ok()?;
    Some(orders.split('\n').map(str::to_owned).collect())
}

/// A child that will do as it is told, one order a line.
pub fn child(orders: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    dress(&mut command, orders);
    command
}

/// The same, after `setup` has been run by a shell that has its mounts for itself; none where that is not permitted
/// and the one who runs the tests has said that this is known.
pub fn child_with_mounts(setup: &str, orders: &[&str]) -> Option<Command> {
    let mut command = with_mounts(setup)?;
    command.arg(std::env::current_exe().unwrap());
    dress(&mut command, orders);
    Some(command)
}

/// Any program that way: its name and its arguments are added to the command.
pub fn with_mounts(setup: &str) -> Option<Command> {
    // Root may; another user may in a namespace of users of his own, where the system lets him have one.
    let permitted = ["-m", "-Urm"].into_iter().find(|namespaces| {
        Command::new("unshare")
            .args([namespaces, "sh", "-c", "mount -t tmpfs tmpfs /mnt"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    });
    let Some(namespaces) = permitted else {
        let known = std::env::var_os("FREEDOMPAY_TEST_NO_MOUNTS").is_some();
        assert!(known, "this test mounts file systems: run it as root, or set FREEDOMPAY_TEST_NO_MOUNTS=1");
        return None;
    };
    let mut command = Command::new("unshare");
    command.args([namespaces, "sh", "-c", &format!("set -e\n{setup}\nexec \"$0\" \"$@\"")]);
    Some(command)
}

fn dress(command: &mut Command, orders: &[&str]) {
    command.args([NAME, "--exact", "--ignored", "--nocapture"]);
    command.env("FREEDOMPAY_TEST_CHILD", orders.join("\n"));
}
