//! errorCode → what the call says about permissions. The codes stand in a table, not here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a call proves about the caller's permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It succeeded: the permission exists.
    Allowed,
    /// It failed after authorization (not found, throttled, conflict, …): the permission exists.
    Failed,
    /// EC2 dry run that would have succeeded: the permission exists.
    DryRun,
    /// Another principal (a service role, a key's grant) was denied: the caller's permission exists.
    DependencyDenied,
    /// The code does not tell; never a reason to remove.
    Ambiguous,
    /// Authorization failed: no use of a permission.
    Denied,
    /// The credentials were bad or expired: says nothing.
    Unauthenticated,
}

impl Outcome {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Allowed => "allowed",
            Outcome::Failed => "failed",
            Outcome::DryRun => "dry-run",
            Outcome::DependencyDenied => "dependency-denied",
            Outcome::Ambiguous => "ambiguous",
            Outcome::Denied => "denied",
            Outcome::Unauthenticated => "unauthenticated",
        }
    }

    /// The outcome of that name.
    pub fn named(name: &str) -> Option<Outcome> {
        const ALL: [Outcome; 7] = [
            Outcome::Allowed,
            Outcome::Failed,
            Outcome::DryRun,
            Outcome::DependencyDenied,
            Outcome::Ambiguous,
            Outcome::Denied,
            Outcome::Unauthenticated,
        ];
        ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Whether the call used the permission, or may have: such a permission is not unused.
    pub fn is_use(self) -> bool {
        !matches!(self, Outcome::Denied | Outcome::Unauthenticated)
    }

    /// Whether the call proves the permission: only then can grants that do not allow it surprise.
    pub fn is_proof(self) -> bool {
        self.is_use() && self != Outcome::Ambiguous
    }
}

static TABLE: &str = include_str!("../catalog/data/curated/error_codes.tsv");

/// Lines of the table: by exact code, and patterns with a leading or trailing `*`.
struct Codes {
    exact: BTreeMap<String, Outcome>,
    starts: Vec<(String, Outcome)>,
}

static CODES: LazyLock<Codes> = LazyLock::new(|| {
    let mut codes = Codes { exact: BTreeMap::new(), starts: Vec::new() };
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let (Some(code), Some(outcome)) = (cells.next(), cells.next().and_then(Outcome::named)) else {
            continue;
        };
        let folded = fold(code.trim_end_matches('*'));
        if code.ends_with('*') {
            codes.starts.push((folded, outcome));
        } else {
            codes.exact.insert(folded, outcome);
        }
    }
    codes
});

/// Services log the same code as `X`, `XException`, `Client.X`: one form for all.
fn fold(code: &str) -> String {
    let code = code.to_ascii_lowercase();
    let code = code.strip_prefix("client.").or_else(|| code.strip_prefix("server.")).unwrap_or(&code);
    let trimmed = ["exception", "fault", "error"].iter().find_map(|end| code.strip_suffix(end));
    trimmed.filter(|rest| !rest.is_empty()).unwrap_or(code).to_owned()
}

/// Classifies a call by its error code and message.
pub(crate) fn outcome(source: &str, code: Option<&str>, message: Option<&str>) -> Outcome {
    let Some(code) = code else {
        return Outcome::Allowed;
    };
    let folded = fold(code);
    // A user's wrong password is an answer of Cognito's application, not of IAM.
    if source.starts_with("cognito-") && folded == "notauthorized" {
        return Outcome::Failed;
    }
    let listed = CODES.exact.get(&folded).copied();
    let started = || CODES.starts.iter().find(|(start, _)| folded.starts_with(start)).map(|(_, outcome)| *outcome);
    listed.or_else(started).unwrap_or_else(|| by_message(message))
}

/// Some services deny under a code of their own; the sentence gives them away.
fn by_message(message: Option<&str>) -> Outcome {
    let message = message.unwrap_or_default();
    let denied = [
        "is not authorized to perform",
        "with an explicit deny in",
        "You are not authorized to perform this operation",
    ];
    if denied.iter().any(|sentence| message.contains(sentence)) { Outcome::Denied } else { Outcome::Failed }
}

#[cfg(test)]
mod tests {
    use super::{CODES, Outcome, TABLE, outcome};

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
        assert_eq!(CODES.exact.len() + CODES.starts.len(), lines, "a line is malformed or a folded code stands twice");
    }

    #[test]
    fn codes_are_classified() {
        let case = |code, expected| assert_eq!(outcome("ec2.amazonaws.com", Some(code), None), expected, "{code}");
        case("AccessDenied", Outcome::Denied);
        case("AccessDeniedException", Outcome::Denied);
        case("Client.UnauthorizedOperation", Outcome::Denied);
        case("Client.DryRunOperation", Outcome::DryRun);
        case("ThrottlingException", Outcome::Failed);
        case("Client.InvalidInstanceID.NotFound", Outcome::Failed);
        case("ExpiredTokenException", Outcome::Unauthenticated);
        case("KMSAccessDeniedException", Outcome::DependencyDenied);
        case("Client.AuthFailure", Outcome::Ambiguous);
        case("Client.VcpuLimitExceeded", Outcome::Ambiguous);
        case("Client.InstanceLimitExceeded", Outcome::Ambiguous);
        case("Client.VolumeLimitExceeded", Outcome::Failed);
        assert_eq!(outcome("s3.amazonaws.com", None, None), Outcome::Allowed);
    }

    #[test]
    fn cognito_and_messages_have_their_say() {
        assert_eq!(outcome("cognito-idp.amazonaws.com", Some("NotAuthorizedException"), None), Outcome::Failed);
        let message = Some("User: x is not authorized to perform: a:B");
        assert_eq!(outcome("x.amazonaws.com", Some("OddCode"), message), Outcome::Denied);
    }
}
