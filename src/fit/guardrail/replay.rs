//! What guardrails that were made in the past would have denied since.

use super::judge::{GuardrailVerdict, uses};
use super::proof::outcomes;
use crate::fit::score::{Denied, GuardrailReplay, Range, Score};
use crate::iam::Outcome;
use crate::trail::{Evidence, Use};

/// Replays each guardrail that was proven.
pub fn replay_guardrails(verdicts: &[GuardrailVerdict], later: &Evidence) -> Vec<GuardrailReplay> {
    let of_verdict = |verdict: &GuardrailVerdict| {
        let accounts: Vec<&str> = verdict.accounts.iter().map(String::as_str).collect();
        let uses = uses(&accounts, later);
        let replayed = verdict.proven.iter().map(|proven| {
            let proposal = proven.proposal();
            let mut replay = GuardrailReplay {
                accounts: verdict.accounts.clone(),
                kind: proposal.kind.name(),
                denies: proposal.denied.len(),
                score: Score::default(),
                denied: Vec::new(),
            };
            uses.iter().zip(outcomes(proposal, &uses)).for_each(|(seen, outcome)| take(&mut replay, seen, outcome));
            replay
        });
        replayed.collect::<Vec<_>>()
    };
    verdicts.iter().flat_map(of_verdict).collect()
}

fn take(replay: &mut GuardrailReplay, seen: &Use, outcome: Outcome) {
    let all = Range { least: seen.count, most: seen.count };
    match outcome {
        Outcome::Allowed => replay.score.take(seen.count, Range::default(), 0),
        // Whether the principal is excepted hangs on an ARN that the record does not tell.
        Outcome::Undetermined => replay.score.take(seen.count, Range::default(), seen.count),
        Outcome::Denied | Outcome::NotAllowed => {
            replay.score.take(seen.count, all, 0);
            let patterns = seen.footprint.patterns().collect::<Vec<_>>();
            let denied = Denied {
                action: seen.key.action.clone(),
                resource: patterns.first().map_or("unknown", |first| first).to_owned(),
                resources: patterns.len().max(1),
                count: all,
                first: seen.first,
            };
            replay.denied.push((seen.key.principal.arn.clone(), denied));
        }
    }
}
