//! The claim: what may be done, as account snapshots, guardrails and resource policies say it. It knows no event.

mod model;

pub use model::{
    Account, Attachment, Document, Grants, Group, Guardrails, InlinePolicy, ManagedPolicy, Owner, Role, Unreadable,
    User,
};
