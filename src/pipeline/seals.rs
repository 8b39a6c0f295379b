//! Logs and digests → whether they are what CloudTrail delivered.

use std::path::PathBuf;

use rayon::prelude::*;

use super::{Input, Listener, Step, wanted};
use crate::error::Error;
use crate::integrity::{self, File, PublicKeys, Verification, spans};
use crate::source::{self, Blob, Count, Identity};

/// Keys are asked for until so long after the last digest, for the clocks of signing and of naming may differ.
const SIGNED_LATE: i64 = 2 * 3600;

/// Reads every file once and checks it. Keys come from files that hold what `aws cloudtrail list-public-keys`
/// prints; when none is given, CloudTrail is asked in the regions of the digests.
pub fn verify_logs(input: &Input, keys: &[PathBuf], listener: Listener<'_>) -> Result<Verification, Error> {
    let given = read_keys(keys)?;
    let wanted = wanted(&input.scope);
    let sources = source::open(&input.logs, &input.identity, &wanted)?;
    let count = || sources.iter().map(|source| source.count()).fold(Count::default(), Count::plus);
    let files = sources.iter().flat_map(|source| source.blobs()).par_bridge().map(|blob| {
        let Count { bytes, files, .. } = count();
        listener(Step::Start { bytes, files });
        let blob = blob?;
        let bytes = blob.size;
        let file = read(blob);
        listener(Step::File { bytes, items: 1 });
        Ok(file)
    });
    let files = files.filter_map(Result::transpose).collect::<Result<Vec<File>, Error>>()?;
    let keys = match given {
        Some(keys) => keys,
        None => ask_for_keys(&input.identity, &files)?,
    };
    Ok(integrity::verify(&files, &keys, &|key| wanted.admits(key)))
}

fn read(blob: Blob) -> Option<File> {
    let (name, signature) = (blob.name.clone(), blob.signature.clone());
    match blob.bytes() {
        Ok(bytes) => integrity::read(name, &bytes, signature),
        Err(reason) => Some(File::unreadable(name, reason)),
    }
}

fn read_keys(paths: &[PathBuf]) -> Result<Option<PublicKeys>, Error> {
    let mut keys = None;
    for path in paths {
        let read = keys.get_or_insert_with(PublicKeys::default).read(&source::read(path)?);
        read.map_err(|source| Error::PublicKeys { path: path.clone(), source })?;
    }
    Ok(keys)
}

fn ask_for_keys(identity: &Identity, files: &[File]) -> Result<PublicKeys, Error> {
    let mut keys = PublicKeys::default();
    for (region, (from, to)) in spans(files) {
        for key in source::public_keys(identity, &region, from.0, to.0 + SIGNED_LATE)? {
            keys.add(&key.fingerprint, key.value);
        }
    }
    Ok(keys)
}
