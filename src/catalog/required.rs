//! Event → the IAM actions that it took, and the resources that each touched.
//!
//! The order: the curated table, the exemptions, an action of the event's name, an operation that leads to one;
//! then all of it again without the date in the event's name.

use serde_json::Value;

use super::dictionary::Catalog;
use super::events::{EventRow, From, without_date};
use super::resources::{Question, told_parts, uri_resource};
use super::sources;

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
    pub parameters: &'a Value,
    /// `responseElements`; `Null` when absent.
    pub response: &'a Value,
    /// `resources[]`.
    pub resources: &'a [TouchedResource<'a>],
    /// Whether the call was denied (then parameters are mostly missing).
    pub denied: bool,
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
    /// A parameter makes it likely (a role passed where no document says so).
    Inferred,
}

/// One action that a call took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `prefix:Name` in the catalog's case.
    pub action: String,
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
pub enum Required {
    /// These actions.
    Actions(Vec<Need>),
    /// No IAM permission; the value names the rule.
    Exempt(String),
    /// The tables do not know the event; the service prefix is as good as can be told.
    Unmapped {
        /// The IAM prefix of the service, or the event source's first label.
        prefix: String,
    },
}

/// How an event's name leads to actions.
pub(super) enum Lead<'a> {
    /// Rows of the curated table.
    Rows(&'a [EventRow]),
    /// No permission is asked.
    Exempt(&'a str),
    /// The action at this place has the event's name.
    Same(usize),
    /// HTTP verbs as actions, each with the path of the request.
    Verbs(Vec<(&'a str, &'a str)>),
    /// The action at this place, by a rule on names.
    Rule(usize, &'a str),
}

/// A lead, with the operation that it is known by: `prefix:name` in lower case.
pub(super) struct Led<'a> {
    pub lead: Lead<'a>,
    pub operation: String,
}

impl Catalog {
    /// The actions and resources that a call took.
    pub fn required(&self, call: &Call<'_>) -> Required {
        let label = sources::label(call.source);
        let prefixes = self.sources.prefixes(label, call.parameters);
        let unmapped = || Required::Unmapped { prefix: prefixes.first().copied().unwrap_or(label).to_owned() };
        let Some(led) = self.lead(label, &prefixes, call.name) else {
            return unmapped();
        };
        let mut needs = match led.lead {
            Lead::Exempt(rule) => return Required::Exempt(rule.to_owned()),
            Lead::Rows(rows) => self.by_rows(rows, call, &led.operation),
            Lead::Same(place) => {
                self.need(call, &led.operation, place, &From::Usual, Provenance::Observed).into_iter().collect()
            }
            Lead::Rule(place, _) => {
                self.need(call, &led.operation, place, &From::Usual, Provenance::Mapped).into_iter().collect()
            }
            Lead::Verbs(paths) => by_verbs(&paths, call),
        };
        if needs.is_empty() {
            return unmapped();
        }
        self.add(&mut needs, call, &led.operation);
        Required::Actions(needs)
    }

    /// How an event's name leads to actions: as written, else without its date.
    pub(super) fn lead(&self, label: &str, prefixes: &[&str], name: &str) -> Option<Led<'_>> {
        self.lead_of(label, prefixes, name).or_else(|| self.lead_of(label, prefixes, without_date(name)?))
    }

    fn lead_of(&self, label: &str, prefixes: &[&str], name: &str) -> Option<Led<'_>> {
        let name = name.to_ascii_lowercase();
        let labelled = (!prefixes.contains(&label)).then_some(label);
        labelled.into_iter().chain(prefixes.iter().copied()).find_map(|prefix| {
            let operation = format!("{prefix}:{name}");
            let lead = self.lead_as(&operation)?;
            Some(Led { lead, operation })
        })
    }

    fn lead_as(&self, operation: &str) -> Option<Lead<'_>> {
        if let Some(rows) = self.events.get(operation) {
            return Some(Lead::Rows(rows));
        }
        if let Some(rule) = self.exempt.get(operation) {
            return Some(Lead::Exempt(rule));
        }
        if let Some(place) = self.index.get(operation) {
            return Some(Lead::Same(*place as usize));
        }
        let mut verbs = Vec::new();
        for row in self.other_operations.find(operation) {
            let [_, kind, target, more] = row.take();
            match kind {
                "unsigned" => return Some(Lead::Exempt("call without AWS credentials")),
                "rule" => return self.place(target).map(|place| Lead::Rule(place, more)),
                _ => verbs.push((target, more)),
            }
        }
        (!verbs.is_empty()).then_some(Lead::Verbs(verbs))
    }

    fn by_rows(&self, rows: &[EventRow], call: &Call<'_>, operation: &str) -> Vec<Need> {
        let holding = rows.iter().filter(|row| row.when.holds(call.parameters));
        holding
            .filter_map(|row| {
                let provenance = match (row.same_name, row.when.needs_a_parameter()) {
                    (true, false) => Provenance::Observed,
                    (false, false) => Provenance::Mapped,
                    (_, true) => Provenance::Parameter,
                };
                self.need(call, operation, self.place(&row.action)?, &row.from, provenance)
            })
            .collect()
    }

    fn need(
        &self,
        call: &Call<'_>,
        operation: &str,
        place: usize,
        from: &From,
        provenance: Provenance,
    ) -> Option<Need> {
        let action = self.actions.get(place)?.name.clone();
        let resources = self.resources(&Question { call, operation, place, from });
        Some(Need { action, resources, context: Vec::new(), provenance })
    }

    /// Actions that parameters prove beside the event's own: tags on creation, and roles handed over.
    fn add(&self, needs: &mut Vec<Need>, call: &Call<'_>, operation: &str) {
        if call.parameters.is_null() {
            return;
        }
        let whole = || format!("{}:*", operation.split(':').next().unwrap_or_default());
        let rows = [self.additions.get(operation), self.additions.get(&whole())];
        for row in rows.into_iter().flatten().flatten().filter(|row| row.when.holds(call.parameters)) {
            let known = needs.iter().any(|need| need.action == row.action);
            let own = needs.first().map(|need| need.resources.clone()).unwrap_or_default();
            let added = self.place(&row.action).filter(|_| !known);
            if let Some(mut need) =
                added.and_then(|place| self.need(call, operation, place, &row.from, Provenance::Parameter))
            {
                if need.resources.is_empty() {
                    need.resources = own;
                }
                needs.push(need);
            }
        }
        if self.roles.may_pass(operation) {
            needs.extend(self.roles.needs(operation, call));
        }
    }
}

/// The HTTP verb of the row whose path the request fits best.
fn by_verbs(paths: &[(&str, &str)], call: &Call<'_>) -> Vec<Need> {
    let best = paths.iter().rev().max_by_key(|(_, uri)| told_parts(call, uri));
    best.map(|(verb, uri)| Need {
        action: format!("apigateway:{verb}"),
        resources: uri_resource(call, uri).into_iter().collect(),
        context: Vec::new(),
        provenance: Provenance::Mapped,
    })
    .into_iter()
    .collect()
}
