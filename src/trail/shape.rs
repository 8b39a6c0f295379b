//! In what wrapping a JSON value carries records, told by its members and never by a file's name.

/// The members that tell one wrapping from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The record itself.
    Record,
    /// EventBridge: the record stands under `detail`.
    EventBridge,
    /// One item of `lookup-events`: the record is a text under `CloudTrailEvent`.
    LookupItem,
    /// One log event of CloudWatch Logs: the record is a text under `message`.
    LogEvent,
    /// A list of records or wrappings under `Records`, `Events`, `events` or `logEvents`.
    List,
    /// No usage, by the rule named.
    NotUsage(&'static str),
    /// Nothing that we know.
    Unknown,
}

/// Members that hold lists of records or of wrapped records.
pub(crate) const LISTS: [&str; 4] = ["Records", "Events", "events", "logEvents"];

/// Tells the shape from the names of an object's members.
pub(crate) fn shape(members: &[&str]) -> Shape {
    let has = |name: &str| members.contains(&name);
    if has("timeWindow") && has("summary") {
        Shape::NotUsage("aggregated event")
    } else if has("insightDetails") && !has("eventName") {
        Shape::NotUsage("insight event")
    } else if has("eventVersion") && (has("eventName") || has("userIdentity")) {
        Shape::Record
    } else if has("detail") && (has("detail-type") || has("source")) {
        Shape::EventBridge
    } else if has("CloudTrailEvent") {
        Shape::LookupItem
    } else if has("digestStartTime") || has("digestS3Object") {
        Shape::NotUsage("digest file")
    } else if LISTS.iter().any(|list| has(list)) {
        Shape::List
    } else if has("message") && (has("timestamp") || has("id")) {
        Shape::LogEvent
    } else if has("UserDetailList") || has("RoleDetailList") {
        Shape::NotUsage("account authorization details")
    } else if has("Metadata") && !has("eventSource") {
        Shape::NotUsage("metadata of an object")
    } else if has("eventName") && has("eventSource") {
        Shape::Record
    } else {
        Shape::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, shape};

    #[test]
    fn members_tell() {
        let case = |members: &[&str], expected| assert_eq!(shape(members), expected, "{members:?}");
        case(&["Records"], Shape::List);
        case(&["eventVersion", "userIdentity", "eventName"], Shape::Record);
        case(&["eventName", "eventSource"], Shape::Record);
        case(&["version", "detail-type", "source", "detail"], Shape::EventBridge);
        case(&["EventId", "EventName", "CloudTrailEvent"], Shape::LookupItem);
        case(&["messageType", "logEvents"], Shape::List);
        case(&["id", "timestamp", "message"], Shape::LogEvent);
        case(&["awsAccountId", "digestStartTime"], Shape::NotUsage("digest file"));
        case(&["LastModified", "Metadata"], Shape::NotUsage("metadata of an object"));
        case(&["hello"], Shape::Unknown);
    }
}
