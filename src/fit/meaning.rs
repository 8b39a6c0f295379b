//! Some names of a service, as a set of their places.

/// A set of places below a number fixed at its making.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Meaning {
    words: Vec<u64>,
}

impl Meaning {
    /// The empty set of places below `length`.
    pub(super) fn none(length: usize) -> Meaning {
        Meaning { words: vec![0; length.div_ceil(64)] }
    }

    pub(super) fn add(&mut self, place: usize) {
        if let Some(word) = self.words.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    pub(super) fn has(&self, place: usize) -> bool {
        self.words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// Whether there is more than one.
    pub(super) fn has_several(&self) -> bool {
        self.words.iter().map(|word| word.count_ones()).sum::<u32>() > 1
    }

    /// Whether the other has all of ours.
    pub(super) fn within(&self, other: &Meaning) -> bool {
        self.words.iter().zip(&other.words).all(|(ours, theirs)| ours & !theirs == 0)
    }

    /// The places, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let places = |(at, &word): (usize, &u64)| {
            let rests = std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)));
            let ones = rests.take_while(|rest| *rest != 0);
            ones.map(move |rest| at * 64 + usize::try_from(rest.trailing_zeros()).unwrap_or_default())
        };
        self.words.iter().enumerate().flat_map(places)
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn sets() {
        let set = |places: &[usize]| {
            let mut set = Meaning::none(130);
            places.iter().for_each(|place| set.add(*place));
            set
        };
        let few = set(&[0, 63, 64, 129]);
        assert_eq!(few.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert!(few.has(63) && !few.has(62) && few.has_several() && !set(&[7]).has_several());
        assert!(set(&[64]).within(&few) && few.within(&few) && !few.within(&set(&[0, 63, 64])));
    }
}
