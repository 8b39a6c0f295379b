//! What must hold of any bytes: one function for each target of the fuzzer, and the replay of what it kept.

mod decide;
mod decode;
mod patterns;
mod policy;
mod replay;
