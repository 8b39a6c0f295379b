//! What is remembered by keys that are written one after the other, so that no key takes memory of its own.

use std::ops::Range;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Items by keys of bytes, which are compared as a whole.
pub(super) struct Keyed<T> {
    /// By the hash of the key: where the key stands in `keys`, and the item.
    places: FxHashMap<u64, (Range<usize>, T)>,
    /// All keys, one after the other.
    keys: Vec<u8>,
}

impl<T> Default for Keyed<T> {
    fn default() -> Keyed<T> {
        Keyed { places: FxHashMap::default(), keys: Vec::new() }
    }
}

impl<T: Copy> Keyed<T> {
    pub(super) fn find(&self, key: &[u8]) -> Option<T> {
        let (place, item) = self.places.get(&xxh3_64(key))?;
        (self.keys.get(place.clone())? == key).then_some(*item)
    }

    pub(super) fn add(&mut self, key: &[u8], item: T) {
        let start = self.keys.len();
        self.keys.extend_from_slice(key);
        self.places.insert(xxh3_64(key), (start..self.keys.len(), item));
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.keys.len() + self.places.len() * (size_of::<(u64, Range<usize>, T)>() + 1)
    }
}
