//! Requests that differ only in what does not tell what they need: the key of an item, the name of an object.
//!
//! What is remembered of a record is remembered without such members. Where one of them names the object that was
//! touched, that is found in the record's text, and only where the text leaves no doubt.

use std::ops::Range;

use memchr::{memchr, memmem};
use rustc_hash::FxHashMap;

use super::fields::Fields;
use super::item::Scanned;
use super::scan::Scanner;
use crate::catalog::{Catalog, FreeMember};

/// Stands for what was left out, and ends what is written: no text holds it, for it is no UTF-8.
const CUT: u8 = 0xff;

/// The free members of the kinds of records that one thread met.
pub(super) struct Free<'c> {
    catalog: &'c Catalog,
    /// By the number of the tail's mould.
    tails: FxHashMap<u32, &'c [FreeMember]>,
}

impl<'c> Free<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Free<'c> {
        Free { catalog, tails: FxHashMap::default() }
    }

    /// The free members of a record's request; none of one that fits no mould, or that says more in words.
    pub(super) fn of(&mut self, record: &Scanned<'_>) -> &'c [FreeMember] {
        let fields = &record.fields;
        let Some(like) = record.like.as_ref().filter(|_| fields.error_message.is_none()) else {
            return &[];
        };
        let find = || Some(self.catalog.free_members(plain(fields.source?)?, plain(fields.name?)?));
        self.tails.entry(like.tail).or_insert_with(|| find().unwrap_or_default())
    }
}

/// Writes parameters and resources without what is free; gives the ARN of the object that the free members name, if
/// one of them names any. `None`, with nothing written: all of it tells.
pub(super) fn write<'a>(fields: &Fields<'a>, free: &[FreeMember], key: &mut Vec<u8>) -> Option<Option<&'a str>> {
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
                // Wherever an ARN stands in a request, it may be that of the resource.
                false => memmem::find(text.as_bytes(), b"arn:").is_none() && memchr(b'\\', text.as_bytes()).is_none(),
            };
            is_free.then_some(())?;
            gaps.push(value);
        }
        Some(())
    })?;
    let (held, resources) = (held?, fields.resources.unwrap_or_default());
    let named = match object {
        Some(object) => Some(listed(resources, held, object)?),
        None => None,
    };
    if gaps.is_empty() {
        return None;
    }
    cut(parameters, &gaps, key);
    let Some(arn) = named else {
        cut(resources, &[], key);
        return Some(None);
    };
    // Of the ARN the bucket stays.
    let bucket = arn.end - object.unwrap_or_default().len();
    cut(resources, std::slice::from_ref(&(bucket..arn.end)), key);
    Some(resources.get(arn))
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
        let mut key = Vec::new();
        let object = write(&fields, catalog.free_members(source, name), &mut key);
        assert!(object.is_some() || key.is_empty());
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
}
