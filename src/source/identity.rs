//! As whom AWS is asked: what the user says about it, and no secret.

/// As whom AWS is asked. By itself: whom the environment, the profile, a web identity or the machine says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// A profile of the shared configuration, instead of `AWS_PROFILE`.
    pub profile: Option<String>,
    /// A role that is assumed before all else.
    pub role_arn: Option<String>,
    /// What the trust policies of the roles that are assumed demand.
    pub external_id: Option<String>,
}
