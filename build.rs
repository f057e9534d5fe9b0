//! Writes the C header and the declarations that PHP's parser takes, from `src/ffi`, and names the shared library.
//!
//! Both files are committed; a build changes them only when the ABI has changed.

use std::path::Path;
use std::{env, fs};

use cbindgen::{Builder, Config, DocumentationStyle, Language, Style};

const HEADER: &str = "include/freedompay.h";
const PHP_DECLARATIONS: &str = "bindings/php/src/freedompay.ffi.h";

const OPENING: &str = "\
/*
 * libfreedompay: Freedom Pay QR payments for tills, shops and scripts.
 *
 * Made by build.rs from src/ffi; not to be edited. The rules that hold for every function, about texts, ownership,
 * threads and fork, are in include/README.md.
 */
#ifndef FREEDOMPAY_H
#define FREEDOMPAY_H
";

const BEFORE_DECLARATIONS: &str = "
#ifdef __cplusplus
extern \"C\" {
#endif
";

const CLOSING: &str = "\
#ifdef __cplusplus
}
#endif

#endif /* FREEDOMPAY_H */
";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/ffi");
    // One that was edited by hand is written anew, so that the edit is seen as a difference.
    println!("cargo:rerun-if-changed={HEADER}");
    println!("cargo:rerun-if-changed={PHP_DECLARATIONS}");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libfreedompay.so.1");
        // A library that is unloaded while one of its threads looks up a name would take the host down with it.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let root = Path::new(&root);
    write_if_changed(&root.join(HEADER), &declarations(root, header_config()));
    let php = declarations(root, bare_config());
    // PHP's parser reads no preprocessor lines; its constants are enums of the binding.
    let php: Vec<&str> = php.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    write_if_changed(&root.join(PHP_DECLARATIONS), &(php.join("\n") + "\n"));
}

fn declarations(root: &Path, config: Config) -> String {
    let mut builder = Builder::new().with_config(config);
    for file in FILES {
        builder = builder.with_src(root.join("src/ffi").join(file));
    }
    let mut text = Vec::new();
    builder.generate().expect("src/ffi can be read by cbindgen").write(&mut text);
    String::from_utf8(text).expect("cbindgen writes UTF-8")
}

/// The files of `src/ffi` in the order in which the header shows their functions.
const FILES: [&str; 23] = [
    "codes.rs",
    "library.rs",
    "config.rs",
    "client.rs",
    "request.rs",
    "invoice.rs",
    "payment.rs",
    "fields.rs",
    "page.rs",
    "payout.rs",
    "mobile.rs",
    "card.rs",
    "token.rs",
    "result.rs",
    "answer.rs",
    "said.rs",
    "callback.rs",
    "call.rs",
    "qr.rs",
    "receipt.rs",
    "buffer.rs",
    "task.rs",
    "pending.rs",
];

fn bare_config() -> Config {
    Config {
        language: Language::C,
        style: Style::Type,
        no_includes: true,
        usize_is_size_t: true,
        cpp_compat: false,
        documentation: false,
        line_length: 110,
        ..Config::default()
    }
}

fn header_config() -> Config {
    Config {
        sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
        documentation: true,
        documentation_style: DocumentationStyle::C,
        header: Some(OPENING.to_owned()),
        after_includes: Some(BEFORE_DECLARATIONS.to_owned()),
        trailer: Some(CLOSING.to_owned()),
        ..bare_config()
    }
}

fn write_if_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("the source tree can be written when the ABI has changed");
    }
    fs::write(path, text).expect("the source tree can be written when the ABI has changed");
}
