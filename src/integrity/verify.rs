//! All files → what is known of each.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{self, Judged};
use super::file::{Content, File};
use super::keys::PublicKeys;
use super::place::{Place, lies_at, tail};
use super::verdict::{Finding, Gap, Kind, Verdict, Verification};
use crate::trail::Moment;

/// CloudTrail writes a digest each hour; later than this after a delivery it is overdue. In seconds.
const DIGEST_DUE: i64 = 2 * 3600;

/// A log may be named for a minute before it was delivered. In seconds.
const NAMED_EARLY: i64 = 15 * 60;

/// Judges files by the digests among them. `is_listed` says whether a file of that key would have been found.
pub fn verify(files: &[File], keys: &PublicKeys, is_listed: &dyn Fn(&str) -> bool) -> Verification {
    let mut findings = Vec::new();
    let digests = chain::judge(files, keys, &mut findings);
    let gaps = chain::gaps(&digests);
    let found = Found::new(files);
    missing_digests(&digests, &found, is_listed, &mut findings);
    let mut named = BTreeSet::new();
    for Judged { digest, .. } in digests.iter().filter(|one| one.is_valid) {
        for log in &digest.log_files {
            let places = tail(&log.s3_object).and_then(|key| found.places.get(key));
            if places.is_none() && is_listed(&log.s3_object) {
                let name = format!("s3://{}/{}", log.s3_bucket, log.s3_object);
                findings.push(Finding { kind: Kind::Log, name, verdict: Verdict::Missing });
            }
            for file in places.into_iter().flatten() {
                named.insert(&file.name);
                let verdict = match &file.content {
                    _ if !lies_at(&file.name, &log.s3_bucket, &log.s3_object) => Verdict::Invalid(format!(
                        "it was moved: it was delivered as s3://{}/{}",
                        log.s3_bucket, log.s3_object
                    )),
                    Ok(Content::Log(hash)) if hash.eq_ignore_ascii_case(&log.hash_value) => Verdict::Valid,
                    Ok(_) => Verdict::Invalid("its content is not that of which the digest has the hash".to_owned()),
                    Err(verdict) => verdict.clone(),
                };
                findings.push(Finding { kind: Kind::Log, name: file.name.clone(), verdict });
            }
        }
    }
    let rest = Rest::new(&digests, &gaps, &found);
    for file in found.logs().filter(|file| !named.contains(&file.name)) {
        findings.push(Finding { kind: Kind::Log, name: file.name.clone(), verdict: rest.verdict(file) });
    }
    findings.sort();
    findings.dedup();
    Verification { findings, gaps }
}

/// Digests that a later one names as the one before it.
fn missing_digests(
    digests: &[Judged<'_>],
    found: &Found<'_>,
    is_listed: &dyn Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) {
    for Judged { digest, .. } in digests.iter().filter(|one| one.is_valid) {
        let Some(key) = digest.previous_digest_s3_object.as_deref().filter(|key| is_listed(key)) else {
            continue;
        };
        if !tail(key).is_some_and(|key| found.places.contains_key(key)) {
            let name = format!("s3://{}/{key}", digest.digest_s3_bucket);
            findings.push(Finding { kind: Kind::Digest, name, verdict: Verdict::Missing });
        }
    }
}

/// The files by key. A file may be found twice, in two copies of a bucket.
struct Found<'a> {
    places: BTreeMap<&'a str, Vec<&'a File>>,
}

impl<'a> Found<'a> {
    fn new(files: &'a [File]) -> Found<'a> {
        let mut places: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
        for file in files {
            if let Some(key) = tail(&file.name) {
                places.entry(key).or_default().push(file);
            }
        }
        Found { places }
    }

    fn logs(&self) -> impl Iterator<Item = &'a File> {
        let is_log = |file: &&File| Place::of(&file.name).is_some_and(|place| place.kind == Kind::Log);
        self.places.values().flatten().copied().filter(is_log)
    }
}

/// What tells why a log is in no valid digest.
struct Rest<'a> {
    /// The logs that digests name which are not valid.
    doubtful: BTreeSet<&'a str>,
    /// By account and region, until when there are digests.
    digested: BTreeMap<(&'a str, &'a str), Moment>,
    gaps: Vec<(&'a str, Moment, Moment)>,
    /// The last delivery of all.
    newest: Moment,
}

impl<'a> Rest<'a> {
    fn new(digests: &'a [Judged<'a>], gaps: &'a [Gap], found: &Found<'a>) -> Rest<'a> {
        let mut digested = BTreeMap::new();
        let mut doubtful = BTreeSet::new();
        for Judged { place, digest, is_valid } in digests {
            let end = Moment::parse(&digest.digest_end_time).unwrap_or(Moment(i64::MIN));
            let last = digested.entry((place.account, place.region)).or_insert(end);
            *last = end.max(*last);
            if !is_valid {
                doubtful.extend(digest.log_files.iter().filter_map(|log| tail(&log.s3_object)));
            }
        }
        let between = |gap: &'a Gap| Some((gap.chain.as_str(), Moment::parse(&gap.from)?, Moment::parse(&gap.to)?));
        let delivered = found.logs().filter_map(|file| Place::of(&file.name)?.delivered());
        Rest {
            doubtful,
            gaps: gaps.iter().filter_map(between).collect(),
            newest: delivered.chain(digested.values().copied()).max().unwrap_or(Moment(0)),
            digested,
        }
    }

    fn verdict(&self, file: &File) -> Verdict {
        let Some(place) = Place::of(&file.name) else {
            return Verdict::Unattested;
        };
        if tail(&file.name).is_some_and(|key| self.doubtful.contains(key)) {
            return Verdict::Untold("only a digest names it that is not valid itself".to_owned());
        }
        let Some(digested) = self.digested.get(&(place.account, place.region)) else {
            return Verdict::Untold("there is no digest of its account and region".to_owned());
        };
        let Some(delivered) = place.delivered() else {
            return Verdict::Unattested;
        };
        let of_here = format!("{}_CloudTrail-Digest_{}_", place.account, place.region);
        let falls = |(chain, from, to): &&(&str, Moment, Moment)| {
            chain.starts_with(&of_here) && from.0 - NAMED_EARLY <= delivered.0 && delivered < *to
        };
        if let Some((_, from, to)) = self.gaps.iter().find(falls) {
            return Verdict::Untold(format!("no digest covers the time from {from} to {to}"));
        }
        let is_late = delivered.0 >= digested.0 - NAMED_EARLY && self.newest.0 - delivered.0 <= DIGEST_DUE;
        if is_late { Verdict::Pending } else { Verdict::Unattested }
    }
}
