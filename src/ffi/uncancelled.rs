//! A thread that its host cancels (`pthread_cancel`) ends behind the call that it is in, not inside of it.

/// While it lives, the thread is not cancelled: that would unwind what must not be unwound, and end the whole process.
#[cfg(target_os = "linux")]
pub(super) struct Uncancelled(libc::c_int);

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn pthread_setcancelstate(state: libc::c_int, before: *mut libc::c_int) -> libc::c_int;
}

#[cfg(target_os = "linux")]
impl Uncancelled {
    pub fn now() -> Uncancelled {
        /// The same number in every C library of Linux that can cancel.
        const PTHREAD_CANCEL_DISABLE: libc::c_int = 1;
        let mut before = PTHREAD_CANCEL_DISABLE;
        unsafe { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &raw mut before) };
        Uncancelled(before)
    }
}

#[cfg(target_os = "linux")]
impl Drop for Uncancelled {
    fn drop(&mut self) {
        unsafe { pthread_setcancelstate(self.0, std::ptr::null_mut()) };
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) struct Uncancelled;

#[cfg(not(target_os = "linux"))]
impl Uncancelled {
    pub fn now() -> Uncancelled {
        Uncancelled
    }
}
