//! What was found as text and as JSON.

use serde_json::{Value, json};

use super::verdict::{Finding, Gap, Kind, Verdict, Verification};

/// A line for each file that is not valid and each gap, then the counts.
pub fn lines(verification: &Verification) -> Vec<String> {
    let told = verification.findings.iter().filter(|finding| finding.verdict != Verdict::Valid).map(line);
    let gaps = verification.gaps.iter().map(gap);
    told.chain(gaps).chain(counts(verification)).collect()
}

/// Every file with what is known of it, the gaps, and the counts.
pub fn json(verification: &Verification) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "kind": finding.kind.word(),
            "file": finding.name,
            "verdict": finding.verdict.word(),
            "reason": reason(&finding.verdict),
        })
    };
    let gap = |gap: &Gap| json!({ "chain": gap.chain, "from": gap.from, "to": gap.to, "startsAnew": gap.starts_anew });
    json!({
        "files": verification.findings.iter().map(finding).collect::<Vec<_>>(),
        "gaps": verification.gaps.iter().map(gap).collect::<Vec<_>>(),
        "breached": verification.is_breached(),
        "holes": verification.has_holes(),
    })
}

fn line(finding: &Finding) -> String {
    let reason = reason(&finding.verdict);
    format!("{:<10} {} {}: {reason}", finding.verdict.word(), finding.kind.word(), finding.name)
}

fn gap(Gap { chain, from, to, starts_anew }: &Gap) -> String {
    let why = if *starts_anew { "validation or logging was off" } else { "a digest is not there" };
    format!("{:<10} {chain}: no digest covers the time from {from} to {to}: {why}", "gap")
}

fn reason(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Valid => "as it was delivered",
        Verdict::Pending => "delivered after the last digest",
        Verdict::Missing => "a digest names it, and it is not there",
        Verdict::Unattested => "no digest names it: CloudTrail may not have delivered it",
        Verdict::Untold(reason) | Verdict::Invalid(reason) => reason,
    }
}

/// As `3 logs: 2 valid, 1 missing`, for digests and for logs.
pub fn counts(verification: &Verification) -> [String; 2] {
    [Kind::Digest, Kind::Log].map(|kind| count(verification, kind))
}

fn count(verification: &Verification, kind: Kind) -> String {
    let words = ["valid", "pending", "untold", "missing", "unattested", "invalid"];
    let all = words.map(|word| (verification.count(kind, word), word));
    let total: usize = all.iter().map(|(count, _)| count).sum();
    let shown = all.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let plural = if total == 1 { "" } else { "s" };
    format!("{total} {}{plural}{}{shown}", kind.word(), if shown.is_empty() { "" } else { ": " })
}
