//! What several actions of a service have in common: resource types, condition keys and dependent actions.
//!
//! A group keeps a line of the table and reads it when first asked, so that a start-up pays for no list.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::kinds::{Kinds, Use};
use super::sheet::{Kept, list};

/// The actions of one service with the same types, keys and dependents.
pub(super) struct Group {
    /// The line of one of them.
    line: Kept,
    kinds: Arc<Kinds>,
    read: OnceLock<Box<Lists>>,
}

struct Lists {
    uses: Vec<Use>,
    /// Formats, condition keys, dependents.
    texts: [Vec<String>; 3],
}

impl Group {
    pub(super) fn new(line: Kept, kinds: &Arc<Kinds>) -> Group {
        Group { line, kinds: Arc::clone(kinds), read: OnceLock::new() }
    }

    fn lists(&self) -> &Lists {
        self.read.get_or_init(|| Box::new(self.read()))
    }

    fn read(&self) -> Lists {
        let mut fields = self.line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (action, _level, types, keys, dependents) = (next(), next(), next(), next(), next());
        let service = action.split(':').next().unwrap_or_default();
        let mut uses = Vec::new();
        let mut formats = Vec::new();
        let mut known: Vec<&str> = list(keys).collect();
        for kind in list(types) {
            if let Some((place, found)) = self.kinds.named(service, kind.trim_end_matches('*')) {
                uses.push(Use { kind: place, required: kind.ends_with('*') });
                formats.extend(found.formats().map(str::to_owned));
                known.extend(found.keys());
            }
        }
        known.sort_unstable();
        known.dedup();
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        Lists { uses, texts: [formats, owned(known), owned(list(dependents).collect())] }
    }
}

/// One of the lists of an action, read when first asked for.
#[derive(Clone)]
pub struct Listed<const WHICH: usize>(Arc<Group>);

/// ARN formats.
pub(super) type Formats = Listed<0>;
/// Condition keys.
pub(super) type KeyNames = Listed<1>;
/// Dependent actions.
pub(super) type Dependents = Listed<2>;

impl<const WHICH: usize> Listed<WHICH> {
    pub(super) fn new(group: &Arc<Group>) -> Self {
        Listed(Arc::clone(group))
    }
}

impl Formats {
    /// The resource types whose formats these are.
    pub(super) fn uses(&self) -> &[Use] {
        &self.0.lists().uses
    }
}

impl<const WHICH: usize> Deref for Listed<WHICH> {
    type Target = [String];

    fn deref(&self) -> &[String] {
        self.0.lists().texts.get(WHICH).map(Vec::as_slice).unwrap_or_default()
    }
}

impl<const WHICH: usize> fmt::Debug for Listed<WHICH> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.deref().fmt(out)
    }
}
