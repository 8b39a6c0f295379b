//! From places as the user writes them to sources that can be read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blob::Source;
use super::bucket::Bucket;
use super::error::Error;
use super::folder::Folder;
use super::identity::Identity;
use super::location::Location;
use super::lookup::Lookup;
use super::runtime::Engine;
use super::store::{BucketStore, DiskStore, Store};
use super::wanted::Wanted;

/// Opens folders, files, buckets (`s3://bucket/prefix`) and event histories (`lookup:`, `lookup:REGION,…`,
/// `lookup:all`), each once. What is wrong with any of them is told before the first is read.
pub fn open(places: &[PathBuf], identity: &Identity, wanted: &Wanted) -> Result<Vec<Box<dyn Source>>, Error> {
    let locations = places.iter().map(|place| Location::parse(place)).collect::<Result<BTreeSet<_>, Error>>()?;
    let (mut paths, mut looked_up) = (Vec::new(), None);
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    let mut engine = None;
    for location in locations {
        match location {
            Location::Disk(path) => paths.push(path),
            Location::Bucket { bucket, prefix } => {
                sources.push(Box::new(Bucket::open(&started(&mut engine)?, (bucket, prefix), identity, wanted)?));
            }
            Location::Lookup { regions } => looked_up.get_or_insert_with(BTreeSet::new).extend(regions),
        }
    }
    if let Some(regions) = looked_up {
        sources.push(Box::new(Lookup::open(&started(&mut engine)?, &regions, identity, wanted)?));
    }
    if !paths.is_empty() {
        sources.push(Box::new(Folder::open(&paths, wanted)?));
    }
    Ok(sources)
}

/// Opens a place that is written to: a folder, or `s3://bucket/prefix`.
pub fn store(place: &Path, identity: &Identity) -> Result<Arc<dyn Store>, Error> {
    match Location::parse(place)? {
        Location::Disk(folder) => Ok(Arc::new(DiskStore::new(folder))),
        Location::Bucket { bucket, prefix } => Ok(Arc::new(BucketStore::open(bucket, prefix, identity)?)),
        Location::Lookup { .. } => {
            let advice = "give a folder or `s3://bucket/prefix`";
            Err(Error::Place { place: place.to_string_lossy().into_owned(), advice })
        }
    }
}

/// The network threads, started when the first source needs them.
fn started(engine: &mut Option<Arc<Engine>>) -> Result<Arc<Engine>, Error> {
    let started = match engine {
        Some(engine) => Arc::clone(engine),
        None => Arc::new(Engine::start()?),
    };
    *engine = Some(Arc::clone(&started));
    Ok(started)
}
