//! Which part of a resource's name varies: the random end of a secret's ARN, a version, an index, a task's id.

use super::dictionary::Catalog;

/// A part of a resource's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart<'a> {
    /// Text of the form itself, as `table/`; one character each.
    Fixed(&'a str),
    /// It lasts: this is what the resource is called.
    Lasting(&'a str),
    /// It varies from use to use, or when the resource is made again.
    Varying,
    /// One character that varies.
    VaryingCharacter,
    /// The table does not tell; its shape may.
    Open(&'a str),
}

impl Catalog {
    /// The parts of the resource of an ARN (what follows its fifth colon); `None`: the table has no row for it.
    pub fn name_parts<'a>(&self, arn: &'a str) -> Option<Vec<NamePart<'a>>> {
        let service = arn.split(':').nth(2)?;
        let resource = arn.splitn(6, ':').nth(5)?;
        let mut forms = self.varying.find(&service.to_ascii_lowercase());
        forms.find_map(|row| {
            let [_, form] = row.take::<2>();
            let mut parts = Vec::new();
            read(form, resource, &mut parts).then_some(parts)
        })
    }
}

/// Reads a resource by a form, the shortest text for each sign first. On failure `parts` is as it was.
fn read<'a>(form: &str, text: &'a str, parts: &mut Vec<NamePart<'a>>) -> bool {
    let mut rest = form.chars();
    let Some(sign) = rest.next() else {
        return text.is_empty();
    };
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let known = parts.len();
    match sign {
        '*' | '~' | '%' => {
            for end in ends {
                let Some((here, after)) = text.split_at_checked(end) else { continue };
                parts.push(match sign {
                    '*' => NamePart::Lasting(here),
                    '~' => NamePart::Varying,
                    _ => NamePart::Open(here),
                });
                if read(rest.as_str(), after, parts) {
                    return true;
                }
                parts.truncate(known);
            }
            false
        }
        _ => {
            let Some((here, after)) = ends.take(1).next().and_then(|end| text.split_at_checked(end)) else {
                return false;
            };
            if sign != '?' && !here.starts_with(sign) {
                return false;
            }
            parts.push(if sign == '?' { NamePart::VaryingCharacter } else { NamePart::Fixed(here) });
            let fits = read(rest.as_str(), after, parts);
            if !fits {
                parts.truncate(known);
            }
            fits
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn written(arn: &str) -> Option<String> {
        let catalog = Catalog::embedded().unwrap();
        let text = |part: NamePart<'_>| match part {
            NamePart::Fixed(text) | NamePart::Lasting(text) => text.to_owned(),
            NamePart::Varying => "*".to_owned(),
            NamePart::VaryingCharacter => "?".to_owned(),
            NamePart::Open(text) => format!("<{text}>"),
        };
        catalog.name_parts(arn).map(|parts| parts.into_iter().map(text).collect())
    }

    #[test]
    fn names_are_taken_apart() {
        let case = |arn: &str, expected: Option<&str>| assert_eq!(written(arn).as_deref(), expected, "{arn}");
        let secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret";
        case(&format!("{secret}:shop/pay-ment-AbC123"), Some("secret:shop/pay-ment-??????"));
        case(&format!("{secret}:short"), None);
        case("arn:aws:lambda:eu-central-1:111122223333:function:f:7", Some("function:f:*"));
        case("arn:aws:lambda:eu-central-1:111122223333:function:f", None);
        case("arn:aws:dynamodb:eu-central-1:111122223333:table/orders/index/by-day", Some("table/orders/index/*"));
        case("arn:aws:s3:::bucket", Some("bucket"));
        case("arn:aws:s3:::bucket/2026/11/x", Some("bucket/<2026/11/x>"));
        case("arn:aws:kms:eu-central-1:111122223333:key/0a1b", Some("key/0a1b"));
        case("arn:aws:ecr:eu-central-1:111122223333:repository/team/web", Some("repository/team/web"));
        let group = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/f";
        case(group, Some("log-group:/aws/lambda/f"));
        case(&format!("{group}:log-stream:2026/11/26/[$LATEST]ab"), Some("log-group:/aws/lambda/f:log-stream:*"));
        case("arn:aws:sqs:eu-central-1:111122223333:orders", None);
        case("*", None);
    }
}
