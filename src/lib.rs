#![doc = include_str!("README.md")]

pub mod iam;
pub mod catalog;
pub mod source;
pub mod table;
pub mod grants;
pub mod trail;
pub mod integrity;
pub mod archive;
pub mod fit;
pub mod simulate;
pub mod access;
pub mod lint;
pub mod report;
pub mod error;
pub mod pipeline;
pub mod cli;
