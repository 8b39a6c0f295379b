//! ARN formats of resource types, as `arn:${Partition}:s3:::${BucketName}/${ObjectName}`, and which ARNs fit them.
//!
//! A variable stands for any text. The one at the end of a format stops at a slash where another format goes on
//! behind it with a slash: `table/${TableName}` is no backup of a table, `${BucketName}` no object.

use super::kinds::Kinds;
use crate::iam::Pattern;

/// How many parts an ARN has.
const PARTS: usize = 6;

/// All formats with `*` for every variable, sorted, each once.
pub(super) struct Formats(Vec<String>);

impl Formats {
    pub(super) fn new(kinds: &Kinds) -> Formats {
        let mut opened: Vec<String> = kinds.iter().flat_map(|kind| kind.formats()).map(self::opened).collect();
        opened.sort_unstable();
        opened.dedup();
        Formats(opened)
    }

    /// The formats whose ARNs name a service.
    pub(super) fn of_service(&self, service: &str) -> &[String] {
        self.starting_with(&format!("arn:*:{service}:"))
    }

    /// Whether an ARN, or some ARN of a pattern, may be of the resource type with that format.
    pub(super) fn fits(&self, format: &str, arn: &str) -> bool {
        let (format, arn) = (opened(format), opened(arn));
        let (Some((front, resource)), Some((other_front, other))) = (split(&format), split(&arn)) else {
            return false;
        };
        let meets = |ours: &str, theirs: &str| Pattern::new(ours).overlaps(&Pattern::new(theirs));
        front.iter().zip(other_front).all(|(ours, theirs)| theirs.is_empty() || meets(ours, theirs))
            && meets(resource, other)
            && (!is_deeper(resource, other) || self.starting_with(&format!("{format}/")).is_empty())
    }

    fn starting_with(&self, start: &str) -> &[String] {
        let first = self.0.partition_point(|format| format.as_str() < start);
        let rest = self.0.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|format| format.starts_with(start))).unwrap_or_default()
    }
}

/// Whether an ARN writes out the resource type of a format, or is about every resource (`*`).
///
/// AWS allows no wildcard there: `arn:aws:iam::111122223333:u*` does not stand for users.
pub fn names_type(format: &str, arn: &str) -> bool {
    let (format, arn) = (opened(format), opened(arn));
    let (Some((_, resource)), Some((_, other))) = (split(&format), split(&arn)) else {
        return false;
    };
    other == "*" || other.starts_with(resource.split('*').next().unwrap_or_default())
}

/// The text with `*` for every `${…}`.
pub fn opened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    out + rest
}

/// The first five parts, and the resource.
fn split(arn: &str) -> Option<(Vec<&str>, &str)> {
    let mut parts: Vec<&str> = arn.splitn(PARTS, ':').collect();
    let resource = parts.pop()?;
    (parts.len() + 1 == PARTS).then_some((parts, resource))
}

/// Whether a slash stands where the format has its last variable, which begins behind `type/` or `type:`.
fn is_deeper(format: &str, resource: &str) -> bool {
    let head = format.strip_suffix('*').filter(|head| !head.contains('*'));
    head.and_then(|head| resource.strip_prefix(head)).is_some_and(|rest| rest.contains('/'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Catalog;
    use super::*;

    #[test]
    fn arns_fit_their_types() {
        let catalog = Catalog::embedded().unwrap();
        let case = |format: &str, arn: &str, expected: bool| {
            assert_eq!(catalog.fits(format, arn), expected, "{arn} as {format}");
        };
        let (bucket, object) =
            ("arn:${Partition}:s3:::${BucketName}", "arn:${Partition}:s3:::${BucketName}/${ObjectName}");
        case(bucket, "arn:aws:s3:::b", true);
        case(object, "arn:aws:s3:::b", false);
        case(object, "arn:aws:s3:::b/*", true);
        case(bucket, "arn:aws:s3:::b/*", false);
        case(bucket, "arn:aws:s3:::*/k", false);
        case(object, "arn:*:s3:::${aws:username}/*", true);
        case(bucket, "arn:aws:s3::111122223333:b", false);
        let queue = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}";
        case(queue, "arn:aws:sns:eu-west-1:111122223333:t", false);
        case(queue, "arn:aws:sqs:*:*:q", true);
        let role = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";
        case(role, "arn:aws:iam::111122223333:role/path/name", true);
        case("*", "arn:aws:s3:::b", false);
        case(role, "arn:aws:iam", false);
    }

    #[test]
    fn types_are_written_out() {
        let user = "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}";
        assert!(names_type(user, "arn:aws:iam::111122223333:user/*"));
        assert!(names_type(user, "arn:aws:iam::111122223333:*"));
        assert!(!names_type(user, "arn:aws:iam::111122223333:*/*"));
        assert!(!names_type(user, "arn:aws:iam::111122223333:u*"));
    }

    #[test]
    fn formats_of_a_service() {
        let catalog = Catalog::embedded().unwrap();
        assert!(catalog.formats("s3").contains(&"arn:*:s3:::*/*".to_owned()));
        assert!(catalog.formats("s3").iter().all(|format| format.starts_with("arn:*:s3:")));
        assert!(catalog.formats("nothing").is_empty());
        assert_eq!(opened("a${b}c${d}"), "a*c*");
    }
}
