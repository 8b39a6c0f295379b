//! The fuzzer's way into `decide`. The cases and the laws come along whole, their tests unused.
#![no_main]
#![allow(dead_code, unused_imports)]

#[path = "../../cases/mod.rs"]
mod cases;
#[path = "../decide.rs"]
mod decide;
#[path = "../../laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decide::check(bytes));
