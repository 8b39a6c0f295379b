//! What the name of a delivered file tells: kind, account, region, the chain of a digest, when it was delivered.

use super::verdict::Kind;
use crate::trail::Moment;

/// The folder below which every delivered file lies.
const ROOT: &str = "AWSLogs/";

/// The folders of digests and of logs.
const KINDS: [(&str, Kind); 2] = [("CloudTrail-Digest", Kind::Digest), ("CloudTrail", Kind::Log)];

/// A name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) kind: Kind,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    /// The file's own name.
    file: &'a str,
}

impl<'a> Place<'a> {
    /// `None`: it is no name of a delivered file.
    pub(super) fn of(name: &'a str) -> Option<Place<'a>> {
        let file = name.rsplit('/').next()?;
        let mut folders = tail(name)?.strip_prefix(ROOT)?.split('/').skip_while(|folder| folder.starts_with("o-"));
        let account = folders.next().filter(|account| account.len() == 12 && digits(account))?;
        let folder = folders.next()?;
        let (_, kind) = KINDS.into_iter().find(|(name, _)| *name == folder)?;
        let region = folders.next()?;
        file.ends_with(".json.gz").then_some(Place { kind, account, region, file })
    }

    /// What the digests of one chain have in common: the trail, and whether they were made afterwards.
    pub(super) fn chain(&self) -> (&'a str, bool) {
        let name = self.file.trim_end_matches(".json.gz");
        let (name, is_backfill) = name.strip_suffix("_backfill").map_or((name, false), |name| (name, true));
        (name.rsplit_once('_').map_or(name, |(chain, _)| chain), is_backfill)
    }

    /// When a log was delivered, to the minute.
    pub(super) fn delivered(&self) -> Option<Moment> {
        let stamp = self.file.split('_').nth(3)?;
        let part = |from: usize, to: usize| stamp.get(from..to).filter(|part| digits(part));
        let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
        let (hour, minute) = (part(9, 11)?, part(11, 13)?);
        Moment::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:00Z"))
    }
}

/// The name from `AWSLogs/` on: the same on disk and in the bucket.
pub(super) fn tail(name: &str) -> Option<&str> {
    let at = name.rfind(&format!("/{ROOT}")).map(|at| at + 1).or_else(|| name.starts_with(ROOT).then_some(0))?;
    name.get(at..)
}

/// Whether a file that was found here lies where its digest says. On disk, folders stand for the bucket.
pub(super) fn lies_at(name: &str, bucket: &str, key: &str) -> bool {
    match name.strip_prefix("s3://") {
        Some(found) => found.strip_prefix(bucket).and_then(|rest| rest.strip_prefix('/')) == Some(key),
        None => tail(name) == tail(key),
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "p/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10/31/111122223333_CloudTrail_eu-west-1_20261031T1205Z_aB.json.gz";
    const DIGEST: &str = "AWSLogs/o-ex/111122223333/CloudTrail-Digest/eu-west-1/2026/10/31/111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_20261031T130000Z";

    #[test]
    fn names_are_taken_apart() {
        let log = Place::of(LOG).unwrap();
        assert_eq!((log.kind, log.account, log.region), (Kind::Log, "111122223333", "eu-west-1"));
        assert_eq!(log.delivered(), Moment::parse("2026-10-31T12:05:00Z"));
        let chain = "111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1";
        assert_eq!(Place::of(&format!("{DIGEST}.json.gz")).unwrap().chain(), (chain, false));
        assert_eq!(Place::of(&format!("{DIGEST}_backfill.json.gz")).unwrap().chain(), (chain, true));
        for other in
            ["AWSLogs/111122223333/Config/eu-west-1/x.json.gz", "x.json.gz", "AWSLogs/1/CloudTrail/r/x.json.gz"]
        {
            assert_eq!(Place::of(other), None, "{other}");
        }
    }

    #[test]
    fn a_place_is_that_of_the_bucket() {
        let key = LOG;
        assert!(lies_at(&format!("s3://logs/{key}"), "logs", key));
        assert!(!lies_at(&format!("s3://other/{key}"), "logs", key));
        assert!(lies_at(&format!("copy/{key}"), "logs", key));
        assert!(!lies_at(&format!("copy/{key}").replace("/31/", "/30/"), "logs", key));
    }
}
