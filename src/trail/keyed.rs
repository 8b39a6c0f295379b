//! What is remembered by long keys, of which no more than a hash is kept: 128 bits, by a secret that nobody knows before,
//! so that nobody can write records that are taken for others.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed, xxh3_128_with_secret};

/// As the secret built into XXH3.
const SECRET_BYTES: usize = 192;

/// Items by keys of bytes.
pub(super) struct Keyed<T> {
    secret: [u8; SECRET_BYTES],
    items: FxHashMap<Key, T>,
}

/// The hash of a key. A map that finds it by one half compares the other, too.
#[derive(PartialEq, Eq)]
struct Key([u64; 2]);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Key([half, _]) = self;
        state.write_u64(*half);
    }
}

impl<T: Copy> Keyed<T> {
    /// Nothing yet. The secret is made from a text.
    pub(super) fn by(text: &str) -> Keyed<T> {
        let mut secret = [0; SECRET_BYTES];
        let words = secret.as_chunks_mut().0.iter_mut().zip(0..);
        words.for_each(|(word, number)| *word = xxh3_64_with_seed(text.as_bytes(), number).to_le_bytes());
        Keyed { secret, items: FxHashMap::default() }
    }

    pub(super) fn find(&self, key: &[u8]) -> Option<T> {
        self.items.get(&self.hash(key)).copied()
    }

    pub(super) fn add(&mut self, key: &[u8], item: T) {
        self.items.insert(self.hash(key), item);
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.items.len() * (size_of::<(Key, T)>() + 1)
    }

    fn hash(&self, key: &[u8]) -> Key {
        let hash = xxh3_128_with_secret(key, &self.secret);
        Key([hash as u64, (hash >> 64) as u64])
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
        let mut keyed = Keyed::by("9358c946");
        keyed.add(b"one", 1);
        let size = keyed.size();
        keyed.add(b"one", 2);
        assert_eq!((keyed.find(b"one"), keyed.find(b"on"), keyed.size()), (Some(2), None, size));
        keyed.add(b"other", 3);
        assert_eq!((keyed.find(b"one"), keyed.find(b"other")), (Some(2), Some(3)));
    }

    #[test]
    fn the_text_makes_the_secret() {
        let hash = |text: &str, key: &[u8]| Keyed::<()>::by(text).hash(key).0;
        assert_eq!(hash("a", b"key"), hash("a", b"key"));
        assert_ne!(hash("a", b"key"), hash("b", b"key"));
        assert_ne!(hash("a", &[0; 300]), hash("b", &[0; 300]));
    }

    #[test]
    fn a_key_that_comes_again_is_known() {
        let mut glimpses = Glimpses::default();
        assert!(!glimpses.came(b"one") && !glimpses.came(b"other") && glimpses.came(b"one"));
    }
}
