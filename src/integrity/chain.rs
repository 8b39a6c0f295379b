//! Digests: each by its signature, and the times that no digest covers.

use std::collections::BTreeMap;

use super::digest::Digest;
use super::file::{Content, File, METADATA};
use super::keys::PublicKeys;
use super::place::{Place, lies_at, tail};
use super::verdict::{Finding, Gap, Kind, Verdict};
use crate::trail::Moment;

/// A digest and what is known of it.
pub(super) struct Judged<'a> {
    pub(super) place: Place<'a>,
    pub(super) digest: &'a Digest,
    pub(super) is_valid: bool,
}

/// What may show that a digest is genuine: the signature kept with it, and what the digest after it says.
#[derive(Default)]
struct Words<'a> {
    signatures: Vec<&'a str>,
    hashes: Vec<&'a str>,
}

/// Judges all digests; tells what it finds.
pub(super) fn judge<'a>(files: &'a [File], keys: &PublicKeys, found: &mut Vec<Finding>) -> Vec<Judged<'a>> {
    let words = words(files);
    let mut judged = Vec::new();
    for file in files {
        let Some(place) = Place::of(&file.name).filter(|place| place.kind == Kind::Digest) else {
            continue;
        };
        let verdict = match (&file.content, file.digest()) {
            (Err(verdict), _) => verdict.clone(),
            (Ok(_), None) => continue,
            (Ok(_), Some((hash, digest, own))) => {
                let verdict =
                    verdict(&file.name, digest, hash, own, tail(&file.name).and_then(|key| words.get(key)), keys);
                judged.push(Judged { place, digest, is_valid: verdict == Verdict::Valid });
                verdict
            }
        };
        found.push(Finding { kind: Kind::Digest, name: file.name.clone(), verdict });
    }
    judged
}

/// By key, what files other than a digest say of it.
fn words(files: &[File]) -> BTreeMap<&str, Words<'_>> {
    let mut words: BTreeMap<&str, Words<'_>> = BTreeMap::new();
    for file in files {
        if let Ok(Content::Metadata(Some(signature))) = &file.content
            && let Some(key) = tail(file.name.trim_end_matches(METADATA))
        {
            words.entry(key).or_default().signatures.push(signature);
        }
        if let Some((_, digest, _)) = file.digest()
            && let Some(key) = digest.previous_digest_s3_object.as_deref().and_then(tail)
        {
            let words = words.entry(key).or_default();
            words.signatures.extend(digest.previous_digest_signature.as_deref());
            words.hashes.extend(digest.previous_digest_hash_value.as_deref());
        }
    }
    words
}

/// A signature proves a digest wherever it comes from: it is over time, place, content and the signature before.
fn verdict(
    name: &str,
    digest: &Digest,
    hash: &str,
    own: Option<&str>,
    words: Option<&Words<'_>>,
    keys: &PublicKeys,
) -> Verdict {
    let Digest { digest_s3_bucket: bucket, digest_s3_object: key, digest_public_key_fingerprint: fingerprint, .. } =
        digest;
    if !lies_at(name, bucket, key) {
        return Verdict::Invalid(format!("it was moved: it was delivered as s3://{bucket}/{key}"));
    }
    let signatures: Vec<&str> = words.iter().flat_map(|words| words.signatures.iter().copied()).chain(own).collect();
    if signatures.is_empty() {
        let reason = "its signature is not known: neither its metadata nor a later digest tells it";
        return Verdict::Untold(reason.to_owned());
    }
    let text = digest.signed_text(hash);
    let mut answers = signatures.iter().map(|signature| keys.signed(fingerprint, &text, signature));
    match answers.try_fold(false, |any, answer| answer.map(|fits| any || fits)) {
        None => Verdict::Untold(format!("there is no public key with the fingerprint {fingerprint}")),
        Some(false) => Verdict::Invalid("its signature does not fit".to_owned()),
        Some(true) if words.is_some_and(|words| words.hashes.iter().any(|told| !told.eq_ignore_ascii_case(hash))) => {
            Verdict::Invalid("the next digest tells another hash".to_owned())
        }
        Some(true) => Verdict::Valid,
    }
}

/// By region, from when to when keys were used to sign the digests.
pub fn spans(files: &[File]) -> BTreeMap<String, (Moment, Moment)> {
    let mut spans: BTreeMap<String, (Moment, Moment)> = BTreeMap::new();
    for file in files {
        let Some((place, (_, digest, _))) = Place::of(&file.name).zip(file.digest()) else {
            continue;
        };
        let times = [&digest.digest_start_time, &digest.digest_end_time].map(|time| Moment::parse(time));
        if let [Some(start), Some(end)] = times {
            let span = spans.entry(place.region.to_owned()).or_insert((start, end));
            *span = (span.0.min(start), span.1.max(end));
        }
    }
    spans
}

/// The times between the digests of each chain. Digests that were made afterwards fill the gaps of those they
/// were made for.
pub(super) fn gaps(judged: &[Judged<'_>]) -> Vec<Gap> {
    let mut chains: BTreeMap<&str, Vec<&Judged<'_>>> = BTreeMap::new();
    for one in judged {
        chains.entry(one.place.chain().0).or_default().push(one);
    }
    let mut gaps = Vec::new();
    for (chain, mut digests) in chains {
        digests.sort_unstable_by_key(|one| (&one.digest.digest_start_time, &one.digest.digest_end_time));
        let mut covered: Option<&str> = None;
        for Judged { digest, .. } in digests {
            if let Some(from) = covered.filter(|end| *end < digest.digest_start_time.as_str()) {
                let (chain, from, to) = (chain.to_owned(), from.to_owned(), digest.digest_start_time.clone());
                gaps.push(Gap { chain, from, to, starts_anew: digest.previous_digest_s3_object.is_none() });
            }
            covered = covered.max(Some(&digest.digest_end_time));
        }
    }
    gaps
}
