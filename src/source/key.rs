//! What the path of a delivered file tells: account, region, delivery day, kind of log. Never what is inside.

/// The segment of the path before the account (after an organization id, if any).
const ROOT: &str = "AWSLogs";

/// What stands in a path like `…/AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key<'a> {
    /// The account folder.
    pub(super) account: &'a str,
    /// `CloudTrail`, `CloudTrail-Digest`, …
    pub(super) kind: &'a str,
    /// The region folder.
    pub(super) region: &'a str,
    /// Year, month, day of the delivery.
    pub(super) day: (u16, u8, u8),
}

impl<'a> Key<'a> {
    /// Reads the layout out of a path; `None` when the path does not follow it.
    pub(super) fn parse(path: &'a str) -> Option<Key<'a>> {
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
}

/// How far a path leads into the layout, as far as its whole segments tell: what stands after the last `/` may
/// go on, because S3 takes prefixes of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth<'a> {
    /// So many segments, and no root segment among them.
    Above(usize),
    /// The root, or an organization below it.
    Root,
    /// An account folder, or a kind below it.
    Account(&'a str),
    /// A region folder, or something below it.
    Region {
        /// The account.
        account: &'a str,
        /// The path up to the region, with its `/`: days follow.
        base: &'a str,
    },
    /// Below the root, but not of the layout.
    Elsewhere,
}

impl<'a> Depth<'a> {
    /// Reads the layout out of the beginning of a path.
    pub(super) fn of(path: &'a str) -> Depth<'a> {
        let mut rest = path;
        let mut next = || {
            let (segment, after) = rest.split_once('/')?;
            rest = after;
            Some(segment)
        };
        let mut above = 0;
        loop {
            match next() {
                None => return Depth::Above(above),
                Some(ROOT) => break,
                Some(_) => above += 1,
            }
        }
        let account = loop {
            match next() {
                None => return Depth::Root,
                Some(segment) if segment.starts_with("o-") || segment == ROOT => {}
                Some(segment) => break segment,
            }
        };
        if account.len() != 12 || !digits(account) {
            return Depth::Elsewhere;
        }
        match next() {
            None => return Depth::Account(account),
            Some(kind) if !kind.starts_with("CloudTrail") => return Depth::Elsewhere,
            Some(_) => {}
        }
        match next() {
            None => Depth::Account(account),
            Some(_) => Depth::Region { account, base: path.strip_suffix(rest).unwrap_or(path) },
        }
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Depth, Key};

    fn case(path: &str, expected: Option<(&str, &str, &str)>) {
        let key = Key::parse(path);
        let read = key.as_ref().map(|key| (key.account, key.kind, key.region));
        assert_eq!(read, expected, "{path}");
        assert!(key.is_none_or(|key| key.day == (2026, 10, 31)), "{path}");
    }

    #[test]
    fn the_layout_is_read_and_other_paths_are_not() {
        let file = "CloudTrail/eu-west-1/2026/10/31/x.json.gz";
        let read = Some(("111122223333", "CloudTrail", "eu-west-1"));
        case(&format!("a/AWSLogs/111122223333/{file}"), read);
        case(&format!("a/AWSLogs/o-exampleorg1/111122223333/{file}"), read);
        case(&format!("o-exampleorg1/AWSLogs/o-exampleorg1/111122223333/{file}"), read);
        let digest = Some(("111122223333", "CloudTrail-Digest", "eu-west-1"));
        case("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/10/31/x", digest);
        case("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10", None);
        case("logs/x.json", None);
    }

    #[test]
    fn the_beginning_of_a_path_tells_how_deep_it_leads() {
        let depth = |path: &str, expected: Depth<'_>| assert_eq!(Depth::of(path), expected, "{path}");
        depth("", Depth::Above(0));
        depth("AWSLogs", Depth::Above(0));
        depth("org/trail/", Depth::Above(2));
        depth("AWSLogs/", Depth::Root);
        depth("AWSLogs/o-exampleorg1/1111", Depth::Root);
        depth("AWSLogs/o-exampleorg1/111122223333/", Depth::Account("111122223333"));
        depth("AWSLogs/111122223333/CloudTrail/eu-", Depth::Account("111122223333"));
        let base = "a/AWSLogs/111122223333/CloudTrail/eu-west-1/";
        let region = Depth::Region { account: "111122223333", base };
        depth(base, region);
        depth("a/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10/3", region);
        depth("AWSLogs/111122223333/Config/", Depth::Elsewhere);
        depth("AWSLogs/x/", Depth::Elsewhere);
    }
}
