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

/// Writes `userIdentity`, but for what differs from session to session without telling who called.
/// `None`: it has to be read.
pub(super) fn write_telling(text: &str, key: &mut Vec<u8>) -> Option<()> {
    let mut from = 0;
    for gap in untelling(text)? {
        key.extend_from_slice(text.get(from..gap.start)?.as_bytes());
        from = gap.end;
    }
    key.extend_from_slice(text.get(from..)?.as_bytes());
    Some(())
}

/// Where in `userIdentity` the session's name stands: at the end of `principalId`, and of the `arn` after it. The
/// marks before it belong to none of them, the quotation marks after it neither. `None`: not so.
pub(super) fn session(identity: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (mut id, mut arn) = (None, None);
    Scanner::new(identity, 0).members_at(&mut |name, value| {
        match name {
            "principalId" => id = Some(value),
            "arn" => arn = Some(value),
            _ => {}
        }
        Some(())
    })?;
    let (id, arn): (Range<usize>, Range<usize>) = (id?, arn?);
    (id.end < arn.start).then_some(())?;
    let inner = |value: &Range<usize>| identity.get(value.clone())?.strip_prefix('"')?.strip_suffix('"');
    let (_, name) = inner(&id)?.split_once(':')?;
    let before = inner(&arn)?.strip_suffix(name)?;
    (before.ends_with('/') && !name.is_empty() && !name.contains('\\')).then_some(())?;
    let end_of = |value: Range<usize>| value.end - 1 - name.len()..value.end - 1;
    Some((end_of(id), end_of(arn)))
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
