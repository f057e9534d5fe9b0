//! Keeps the library where it is, on Windows: a program may unload it while one of its threads still runs.

/// From here on the library stays in its process until that ends, however often it is unloaded. A thread that looks up a
/// name or ends a call that was given up would otherwise run on in memory that is gone; and it cannot be waited for,
/// because Windows lets no thread end while a library is being unloaded. On Linux the linker says the same (build.rs).
#[cfg(windows)]
pub(super) fn for_good() {
    use std::ffi::c_void;
    use std::ptr;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(flags: u32, address: *const c_void, module: *mut *mut c_void) -> i32;
    }
    const PIN: u32 = 1;
    const FROM_ADDRESS: u32 = 4;

    static STAYS: AtomicBool = AtomicBool::new(false);
    if !STAYS.swap(true, Ordering::Relaxed) {
        let mut module = ptr::null_mut();
        // Any address of the library names it.
        unsafe { GetModuleHandleExW(FROM_ADDRESS | PIN, (&raw const STAYS).cast(), &raw mut module) };
    }
}

#[cfg(not(windows))]
pub(super) fn for_good() {}
