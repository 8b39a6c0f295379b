//! What is remembered by keys that are written one after the other, so that no key takes memory of its own.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Where something is remembered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u32);

impl Place {
    pub(super) fn at(self) -> usize {
        self.0 as usize
    }

    /// Where the next item will stand. What is remembered is far less than 4 GB, so no place is beyond.
    pub(super) fn end<T>(items: &[T]) -> Place {
        Place(u32::try_from(items.len()).unwrap_or(u32::MAX))
    }
}

/// Items by keys of bytes, which are compared as a whole.
pub(super) struct Keyed<T> {
    /// By the hash of the key: where the key starts and ends in `keys`, and the item.
    places: FxHashMap<u64, (u32, u32, T)>,
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
        let (start, end, item) = self.places.get(&xxh3_64(key))?;
        (self.keys.get(*start as usize..*end as usize)? == key).then_some(*item)
    }

    pub(super) fn add(&mut self, key: &[u8], item: T) {
        // A key that stands there takes no more room.
        if self.find(key).is_none() {
            self.keys.extend_from_slice(key);
        } else if let Some((_, _, known)) = self.places.get_mut(&xxh3_64(key)) {
            *known = item;
            return;
        }
        let end = self.keys.len();
        // Whoever remembers forgets long before that.
        if let (Ok(start), Ok(end)) = (u32::try_from(end - key.len()), u32::try_from(end)) {
            self.places.insert(xxh3_64(key), (start, end, item));
        }
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.keys.len() + self.places.len() * (size_of::<(u64, u32, u32, T)>() + 1)
    }
}

/// So many keys are glimpsed at a time: 64 kB.
const MOST_GLIMPSES: usize = 1 << 13;

/// Which keys came of late, by their hashes alone. A wrong answer does no harm: something is remembered in vain, or
/// later than it could be.
#[derive(Default)]
pub(super) struct Glimpses(Vec<u64>);

impl Glimpses {
    /// Whether a key came before, of late; it has from now on.
    pub(super) fn came(&mut self, key: &[u8]) -> bool {
        self.0.resize(MOST_GLIMPSES, 0);
        let hash = xxh3_64(key);
        let place = self.0.get_mut(hash as usize % MOST_GLIMPSES);
        place.is_some_and(|place| std::mem::replace(place, hash) == hash)
    }
}

#[cfg(test)]
mod tests {
    use super::{Glimpses, Keyed};

    #[test]
    fn keys_are_told_apart_and_take_room_once() {
        let mut keyed = Keyed::default();
        keyed.add(b"one", 1);
        let size = keyed.size();
        keyed.add(b"one", 2);
        assert_eq!((keyed.find(b"one"), keyed.find(b"on"), keyed.size()), (Some(2), None, size));
        keyed.add(b"other", 3);
        assert_eq!((keyed.find(b"one"), keyed.find(b"other")), (Some(2), Some(3)));
    }

    #[test]
    fn a_key_that_comes_again_is_known() {
        let mut glimpses = Glimpses::default();
        assert!(!glimpses.came(b"one") && !glimpses.came(b"other") && glimpses.came(b"one"));
    }
}
