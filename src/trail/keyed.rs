//! What is remembered by long keys, of which no more than a hash is kept: 128 bits, by a secret that nobody knows before,
//! so that nobody can write records that are taken for others.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_secret};

/// As the secret built into XXH3.
const SECRET_BYTES: usize = 192;

/// Items by keys of bytes.
pub(super) struct Keyed<T> {
    secret: [u8; SECRET_BYTES],
    items: FxHashMap<u128, T>,
}

impl<T: Copy> Keyed<T> {
    /// Nothing yet. The secret is made from a text.
    pub(super) fn by(text: &str) -> Keyed<T> {
        let mut secret = [0; SECRET_BYTES];
        let words = secret.as_chunks_mut::<8>().0.iter_mut().zip(0..);
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
        self.items.len() * (size_of::<(u128, T)>() + 1)
    }

    fn hash(&self, key: &[u8]) -> u128 {
        xxh3_128_with_secret(key, &self.secret)
    }
}
