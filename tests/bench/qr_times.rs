//! How long the payer's code takes: from the gateway's field to the matrix of modules and to a PNG.
//!
//! `cargo run --release --example qr_times` prints microseconds, the middle one of many runs each.

use std::hint::black_box;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::{Matrix, QrSource};

const RUNS: usize = 1001;

fn main() {
    let link = "https://customer.freedompay.kz/pay.html?customer=kzobd2vgp17214143761774775392946";
    let png = Matrix::of(link).expect("it is short").to_png(4).expect("a size in range");
    let jpeg = include_bytes!("../qr/pictures/link.jpg");
    println!("{} bytes of link; microseconds, the middle of {RUNS} runs", link.len());
    for (sent, field) in [
        ("a link", STANDARD.encode(link)),
        ("a PNG", STANDARD.encode(&png)),
        ("a JPEG", STANDARD.encode(jpeg)),
    ] {
        let matrix = || Matrix::of(QrSource::read(black_box(&field)).link()?);
        time(&format!("{sent} to the matrix"), matrix);
        time(&format!("{sent} to a PNG of 4 pixels a module"), || matrix()?.to_png(4).ok());
    }
    let matrix = Matrix::of(link).expect("it is short");
    time("the matrix to a PNG of 16 pixels a module", || matrix.to_png(16).ok());
    time("the matrix to a BMP of 4 pixels a module", || matrix.to_bmp(4).ok());
    time("the matrix to SVG", || Some(matrix.to_svg()));
    time("the matrix to text", || Some(matrix.to_text()));
    time("the matrix to ESC/POS for 576 dots", || matrix.to_escpos(576).ok());
    time("the matrix to ZPL of 6 dots a module", || matrix.to_zpl(6).ok());
}

fn time<T>(what: &str, run: impl Fn() -> Option<T>) {
    let mut times: Vec<u128> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            assert!(black_box(run()).is_some(), "{what}");
            start.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    println!("{:>8.1}  {what}", times[RUNS / 2] as f64 / 1000.0);
}
