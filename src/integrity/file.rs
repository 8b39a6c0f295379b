//! One file's bytes → its name, the hash of what is in it, and the digest, if it is one.

use std::io::Read;

use flate2::bufread::GzDecoder;
use ring::digest::{SHA256, digest};
use serde_json::Value;

use super::digest::Digest;
use super::place::Place;
use super::verdict::{Kind, Verdict};

/// The member of an object's metadata that holds a digest's signature.
const SIGNATURE: &str = "signature";

/// The end of the name of a file beside a digest on disk, with what `aws s3api head-object` prints of the digest.
pub(super) const METADATA: &str = ".metadata.json";

/// As the ingest: beyond this it is no delivered file.
const MAX_INFLATED: u64 = 1 << 30;

/// A file that was found and read.
#[derive(Clone, Debug)]
pub struct File {
    pub(super) name: String,
    /// What is in it, or what is to be said of it for want of that.
    pub(super) content: Result<Content, Verdict>,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    /// The hash, in hex.
    Log(String),
    /// The hash, the text understood, the signature in hex if the store knows one.
    Digest { hash: String, digest: Box<Digest>, signature: Option<String> },
    /// The signature of the digest beside which it lies.
    Metadata(Option<String>),
}

impl File {
    /// A file that could not be had.
    pub fn unreadable(name: String, reason: String) -> File {
        File { name, content: Err(Verdict::Untold(reason)) }
    }

    /// The digest in it, its hash and the signature.
    pub(super) fn digest(&self) -> Option<(&str, &Digest, Option<&str>)> {
        match &self.content {
            Ok(Content::Digest { hash, digest, signature }) => Some((hash, digest, signature.as_deref())),
            _ => None,
        }
    }
}

/// Reads a file. `None`: it is neither a log nor a digest nor what is told about one.
///
/// Hashes are over what is inflated: a file that was packed again is the same file. Bytes after the end of the packed
/// stream make it another.
pub fn read(name: String, bytes: &[u8], signature: Option<String>) -> Option<File> {
    if let Some(digest) = name.strip_suffix(METADATA) {
        Place::of(digest)?;
        return Some(File { content: Ok(Content::Metadata(told(bytes))), name });
    }
    let kind = Place::of(&name)?.kind;
    let content = inflate(bytes).and_then(|text| {
        let hash = hex::encode(digest(&SHA256, &text));
        match kind {
            Kind::Log => Ok(Content::Log(hash)),
            Kind::Digest => match serde_json::from_slice(&text) {
                Ok(digest) => Ok(Content::Digest { hash, digest: Box::new(digest), signature }),
                Err(error) => Err(format!("it is no digest: {error}")),
            },
        }
    });
    Some(File { name, content: content.map_err(Verdict::Invalid) })
}

/// The signature in an object's metadata.
fn told(bytes: &[u8]) -> Option<String> {
    let text: Value = serde_json::from_slice(bytes).ok()?;
    let metadata = text.get("Metadata").unwrap_or(&text);
    metadata.get(SIGNATURE).and_then(Value::as_str).map(str::to_owned)
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut rest = bytes;
    let mut text = Vec::new();
    let read = GzDecoder::new(&mut rest).take(MAX_INFLATED + 1).read_to_end(&mut text);
    read.map_err(|error| format!("it cannot be inflated: {error}"))?;
    if text.len() as u64 > MAX_INFLATED {
        return Err(format!("it inflates to more than {MAX_INFLATED} bytes"));
    }
    match rest {
        [] => Ok(text),
        _ => Err("there are bytes after the end of the compressed stream".to_owned()),
    }
}
