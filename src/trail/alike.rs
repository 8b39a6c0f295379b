//! In what records of a kind differ.

use std::ops::Range;

use super::fields::Member;
use super::scan::Scanner;

/// Members that records of a kind have different values of.
pub(super) fn differs(member: Member) -> bool {
    use Member::{Addendum, Endpoint, ErrorMessage, Id, Parameters, Resources, Response, SourceAddress};
    matches!(member, Id | SourceAddress | Endpoint | Parameters | Response | Resources | ErrorMessage | Addendum)
}

/// Where in `userIdentity` stands what differs from session to session without telling who called.
/// `None`: it has to be read.
pub(super) fn untelling(identity: &str) -> Option<Vec<Range<usize>>> {
    let mut gaps = Vec::new();
    seek(identity, 0, &mut gaps)?;
    Some(gaps)
}

fn seek(identity: &str, start: usize, gaps: &mut Vec<Range<usize>>) -> Option<()> {
    Scanner::new(identity, start).members_at(&mut |name, value| {
        match name {
            "accessKeyId" | "creationDate" => gaps.push(value),
            "sessionContext" | "attributes" if identity.as_bytes().get(value.start) == Some(&b'{') => {
                seek(identity, value.start, gaps)?;
            }
            _ => {}
        }
        Some(())
    })
}
