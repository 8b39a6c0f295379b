//! Numbers that look random and follow from a seed (xorshift64*).

/// A stream of numbers.
pub(crate) struct Random {
    state: u64,
    /// Choices told beforehand, the next one last.
    told: Vec<u8>,
}

impl Random {
    /// The stream of one case, so that any case can be made again alone.
    pub(crate) fn new(seed: u64, case: u64) -> Random {
        // Spread out, because neighbouring states give neighbouring first numbers; a zero state stays zero.
        let spread = (seed ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mut random = Random { state: (spread ^ (spread >> 31)) | 1, told: Vec::new() };
        random.next();
        random.next();
        random
    }

    /// The stream whose first choices are told, a byte each; what follows them is always the same.
    pub(crate) fn told(choices: &[u8]) -> Random {
        Random { told: choices.iter().rev().copied().collect(), ..Random::new(0, 0) }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below the limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let number = self.told.pop().map_or_else(|| self.next() >> 33, u64::from);
        usize::try_from(number).unwrap() % limit
    }

    /// True so many times in a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of the items.
    pub(crate) fn one<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}
