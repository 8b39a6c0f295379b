//! The one integration binary: every test outside `src` is a module of this file.
//! One binary links once, so the whole suite builds in the time of one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod apply;
mod cases;
mod collect;
mod commands;
mod deploy;
mod duckdb;
mod fakes;
mod fuzz;
mod house;
mod laws;
mod python;
mod sample;
mod stories;
