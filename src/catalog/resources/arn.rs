//! ARN formats of the reference, as `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`: fitting and filling.
//!
//! A format is no pattern of the policy language; its variables are names, not wildcards.

/// The variables of a format, in order.
pub(in crate::catalog) fn variables(format: &str) -> impl Iterator<Item = &str> {
    pieces(format).filter_map(|(name, _)| name)
}

/// The pieces of a format: a variable's name (the first piece has none) and the text after it.
fn pieces(format: &str) -> Pieces<'_> {
    Pieces { rest: Some(format), first: true }
}

/// Formats are short and taken apart for nearly every new resource: byte by byte is faster here than a search.
struct Pieces<'f> {
    rest: Option<&'f str>,
    first: bool,
}

impl<'f> Iterator for Pieces<'f> {
    type Item = (Option<&'f str>, &'f str);

    fn next(&mut self) -> Option<Self::Item> {
        let mut rest = self.rest.take()?;
        let mut name = None;
        if !std::mem::take(&mut self.first) {
            let end = rest.bytes().position(|byte| byte == b'}')?;
            name = rest.get(2..end);
            rest = rest.get(end + 1..)?;
        }
        // Only variables are written with `$`.
        let Some(end) = rest.bytes().position(|byte| byte == b'$') else {
            return Some((name, rest));
        };
        self.rest = rest.get(end..);
        Some((name, rest.get(..end)?))
    }
}

/// Where a short text stands in another.
fn find(text: &str, wanted: &str) -> Option<usize> {
    let Some(first) = wanted.bytes().next() else {
        return Some(0);
    };
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|at| {
        bytes.get(*at) == Some(&first) && bytes.get(*at..).is_some_and(|rest| rest.starts_with(wanted.as_bytes()))
    })
}

/// Whether an ARN has this format: each variable stands for any text.
pub(in crate::catalog) fn fits(format: &str, arn: &str) -> bool {
    let (first, mut format) = literal(format);
    let Some(mut rest) = arn.strip_prefix(first) else {
        return false;
    };
    while let Some(after) = format {
        let (wanted, next) = literal(after);
        if next.is_none() {
            return rest.ends_with(wanted);
        }
        let Some(found) = find(rest, wanted) else {
            return false;
        };
        rest = rest.get(found + wanted.len()..).unwrap_or_default();
        format = next;
    }
    rest.is_empty()
}

/// The text up to the next variable, and what stands behind that.
fn literal(format: &str) -> (&str, Option<&str>) {
    // Only variables are written with `$`.
    let Some(start) = format.bytes().position(|byte| byte == b'$') else {
        return (format, None);
    };
    let after = format.get(start..).unwrap_or_default();
    let end = after.bytes().position(|byte| byte == b'}');
    (format.get(..start).unwrap_or_default(), end.and_then(|end| after.get(end + 1..)))
}

/// The format with its variables replaced; nothing when one has no value.
pub(in crate::catalog) fn fill<'a>(format: &str, value: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut filled = String::with_capacity(format.len() + 32);
    for (name, literal) in pieces(format) {
        filled.push_str(name.map_or(Some(""), &value)?);
        filled.push_str(literal);
    }
    Some(filled)
}

/// The name in an ARN: what stands after the last `/`, else after the last `:`.
pub(in crate::catalog) fn tail(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    let part = resource.rsplit('/').next().unwrap_or(resource);
    part.rsplit(':').next().unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUE: &str = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}";
    const ROLE: &str = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";

    #[test]
    fn variables_stand_in_order() {
        let names: Vec<&str> = variables(QUEUE).collect();
        assert_eq!(names, ["Partition", "Region", "Account", "QueueName"]);
        assert_eq!(variables("arn:aws:x").count(), 0);
    }

    #[test]
    fn an_arn_fits_its_own_format_only() {
        assert!(fits(QUEUE, "arn:aws:sqs:eu-west-1:111122223333:q"));
        assert!(!fits(QUEUE, "arn:aws:sns:eu-west-1:111122223333:t"));
        assert!(fits(ROLE, "arn:aws:iam::111122223333:role/service-role/r"));
        assert!(!fits(ROLE, "arn:aws:iam::111122223333:user/u"));
        assert!(fits("arn:${Partition}:apigateway:${Region}::/account", "arn:aws:apigateway:us-east-1::/account"));
        assert!(!fits("arn:${Partition}:apigateway:${Region}::/account", "arn:aws:apigateway:us-east-1::/accounts"));
        assert!(!fits(QUEUE, "*"));
    }

    #[test]
    fn a_format_is_filled_or_not() {
        let value = |name: &str| Some(if name == "Partition" { "aws" } else { "x" });
        assert_eq!(fill(QUEUE, value).as_deref(), Some("arn:aws:sqs:x:x:x"));
        assert_eq!(fill(QUEUE, |_| None), None);
    }

    #[test]
    fn the_tail_is_the_name() {
        assert_eq!(tail("arn:aws:ecs:us-east-1:111122223333:cluster/c"), "c");
        assert_eq!(tail("arn:aws:sns:us-east-1:111122223333:topic"), "topic");
        assert_eq!(tail("arn:aws:lambda:us-east-1:111122223333:function:f"), "f");
    }
}
