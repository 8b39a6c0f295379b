//! ARNs from request members, by the template tables: which member tells which variable of an ARN.
//!
//! It knows no service either; signs and readers stand in the tables.

use std::borrow::Cow;

use super::super::call::Call;
use super::super::events::Rules;
use super::super::kinds::Kind;
use super::super::sheet::Sheet;
use super::record::{MAX_RESOURCES, envelope};
use super::{arn, request};

/// The tables that say where resources stand.
pub(in crate::catalog) struct Places {
    /// Hand-made rows; they replace the generated ones of the same operation and type.
    pub curated: Sheet,
    pub generated: Sheet,
    /// How a member's value is to be read, by `prefix:Variable`.
    pub readers: Rules,
    /// Actions that a caller takes on itself when the named parameter is absent.
    pub selves: Rules,
    /// Resources that AWS names without the account that a parameter repeats.
    pub roots: Rules,
    /// Resource types of EC2 by the beginning of their identifiers.
    pub ids: Rules,
}

/// How a value becomes the variable of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    /// As it is.
    Plain,
    /// What stands after the last `/`: queue URLs, `/hostedzone/Z1`.
    AfterSlash,
    /// Without a leading `/`.
    NoLeadingSlash,
    /// What stands after the last `function:` or the like.
    AfterKind,
    /// A secret's name: its ARN ends in six random characters.
    Secret,
    /// A key's id; aliases are no key ids.
    Key,
    /// With the `path` parameter before it.
    WithPath,
}

impl Reader {
    fn of(word: Option<&str>) -> Reader {
        match word {
            Some("after-slash") => Reader::AfterSlash,
            Some("no-leading-slash") => Reader::NoLeadingSlash,
            Some("after-kind") => Reader::AfterKind,
            Some("secret") => Reader::Secret,
            Some("key") => Reader::Key,
            Some("with-path") => Reader::WithPath,
            _ => Reader::Plain,
        }
    }

    fn read<'a>(self, value: Cow<'a, str>, call: &Call<'_>) -> Option<Cow<'a, str>> {
        let owned = |text: String| Some(Cow::Owned(text));
        match self {
            Reader::Plain => Some(value),
            Reader::AfterSlash => owned(value.rsplit('/').next()?.to_owned()),
            Reader::NoLeadingSlash => owned(value.trim_start_matches('/').to_owned()),
            Reader::AfterKind => owned(value.rsplit_once("function:").map_or(&*value, |(_, name)| name).to_owned()),
            Reader::Secret => owned(format!("{value}-??????")),
            Reader::Key => (!value.starts_with("alias/")).then_some(value),
            Reader::WithPath => {
                let path = request::text(call.parameters, "path").unwrap_or_default().trim_start_matches('/');
                owned(format!("{path}{value}"))
            }
        }
    }
}

impl Places {
    /// The ARNs of one resource type that the request's members tell, by the rows of an operation in lower case.
    pub(super) fn filled(&self, operation: &str, prefix: &str, kind: &Kind, call: &Call<'_>) -> Vec<String> {
        let row = |sheet: &Sheet| {
            let mut rows = sheet.find(operation).map(|row| row.take::<3>());
            rows.find(|[_, name, _]| *name == kind.name).map(|[_, _, spec]| spec.to_owned())
        };
        let Some(spec) = row(&self.curated).or_else(|| row(&self.generated)) else {
            return Vec::new();
        };
        let pairs: Vec<(&str, &str)> = spec.split(';').filter_map(|pair| pair.split_once('=')).collect();
        let has = |format: &&str| pairs.iter().all(|(name, _)| arn::variables(format).any(|known| known == *name));
        let Some(format) = kind.formats().find(has) else {
            return Vec::new();
        };
        let mut choices = Vec::new();
        let mut whole = Vec::new();
        for (place, (name, path)) in pairs.iter().enumerate() {
            let reader = Reader::of(self.readers.get(&format!("{prefix}:{name}").to_ascii_lowercase()));
            let mut parts = parts(format, (name, path, reader), call, &mut whole);
            if parts.is_empty() && place + 1 < pairs.len() && !path.starts_with('!') {
                parts.push(Cow::Borrowed("*"));
            }
            choices.push((*name, parts));
        }
        if whole.is_empty() { product(format, &choices, (call, spec.contains(ALL))) } else { whole }
    }
}

/// The values of a variable; ARNs of the wanted format go to `whole`, other ARNs give their name.
fn parts<'a>(
    format: &str,
    (name, path, reader): (&str, &str, Reader),
    call: &Call<'a>,
    whole: &mut Vec<String>,
) -> Vec<Cow<'a, str>> {
    let mut parts = Vec::new();
    for value in members(call, path) {
        if !value.starts_with("arn:") {
            parts.extend(reader.read(without_kind(format, name, value), call));
        } else if arn::fits(format, &value) {
            whole.push(value.into_owned());
        } else {
            parts.push(Cow::Owned(arn::tail(&value).to_owned()));
        }
    }
    parts
}

/// A value without the kind that the ARN has before the variable: `alias/a` for `alias/${Alias}`.
fn without_kind<'a>(format: &str, variable: &str, value: Cow<'a, str>) -> Cow<'a, str> {
    let before = format.split_once(&format!("${{{variable}}}")).map_or("", |(before, _)| before);
    let kind = before.rsplit([':', '}']).next().unwrap_or_default();
    let plain = value.trim_start_matches('/');
    match plain.strip_prefix(kind).filter(|_| kind.ends_with('/')) {
        Some(name) => Cow::Owned(name.to_owned()),
        None => value,
    }
}

/// The values of a path of the curated table, whose head explains the signs.
fn members<'a>(call: &Call<'a>, path: &str) -> Vec<Cow<'a, str>> {
    if path == "*" {
        return vec![Cow::Borrowed("*")];
    }
    if let Some((before, (inner, after))) = split_around(path) {
        let around = |value: Cow<'_, str>| Cow::Owned(format!("{before}{value}{after}"));
        return members(call, inner).into_iter().map(around).collect();
    }
    let (path, default) = cut(path, '?');
    let (path, start) = cut(path, '^');
    let (path, instead) = cut(path, '~');
    let given = |member: &str| request::text(call.parameters, member).is_some_and(|value| value != DEFAULT);
    let demanded = path.strip_prefix('!');
    if instead.is_some_and(given) || demanded.is_some_and(|member| !given(member)) {
        return Vec::new();
    }
    let paths = demanded.unwrap_or(path).split('|');
    let mut values: Vec<Cow<'a, str>> = paths.flat_map(|path| request::values(call.parameters, path)).collect();
    values.retain(|value| start.is_none_or(|start| value.starts_with(start)));
    if values.is_empty() && !call.lacks_parameters() {
        values.extend(default.map(|value| Cow::Owned(value.to_owned())));
    }
    values
}

fn cut(path: &str, sign: char) -> (&str, Option<&str>) {
    path.split_once(sign).map_or((path, None), |(path, rest)| (path, Some(rest)))
}

fn split_around(path: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = path.split_once('(')?;
    Some((before, rest.split_once(')')?))
}

/// The value of a member that is as good as none.
const DEFAULT: &str = "default";

/// The default that means: without the member, the call asks for all resources of the type.
const ALL: &str = "?*";

/// Each combination of the variables' values, as ARNs; nothing when none is known, unless the call is for `all`.
fn product(format: &str, choices: &[(&str, Vec<Cow<'_, str>>)], (call, all): (&Call<'_>, bool)) -> Vec<String> {
    let only_unknown = choices.iter().all(|(_, values)| values.iter().all(|value| value == "*"));
    if only_unknown && !all {
        return Vec::new();
    }
    let total: usize = choices.iter().map(|(_, values)| values.len()).product();
    let pick = |mut place: usize| {
        let mut chosen: Vec<(&str, &str)> = Vec::with_capacity(choices.len());
        for (name, values) in choices {
            chosen.push((name, values.get(place % values.len())?));
            place /= values.len();
        }
        arn::fill(format, |name| {
            let found = chosen.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            found.or_else(|| envelope(call, name))
        })
    };
    (0..total.min(MAX_RESOURCES + 1)).filter_map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_not_said_twice() {
        let case = |format: &str, value: &'static str, expected: &str| {
            assert_eq!(without_kind(format, "Id", Cow::Borrowed(value)), expected, "{format} {value}");
        };
        case("arn:${Partition}:kms:${Region}:${Account}:alias/${Id}", "alias/a/b", "a/b");
        case("arn:${Partition}:route53:::hostedzone/${Id}", "/hostedzone/Z1", "Z1");
        case("arn:${Partition}:route53:::hostedzone/${Id}", "Z1", "Z1");
        case("arn:${Partition}:sqs:${Region}:${Account}:${Id}", "q", "q");
    }

    #[test]
    fn every_word_of_the_readers_table_is_known() {
        for row in super::super::super::sheet::rows("readers", include_str!("../data/curated/readers.tsv")) {
            let [_, word] = row.take();
            assert_ne!(Reader::of(Some(word)), Reader::Plain, "{word}");
        }
    }
}
