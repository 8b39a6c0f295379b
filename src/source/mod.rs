//! The gate: where bytes come in, and go out to be kept. It hands over bytes and names, never meaning. Async begins
//! and ends here.
//!
//! `location` → `open` → a source (`folder`, `bucket`, `lookup`) → blobs; or a `store`, which is read and written.

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
mod object;
mod open;
mod public_keys;
mod regions;
mod runtime;
mod secrets;
mod session;
mod store;
mod wanted;

pub use account::{ASSUME, Account, Gathered, Part, Reach, Refused};
pub use blob::{Blob, Blobs, Count, Source};
pub use error::Error;
pub use folder::{Found, find, latest, read};
pub use identity::Identity;
pub use known::Known;
pub use location::{is_bucket, is_history};
pub use open::{open, store};
pub use public_keys::{PublicKey, public_keys};
pub use store::{Files, Lock, Stamped, Store, nonce};
pub use wanted::Wanted;
