//! Which files may hold wanted records, as far as their names tell, and how a bucket is walked to find them.

use time::OffsetDateTime;

use super::key::{Depth, Key};
use super::known::Known;

/// CloudTrail delivers within minutes but promises nothing; records found days late are still read.
const LATE_SECONDS: i64 = 7 * 86_400;

/// Folders above the layout that are entered one by one; deeper ones are listed whole.
const MAX_ABOVE: usize = 4;

/// The records that are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// From then on, in seconds since 1970.
    pub since: Option<i64>,
    /// Before then.
    pub until: Option<i64>,
    /// Only of these accounts; none: of all.
    pub accounts: Vec<String>,
    /// Nothing more will come of that time: what an event history has of it now is all.
    pub settled: bool,
    /// What was read before and is not wanted again.
    pub known: Known,
}

/// What to do with the names that begin with a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Nothing wanted is there.
    Skip,
    /// Look at the folders one level down.
    Enter,
    /// List everything between two names, both left out.
    List { after: Option<String>, before: Option<String> },
}

impl Wanted {
    /// Whether a file may hold wanted records. Folder days are delivery days: never before the event, sometimes
    /// after.
    pub fn admits(&self, name: &str) -> bool {
        if self.is_all() {
            return true;
        }
        let Some(key) = Key::parse(name) else {
            return true;
        };
        let early = self.since.and_then(day).is_some_and(|first| key.day < first);
        let late = self.last_day().is_some_and(|last| key.day > last);
        !(early || late) && self.admits_account(key.account)
    }

    /// How to find the wanted names below a prefix with few requests.
    pub(super) fn way(&self, prefix: &str) -> Way {
        let whole = Way::List { after: None, before: None };
        if self.is_all() {
            return whole;
        }
        match Depth::of(prefix) {
            Depth::Above(above) if above > MAX_ABOVE => whole,
            Depth::Above(_) | Depth::Root => Way::Enter,
            Depth::Account(account) | Depth::Region { account, .. } if !self.admits_account(account) => Way::Skip,
            Depth::Account(_) => Way::Enter,
            // Days sort as text. `0` is the letter after `/`, so it ends the day's folder.
            Depth::Region { base, .. } => Way::List {
                after: self.since.and_then(day).map(|first| format!("{base}{}", folder(first))),
                before: self.last_day().map(|last| format!("{base}{}0", folder(last))),
            },
            Depth::Elsewhere => whole,
        }
    }

    /// Whether no name can tell that a file holds nothing wanted.
    fn is_all(&self) -> bool {
        self.since.is_none() && self.until.is_none() && self.accounts.is_empty()
    }

    fn admits_account(&self, account: &str) -> bool {
        self.accounts.is_empty() || self.accounts.iter().any(|wanted| wanted == account)
    }

    fn last_day(&self) -> Option<(u16, u8, u8)> {
        self.until.and_then(|until| day(until.saturating_add(LATE_SECONDS)))
    }
}

fn day(seconds: i64) -> Option<(u16, u8, u8)> {
    let date = OffsetDateTime::from_unix_timestamp(seconds).ok()?.date();
    Some((u16::try_from(date.year()).ok()?, date.month().into(), date.day()))
}

fn folder((year, month, day): (u16, u8, u8)) -> String {
    format!("{year:04}/{month:02}/{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{Wanted, Way};

    /// 2026-10-31T12:00:00Z.
    const NOON: i64 = 1_793_448_000;

    fn wanted() -> Wanted {
        Wanted {
            since: Some(NOON),
            until: Some(NOON + 3600),
            accounts: vec!["111122223333".to_owned()],
            ..Wanted::default()
        }
    }

    #[test]
    fn files_are_chosen_by_account_and_day() {
        let case = |account: &str, day: &str, expected: bool| {
            let name = format!("s3://logs/AWSLogs/{account}/CloudTrail/eu-west-1/{day}/x.json.gz");
            assert_eq!(wanted().admits(&name), expected, "{name}");
        };
        case("111122223333", "2026/10/30", false);
        case("111122223333", "2026/10/31", true);
        case("111122223333", "2026/11/07", true);
        case("111122223333", "2026/11/08", false);
        case("444455556666", "2026/10/31", false);
        assert!(wanted().admits("any/other/file"));
    }

    #[test]
    fn a_bucket_is_entered_down_to_the_region_and_listed_between_days() {
        let case = |prefix: &str, expected: Way| assert_eq!(wanted().way(prefix), expected, "{prefix}");
        let whole = Way::List { after: None, before: None };
        case("", Way::Enter);
        case("AWSLogs", Way::Enter);
        case("AWSLogs/o-exampleorg1/", Way::Enter);
        case("AWSLogs/444455556666/", Way::Skip);
        case("AWSLogs/111122223333/CloudTrail/", Way::Enter);
        let base = "AWSLogs/111122223333/CloudTrail/eu-west-1/";
        let days = Way::List { after: Some(format!("{base}2026/10/31")), before: Some(format!("{base}2026/11/070")) };
        case(base, days);
        case("AWSLogs/readme/", whole.clone());
        case("a/b/c/d/e/", whole.clone());
        assert_eq!(Wanted::default().way("AWSLogs/"), whole);
    }
}
