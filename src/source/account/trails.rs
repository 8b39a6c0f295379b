//! Trails and their event selectors: which events of the account are logged. Trails of all regions and of the
//! organization are told wherever one asks, trails of one region only there.

use std::time::SystemTime;

use aws_config::{Region, SdkConfig};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use aws_sdk_cloudtrail::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector, Trail};
use serde_json::{Value, json};

use super::desk::Desk;

/// The trail was deleted since it was listed.
const NOTHING: &[&str] = &["TrailNotFoundException"];

pub(super) async fn read(config: &SdkConfig, account: &str, desk: &mut Desk) -> Option<Value> {
    let as_of = date(Some(&DateTime::from(SystemTime::now())));
    let answer = Client::new(config).describe_trails().include_shadow_trails(true).send().await;
    let described = desk.take("cloudtrail:DescribeTrails", "", answer)?;
    let mut trails = Vec::new();
    for trail in described.trail_list() {
        let Some(arn) = trail.trail_arn() else { continue };
        let client = at_home(config, trail);
        let answer = client.get_trail_status().name(arn).send().await;
        let status = desk.take_unless("cloudtrail:GetTrailStatus", arn, NOTHING, answer);
        let answer = client.get_event_selectors().trail_name(arn).send().await;
        let selectors = desk.take_unless("cloudtrail:GetEventSelectors", arn, NOTHING, answer);
        trails.push(told(trail, status.as_ref(), selectors.as_ref()));
    }
    Some(json!({ "Account": account, "AsOf": as_of, "Trails": trails }))
}

/// A trail is asked about in its own region.
fn at_home(config: &SdkConfig, trail: &Trail) -> Client {
    match trail.home_region() {
        Some(home) => Client::new(&config.to_builder().region(Region::new(home.to_owned())).build()),
        None => Client::new(config),
    }
}

fn told(trail: &Trail, status: Option<&GetTrailStatusOutput>, selectors: Option<&GetEventSelectorsOutput>) -> Value {
    let list = |selectors: &GetEventSelectorsOutput| selectors.event_selectors().iter().map(classic).collect();
    let advanced_list =
        |selectors: &GetEventSelectorsOutput| selectors.advanced_event_selectors().iter().map(advanced).collect();
    json!({
        "TrailARN": trail.trail_arn(),
        "Name": trail.name(),
        "HomeRegion": trail.home_region(),
        "IsMultiRegionTrail": trail.is_multi_region_trail(),
        "IsOrganizationTrail": trail.is_organization_trail(),
        "S3BucketName": trail.s3_bucket_name(),
        "S3KeyPrefix": trail.s3_key_prefix(),
        "IsLogging": status.map(|status| status.is_logging().unwrap_or_default()),
        "StartLoggingTime": status.and_then(|status| date(status.start_logging_time())),
        "StopLoggingTime": status.and_then(|status| date(status.stop_logging_time())),
        "EventSelectors": selectors.map(list).map(Value::Array),
        "AdvancedEventSelectors": selectors.map(advanced_list).map(Value::Array),
    })
}

fn classic(selector: &EventSelector) -> Value {
    let resources = selector.data_resources().iter();
    let resources: Vec<Value> =
        resources.map(|resource| json!({ "Type": resource.r#type(), "Values": resource.values() })).collect();
    json!({
        "ReadWriteType": selector.read_write_type().map(|kind| kind.as_str()),
        "IncludeManagementEvents": selector.include_management_events(),
        "DataResources": resources,
        "ExcludeManagementEventSources": selector.exclude_management_event_sources(),
    })
}

fn advanced(selector: &AdvancedEventSelector) -> Value {
    let fields: Vec<Value> = selector.field_selectors().iter().map(field).collect();
    json!({ "Name": selector.name(), "FieldSelectors": fields })
}

/// Only the operators that are there: an empty list says nothing.
fn field(field: &AdvancedFieldSelector) -> Value {
    let given = |values: &[String]| (!values.is_empty()).then(|| json!(values));
    json!({
        "Field": field.field(),
        "Equals": given(field.equals()),
        "StartsWith": given(field.starts_with()),
        "EndsWith": given(field.ends_with()),
        "NotEquals": given(field.not_equals()),
        "NotStartsWith": given(field.not_starts_with()),
        "NotEndsWith": given(field.not_ends_with()),
    })
}

fn date(date: Option<&DateTime>) -> Option<String> {
    date.and_then(|date| date.fmt(DateTimeFormat::DateTime).ok())
}
