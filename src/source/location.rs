//! A place as the user writes it: a path, `s3://bucket/prefix`, or `lookup:` with regions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::error::Error;

/// Where bytes are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Location {
    /// A folder or file on disk.
    Disk(PathBuf),
    /// The objects of a bucket whose names begin with a prefix.
    Bucket { bucket: String, prefix: String },
    /// The event history of the caller's account.
    /// Of these regions, or of all; none: of the one that is configured.
    Lookup { regions: BTreeSet<String> },
}

impl Location {
    /// Reads what the user wrote. A path that looks like something else can be written as `./s3:`.
    pub(super) fn parse(place: &Path) -> Result<Location, Error> {
        let Some(text) = place.to_str() else {
            return Ok(Location::Disk(place.to_path_buf()));
        };
        let wrong = |advice| Error::Place { place: text.to_owned(), advice };
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err(wrong("write `s3://bucket/prefix`"));
            }
            return Ok(Location::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() });
        }
        if let Some(regions) = text.strip_prefix("lookup:") {
            let is_region = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if !regions.split(',').all(is_region) {
                return Err(wrong("write `lookup:`, `lookup:all`, or `lookup:` and regions as `eu-west-1,us-east-1`"));
            }
            let regions = regions.split(',').filter(|region| !region.is_empty()).map(str::to_owned).collect();
            return Ok(Location::Lookup { regions });
        }
        Ok(Location::Disk(place.to_path_buf()))
    }
}

/// Whether a place is an event history.
pub fn is_history(place: &Path) -> bool {
    matches!(Location::parse(place), Ok(Location::Lookup { .. }))
}

/// Whether a place is in a bucket.
pub fn is_bucket(place: &Path) -> bool {
    matches!(Location::parse(place), Ok(Location::Bucket { .. }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Location;

    #[test]
    fn places_are_told_by_how_they_begin() {
        let case = |place: &str, expected: Location| {
            assert_eq!(Location::parse(Path::new(place)).unwrap(), expected, "{place}");
        };
        let bucket = |bucket: &str, prefix: &str| Location::Bucket { bucket: bucket.into(), prefix: prefix.into() };
        case("s3://logs", bucket("logs", ""));
        case("s3://logs/", bucket("logs", ""));
        case("s3://logs/org/AWSLogs/", bucket("logs", "org/AWSLogs/"));
        let lookup = |regions: &[&str]| Location::Lookup { regions: regions.iter().map(|one| (*one).into()).collect() };
        case("lookup:", lookup(&[]));
        case("lookup:eu-west-1", lookup(&["eu-west-1"]));
        case("lookup:us-east-1,all,us-east-1", lookup(&["all", "us-east-1"]));
        for path in ["logs", "./lookup:", "/s3://x"] {
            case(path, Location::Disk(path.into()));
        }
    }

    #[test]
    fn a_place_that_leads_nowhere_is_refused_with_advice() {
        for place in ["s3://", "s3:///prefix", "lookup:eu west", "lookup:a/b", "lookup:a,*"] {
            let error = Location::parse(Path::new(place)).unwrap_err().to_string();
            assert!(error.contains(place) && error.contains("write `"), "{error}");
        }
    }
}
