//! Which resources a call touched, for one of the actions that it needed.
//!
//! From the surest evidence to the weakest: the record's own list, ARNs in the request, members that fill the
//! ARN's variables, the response of a creation, the caller itself. What the record does not tell stays untold.

mod arn;
mod ec2;
mod gateway;
mod record;
mod request;
mod s3;
mod template;
mod words;

pub(super) use arn::{fits, variables};
pub(super) use gateway::{told_parts, uri_resource};
pub(super) use request::{each_string, each_string_within, text, values};
pub(super) use template::Places;

use super::call::Call;
use super::dictionary::Catalog;
use super::events::From;
use super::kinds::{Kind, Use};
use record::{MAX_RESOURCES, envelope, fits_kind, listed, pattern};

/// The call, the operation that it was (`prefix:name` in lower case), and the place of the action.
pub(super) struct Question<'a> {
    pub call: &'a Call<'a>,
    pub operation: &'a str,
    pub place: usize,
    pub from: &'a From,
}

/// A name in small letters without signs, so that `ManagedInstance` is `managed-instance`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

impl Catalog {
    /// The resources that a call touched with an action: `["*"]` when the action has no resource types,
    /// empty when the record does not tell.
    pub(super) fn resources(&self, question: &Question<'_>) -> Vec<String> {
        let Some(action) = self.actions.get(question.place) else {
            return Vec::new();
        };
        let uses = action.resource_formats.uses();
        if uses.is_empty() {
            return if action.takes_no_resource() { vec!["*".to_owned()] } else { Vec::new() };
        }
        let (prefix, call) = (action.name.split(':').next().unwrap_or_default(), question.call);
        if let Some(kind) = self.told_type(call, uses) {
            let found = self.of_kind(question, prefix, kind);
            if !found.is_empty() {
                return bounded(found);
            }
        }
        let mut found = Vec::new();
        let mut untold = Vec::new();
        for one in uses {
            let Some(kind) = self.kinds.get(one.kind) else {
                continue;
            };
            let mut here = self.of_kind(question, prefix, kind);
            if here.is_empty() && one.required && !action.acts_on_one_type {
                here.extend(only_one(call, kind));
            }
            if here.is_empty() && one.required {
                untold.push(kind);
            }
            found.extend(here);
        }
        if found.is_empty() {
            found.extend(self.itself(question).or_else(|| self.only_choice(question, uses)));
        } else if *question.from == From::Usual && !action.acts_on_one_type {
            // A required type that no part of the record names: the call acted on some resource of that type.
            found.extend(untold.iter().filter_map(|kind| kind.formats().next()).map(|format| pattern(format, call)));
        }
        bounded(found.into_iter().map(|arn| self.rooted(arn)).collect())
    }

    /// The ARN as AWS writes it where a parameter only repeats the account.
    fn rooted(&self, arn: String) -> String {
        // It can only end in an account's number if it ends in a digit.
        if !arn.ends_with(|last: char| last.is_ascii_digit()) {
            return arn;
        }
        let mut parts = arn.splitn(6, ':').skip(2);
        let (Some(service), _, Some(account), Some(resource)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return arn;
        };
        if account.is_empty() || !resource.ends_with(account) {
            return arn;
        }
        let asked = format!("{service}:{}", resource.replace(account, "${account}")).to_ascii_lowercase();
        match self.places.roots.get(&asked) {
            Some(root) => format!("{}{root}", arn.strip_suffix(resource).unwrap_or_default()),
            None => arn,
        }
    }

    /// The type that the request itself names as that of its resource, when the action has such a type.
    fn told_type(&self, call: &Call<'_>, uses: &[Use]) -> Option<&Kind> {
        let word = plain(text(call.parameters, "resourceType")?);
        let mut kinds = uses.iter().filter_map(|one| self.kinds.get(one.kind));
        kinds.find(|kind| plain(&kind.name) == word)
    }

    /// The one resource of the account, where a call that names none may have acted on it.
    fn only_choice(&self, question: &Question<'_>, uses: &[Use]) -> Option<String> {
        let kinds = uses.iter().filter_map(|one| self.kinds.get(one.kind));
        let mut fixed = kinds.filter_map(|kind| only_one(question.call, kind));
        fixed.next().filter(|_| *question.from == From::Usual && fixed.next().is_none())
    }

    fn of_kind(&self, question: &Question<'_>, prefix: &str, kind: &Kind) -> Vec<String> {
        let call = question.call;
        match (question.from, prefix) {
            (From::CopySource, _) => return s3::copy_source(call, kind),
            (From::TagSpecification, _) => return ec2::tagged(call, kind),
            (From::Parameter(name), _) => {
                let named = by_parameter(call, name, kind);
                return if named.is_empty() { listed(call, kind) } else { named };
            }
            (From::Usual, "s3") => {
                if let Some(found) = s3::touched(call, kind) {
                    return found;
                }
            }
            (From::Usual, "s3express") => {
                if let Some(found) = s3::directory_bucket(call, kind) {
                    return vec![found];
                }
            }
            (From::Usual, "ec2") => {
                let found = ec2::touched(call, kind, question.operation, &self.places.ids);
                if !found.is_empty() {
                    return found;
                }
            }
            (From::Usual, _) => {}
        }
        let listed = listed(call, kind);
        if !listed.is_empty() {
            return listed;
        }
        let named = request::arns(call.parameters).into_iter().filter(|arn| fits_kind(kind, arn));
        let named: Vec<String> = named.map(str::to_owned).collect();
        if !named.is_empty() {
            return named;
        }
        if let Some(answered) = answered(call, kind) {
            return vec![answered];
        }
        let filled = self.places.filled(question.operation, prefix, kind, call);
        if filled.is_empty() { created(call, kind, question.operation).into_iter().collect() } else { filled }
    }

    /// The caller, for actions that one takes on oneself by leaving the name out.
    fn itself(&self, question: &Question<'_>) -> Option<String> {
        let call = question.call;
        let action = self.actions.get(question.place)?.name.to_ascii_lowercase();
        let parameter = self.places.selves.get(&action)?;
        let named = text(call.parameters, parameter).is_some();
        (!named && !call.lacks_parameters()).then_some(call.caller_arn?).map(str::to_owned)
    }
}

/// A resource that one parameter names, as ARN or as identifier.
fn by_parameter(call: &Call<'_>, name: &str, kind: &Kind) -> Vec<String> {
    let Some(value) = text(call.parameters, name) else {
        return Vec::new();
    };
    if value.starts_with("arn:") {
        return if fits_kind(kind, value) { vec![value.to_owned()] } else { Vec::new() };
    }
    if value.starts_with("alias/") {
        return Vec::new();
    }
    let filled = kind.formats().find_map(|format| arn::fill(format, |name| envelope(call, name).or(Some(value))));
    filled.into_iter().collect()
}

/// An ARN of the response whose name stands in the request: it has the path and the account right.
fn answered(call: &Call<'_>, kind: &Kind) -> Option<String> {
    let found = request::arns(call.answered()).into_iter().find(|arn| fits_kind(kind, arn))?;
    let name = arn::tail(found);
    let mut named = false;
    each_string(call.parameters, &mut |_, text| named |= text == name);
    named.then(|| found.to_owned())
}

/// A resource that the call created under a name that AWS chose: no policy can know it, so the name stays open.
///
/// The answer shows it, or else the operation's name (`createvpc`) does.
fn created(call: &Call<'_>, kind: &Kind, operation: &str) -> Option<String> {
    let mut answers = request::arns(call.answered()).into_iter();
    if let Some(answer) = answers.find(|arn| fits_kind(kind, arn)) {
        let format = kind.formats().find(|format| fits(format, answer))?;
        return Some(pattern(format, call));
    }
    let (_, name) = operation.split_once(':')?;
    let made = name.strip_prefix("create").is_some_and(|thing| thing == plain(&kind.name));
    let format = kind.formats().next().filter(|_| made && !call.parameters.is_null())?;
    Some(pattern(format, call))
}

/// A resource of which an account has only one, as the catalog of Glue; no parameter names it.
fn only_one(call: &Call<'_>, kind: &Kind) -> Option<String> {
    let format = kind.formats().next()?;
    let fixed = variables(format).all(|name| envelope(call, name).is_some());
    (fixed && !call.lacks_parameters()).then(|| pattern(format, call))
}

/// Sorted, each once; a list that is too long becomes one pattern of what its ARNs have in common.
fn bounded(mut found: Vec<String>) -> Vec<String> {
    if found.len() > 1 {
        found.sort_unstable();
        found.dedup();
    }
    if found.len() <= MAX_RESOURCES {
        return found;
    }
    let (first, last) = (found.first(), found.last());
    let common = first.zip(last).map(|(first, last)| {
        first.chars().zip(last.chars()).take_while(|(left, right)| left == right).map(|(letter, _)| letter).collect()
    });
    vec![common.unwrap_or_else(String::new) + "*"]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_becomes_one_pattern() {
        let many = (0..MAX_RESOURCES + 1).map(|number| format!("arn:aws:s3:::b/{number}")).collect();
        assert_eq!(bounded(many), ["arn:aws:s3:::b/*"]);
        let few = vec!["b".to_owned(), "a".to_owned(), "b".to_owned()];
        assert_eq!(bounded(few), ["a", "b"]);
    }
}
