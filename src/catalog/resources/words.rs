//! A resource as AWS says it in a sentence: `user alice`, `policy ARN version v2`, `instance profile p`.
//!
//! Only what stands after the kind's own name is read; a lone name tells no kind.

use super::record::envelope;
use super::{arn, plain};
use crate::catalog::call::Call;
use crate::catalog::dictionary::Catalog;
use crate::catalog::kinds::Kind;

impl Catalog {
    /// The ARN of the resource of an action that a sentence names by its kind and its own name.
    pub fn in_words(&self, action: &str, words: &str, call: &Call<'_>) -> Option<String> {
        if let Some(whole) = words.split(' ').find(|word| word.starts_with("arn:")) {
            return Some(whole.to_owned());
        }
        let (kind, name) = words.rsplit_once(' ')?;
        let uses = self.action(action)?.resource_formats.uses();
        let mut kinds = uses.iter().filter_map(|one| self.kinds.get(one.kind));
        kinds.find(|known| plain(&known.name) == plain(kind)).and_then(|kind| filled(kind, name, call))
    }
}

/// The ARN of a type that has one variable beside the envelope's.
fn filled(kind: &Kind, name: &str, call: &Call<'_>) -> Option<String> {
    let own = |format: &str| arn::variables(format).filter(|variable| envelope(call, variable).is_none()).count();
    let format = kind.formats().find(|format| own(format) == 1)?;
    arn::fill(format, |variable| envelope(call, variable).or(Some(name))).filter(|_| !name.is_empty())
}
