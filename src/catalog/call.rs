//! What is asked about a record, and what is answered: a call, and the actions that it took.
//!
//! It is the whole joint with the room that reads records; no rule and no table stands here.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json_borrow::{OwnedValue, Value};

/// What the dictionary needs to know of a record.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// `eventSource`, as `s3.amazonaws.com`.
    pub source: &'a str,
    /// `eventName`.
    pub name: &'a str,
    /// `awsRegion`.
    pub region: &'a str,
    /// `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// The account that owns the resources, as far as the record tells; else the recipient's.
    pub account: &'a str,
    /// The caller's own account.
    pub caller_account: &'a str,
    /// The ARN of the user or role that calls, for actions on oneself.
    pub caller_arn: Option<&'a str>,
    /// `requestParameters`; `Null` when absent or omitted.
    pub parameters: &'a Value<'a>,
    /// `responseElements`; `None` when absent. Few calls need it, so it is read when it is first asked for.
    pub response: Option<&'a Late<'a>>,
    /// `resources[]`.
    pub resources: &'a [TouchedResource<'a>],
    /// Whether the call failed, for whatever reason: then missing parameters may only not have been recorded.
    pub failed: bool,
}

impl Call<'_> {
    /// Whether parameters may have been sent that the record does not show: a successful call without any was sent so.
    pub(super) fn lacks_parameters(&self) -> bool {
        self.failed && self.parameters.is_null()
    }

    /// `responseElements`.
    pub(super) fn answered(&self) -> &Value<'_> {
        self.response.map_or(&Value::Null, Late::get)
    }
}

/// A value that is read when it is first asked for. Few are, so it may own its text.
#[derive(Debug)]
pub struct Late<'a> {
    text: Option<&'a str>,
    read: fn(Option<&str>) -> Option<OwnedValue>,
    value: OnceCell<Option<OwnedValue>>,
}

impl<'a> Late<'a> {
    /// The JSON text, and how to read it; `None` counts as `null`.
    pub fn new(text: Option<&'a str>, read: fn(Option<&str>) -> Option<OwnedValue>) -> Late<'a> {
        Late { text, read, value: OnceCell::new() }
    }

    /// The value.
    pub fn get(&self) -> &Value<'_> {
        self.value.get_or_init(|| (self.read)(self.text)).as_ref().map_or(&Value::Null, OwnedValue::get_value)
    }

    /// Whether anybody has asked for it.
    pub fn was_read(&self) -> bool {
        self.value.get().is_some()
    }
}

impl From<serde_json::Value> for Late<'_> {
    fn from(value: serde_json::Value) -> Self {
        let value = OwnedValue::from_string(value.to_string()).ok();
        Late { text: None, read: |_| None, value: OnceCell::from(value) }
    }
}

/// One entry of `resources[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchedResource<'a> {
    /// `ARN` or `arn`.
    pub arn: Option<&'a str>,
    /// `type`, as `AWS::S3::Object`.
    pub kind: Option<&'a str>,
    /// `accountId`.
    pub account: Option<&'a str>,
}

/// How sure it is that the call took the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provenance {
    /// The action's name is the event's name.
    Observed,
    /// A table line says so.
    Mapped,
    /// A parameter of the request proves it.
    Parameter,
    /// The reference documents that the event's action depends on it, but the record cannot tell whether it was
    /// taken.
    Dependent,
    /// A parameter makes it likely (a role passed where no document says so).
    Inferred,
}

/// One action that a call took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `prefix:Name` in the catalog's case.
    pub action: Cow<'static, str>,
    /// The resources, as ARNs; `["*"]` for an action without resource types; empty when the record does not tell.
    ///
    /// The name of what the call itself created under an identifier of AWS's choosing is `*`:
    /// the permission was asked before the identifier existed.
    pub resources: Vec<String>,
    /// Condition keys that follow from the parameters, as `("iam:PassedToService", "ecs-tasks.amazonaws.com")`.
    pub context: Vec<(String, String)>,
    /// How sure.
    pub provenance: Provenance,
}

/// What a call required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Required<'c> {
    /// These actions.
    Actions(Vec<Need>),
    /// No IAM permission; the value names the rule.
    Exempt(&'c str),
    /// The tables do not know the event; the service prefix is as good as can be told.
    Unmapped {
        /// The IAM prefix of the service, or the event source's first label.
        prefix: String,
    },
}
