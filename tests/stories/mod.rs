//! Whole stories: what a user does, through the crate's own doors.

mod remote;
mod report;
mod report_queries;
mod report_sample;
