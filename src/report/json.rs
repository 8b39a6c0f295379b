//! report.json: everything, one line per row. The same input gives the same bytes.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::fit::{
    Fitting, NewCondition, Placement, PolicyId, PolicyVerdict, Proposal, Rare, Shared, TightResource, Verdict, Withheld,
};
use crate::report::confidence::{Confidence, Removal, Watches, narrowing, removals, risk, watches};
use crate::report::guardrail;
use crate::report::policies::PolicyFiles;
use crate::report::sharing;
use crate::report::telling::Report;
use crate::report::trust;
use crate::table::Table;
use crate::trail::{AccountCoverage, Moment, Scope, Selection, Tally, Turn};

/// Changes when a member changes its meaning or goes away, not when one is added.
const SCHEMA_VERSION: u32 = 1;

/// Rows that are held as JSON at a time.
const CHUNK: usize = 1_024;

impl Report<'_> {
    /// report.json as text.
    pub fn json(&self) -> String {
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        let written = self.write_json(&mut bytes);
        debug_assert!(written.is_ok());
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Writes report.json row by row.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{{")?;
        member(out, "schema_version", &json!(SCHEMA_VERSION))?;
        member(out, "tool", &json!({"name": "trailfit", "version": env!("CARGO_PKG_VERSION")}))?;
        member(out, "catalog_as_of", &json!(self.catalog_as_of))?;
        member(out, "scope", &scope(&self.evidence.scope))?;
        member(out, "tally", &tally(&self.evidence.tally))?;
        let accounts = self.evidence.coverage.accounts.iter();
        let selection = |account| self.evidence.coverage.selection(account);
        rows(out, "coverage", accounts.map(|(account, seen)| coverage(account, seen, selection(account))))?;
        writeln!(out, ",")?;
        for table in &self.tables {
            rows(out, table.name, table.rows.chunks(CHUNK).flat_map(|rows| objects(table, rows)))?;
            writeln!(out, ",")?;
        }
        rows(out, "rarely_used", self.judgement.fittings.iter().flat_map(rarely_used))?;
        writeln!(out, ",")?;
        let watches = watches(self.judgement, self.evidence);
        let policies = self.judgement.policies.iter().zip(&self.files);
        rows(
            out,
            "policies",
            policies.map(|(one, files)| policy(one, files, &watches, self.judgement.shared.get(&one.target))),
        )?;
        writeln!(out, ",")?;
        let trusts = self.judgement.trusts.iter().zip(&self.trust_files);
        rows(out, "trusts", trusts.map(|(one, files)| trust::row(one, files.as_ref())))?;
        writeln!(out, ",")?;
        rows(out, "quotas", self.judgement.quotas.iter().map(sharing::quota))?;
        writeln!(out, ",")?;
        rows(out, "guardrails", self.judgement.guardrails.iter().map(guardrail::row))?;
        writeln!(out, "\n}}")
    }
}

fn member(out: &mut dyn Write, name: &str, value: &Value) -> io::Result<()> {
    writeln!(out, "  {}: {value},", json!(name))
}

fn rows(out: &mut dyn Write, name: &str, rows: impl Iterator<Item = Value>) -> io::Result<()> {
    write!(out, "  {}: [", json!(name))?;
    let mut separator = "\n";
    for row in rows {
        write!(out, "{separator}    {row}")?;
        separator = ",\n";
    }
    write!(out, "{}]", if separator == "\n" { "" } else { "\n  " })
}

fn objects(table: &Table, rows: &[Vec<crate::table::Cell>]) -> Vec<Value> {
    let part = Table { name: table.name, columns: table.columns.clone(), rows: rows.to_vec() };
    part.to_json(|seconds| Moment(seconds).to_string())
}

fn scope(scope: &Scope) -> Value {
    let text = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
    json!({"since": text(scope.since), "until": text(scope.until), "accounts": scope.accounts})
}

fn tally(tally: &Tally) -> Value {
    json!({
        "files": tally.files,
        "bytes": tally.bytes,
        "pruned": tally.pruned,
        "read": tally.read,
        "used": tally.used,
        "exempt": tally.exempt,
        "lost": tally.lost,
        "balances": tally.balances(),
    })
}

fn coverage(account: &str, seen: &AccountCoverage, selection: Result<Selection<'_>, &str>) -> Value {
    let inferred_from = match &selection {
        Ok(selection) if selection.needs_log() => "selectors and log",
        Ok(_) => "selectors",
        Err(_) => "log",
    };
    let selectors = match &selection {
        Ok(selection) => json!({
            "trails": selection.trails().collect::<Vec<_>>(),
            "changed_by": selection.turns.iter().map(Turn::told).collect::<Vec<_>>(),
        }),
        Err(reason) => json!({ "not_used_because": reason }),
    };
    json!({
        "account": account,
        "first": seen.first.to_string(),
        "last": seen.last.to_string(),
        "days_with_records": seen.days.len(),
        "span_days": seen.span_days(),
        "management_sources": seen.management.len(),
        "data_sources": seen.data,
        "inferred_from": inferred_from,
        "selectors": selectors,
        "reads": seen.reads,
        "regions": seen.regions,
    })
}

fn policy(policy: &PolicyVerdict, files: &PolicyFiles, watches: &Watches<'_>, shared: Option<&Shared>) -> Value {
    let kind = match &policy.target {
        PolicyId::Inline { .. } => "inline",
        PolicyId::Managed { .. } if policy.target.is_aws_managed() => "aws-managed",
        PolicyId::Managed { .. } => "customer-managed",
    };
    let (proposal, reason) = match &policy.verdict {
        Verdict::Fits => (None, None),
        Verdict::Proven(proven) => (Some(proven.proposal()), None),
        Verdict::Refuted(_, counterexample) => (None, Some(counterexample.to_string())),
        Verdict::NotEditable(reason) | Verdict::Unjudged(reason) => (None, Some(reason.clone())),
    };
    let mut object = json!({
        "account": policy.account,
        "kind": kind,
        "name": policy.target.name(),
        "owner": policy.owner,
        "holders": policy.holders,
        "verdict": policy.verdict.name(),
        "reason": reason,
    });
    if let (Some(object), Some(proposal)) = (object.as_object_mut(), proposal) {
        object.extend(change(proposal, files, watches));
    }
    if let (Some(object), Some(shared)) = (object.as_object_mut(), shared) {
        object.insert("shared".to_owned(), sharing::row(shared));
    }
    if let (Some(object), Some(number)) = (object.as_object_mut(), policy.cluster) {
        object.insert("cluster".to_owned(), json!(number));
    }
    object
}

/// What a proven proposal does.
fn change(proposal: &Proposal, files: &PolicyFiles, watches: &Watches<'_>) -> Map<String, Value> {
    let mut unseen: Map<String, Value> = Map::new();
    for (action, reason) in &proposal.unseen {
        let actions = unseen.entry(reason.as_str()).or_insert_with(|| json!([]));
        if let Some(actions) = actions.as_array_mut() {
            actions.push(json!(action));
        }
    }
    unseen.sort_keys();
    let document = |(document, (name, file)): (&crate::fit::ProposedPolicy, (&String, &String))| {
        let placement = placement(document.placement);
        let (parents, size) = (&document.parents, crate::iam::size(&document.policy));
        json!({"name": name, "placement": placement, "file": file, "size": size, "parents": parents})
    };
    let narrowing = narrowing(proposal, watches);
    let object = json!({
        "change": proposal.change.name(),
        "size_before": proposal.size_before,
        "size_after": proposal.size_after(),
        "removed": proposal.removed,
        "removals": removals(proposal, watches).iter().map(removal).collect::<Vec<Value>>(),
        "used": proposal.used,
        "unseen": unseen,
        "resources": proposal.tightened.iter().map(|one| resource(one, narrowing)).collect::<Vec<Value>>(),
        "conditions": proposal.conditions.iter().map(|one| condition(one, narrowing)).collect::<Vec<Value>>(),
        "conditions_not_offered": proposal.withheld.iter().map(withheld).collect::<Vec<Value>>(),
        "documents": proposal.documents.iter().zip(files.names.iter().zip(&files.documents)).map(document).collect::<Vec<Value>>(),
        "before": files.before,
        "attached_to": proposal.attached_to,
        "parted_pairs": proposal.parted.iter().map(sharing::pair).collect::<Vec<Value>>(),
    });
    object.as_object().cloned().unwrap_or_default()
}

/// Actions that go, how sure that is, and what it costs to be wrong in either way.
fn removal(one: &Removal<'_>) -> Value {
    let (if_kept, if_missed) = risk(one.level);
    json!({
        "level": one.level.word(),
        "service": one.service,
        "standing": if one.unseen { "unseen" } else { "unused" },
        "actions": one.actions,
        "confidence": one.grade.confidence.word(),
        "observed_days": one.grade.observed_days,
        "service_uses": one.grade.service_uses,
        "service_days": one.grade.service_days,
        "because": one.grade.because,
        "if_kept": if_kept,
        "if_missed": if_missed,
    })
}

/// Actions that a principal used about once a month or quarter.
fn rarely_used(fitting: &Fitting) -> Vec<Value> {
    let row = |(action, rare): (&String, &Rare)| {
        let days: Vec<String> = rare.days.iter().map(|day| Moment::of_day(day).date()).collect();
        json!({
            "account": fitting.account,
            "principal": fitting.arn,
            "action": action,
            "rhythm": rare.rhythm.name(),
            "days": days,
        })
    };
    fitting.rare.iter().map(row).collect()
}

/// A resource that takes the place of a statement's own: on which rung of the ladder, and for how many.
fn resource((statement, one): &(usize, TightResource), (confidence, days): (Confidence, i64)) -> Value {
    json!({
        "statement": statement,
        "pattern": one.pattern,
        "rung": one.rung.name(),
        "values": one.values,
        "confidence": confidence.word(),
        "observed_days": days,
        "if_kept": "may reach what nobody touched",
        "if_missed": "a call on another resource fails",
    })
}

/// A condition that is new.
fn condition((statement, new): &(usize, NewCondition), (confidence, days): (Confidence, i64)) -> Value {
    json!({
        "statement": statement,
        "operator": new.condition.operator,
        "key": new.condition.key,
        "values": new.condition.values,
        "calls": new.calls,
        "confidence": confidence.word(),
        "observed_days": days,
        "if_kept": "may be called in ways that nobody does",
        "if_missed": "a call in another way fails",
    })
}

/// A condition that was asked for and is not offered.
fn withheld((statement, one): &(usize, Withheld)) -> Value {
    json!({"statement": statement, "key": one.key, "reason": one.reason, "actions": one.actions})
}

fn placement(placement: Placement) -> &'static str {
    match placement {
        Placement::Inline => "inline",
        Placement::NewVersion => "new-version",
        Placement::NewPolicy => "new-policy",
    }
}
