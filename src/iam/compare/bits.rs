//! Sets of small numbers: the values of a dimension that are still possible.

/// A set of numbers below a length fixed at its making.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// The empty set of numbers below `length`.
    pub(super) fn none(length: usize) -> Bits {
        Bits { words: vec![0; length.div_ceil(64)] }
    }

    /// All numbers below `length`.
    pub(super) fn all(length: usize) -> Bits {
        Bits::of(length, |_| true)
    }

    /// The numbers below `length` of which something holds.
    pub(super) fn of(length: usize, holds: impl Fn(usize) -> bool) -> Bits {
        let mut bits = Bits::none(length);
        (0..length).filter(|&number| holds(number)).for_each(|number| bits.add(number));
        bits
    }

    pub(super) fn add(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// The number is in if it was out and `on`; else it is out.
    pub(super) fn turn(&mut self, number: usize, on: bool) {
        let stays = on && !self.has(number);
        self.retain(|other| other != number);
        if stays {
            self.add(number);
        }
    }

    pub(super) fn has(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Keeps what the other set has too.
    pub(super) fn keep(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours &= theirs);
    }

    /// Drops what the other set has.
    pub(super) fn drop_all(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(ours, theirs)| *ours &= !theirs);
    }

    /// Keeps the numbers of which something holds.
    pub(super) fn retain(&mut self, holds: impl Fn(usize) -> bool) {
        for (place, word) in self.words.iter_mut().enumerate() {
            let gone = (0..64).filter(|bit| *word >> bit & 1 == 1 && !holds(place * 64 + bit));
            *word &= !gone.fold(0, |mask, bit| mask | 1 << bit);
        }
    }

    /// Whether both have a number in common.
    pub(super) fn meets(&self, other: &Bits) -> bool {
        self.words.iter().zip(&other.words).any(|(ours, theirs)| ours & theirs != 0)
    }

    /// Whether the other set has all of ours.
    pub(super) fn within(&self, other: &Bits) -> bool {
        self.words.iter().zip(&other.words).all(|(ours, theirs)| ours & !theirs == 0)
    }

    /// The numbers, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let numbers = |(place, &word): (usize, &u64)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| place * 64 + bit)
        };
        self.words.iter().enumerate().flat_map(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn sets() {
        let even = Bits::of(130, |number| number % 2 == 0);
        let mut few = Bits::none(130);
        [0, 64, 129].into_iter().for_each(|number| few.add(number));
        assert!(even.meets(&few) && !few.within(&even) && few.within(&Bits::all(130)));
        few.keep(&even);
        assert_eq!(few.iter().collect::<Vec<_>>(), [0, 64]);
        assert!(few.has(64) && !few.has(129) && !few.is_empty() && few.within(&even));
        assert!(Bits::none(3).is_empty() && Bits::all(0).is_empty());
    }
}
