//! Stand-ins for AWS on the loopback interface, and the program run against them with an environment of its own.

mod history;
mod http;
mod objects;
mod program;
mod store;

pub(crate) use history::History;
pub(crate) use objects::Objects;
pub(crate) use program::{Ended, Program};
pub(crate) use store::Store;
