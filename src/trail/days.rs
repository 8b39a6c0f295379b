//! On which days something was seen, one bit a day.

/// Words of 64 days kept: more than any log spans. Beyond it the earliest are forgotten.
const MOST_WORDS: usize = 64;

const WORD_DAYS: i64 = 64;

/// A set of days, as days since 1970-01-01.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The number of each word and its days, sorted.
    words: Vec<(i64, u64)>,
}

impl Days {
    /// Takes in one day.
    pub fn add(&mut self, day: i64) {
        self.add_word(day.div_euclid(WORD_DAYS), 1 << day.rem_euclid(WORD_DAYS));
    }

    /// All days, in order.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        let days = |(word, bits): &(i64, u64)| {
            let (first, bits) = (word * WORD_DAYS, *bits);
            (0..WORD_DAYS).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| first + bit)
        };
        self.words.iter().flat_map(days)
    }

    /// The union.
    pub fn merge(&mut self, other: &Days) {
        other.words.iter().for_each(|(word, bits)| self.add_word(*word, *bits));
    }

    fn add_word(&mut self, word: i64, bits: u64) {
        match self.words.binary_search_by_key(&word, |(known, _)| *known) {
            Ok(at) => self.words.get_mut(at).into_iter().for_each(|(_, known)| *known |= bits),
            Err(at) => self.words.insert(at, (word, bits)),
        }
        if self.words.len() > MOST_WORDS {
            self.words.remove(0);
        }
    }
}

impl FromIterator<i64> for Days {
    fn from_iter<I: IntoIterator<Item = i64>>(days: I) -> Days {
        let mut set = Days::default();
        days.into_iter().for_each(|day| set.add(day));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::Days;

    #[test]
    fn days_are_a_set_in_any_order() {
        let one: Days = [20_000, -1, 20_063, 20_000, 0].into_iter().collect();
        assert_eq!(one.iter().collect::<Vec<_>>(), [-1, 0, 20_000, 20_063]);
        let mut merged: Days = [0, 20_063].into_iter().collect();
        merged.merge(&[20_000, -1].into_iter().collect());
        assert_eq!(merged, one);
    }

    #[test]
    fn the_earliest_are_forgotten() {
        let days: Days = (0..10_000).rev().collect();
        assert_eq!(days, (0..10_000).collect());
        assert_eq!(days.iter().last(), Some(9_999));
        assert!(days.iter().count() <= 64 * 64);
    }
}
