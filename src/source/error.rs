//! The ways in which bytes cannot be had at all. One file or object that cannot be had is a loss, not an error.

use std::path::PathBuf;

/// What another library said.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path given by the user cannot be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// The path.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A place given by the user is written in a way that leads nowhere.
    #[error("`{place}` is no place to read from or write to: {advice}")]
    Place {
        /// The place as given.
        place: String,
        /// What to write.
        advice: &'static str,
    },
    /// The threads that talk to the network could not be started, or one of them died.
    #[error("the network threads failed: {0}")]
    Runtime(Cause),
    /// Nobody says which region to talk to.
    #[error("no AWS region is set: set AWS_REGION, name a profile that has one, or write `lookup:REGION`")]
    Region,
    /// Nobody says who is asking.
    #[error(
        "no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; after a single sign-on, \
         `eval \"$(aws configure export-credentials --format env)\"` sets them ({reason})"
    )]
    Credentials {
        /// What the places say in which credentials were looked for.
        reason: String,
        /// The cause.
        source: Option<Cause>,
    },
    /// The role that was to be assumed cannot be.
    #[error(
        "cannot assume `{role}`: {reason}: check that sts:AssumeRole is allowed, the role's trust policy, and --external-id"
    )]
    Role {
        /// Its ARN.
        role: String,
        /// What was answered.
        reason: String,
    },
    /// Nobody can say whose credentials these are.
    #[error("cannot ask AWS whose credentials these are: {reason}")]
    Caller {
        /// What was answered.
        reason: String,
    },
    /// A bucket cannot be listed.
    #[error("cannot list `{place}`: {reason}: check the name and the network, and that s3:ListBucket is allowed")]
    List {
        /// The bucket and prefix.
        place: String,
        /// What was answered.
        reason: String,
        /// The cause.
        source: Cause,
    },
    /// A file that is kept, or its folder, cannot be read or written.
    #[error("cannot {deed} `{path}`: {source}", path = path.display())]
    Disk {
        /// What was tried.
        deed: &'static str,
        /// The path.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// An object that is kept cannot be read or written.
    #[error("cannot {deed} `{place}`: {reason}: check the name and the network, and that {action} is allowed")]
    Object {
        /// What was tried.
        deed: &'static str,
        /// Its URI.
        place: String,
        /// What was answered.
        reason: String,
        /// The action that it takes.
        action: &'static str,
    },
    /// Some files could not be written.
    #[error("{missing} of {count} files could not be written to `{place}`: {first}")]
    Unwritten {
        /// The bucket and prefix.
        place: String,
        /// How many were to be written.
        count: usize,
        /// How many of them were not.
        missing: usize,
        /// The first of them by name, each with what was answered.
        first: String,
    },
    /// Another run writes there.
    #[error("another run writes to `{0}`: this one has changed nothing")]
    Locked(String),
    /// Another run writes there, and has written over what this one wrote.
    #[error("another run writes to `{0}`, and what stands there now may be of both: write it again")]
    Mixed(String),
    /// The server takes conditional writes for any others, so that runs cannot be kept apart.
    #[error(
        "the server of `{0}` does not honour `If-None-Match`, so that two runs at once would spoil what is kept there: \
         keep it in S3, or in a folder"
    )]
    Unguarded(String),
    /// CloudTrail's public keys cannot be had.
    #[error(
        "cannot list CloudTrail's public keys of `{region}`: {reason}: check the network, and that \
         cloudtrail:ListPublicKeys is allowed, or give the keys as a file"
    )]
    PublicKeys {
        /// The region.
        region: String,
        /// What was answered.
        reason: String,
        /// The cause.
        source: Cause,
    },
    /// The event history cannot be read.
    #[error(
        "cannot look up the events of `{region}`: {reason}: check the network, and that cloudtrail:LookupEvents is allowed"
    )]
    Lookup {
        /// The region.
        region: String,
        /// What was answered.
        reason: String,
        /// The cause.
        source: Cause,
    },
}
