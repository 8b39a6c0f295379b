//! What services answer may name keys and tokens; nobody needs them whole, and logs are read by many.

/// How access key ids begin: those of users and those of sessions.
const KEYS: [&str; 2] = ["AKIA", "ASIA"];

/// The characters of an access key id, at least.
const KEY_LENGTH: usize = 16;

/// How many of them are shown, from the end.
const SHOWN: usize = 4;

/// Words longer than this that could be base64 are tokens and signatures: no name and no ARN part is as long.
const TOKEN_LENGTH: usize = 100;

/// The text with access key ids cut to their last four characters, and session tokens left out.
pub(super) fn shortened(text: &str) -> String {
    let is_inner = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=' | '%');
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|letter| is_inner(letter) != is_inner(first)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        told.push_str(&word_told(word));
        rest = behind;
    }
    told
}

fn word_told(word: &str) -> String {
    if word.len() > TOKEN_LENGTH {
        return "…".to_owned();
    }
    // A credential scope: `Credential=AKIA…/20261031/eu-central-1/iam/aws4_request`.
    let parts = word.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric()).map(|part| {
        let (key, mark) = match part.char_indices().next_back() {
            Some((last, mark)) if !mark.is_ascii_alphanumeric() => part.split_at(last),
            _ => (part, ""),
        };
        let is_upper = key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        match KEYS.iter().find(|start| key.starts_with(**start)) {
            Some(start) if is_upper && key.len() >= KEY_LENGTH => {
                format!("{start}…{}{mark}", key.get(key.len() - SHOWN..).unwrap_or_default())
            }
            _ => part.to_owned(),
        }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn keys_are_cut_and_tokens_left_out() {
        let token = "IQoJb3JpZ2luX2VjEAMaCWV1LXdlc3QtMSJHMEUCIQD".repeat(4);
        let text = format!(
            "'x-amz-security-token:{token}' of Credential=AKIAIOSFODNN7EXAMPLE/20261031/iam, ASIAIOSFODNN7EXAMPL2."
        );
        let told = shortened(&text);
        assert_eq!(told, "'x-amz-security-token:…' of Credential=AKIA…MPLE/20261031/iam, ASIA…MPL2.");
    }

    #[test]
    fn all_else_stays() {
        for text in [
            "",
            "AccessDenied: User: arn:aws:iam::111122223333:user/AKIA is not authorized to perform: s3:ListBucket",
            "https://example.com/a/b?c=d%20e – ümlaut",
        ] {
            assert_eq!(shortened(text), text);
        }
    }
}
