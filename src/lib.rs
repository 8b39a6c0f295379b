//! `trailfit`: IAM policies that fit the trail.

pub mod iam;
pub mod catalog;
pub mod source;
pub mod grants;
pub mod trail;
pub mod archive;
pub mod fit;
pub mod report;
pub mod cli;
