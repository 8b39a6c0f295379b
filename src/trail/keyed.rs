//! What is remembered by long keys, of which no more than a hash is kept: 128 bits, by a secret that is new each time,
//! so that nobody can write records that are taken for others.

use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128_with_secret;

/// As the secret built into XXH3.
const SECRET_BYTES: usize = 192;

/// Items by keys of bytes.
pub(super) struct Keyed<T> {
    secret: [u8; SECRET_BYTES],
    items: FxHashMap<u128, T>,
}

impl<T> Default for Keyed<T> {
    fn default() -> Keyed<T> {
        let mut secret = [0; SECRET_BYTES];
        let random = RandomState::new();
        let words = secret.as_chunks_mut().0.iter_mut().zip(0_u64..);
        words.for_each(|(word, number)| *word = random.hash_one(number).to_le_bytes());
        Keyed { secret, items: FxHashMap::default() }
    }
}

impl<T: Copy> Keyed<T> {
    pub(super) fn find(&self, key: &[u8]) -> Option<T> {
        self.items.get(&self.hash(key)).copied()
    }

    pub(super) fn add(&mut self, key: &[u8], item: T) {
        self.items.insert(self.hash(key), item);
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.items.len() * (size_of::<(u128, T)>() + 1)
    }

    fn hash(&self, key: &[u8]) -> u128 {
        xxh3_128_with_secret(key, &self.secret)
    }
}
