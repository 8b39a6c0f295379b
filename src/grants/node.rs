//! A JSON value that knows its place, and the list of what was not understood.
//!
//! The one way in which the readers of this room walk a file: whatever has the wrong type becomes an `Unreadable`.

use serde_json::Value;

use super::model::Unreadable;

/// Above this the rest of a file's complaints are only counted: nobody reads more, and a hostile file has millions.
const MAX_UNREADABLE_PER_FILE: usize = 1_000;

/// Names a key of the object at `place`.
pub(super) fn below(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

/// What was not understood in one file.
#[derive(Debug)]
pub(super) struct Losses {
    /// The file's name.
    pub(super) file: String,
    entries: Vec<Unreadable>,
    dropped: usize,
    repeated: Vec<(String, String)>,
}

impl Losses {
    /// Starts with nothing lost.
    pub(super) fn new(file: &str) -> Losses {
        Losses { file: file.to_owned(), entries: Vec::new(), dropped: 0, repeated: Vec::new() }
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, place: &str, reason: impl Into<String>) {
        if self.entries.len() >= MAX_UNREADABLE_PER_FILE {
            self.dropped += 1;
            return;
        }
        let (file, place) = (self.file.clone(), place.to_owned());
        self.entries.push(Unreadable { file, place, reason: reason.into() });
    }

    /// Tells which keys of the value at hand are repeated.
    pub(super) fn note_repeated(&mut self, root: &str, repeated: Vec<(String, String)>) {
        self.repeated.clear();
        for (place, key) in repeated {
            let place =
                if root.is_empty() || place.is_empty() { format!("{root}{place}") } else { below(root, &place) };
            self.add(&place, format!("repeated key `{key}`: the last one counts"));
            self.repeated.push((place, key));
        }
    }

    /// A key that is repeated in the value at `place` or below it.
    pub(super) fn repeated_within(&self, place: &str) -> Option<&str> {
        let inside = |at: &str| match at.strip_prefix(place) {
            Some(rest) => rest.is_empty() || rest.starts_with(['.', '[']),
            None => false,
        };
        self.repeated.iter().find(|(at, _)| inside(at)).map(|(_, key)| key.as_str())
    }

    /// The entries, with one more for those beyond the limit.
    pub(super) fn into_entries(mut self) -> Vec<Unreadable> {
        if self.dropped > 0 {
            let reason = format!("{} more places could not be understood", self.dropped);
            let (file, place) = (self.file, String::new());
            self.entries.push(Unreadable { file, place, reason });
        }
        self.entries
    }
}

/// A value and its place in the file.
#[derive(Clone, Debug)]
pub(super) struct Node<'v> {
    /// The value.
    pub(super) value: &'v Value,
    /// Where it stands, as `UserDetailList[3].Arn`.
    pub(super) place: String,
}

impl<'v> Node<'v> {
    /// The member, unless it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<Node<'v>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Node { value, place: below(&self.place, key) })
    }

    /// Whether there is such a member.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// A string member; a wrong type is a loss.
    pub(super) fn text(&self, key: &str, losses: &mut Losses) -> Option<String> {
        let node = self.get(key)?;
        match node.value.as_str() {
            Some(text) => Some(text.to_owned()),
            None => {
                losses.add(&node.place, "not a string");
                None
            }
        }
    }

    /// The entries of a list member, none when it is absent; `None` and a loss when it is no list.
    pub(super) fn list(&self, key: &str, losses: &mut Losses) -> Option<Vec<Node<'v>>> {
        let Some(node) = self.get(key) else {
            return Some(Vec::new());
        };
        if node.value.as_object().is_some_and(serde_json::Map::is_empty) {
            // AWS's own documentation prints an empty list so; nothing can hide in it.
            return Some(Vec::new());
        }
        let entries = node.entries();
        if entries.is_none() {
            losses.add(&node.place, "not a list");
        }
        entries
    }

    /// The entries, when this is a list.
    pub(super) fn entries(&self) -> Option<Vec<Node<'v>>> {
        let items = self.value.as_array()?;
        let node = |(index, value)| Node { value, place: format!("{}[{index}]", self.place) };
        Some(items.iter().enumerate().map(node).collect())
    }

    /// The members, when this is an object.
    pub(super) fn members(&self) -> Option<Vec<(&'v str, Node<'v>)>> {
        let map = self.value.as_object()?;
        let node =
            |(key, value): (&'v String, &'v Value)| (key.as_str(), Node { value, place: below(&self.place, key) });
        Some(map.iter().map(node).collect())
    }
}
