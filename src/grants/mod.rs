//! The claim: what may be done, as account snapshots, guardrails and resource policies say it. It knows no event.
//!
//! Three shapes of JSON are understood, told apart by their content: `get-account-authorization-details` output
//! (`details`), our layout of an organization's SCPs and RCPs (`guardrails`), and resource policies by ARN
//! (`resources`). Where no snapshot is, `rebuild` makes them from changes. Reading never fails as a whole: what was not understood is listed in `Grants::unreadable`.

mod collected;
mod details;
mod document;
mod guardrails;
mod json;
mod lives;
mod lookup;
mod managed;
mod model;
mod node;
mod owner;
mod read;
mod rebuild;
mod resources;

pub use lookup::{Bearer, Held, HeldPolicy};
pub use model::{
    Account, Attachment, Document, Grants, Group, Guardrails, InlinePolicy, ManagedPolicy, Owner, Role, Unreadable,
    User,
};
pub use read::{read, read_upon};
pub use rebuild::rebuild;
