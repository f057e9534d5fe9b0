//! Whether a file lies on another machine's disk.
//!
//! The processes that share a journal see each other's work through memory that SQLite maps beside the file, and that is the
//! memory of one machine. Two tills with one journal on a network drive would each take the other's order for a new one.

use std::path::Path;

/// What kind of network drive the file is on; none on this machine's own disks, and where nothing tells.
pub(super) fn network(file: &Path) -> Option<String> {
    let folder = file.parent()?;
    let real = std::fs::canonicalize(file).or_else(|_| std::fs::canonicalize(folder)).ok()?;
    of(&real)
}

#[cfg(target_os = "linux")]
fn of(real: &Path) -> Option<String> {
    remote(&std::fs::read_to_string("/proc/self/mountinfo").ok()?, real)
}

/// A letter that stands for a share is told by the real path, too.
#[cfg(windows)]
fn of(real: &Path) -> Option<String> {
    use std::path::{Component, Prefix};
    match real.components().next() {
        Some(Component::Prefix(prefix))
            if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)) =>
        {
            Some("a share".to_owned())
        }
        _ => None,
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
fn of(_: &Path) -> Option<String> {
    None
}

/// The file systems that are certainly another machine's.
#[cfg(target_os = "linux")]
const REMOTE: [&str; 8] = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.sshfs"];

/// The kind of the file system that `path` is on, if it is one of those. `mounts` is as proc_pid_mountinfo(5) has it: the
/// place stands in the fifth field, the kind behind a lone dash.
#[cfg(target_os = "linux")]
fn remote(mounts: &str, path: &Path) -> Option<String> {
    let mount = |line: &str| {
        let (before, after) = line.split_once(" - ")?;
        let place = unescaped(before.split(' ').nth(4)?);
        path.starts_with(&place)
            .then(|| (place.len(), after.split(' ').next().unwrap_or_default().to_owned()))
    };
    // Of two at one place the later lies on top.
    let (length, kind) = mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length)?;
    // A machine without a disk has all that is its own on another's, and its root is shared with nobody.
    let is_root = length == 1;
    (!is_root && REMOTE.contains(&kind.as_str())).then_some(kind)
}

/// A blank, a tab, a line feed and a backslash are written as three octal digits.
#[cfg(target_os = "linux")]
fn unescaped(place: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(place.to_owned(), |place, (written, meant)| place.replace(written, meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_network_drive_is_told_by_the_last_and_longest_mount() {
        let mounts = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      30 22 0:50 / /mnt/the\\040shop rw,relatime shared:7 master:2 - cifs //server/shop rw\n\
                      31 30 8:2 / /mnt/the\\040shop/own rw,relatime - ext4 /dev/sdb1 rw\n\
                      32 22 0:51 / /home rw - nfs4 server:/home rw\n\
                      33 22 8:3 / /home rw - xfs /dev/sdc1 rw\n\
                      nonsense\n";
        for (path, kind) in [
            ("/var/lib/till/sales.db", None),
            ("/mnt/the shop/sales.db", Some("cifs")),
            ("/mnt/the shopping/sales.db", None),
            ("/mnt/the shop/own/sales.db", None),
            ("/home/till/sales.db", None),
        ] {
            assert_eq!(remote(mounts, Path::new(path)).as_deref(), kind, "{path}");
        }
        let diskless =
            "22 1 0:20 / / rw - nfs4 server:/till7 rw\n30 22 0:50 / /shop rw - nfs4 server:/shop rw\n";
        assert_eq!(remote(diskless, Path::new("/var/lib/till/sales.db")), None);
        assert_eq!(remote(diskless, Path::new("/shop/sales.db")).as_deref(), Some("nfs4"));
        assert_eq!(remote("", Path::new("/x")), None);
    }

    #[cfg(windows)]
    #[test]
    fn a_share_is_told_by_its_path() {
        assert_eq!(of(Path::new(r"\\?\UNC\server\shop\sales.db")).as_deref(), Some("a share"));
        assert_eq!(of(Path::new(r"\\server\shop\sales.db")).as_deref(), Some("a share"));
        assert_eq!(of(Path::new(r"\\?\C:\till\sales.db")), None);
    }

    #[test]
    fn this_machines_own_disk_is_none() {
        assert_eq!(network(&std::env::temp_dir().join("sales.db")), None);
        assert_eq!(network(Path::new("no/such/folder/sales.db")), None);
    }
}
