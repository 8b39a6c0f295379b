//! S3 writes its requests in its own spelling: `bucketName`, `key`, and HTTP headers.
//!
//! So it has a reader of its own instead of templates, as have the sources of its copies.

use super::super::call::Call;
use super::super::kinds::Kind;
use super::arn;
use super::record::{envelope, fits_kind, listed, pattern};
use super::request::text;

/// The bucket or object that a call touched; nothing for other resource types, which have templates.
pub(super) fn touched(call: &Call<'_>, kind: &Kind) -> Option<Vec<String>> {
    let object = match &*kind.name {
        "bucket" => false,
        "object" => true,
        "accesspoint" | "accesspointobject" => return Some(through_access_point(call, kind)),
        _ => return None,
    };
    let listed: Vec<String> = call
        .resources
        .iter()
        .filter_map(|resource| resource.arn)
        .filter(|arn| is_object(arn) == object && !arn.ends_with('/') && fits_kind(kind, arn))
        .map(str::to_owned)
        .collect();
    if !listed.is_empty() {
        return Some(listed);
    }
    let Some(bucket) = text(call.parameters, "bucketName").filter(|name| !name.starts_with("arn:")) else {
        return Some(bucket_of_list(call).filter(|_| object).into_iter().collect());
    };
    let name = match (object, text(call.parameters, "key")) {
        (false, _) => bucket.to_owned(),
        (true, Some(key)) => format!("{bucket}/{key}"),
        // A batch names its objects in the body, which is not recorded.
        (true, None) => format!("{bucket}/*"),
    };
    Some(vec![format!("arn:{}:s3:::{name}", call.partition)])
}

/// The objects of a bucket that only the record's own list names.
fn bucket_of_list(call: &Call<'_>) -> Option<String> {
    let bucket = call.resources.iter().filter_map(|resource| resource.arn).find(|arn| arn.contains(":s3:::"))?;
    (!is_object(bucket)).then(|| format!("{bucket}/*"))
}

fn is_object(arn: &str) -> bool {
    let mut colons = arn.bytes().enumerate().filter(|(_, byte)| *byte == b':');
    colons.nth(4).and_then(|(end, _)| arn.as_bytes().get(end + 1..)).is_some_and(|name| name.contains(&b'/'))
}

/// Requests through an access point name it where the bucket's name would stand.
fn through_access_point(call: &Call<'_>, kind: &Kind) -> Vec<String> {
    let listed = listed(call, kind);
    if !listed.is_empty() {
        return listed;
    }
    let Some(point) = text(call.parameters, "bucketName").filter(|name| name.contains(":accesspoint/")) else {
        return Vec::new();
    };
    let key = text(call.parameters, "key").unwrap_or("*");
    vec![if kind.name == "accesspoint" { point.to_owned() } else { format!("{point}/object/{key}") }]
}

/// The object that a copy reads: `/bucket/key?versionId=..`, percent-encoded, or an access point's ARN.
pub(super) fn copy_source(call: &Call<'_>, kind: &Kind) -> Vec<String> {
    let Some(source) = text(call.parameters, "x-amz-copy-source") else {
        return Vec::new();
    };
    let source = decode(source.split("?versionId=").next().unwrap_or(source).trim_start_matches('/'));
    match (&*kind.name, source.starts_with("arn:")) {
        ("object", false) => vec![format!("arn:{}:s3:::{source}", call.partition)],
        ("accesspointobject", true) => vec![source],
        _ => Vec::new(),
    }
}

/// Undoes percent-encoding; what is not encoded stays.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let code = text.get(place + 1..place + 3).and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.filter(|_| *byte == b'%') {
            Some(code) => {
                plain.push(code);
                place += 3;
            }
            None => {
                plain.push(*byte);
                place += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// A directory bucket, which has a region and an account in its ARN.
pub(super) fn directory_bucket(call: &Call<'_>, kind: &Kind) -> Option<String> {
    let bucket = text(call.parameters, "bucketName").filter(|_| kind.name == "bucket")?;
    let format = kind.formats().next()?;
    let open = pattern(format, call);
    Some(arn::fill(format, |name| envelope(call, name).or(Some(bucket))).unwrap_or(open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_undone() {
        assert_eq!(decode("b/a%20b%2Fc"), "b/a b/c");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz"), "%zz");
    }

    #[test]
    fn objects_have_a_slash() {
        assert!(is_object("arn:aws:s3:::b/k"));
        assert!(!is_object("arn:aws:s3:::b"));
    }
}
