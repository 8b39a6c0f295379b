//! The ways that lead on from many places of an automaton at once, letter by letter.

/// Sorted by letter and place, of which the places are in order already. At the beginnings of names thousands of
/// patterns stand together, with few letters: these are counted.
pub(super) fn by_letter(mut named: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    /// All of ASCII.
    const COUNTED: usize = 128;
    /// Fewer are sorted as fast.
    const FEW: usize = 24;
    let at = |letter: u32| usize::try_from(letter).unwrap_or(usize::MAX);
    if named.len() < FEW || named.iter().any(|(letter, _)| at(*letter) >= COUNTED) {
        named.sort_unstable();
        return named;
    }
    // Where the next pair of each letter goes.
    let mut next = [0; COUNTED + 1];
    for (letter, _) in &named {
        if let Some(count) = next.get_mut(at(*letter) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for count in &mut next {
        sum += *count;
        *count = sum;
    }
    let mut sorted = vec![(0, 0); named.len()];
    for pair in named {
        let Some(place) = next.get_mut(at(pair.0)) else { continue };
        if let Some(slot) = sorted.get_mut(*place) {
            *slot = pair;
        }
        *place += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::by_letter;

    #[test]
    fn counted_as_sorted() {
        for (length, letters) in [(0, 1), (1, 1), (23, 5), (24, 5), (24, 128), (300, 7), (5_000, 128), (300, 1_000)] {
            // Places in order, letters in none.
            let named: Vec<(u32, u32)> = (0..length).map(|place| (place * 7_919 % letters, place)).collect();
            let mut sorted = named.clone();
            sorted.sort_unstable();
            assert_eq!(by_letter(named), sorted, "{length} of {letters}");
        }
    }
}
