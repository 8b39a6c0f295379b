//! One question: who does what, on which resource, with which context keys.

/// A request as somebody wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// ARN or name; `None`: the one that the whole run is about.
    pub principal: Option<String>,
    /// `prefix:Name`.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
    /// Context keys with their values; a multivalued key has any number.
    pub context: Vec<(String, Vec<String>)>,
}

/// Columns and members that are no context keys.
const PLAIN: [&str; 3] = ["principal", "action", "resource"];

/// Whether a column or member of that name may stand in a request.
pub(super) fn is_known(name: &str) -> bool {
    PLAIN.contains(&name) || name.contains(':')
}

impl Asked {
    /// Sets a member; empty values say nothing.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        match name {
            "principal" => self.principal = Some(value.to_owned()),
            "action" => self.action = value.to_owned(),
            "resource" => self.resource = value.to_owned(),
            key => self.add(key, value),
        }
    }

    /// Adds a value of a context key.
    pub fn add(&mut self, key: &str, value: &str) {
        match self.context.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value.to_owned()),
            None => self.context.push((key.to_owned(), vec![value.to_owned()])),
        }
    }

    /// Whether it can be asked at all; a request without a resource is about `*`.
    pub fn checked(mut self) -> Result<Asked, String> {
        if self.resource.is_empty() {
            self.resource = "*".to_owned();
        }
        let (action, resource) = (&self.action, &self.resource);
        if action.is_empty() {
            return Err("no action".to_owned());
        }
        let named = action.split_once(':').is_some_and(|(prefix, name)| is_word(prefix) && is_word(name));
        if !named {
            return Err(format!("`{action}` is not an action: give `prefix:Name`, without wildcards"));
        }
        if resource != "*" && (!resource.starts_with("arn:") || resource.split(':').count() < 6) {
            return Err(format!("`{resource}` is not a resource: give an ARN or `*`"));
        }
        Ok(self)
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Asked;

    #[test]
    fn what_cannot_be_asked_is_told() {
        let case = |action: &str, resource: &str, expected: Result<&str, &str>| {
            let asked = Asked { action: action.into(), resource: resource.into(), ..Asked::default() };
            let found = asked.checked().map(|asked| asked.resource);
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
                (found, expected) => assert_eq!(found.as_deref().ok(), expected.ok(), "{action} on {resource}"),
            }
        };
        case("s3:GetObject", "", Ok("*"));
        case("s3:GetObject", "arn:aws:s3:::b", Ok("arn:aws:s3:::b"));
        case("", "", Err("no action"));
        case("s3:Get*", "", Err("`s3:Get*`"));
        case("GetObject", "", Err("prefix:Name"));
        case("s3:GetObject", "bucket", Err("`bucket`"));
        case("s3:GetObject", "arn:aws:s3", Err("`arn:aws:s3`"));
    }
}
