//! Descriptors 0, 1 and 2, which a host may have closed.

/// Opens those that are closed, on nothing. A connection would else get the number of the host's standard output, and what the
/// host prints would go to the gateway.
#[cfg(unix)]
pub(crate) fn occupy_standard() {
    use std::fs::File;
    use std::os::fd::{AsRawFd, IntoRawFd};

    while let Ok(nothing) = File::options().read(true).write(true).open("/dev/null") {
        if nothing.as_raw_fd() > 2 {
            break;
        }
        // It stays open for as long as the process.
        let _ = nothing.into_raw_fd();
    }
}

#[cfg(not(unix))]
pub(crate) fn occupy_standard() {}
