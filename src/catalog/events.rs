//! Event → actions, as far as the curated tables say it: rows with conditions, exemptions, and the like.
//!
//! Says nothing of events whose name is an action's name; these need no row.

use rustc_hash::FxHashMap;

use super::condition::When;
use super::error::CatalogError;
use super::sheet::rows;

/// One row: the event needs the action when the condition holds.
pub(super) struct EventRow {
    /// The event as the table writes it.
    pub event: String,
    /// `prefix:Name`.
    pub action: String,
    /// When the action is needed.
    pub when: When,
    /// Where its resource stands.
    pub from: From,
    /// Whether the event has the action's name.
    pub same_name: bool,
}

/// Where a row's resource stands, if not where the action's usually does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// In the usual places.
    Usual,
    /// In the source of an S3 copy.
    CopySource,
    /// In the kinds of resources that the request gives tags to.
    TagSpecification,
    /// In this parameter, which holds an identifier or an ARN.
    Parameter(String),
}

/// Rows by event, in lower case (`prefix:name` or `label:name`).
pub(super) type EventRows = FxHashMap<String, Vec<EventRow>>;

/// Rows of which some count for every event of a prefix.
pub(super) struct Additions {
    exact: EventRows,
    /// By prefix.
    whole: EventRows,
}

impl Additions {
    /// From the rows of tables, where an event may be `prefix:*`; those of an earlier table stand first.
    pub(super) fn new(tables: [EventRows; 2]) -> Additions {
        let mut additions = Additions { exact: EventRows::default(), whole: EventRows::default() };
        for (event, rows) in tables.into_iter().flatten() {
            match event.strip_suffix(":*") {
                Some(prefix) => additions.whole.entry(prefix.to_owned()).or_default().extend(rows),
                None => additions.exact.entry(event).or_default().extend(rows),
            }
        }
        additions
    }

    /// The rows of an event in lower case, then those of its whole prefix.
    pub(super) fn of(&self, event: &str) -> impl Iterator<Item = &EventRow> {
        let prefix = event.split(':').next().unwrap_or_default();
        self.exact.get(event).into_iter().chain(self.whole.get(prefix)).flatten()
    }
}

/// Reads `events.tsv` or `additions.tsv`.
pub(super) fn parse(table: &'static str, text: &str) -> Result<EventRows, CatalogError> {
    let mut parsed = EventRows::default();
    for row in rows(table, text) {
        let (event, action) = (row.get(0)?.to_owned(), row.get(1)?.to_owned());
        let when = When::parse(row.get(2)?).map_err(|message| row.error(message))?;
        let from = from(row.get(3)?).ok_or_else(|| row.error("the place of the resource is not known"))?;
        let same_name = event.eq_ignore_ascii_case(&action);
        let key = event.to_ascii_lowercase();
        parsed.entry(key).or_default().push(EventRow { event, action, when, from, same_name });
    }
    Ok(parsed)
}

fn from(text: &str) -> Option<From> {
    match text.split_once(':') {
        None if text == "-" => Some(From::Usual),
        None if text == "copy-source" => Some(From::CopySource),
        None if text == "tag-specification" => Some(From::TagSpecification),
        Some(("parameter", name)) => Some(From::Parameter(name.to_owned())),
        _ => None,
    }
}

/// Names in the first column → the second column, by lower-case name. A name may be `prefix:*`.
pub(super) struct Rules {
    exact: FxHashMap<String, String>,
    /// By prefix.
    whole: FxHashMap<String, String>,
}

impl Rules {
    /// Reads a table of two or more columns.
    pub(super) fn parse(table: &'static str, text: &str) -> Result<Rules, CatalogError> {
        let mut rules = Rules { exact: FxHashMap::default(), whole: FxHashMap::default() };
        for row in rows(table, text) {
            let (name, value) = (row.get(0)?.to_ascii_lowercase(), row.get(1)?.to_owned());
            match name.strip_suffix(":*") {
                Some(prefix) => rules.whole.insert(prefix.to_owned(), value),
                None => rules.exact.insert(name, value),
            };
        }
        Ok(rules)
    }

    /// The value of a name in lower case: of itself, else of its whole prefix.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let whole = || self.whole.get(name.split_once(':')?.0);
        self.exact.get(name).or_else(whole).map(String::as_str)
    }
}

/// The name without the date that some services append: `ListFunctions20150331`, `UpdateFunctionCode20150331v2`.
pub(super) fn without_date(name: &str) -> Option<&str> {
    let starts = name.match_indices("20").map(|(start, _)| start).filter(|start| *start > 0);
    let splits = starts.filter_map(|start| name.split_at_checked(start));
    splits.filter(|(_, rest)| is_date(rest)).map(|(start, _)| start.trim_end_matches('_')).next()
}

/// `20150331`, `2020_05_31`, either with `v2`.
fn is_date(text: &str) -> bool {
    let (date, version) = text.split_once('v').unwrap_or((text, ""));
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = date.split('_');
    let dated = match [parts.next(), parts.next(), parts.next(), parts.next()] {
        [Some(whole), None, ..] => digits(whole, 8),
        [Some(year), Some(month), Some(day), None] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    };
    dated && version.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn dates_are_cut_and_nothing_else() {
        let case = |name, expected| assert_eq!(without_date(name), expected, "{name}");
        case("ListFunctions20150331", Some("ListFunctions"));
        case("UpdateFunctionCode20150331v2", Some("UpdateFunctionCode"));
        case("CreateDistribution2020_05_31", Some("CreateDistribution"));
        case("GetAccountSettings20160819", Some("GetAccountSettings"));
        case("ListObjectsV2", None);
        case("RestoreDBInstanceFromS3", None);
        case("Get20Things", None);
        case("20150331", None);
    }

    #[test]
    fn rows_keep_their_order_and_place() {
        let text = "s3:CopyObject\ts3:PutObject\t-\t-\tx\n\
                    s3:CopyObject\ts3:GetObject\tcopy-lacks:versionId\tcopy-source\tx\n";
        let parsed = parse("t", text).unwrap();
        let rows = &parsed["s3:copyobject"];
        assert_eq!(rows[0].action, "s3:PutObject");
        assert_eq!(rows[1].from, From::CopySource);
        assert!(!rows[0].same_name);
    }

    #[test]
    fn a_rule_may_take_in_a_whole_prefix() {
        let rules = Rules::parse("t", "signin:*\tsign-in\tx\nsts:GetCallerIdentity\talways\tx\n").unwrap();
        assert_eq!(rules.get("signin:consolelogin"), Some("sign-in"));
        assert_eq!(rules.get("sts:getcalleridentity"), Some("always"));
        assert_eq!(rules.get("sts:assumerole"), None);
    }
}
