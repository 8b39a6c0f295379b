//! Numbers that look random and follow from a seed (splitmix64).

/// A stream of numbers.
pub(crate) struct Random(u64);

impl Random {
    /// Streams of different files do not depend on each other, so that files can be written in any order. The start
    /// is mixed twice: streams that start a few steps apart would soon tell the same.
    pub(crate) fn new(seed: u64, stream: u64) -> Random {
        Random(mixed(mixed(seed).wrapping_add(stream)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Appends so many characters of the alphabet, which has 2, 4, 8, 16, 32 or 64.
    pub(crate) fn letters(&mut self, alphabet: &[u8], count: usize, out: &mut String) {
        for _ in 0..count {
            let index = self.next() as usize % alphabet.len();
            out.push(char::from(alphabet[index]));
        }
    }
}

fn mixed(number: u64) -> u64 {
    let mut mixed = number;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
