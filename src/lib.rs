//! `trailfit`: IAM policies that fit the trail.

pub mod archive;
pub mod catalog;
pub mod cli;
pub mod fit;
pub mod grants;
pub mod iam;
pub mod report;
pub mod source;
pub mod table;
pub mod trail;
