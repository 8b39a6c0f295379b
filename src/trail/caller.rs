//! Who called: what `identify` tells of a record.

use super::principal::Principal;

/// Who called, and how.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    /// The service that made the call with the principal's identity.
    pub(crate) via: Option<String>,
    /// `aws:MultiFactorAuthPresent`; `None`: the key is absent from the request.
    pub(crate) mfa: Option<bool>,
    pub(crate) session_name: Option<String>,
    pub(crate) source_identity: Option<String>,
    /// Condition keys that an identity token gives, as `token.actions.githubusercontent.com:sub`, with their values.
    pub(crate) token: Vec<(String, String)>,
}
