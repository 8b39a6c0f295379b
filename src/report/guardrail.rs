//! Guardrails: their files, their rows in report.json, and the page that says how to put them in place.

use serde_json::{Value, json};

use super::plain::{count, thousands};
use super::policies::naming::part;
use super::policies::quoting::code;
use crate::fit::{GuardrailKind, GuardrailVerdict, KeptService, ProvenGuardrail};
use crate::iam;

/// The folder in the report's folder.
const FOLDER: &str = "guardrails";

/// The accounts in one name.
fn scope(verdict: &GuardrailVerdict) -> String {
    match verdict.accounts.as_slice() {
        [one] => part(one),
        _ => "together".to_owned(),
    }
}

/// Path of each document of a guardrail, relative to the report's folder.
fn paths(verdict: &GuardrailVerdict, proven: &ProvenGuardrail) -> Vec<String> {
    let proposal = proven.proposal();
    let name = proposal.kind.name();
    let path = |number| format!("{FOLDER}/{}/{name}-{number}.json", scope(verdict));
    (1..=proposal.documents.len()).map(path).collect()
}

/// Path and content of every file; nothing where no guardrail was proven.
pub(super) fn contents(verdicts: &[GuardrailVerdict]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for verdict in verdicts {
        for proven in &verdict.proven {
            let proposal = proven.proposal();
            // White space of a service control policy counts.
            let text = |policy| match proposal.kind {
                GuardrailKind::Scp => iam::compact(policy),
                GuardrailKind::Boundary => iam::pretty(policy) + "\n",
            };
            let texts = proposal.documents.iter().map(text);
            files.extend(paths(verdict, proven).into_iter().zip(texts));
        }
    }
    if !files.is_empty() {
        files.push((format!("{FOLDER}/README.md"), page(verdicts)));
    }
    files
}

/// One row of report.json.
pub(super) fn row(verdict: &GuardrailVerdict) -> Value {
    let proven = |one: &ProvenGuardrail| {
        let proposal = one.proposal();
        let documents = proposal.documents.iter().zip(paths(verdict, one));
        let document =
            |(policy, file): (&iam::Policy, String)| json!({"file": file, "size": proposal.kind.size(policy)});
        json!({
            "kind": proposal.kind.name(),
            "denied": proposal.denied,
            "excepted": proposal.excepted,
            "documents": documents.map(document).collect::<Vec<Value>>(),
            "replayed": one.replayed(),
        })
    };
    let kept = |one: &KeptService| json!({"service": one.service, "reason": one.reason});
    json!({
        "accounts": verdict.accounts,
        "span_days": verdict.days,
        "used_services": verdict.used,
        "kept_services": verdict.kept.iter().map(kept).collect::<Vec<Value>>(),
        "proven": verdict.proven.iter().map(proven).collect::<Vec<Value>>(),
        "refuted": verdict.refuted.iter().map(|(kind, why)| json!({"kind": kind.name(), "reason": why.to_string()})).collect::<Vec<Value>>(),
        "reasons": verdict.reasons,
    })
}

const HEAD: &str = "\
# Guardrails

What nobody in these accounts was seen to use, and would have been seen to use, as policies that deny it.
Services that are needed once a year show only in a log of a year.
Nothing that was used is denied: every use in the log was replayed.
Try a service control policy on one account before a whole organizational unit, and watch `AccessDenied` with \"explicit deny in a service control policy\".

```sh
aws organizations create-policy --type SERVICE_CONTROL_POLICY --name unused-services-1 --description 'What nobody used' --content file://scp-1.json
aws organizations attach-policy --policy-id POLICY --target-id ACCOUNT_OR_OU    # back: detach-policy
aws iam create-policy --policy-name unused-services --policy-document file://boundary-1.json
aws iam put-role-permissions-boundary --role-name ROLE --permissions-boundary POLICY_ARN    # back: delete-role-permissions-boundary
```

A permissions boundary is for users and roles that have none; it takes the place of one that stands.
";

fn page(verdicts: &[GuardrailVerdict]) -> String {
    let mut text = HEAD.to_owned();
    for verdict in verdicts.iter().filter(|verdict| !verdict.proven.is_empty()) {
        let accounts: Vec<String> = verdict.accounts.iter().map(|account| code(account)).collect();
        text.push_str(&format!("\n## {}\n\n", accounts.join(", ")));
        verdict.proven.iter().for_each(|proven| text.push_str(&format!("- {}\n", told(verdict, proven))));
        verdict.reasons.iter().for_each(|reason| text.push_str(&format!("- {reason}.\n")));
        text.push_str(&format!("- {}.\n", kept(verdict)));
    }
    text
}

/// A proven guardrail in a sentence.
fn told(verdict: &GuardrailVerdict, proven: &ProvenGuardrail) -> String {
    let proposal = proven.proposal();
    let files: Vec<String> = paths(verdict, proven).iter().map(|path| code(path)).collect();
    let sizes: Vec<String> = proposal.documents.iter().map(|one| thousands(proposal.kind.size(one))).collect();
    format!(
        "{}: denies {}; {} of {} characters; {} replayed.",
        files.join(", "),
        count(proposal.denied.len(), "service or action").replace("service or actions", "services or actions"),
        sizes.join(", "),
        thousands(proposal.kind.limit()),
        count(proven.replayed(), "use"),
    )
}

fn kept(verdict: &GuardrailVerdict) -> String {
    format!(
        "{} used in {}; {} not seen and kept, each with its reason in report.json",
        count(verdict.used, "service"),
        count(u64::try_from(verdict.days).unwrap_or_default(), "day"),
        thousands(verdict.kept.len())
    )
}

/// Lines for a terminal, one for each guardrail.
pub(super) fn lines(verdicts: &[GuardrailVerdict]) -> Vec<String> {
    let mut lines = Vec::new();
    for verdict in verdicts {
        let name = match verdict.accounts.as_slice() {
            [one] => one.clone(),
            all => count(all.len(), "account"),
        };
        for proven in &verdict.proven {
            let proposal = proven.proposal();
            let documents = count(proposal.documents.len(), "document");
            let (kind, denied) = (proposal.kind.name(), thousands(proposal.denied.len()));
            lines
                .push(format!("{name}: {kind} denies {denied} of what nobody used, in {documents}; {}", kept(verdict)));
        }
        let refuted = verdict.refuted.iter().map(|(kind, why)| format!("{name}: no {}: {why}", kind.name()));
        lines.extend(refuted.chain(verdict.reasons.iter().map(|reason| format!("{name}: {reason}"))));
    }
    lines
}
