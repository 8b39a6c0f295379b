//! Stand-ins for AWS on the loopback interface, and the program run against them with an environment of its own.

mod history;
mod http;
mod objects;
mod program;
mod sealed;
mod shelf;
mod store;

pub(crate) use history::History;
pub(crate) use http::{Answer, Server, refusing};
pub(crate) use objects::Objects;
pub(crate) use program::{Ended, KEY, Program, SECRET};
pub(crate) use sealed::{Sealed, alter, pack};
pub(crate) use shelf::{Fate, Shelf};
pub(crate) use store::{KEPT, Store, Trouble};
