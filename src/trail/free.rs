//! Requests that differ only in what does not tell what they need: the key of an item, the name of an object.
//!
//! What is remembered of a record is remembered without such members. Where one of them names the object that was
//! touched, that is found in the record's text, and only where the text leaves no doubt.

use std::ops::Range;

use memchr::{memchr, memmem};
use rustc_hash::FxHashMap;

use super::fields::Fields;
use super::item::Scanned;
use super::scan::{Scanner, value_end};
use crate::catalog::{Catalog, FreeMember};

/// Stands for what was left out, and ends what is written: no text holds it, for it is no UTF-8.
const CUT: u8 = 0xff;

/// Kinds of records that one thread keeps; then it starts afresh.
const MOST_KINDS: usize = 2_048;

/// Cuts of a kind that are kept; a new one takes the place of the last that fitted long ago.
const MOST_CUTS: usize = 16;

/// A longer text is not kept for a cut: they take 32 MB at most, and hardly ever one.
const MOST_CUT_BYTES: usize = 1_024;

/// The free members of the kinds of records that one thread met.
pub(super) struct Free<'c> {
    catalog: &'c Catalog,
    /// By the number of the tail's mould.
    kinds: FxHashMap<u32, Kind<'c>>,
    /// Of a record that has none.
    none: Kind<'c>,
}

/// What is free in records of a kind, and how some of them were cut.
#[derive(Default)]
pub(super) struct Kind<'c> {
    members: &'c [FreeMember],
    cuts: Vec<Cut>,
}

/// What stays of a request of which one member is free. What fits it is cut as that request was.
struct Cut {
    /// Before and after the value of the member.
    parameters: [Box<str>; 2],
    /// Where the member names an object: what stands in `resources` before and after its name.
    resources: Option<[Box<str>; 2]>,
    /// The bytes of the object's ARN before its name.
    bucket: usize,
}

impl<'c> Free<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Free<'c> {
        Free { catalog, kinds: FxHashMap::default(), none: Kind::default() }
    }

    /// What is free in a record; nothing in one that fits no mould, or that says more in words.
    pub(super) fn of(&mut self, record: &Scanned<'_>) -> &mut Kind<'c> {
        let Some(like) = record.like.as_ref().filter(|_| record.fields.error_message.is_none()) else {
            return &mut self.none;
        };
        if self.kinds.len() > MOST_KINDS {
            self.kinds.clear();
        }
        let find = || {
            let fields = record.all();
            Some(self.catalog.free_members(plain(fields.source?)?, plain(fields.name?)?))
        };
        let kind = || Kind { members: find().unwrap_or_default(), cuts: Vec::new() };
        self.kinds.entry(like.tail).or_insert_with(kind)
    }
}

impl Kind<'_> {
    /// Writes parameters and resources without what is free; gives the ARN of the object that the free members name,
    /// if one of them names any. `None`, with nothing written: all of it tells.
    pub(super) fn write<'a>(&mut self, fields: &Fields<'a>, key: &mut Vec<u8>) -> Option<Option<&'a str>> {
        if self.members.is_empty() {
            return None;
        }
        let fits = |(at, cut): (usize, &Cut)| Some((at, cut.write(fields, key)?));
        if let Some((at, object)) = self.cuts.iter().enumerate().find_map(fits) {
            self.cuts.swap(at, at.saturating_sub(1));
            return Some(object);
        }
        let found = Gaps::find(fields, self.members)?;
        let resources = fields.resources.unwrap_or_default();
        cut(found.parameters, &found.gaps, key);
        cut(resources, found.object.as_slice(), key);
        if let Some(cut) = found.cut(resources) {
            self.cuts.truncate(MOST_CUTS - 1);
            self.cuts.push(cut);
        }
        Some(found.object.and_then(|object| resources.get(found.arn?..object.end)))
    }
}

impl Cut {
    /// As `Kind::write`, for what fits.
    fn write<'a>(&self, fields: &Fields<'a>, key: &mut Vec<u8>) -> Option<Option<&'a str>> {
        let parameters = fields.parameters?;
        let value = between(parameters, &self.parameters)?;
        let text = parameters.get(value.clone())?;
        let resources = fields.resources.unwrap_or_default();
        let object = match &self.resources {
            None => {
                (is_free(text) && value_end(parameters, value.start)? == value.end).then_some(())?;
                None
            }
            Some(sides) => {
                let place = between(resources, sides)?;
                let object = plain(text).filter(|object| !object.contains('"') && !object.ends_with('/'))?;
                (resources.get(place.clone())? == object).then_some(())?;
                Some(place)
            }
        };
        cut(parameters, std::slice::from_ref(&value), key);
        cut(resources, object.as_slice(), key);
        Some(object.and_then(|object| resources.get(object.start - self.bucket..object.end)))
    }
}

/// What is between two sides of a text.
fn between(text: &str, [before, after]: &[Box<str>; 2]) -> Option<Range<usize>> {
    let place = before.len()..text.len().checked_sub(after.len())?;
    (place.start <= place.end && text.starts_with(&**before) && text.ends_with(&**after)).then_some(place)
}

/// What is free in a request.
struct Gaps<'a> {
    parameters: &'a str,
    /// The values that are free.
    gaps: Vec<Range<usize>>,
    /// Where in `resources` the ARN begins that one of them names, and the object in it.
    arn: Option<usize>,
    object: Option<Range<usize>>,
}

impl<'a> Gaps<'a> {
    /// `None`: all of it tells.
    fn find(fields: &Fields<'a>, free: &[FreeMember]) -> Option<Gaps<'a>> {
        let beside = &free.first()?.beside;
        let parameters = fields.parameters.filter(|text| text.starts_with('{'))?;
        let (mut gaps, mut object, mut held) = (Vec::with_capacity(free.len()), None, None);
        Scanner::new(parameters, 0).members_at(&mut |name, value| {
            if name == beside {
                return held.replace(plain(parameters.get(value)?)?).is_none().then_some(());
            }
            if let Some(member) = free.iter().find(|member| member.name == name) {
                let text = parameters.get(value.clone())?;
                let is_free = match member.is_object {
                    true => object.replace(plain(text)?).is_none(),
                    false => is_free(text),
                };
                is_free.then_some(())?;
                gaps.push(value);
            }
            Some(())
        })?;
        let held = held.filter(|_| !gaps.is_empty())?;
        let Some(object) = object else {
            return Some(Gaps { parameters, gaps, arn: None, object: None });
        };
        // Of the ARN the bucket stays.
        let arn = listed(fields.resources.unwrap_or_default(), held, object)?;
        Some(Gaps { parameters, gaps, arn: Some(arn.start), object: Some(arn.end - object.len()..arn.end) })
    }

    /// How others like it can be cut; `None`: more than one member is free, or it is long.
    fn cut(&self, resources: &str) -> Option<Cut> {
        let [gap] = self.gaps.as_slice() else { return None };
        (self.parameters.len() + resources.len() <= MOST_CUT_BYTES).then_some(())?;
        let sides = |text: &str, gap: &Range<usize>| Some([text.get(..gap.start)?.into(), text.get(gap.end..)?.into()]);
        let of_object = match &self.object {
            Some(object) => Some(sides(resources, object)?),
            None => None,
        };
        let bucket = self.object.as_ref().map_or(0, |object| object.start - self.arn.unwrap_or_default());
        Some(Cut { parameters: sides(self.parameters, gap)?, resources: of_object, bucket })
    }
}

/// Whether a value names no resource: wherever an ARN stands in a request, it may be that of the resource.
fn is_free(value: &str) -> bool {
    memmem::find(value.as_bytes(), b"arn:").is_none() && memchr(b'\\', value.as_bytes()).is_none()
}

fn cut(text: &str, gaps: &[Range<usize>], key: &mut Vec<u8>) {
    let mut from = 0;
    for gap in gaps {
        key.extend(text.as_bytes().get(from..gap.start).unwrap_or_default());
        key.push(CUT);
        from = gap.end;
    }
    key.extend(text.as_bytes().get(from..).unwrap_or_default());
    key.push(CUT);
}

/// Where in `resources` the ARN of an object stands, when one of the entries, and no more, names it.
fn listed(resources: &str, bucket: &str, object: &str) -> Option<Range<usize>> {
    (resources.starts_with('[') && !object.ends_with('/') && !bucket.starts_with("arn:")).then_some(())?;
    let (mut found, mut at) = (None, 1);
    loop {
        let mut scanner = Scanner::new(resources, at);
        let mut arn = None;
        scanner.members_at(&mut |name, value| {
            // As an event is read: the first counts, in any case.
            let is_arn = name.eq_ignore_ascii_case("arn") && resources.get(value.clone())?.starts_with('"');
            arn = arn.take().or_else(|| Some(value.start + 1..value.end - 1).filter(|text| is_arn && !text.is_empty()));
            Some(())
        })?;
        if let Some(arn) =
            arn.filter(|arn| resources.get(arn.clone()).is_some_and(|arn| is_object(arn, bucket, object)))
        {
            found.replace(arn).is_none().then_some(())?;
        }
        match resources.as_bytes().get(scanner.at())? {
            b',' => at = scanner.at() + 1,
            b']' => return found,
            _ => return None,
        }
    }
}

fn is_object(arn: &str, bucket: &str, object: &str) -> bool {
    let head = arn.strip_suffix(object).and_then(|arn| arn.strip_suffix('/')?.strip_suffix(bucket));
    head.and_then(|head| head.strip_prefix("arn:")?.strip_suffix(":s3:::")).is_some_and(|head| !head.contains(':'))
}

/// A text without escapes, out of its quotation marks; `None`: it is empty or something else.
fn plain(value: &str) -> Option<&str> {
    let text = value.strip_prefix('"')?.strip_suffix('"')?;
    (!text.is_empty() && memchr(b'\\', text.as_bytes()).is_none()).then_some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PARAMETERS: &str = r#"{"bucketName":"b","key":"k/1","n":{"key":2}}"#;
    const RESOURCES: &str =
        r#"[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k/1"},{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"}]"#;

    fn written(event: &str, parameters: &str, resources: &str) -> Option<(String, Option<String>)> {
        let catalog = Catalog::embedded().unwrap();
        let (source, name) = event.split_once(' ').unwrap();
        let fields = Fields { parameters: Some(parameters), resources: Some(resources), ..Fields::default() };
        let mut kind = Kind { members: catalog.free_members(source, name), cuts: Vec::new() };
        let [mut key, mut again] = [Vec::new(), Vec::new()];
        let object = kind.write(&fields, &mut key);
        assert!(object.is_some() || key.is_empty());
        // By the cut that it left, if it left one.
        assert_eq!((kind.write(&fields, &mut again), &again), (object, &key));
        Some((String::from_utf8_lossy(&key).into_owned(), object?.map(str::to_owned)))
    }

    fn object(parameters: &str, resources: &str) -> Option<(String, Option<String>)> {
        written("s3.amazonaws.com GetObject", parameters, resources)
    }

    #[test]
    fn objects_of_a_bucket_are_alike() {
        let (key, arn) = object(PARAMETERS, RESOURCES).unwrap();
        assert_eq!(arn.as_deref(), Some("arn:aws:s3:::b/k/1"));
        let [parameters, resources] = [PARAMETERS, RESOURCES].map(|text| text.replace("k/1", "other"));
        assert_eq!(object(&parameters, &resources).unwrap(), (key.clone(), Some("arn:aws:s3:::b/other".to_owned())));
        let [parameters, resources] = [PARAMETERS, RESOURCES].map(|text| text.replace("\"b\"", "\"c\""));
        assert!(object(&parameters, &resources).is_none());
        let [parameters, resources] =
            [(PARAMETERS, "\"c\""), (RESOURCES, ":c/k/1")].map(|(text, new)| text.replace("\"b\"", new));
        assert!(object(&parameters, &resources.replace("::b/", "::c/")).is_none_or(|(other, _)| other != key));
    }

    #[test]
    fn what_is_doubtful_tells() {
        let case = |from: &str, to: &str| {
            let [parameters, resources] = [PARAMETERS, RESOURCES].map(|text| text.replace(from, to));
            assert_eq!(object(&parameters, &resources), None, "{parameters} {resources}");
        };
        case("k/1", "k/");
        case("k/1", "");
        case("k/1", r"k\/1");
        case("\"b\"", "1");
        case(r#""n":"#, r#""key":"#);
        case(r#""n":"#, r#""bucketName":"#);
        case("\"key\"", "\"name\"");
        case("arn:aws:s3:::b/", "arn:aws:s3:::c/");
        case("arn:aws:s3:::b/", "arn:a:b:s3:::b/");
        case(r#""type":"AWS::S3::Object""#, r#""arn":"arn:aws:s3:::c/k/1""#);
        case("[{", "{");
        case("[{", "[1,{");
        case("arn:aws:s3:::b\"", "arn:aws:s3:::b/k/1\"");
    }

    #[test]
    fn keys_of_items_do_not_tell() {
        let item = |parameters: &str| written("dynamodb.amazonaws.com GetItem", parameters, "[]");
        let (key, object) = item(r#"{"tableName":"t","key":{"id":"1"}}"#).unwrap();
        assert_eq!(object, None);
        assert_eq!(item(r#"{"tableName":"t","key":{"id":["2"]}}"#).unwrap().0, key);
        assert_ne!(item(r#"{"tableName":"u","key":{"id":"1"}}"#).unwrap().0, key);
        assert_eq!(item(r#"{"key":{"id":"1"}}"#), None);
        assert_eq!(item(r#"{"tableName":"t"}"#), None);
        assert_eq!(item(r#"{"tableName":"t","key":{"id":"arn:aws:dynamodb:eu-west-1:111122223333:table/u"}}"#), None);
        assert_eq!(item(r#"{"tableName":"t","key":{"id":"\u0061rn"}}"#), None);
    }

    /// Bytes changed one by one: what is cut as an earlier request was is cut as if there had been none.
    #[test]
    fn a_cut_is_as_strict_as_finding() {
        let catalog = Catalog::embedded().unwrap();
        let item = [r#"{"tableName":"t","key":{"id":"1"},"n":[2]}"#, "[]"];
        let mut cut = 0;
        for (source, name, texts) in
            [("s3.amazonaws.com", "GetObject", [PARAMETERS, RESOURCES]), ("dynamodb.amazonaws.com", "GetItem", item)]
        {
            let fresh = || Kind { members: catalog.free_members(source, name), cuts: Vec::new() };
            let written = |kind: &mut Kind<'_>, [parameters, resources]: [&str; 2]| {
                let fields = Fields { parameters: Some(parameters), resources: Some(resources), ..Fields::default() };
                let mut key = Vec::new();
                (kind.write(&fields, &mut key).map(|object| object.map(str::to_owned)), key)
            };
            let mut learned = fresh();
            assert!(written(&mut learned, texts).0.is_some());
            for changed in changes(texts) {
                let changed = changed.each_ref().map(String::as_str);
                let expected = written(&mut fresh(), changed);
                let before = learned.cuts.len();
                assert_eq!(written(&mut learned, changed), expected, "{changed:?}");
                cut += usize::from(expected.0.is_some() && learned.cuts.len() == before);
                learned.cuts.truncate(1);
            }
        }
        assert!(cut > 20, "{cut}");
    }

    /// The texts with pieces put in, or in place of a byte; in one of them, or at the object's name in both. All are
    /// JSON.
    fn changes(texts: [&str; 2]) -> Vec<[String; 2]> {
        let mut all = Vec::new();
        for piece in ["", "x", "/", "\\\\", "\"", ",", ":", "{}", "arn:", r#"1","y":"z"#, r#"},"y":{"#] {
            for at in 0..texts[0].len().max(texts[1].len()) {
                for cut in [0, 1] {
                    let put = |text: &str| {
                        let mut text = text.to_owned();
                        if text.is_char_boundary(at) && at + cut <= text.len() {
                            text.replace_range(at..at + cut, piece);
                        }
                        text
                    };
                    all.push([put(texts[0]), texts[1].to_owned()]);
                    all.push([texts[0].to_owned(), put(texts[1])]);
                }
            }
            for name in [format!("k{piece}1"), piece.to_owned(), format!("k/1{piece}")] {
                all.push(texts.map(|text| text.replace("k/1", &name)));
            }
        }
        all.retain(|texts| texts.iter().all(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()));
        all
    }
}
