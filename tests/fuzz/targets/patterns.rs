//! The fuzzer's way into `patterns`.
#![no_main]

#[path = "../patterns.rs"]
mod patterns;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| patterns::check(bytes));
