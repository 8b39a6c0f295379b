//! What the path of a delivered file tells: account, region, delivery day, kind of log. Never what is inside.

/// The segment of the path before the account (after an organization id, if any).
const ROOT: &str = "AWSLogs";

/// What stands in a path like `…/AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The account folder.
    pub account: &'a str,
    /// `CloudTrail`, `CloudTrail-Digest`, …
    pub kind: &'a str,
    /// The region folder.
    pub region: &'a str,
    /// Year, month, day of the delivery.
    pub day: (u16, u8, u8),
}

impl<'a> Key<'a> {
    /// Reads the layout out of a path; `None` when the path does not follow it.
    pub fn parse(path: &'a str) -> Option<Key<'a>> {
        let mut segments = path.split('/').skip_while(|segment| *segment != ROOT).skip(1).peekable();
        // Control Tower repeats the organization id and the root segment.
        while segments.next_if(|segment| segment.starts_with("o-") || *segment == ROOT).is_some() {}
        let account = segments.next().filter(|account| account.len() == 12 && digits(account))?;
        let kind = segments.next().filter(|kind| kind.starts_with("CloudTrail"))?;
        let region = segments.next()?;
        let mut date = || segments.next().filter(|part| digits(part));
        let day = (date()?.parse().ok()?, date()?.parse().ok()?, date()?.parse().ok()?);
        segments.next().map(|_| Key { account, kind, region, day })
    }

    /// The day as `YYYYMMDD`, for comparing.
    pub fn day_number(&self) -> u32 {
        u32::from(self.day.0) * 10_000 + u32::from(self.day.1) * 100 + u32::from(self.day.2)
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::Key;

    fn case(path: &str, expected: Option<(&str, &str, &str, u32)>) {
        let key = Key::parse(path);
        let read = key.as_ref().map(|key| (key.account, key.kind, key.region, key.day_number()));
        assert_eq!(read, expected, "{path}");
    }

    #[test]
    fn the_layout_is_read_and_other_paths_are_not() {
        let file = "CloudTrail/eu-west-1/2026/10/31/x.json.gz";
        let read = Some(("111122223333", "CloudTrail", "eu-west-1", 20_261_031));
        case(&format!("a/AWSLogs/111122223333/{file}"), read);
        case(&format!("a/AWSLogs/o-exampleorg1/111122223333/{file}"), read);
        case(&format!("o-exampleorg1/AWSLogs/o-exampleorg1/111122223333/{file}"), read);
        let digest = Some(("111122223333", "CloudTrail-Digest", "eu-west-1", 20_261_031));
        case("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/10/31/x", digest);
        case("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10", None);
        case("logs/x.json", None);
    }
}
