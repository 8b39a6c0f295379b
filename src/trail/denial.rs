//! AWS's access-denied sentences → action and resource. On a denial the record's parameters are mostly gone,
//! so that the message is the only evidence. It does not judge; it reads.

/// What a denial message tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    /// `prefix:Name` in the message's own case.
    pub(crate) action: String,
    /// The resource if the message names an ARN or `*`.
    pub(crate) resource: Option<String>,
    /// The resource in words, as `user alice`, if the message names neither.
    pub(crate) words: Option<String>,
}

const ACTION_AFTER: &str = "is not authorized to perform:";
const REASON_AFTER: [&str; 2] = [" because ", " with an explicit deny"];
const RESOURCE_AFTER: [&str; 2] = [" on resource: ", " on the resource: "];

/// Reads the documented form: `User: P is not authorized to perform: A on resource: R …`.
pub(crate) fn denial(message: &str) -> Option<Denial> {
    let at = find_folded(message, ACTION_AFTER)? + ACTION_AFTER.len();
    let rest = message.get(at..)?.trim_ascii_start();
    let action: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-:*_".contains(*c)).collect();
    let (prefix, name) = action.split_once(':')?;
    if prefix.is_empty() || name.is_empty() || name.contains(':') {
        return None;
    }
    let rest = rest.get(action.len()..).unwrap_or_default();
    let told = RESOURCE_AFTER.iter().find_map(|lead| rest.strip_prefix(lead));
    let resource = told.and_then(resource);
    let words = told.filter(|_| resource.is_none()).map(words);
    Some(Denial { action, resource, words })
}

/// Prose such as `user alice` is no resource that a policy could name.
fn resource(text: &str) -> Option<String> {
    let word = text.split([' ', '"', ',']).find(|word| !word.is_empty())?.trim_end_matches('.');
    (word == "*" || word.starts_with("arn:")).then(|| word.to_owned())
}

/// What stands before the reason.
fn words(text: &str) -> String {
    let ends = REASON_AFTER.iter().filter_map(|lead| text.find(lead));
    text.get(..ends.min().unwrap_or(text.len())).unwrap_or_default().trim_end_matches('.').to_owned()
}

fn find_folded(text: &str, sought: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(sought)
}

#[cfg(test)]
mod tests {
    use super::denial;

    fn case(message: &str, action: &str, resource: Option<&str>) {
        let read = denial(message).unwrap();
        assert_eq!((read.action.as_str(), read.resource.as_deref()), (action, resource), "{message}");
    }

    #[test]
    fn documented_forms() {
        let role = "arn:aws:sts::111122223333:assumed-role/web/i-0abc";
        case(
            &format!(
                "User: {role} is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:GetObject action"
            ),
            "s3:GetObject",
            Some("arn:aws:s3:::b/k"),
        );
        case(
            &format!(
                "User: {role} is not authorized to perform: iam:ListUsers on resource: * with an explicit deny in a service control policy"
            ),
            "iam:ListUsers",
            Some("*"),
        );
        case(
            &format!("User: {role} is not authorized to perform: iam:GetUser on resource: user alice because no"),
            "iam:GetUser",
            None,
        );
        let words = |rest: &str| {
            denial(&format!("User: {role} is not authorized to perform: iam:GetUser on resource: {rest}"))
                .unwrap()
                .words
        };
        assert_eq!(words("user alice because no policy allows it").as_deref(), Some("user alice"));
        assert_eq!(words("user alice.").as_deref(), Some("user alice"));
        assert_eq!(words("arn:aws:iam::111122223333:user/alice with an explicit deny"), None);
        case(
            &format!(
                "You are not authorized to perform this operation. User: {role} is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:eu-west-1:111122223333:instance/*."
            ),
            "ec2:RunInstances",
            Some("arn:aws:ec2:eu-west-1:111122223333:instance/*"),
        );
    }

    #[test]
    fn other_sentences_give_nothing() {
        for message in
            ["Access Denied", "", "is not authorized to perform:", "User is not authorized to perform: something odd"]
        {
            assert_eq!(denial(message), None, "{message}");
        }
    }
}
