//! Files and objects that an earlier run has read: they are not handed over again.

use std::collections::HashSet;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

/// What was read, by name and stamp. 16 bytes each.
#[derive(Clone, Debug, Default)]
pub struct Known {
    marks: Arc<HashSet<u128>>,
}

impl Known {
    /// From names and stamps as blobs have them.
    pub fn of<'a>(read: impl IntoIterator<Item = (&'a str, &'a str)>) -> Known {
        Known { marks: Arc::new(read.into_iter().map(|(name, stamp)| mark(name, stamp)).collect()) }
    }

    /// Whether it was read as it is now.
    pub(super) fn has(&self, name: &str, stamp: impl FnOnce() -> String) -> bool {
        !self.marks.is_empty() && self.marks.contains(&mark(name, &stamp()))
    }
}

/// A stamp holds no line feed.
fn mark(name: &str, stamp: &str) -> u128 {
    xxh3_128(format!("{stamp}\n{name}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn a_file_that_changed_is_not_known() {
        let known = Known::of([("a", "1"), ("b", "2")]);
        let has = |known: &Known, name: &str, stamp: &str| known.has(name, || stamp.to_owned());
        assert!(has(&known, "a", "1") && has(&known, "b", "2"));
        assert!(!has(&known, "a", "2") && !has(&known, "c", "1") && !has(&Known::default(), "a", "1"));
    }
}
