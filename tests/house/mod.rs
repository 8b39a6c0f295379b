//! The project's own rules, as tests.
//! Each rule is a pure function from texts to breaches, so it is tried twice: on this tree, where
//! it must find nothing, and on an example broken on purpose, where it must find the fault.

mod breach;
mod circles;
mod cycle;
mod fences;
mod identifiers;
mod layers;
mod literals;
mod modules;
mod names;
mod outside;
mod papers;
mod paths;
mod readme;
mod scan;
mod sizes;
mod tables;
mod top_level;
mod tree;
mod words;
