//! "Did you mean": the known name that is the fewest changes away.

/// The nearest of some names, without regard to case; nothing when even that one is far.
pub(crate) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let word = word.to_ascii_lowercase();
    let limit = (word.len() / 4).clamp(1, 4);
    let near = names.filter(|name| name.len().abs_diff(word.len()) <= limit);
    let with_distance = near.map(|name| (distance(&word, &name.to_ascii_lowercase()), name));
    with_distance.filter(|(distance, _)| *distance <= limit).min().map(|(_, name)| name)
}

/// Insertions, deletions and replacements from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.bytes().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (slot, other) in row.iter_mut().skip(1).zip(to.bytes()) {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *slot;
            *slot = replaced.min(left + 1).min(diagonal + 1);
            left = *slot;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn the_nearest_name() {
        let names = || ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject"].into_iter();
        assert_eq!(nearest("s3:getobjet", names()), Some("s3:GetObject"));
        assert_eq!(nearest("s3:Delete", names()), None);
    }
}
