//! The gate: where bytes come in. It hands over bytes and names, never meaning. Async begins and ends here.
//!
//! `location` → `open` → a source (`folder`, `bucket`, `lookup`) → blobs.

mod account;
mod blob;
mod bucket;
mod error;
mod folder;
mod identity;
mod key;
mod known;
mod listing;
mod location;
mod lookup;
mod open;
mod public_keys;
mod regions;
mod runtime;
mod secrets;
mod session;
mod wanted;

pub use account::{ASSUME, Account, Gathered, Part, Reach, Refused};
pub use blob::{Blob, Blobs, Count, Source};
pub use error::Error;
pub use folder::{Found, find, latest, read};
pub use identity::Identity;
pub use known::Known;
pub use location::is_history;
pub use open::open;
pub use public_keys::{PublicKey, public_keys};
pub use wanted::Wanted;
