//! The places of names that are found without regard to case, and without a copy of any name.
//!
//! A table of places with open addressing; the names themselves stand with their owner.

/// No place.
const NONE: u32 = u32::MAX;
/// The bit that tells small letters from capitals, in each byte.
const SMALL: u64 = 0x2020_2020_2020_2020;
/// An odd number without a pattern in its bits.
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// The places of a list of names.
pub(super) struct Index {
    slots: Vec<u32>,
    /// How far a hash is shifted to be the number of a slot.
    shift: u32,
}

impl Index {
    /// From names by their places; no two may differ in case only.
    pub(super) fn new<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Index {
        let size = (names.len() + names.len() / 3 + 2).next_power_of_two();
        let mut index = Index { slots: vec![NONE; size], shift: u64::BITS - size.trailing_zeros() };
        for (place, name) in (0..).zip(names) {
            let free = index.ways(name).find(|slot| index.slots.get(*slot) == Some(&NONE));
            if let Some(slot) = free.and_then(|slot| index.slots.get_mut(slot)) {
                *slot = place;
            }
        }
        index
    }

    /// The place of a name in any case, where `at` gives the name at a place.
    pub(super) fn find<'a>(&self, name: &str, at: impl Fn(usize) -> Option<&'a str>) -> Option<usize> {
        let slots = self.ways(name).map_while(|slot| self.slots.get(slot).filter(|place| **place != NONE));
        let mut places = slots.map(|place| *place as usize);
        places.find(|place| at(*place).is_some_and(|known| known.eq_ignore_ascii_case(name)))
    }

    /// The slots in which a name may stand, the likeliest first.
    fn ways(&self, name: &str) -> impl Iterator<Item = usize> + use<> {
        let (first, mask) = ((hash(name) >> self.shift) as usize, self.slots.len() - 1);
        (0..=mask).map(move |step| (first + step) & mask)
    }
}

/// The same for names that differ in case only.
fn hash(name: &str) -> u64 {
    let fold = |hash: u64, word: u64| (hash.rotate_left(5) ^ (word | SMALL)).wrapping_mul(MIX);
    let (words, rest) = name.as_bytes().as_chunks();
    let hash = words.iter().fold(0, |hash, word| fold(hash, u64::from_le_bytes(*word)));
    let tail = rest.iter().fold(0, |tail, byte| tail << 8 | u64::from(*byte));
    let hash = fold(hash, tail);
    hash ^ hash >> 29
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        let names: Vec<String> = (0..1000).map(|number| format!("s3:GetThing{number}")).collect();
        let index = Index::new(names.iter().map(String::as_str));
        let find = |name: &str| index.find(name, |place| names.get(place).map(String::as_str));
        for (place, name) in names.iter().enumerate() {
            assert_eq!(find(name), Some(place));
            assert_eq!(find(&name.to_ascii_uppercase()), Some(place));
        }
        assert_eq!(find("s3:GetThing1000"), None);
        assert_eq!(find(""), None);
        assert_eq!(Index::new([].into_iter()).find("a", |_| None), None);
    }
}
